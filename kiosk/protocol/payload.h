// The personal payloads of events, as JSON: written by the branch, read by the centre after opening. `person` is
// PersonId::key(). Absent optional values are not written; unknown fields are ignored. Errors: bad_input
// payload_invalid, naming the field.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/claim.h"
#include "domain/face.h"
#include "verbs/branch.h"

namespace kiosk::protocol {

// claim.submitted
struct ClaimPayload {
  std::string person, kpj, name, birth, mother;  // birth: YYYY-MM-DD
  std::optional<domain::Claimant> claimant;      // {person,name,relation}
  std::string cause, npwp, phone;
  domain::BankAccount account;  // {bank,number,holder}
  std::string face;             // verdict code: accept grey no_match poor_photo officer
  std::string attempt;          // UUID; empty without camera
  std::string photo_blob;
  std::vector<verbs::DocumentRef> documents;  // [{kind,blob}]
  Rupiah gross, tax, net;                     // zero when the person is unknown off line
  std::string state;                          // saved unverified needs_officer
};
// face.attempted, face.compared, face.failed
struct FacePayload {
  std::string person, verdict;
  std::optional<double> score;
};
// account.blocked, interview.judged, case.opened
struct PersonPayload {
  std::string person;
  std::string reason;  // why an officer opened the case, in the officer's words; empty: not written
};
// account.reset_requested, account.reset
struct ResetPayload {
  std::string person, interview, reason, photo_blob;
  std::optional<domain::FaceTemplate>
      reference;  // of the new photo; none: the centre keeps no template until it has one
};

std::string encode(const ClaimPayload&);
std::string encode(const FacePayload&);
std::string encode(const PersonPayload&);
std::string encode(const ResetPayload&);
// One of the four types above.
template <class T>
Result<T> decode_payload(std::string_view json);

}  // namespace kiosk::protocol
