// Values of claims. Plain, any thread; times are UTC, sums whole rupiah.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "domain/claims/claim.h"
#include "domain/people/face.h"
#include "domain/people/person.h"

namespace kiosk::verbs {

struct CheckClaim {
  domain::PersonId person;
  std::string cause;
  std::optional<Date> on;  // default: the branch's today
};
struct DocumentRef {
  std::string kind;  // "ktp"
  std::string blob;  // hash returned by put_blob
};
struct SubmitClaim {
  Uuid id;
  domain::PersonId person;
  std::string kpj, name, mother;  // as typed or confirmed
  Date birth;
  std::optional<domain::Claimant> claimant;
  std::string cause;
  std::string npwp, phone;
  domain::BankAccount account;
  std::string photo_blob;  // empty: the way without camera, an officer compares
  domain::FaceVerdict face =
      domain::FaceVerdict::Officer;  // what attempt_face said; the node checks it against attempt
  Uuid attempt;                      // nil without camera
  std::vector<DocumentRef> documents;
};
struct ClaimView {
  Uuid id;
  std::string receipt;     // signed short code, "JKT1-7F3K9-Q2M4D"
  std::string receipt_qr;  // what the QR holds: id, short code, signature
  std::string cause, kpj;
  domain::ClaimState state = domain::ClaimState::Saved;
  domain::SyncState sync = domain::SyncState::Saved;
  std::string sync_why;  // code of "why not sent yet": no_route, tls_refused, waiting_photo; empty when none
  std::string reason;    // of the centre's verdict
  std::string detail;    // what it rests on: a rule and its day, a branch and a day
  Rupiah gross, tax, net;
  struct StageAt {
    domain::Stage stage;
    std::optional<WallTime> at;
  };
  std::vector<StageAt> stages;
  WallTime saved_at{};
  std::optional<Date> deadline;
  std::string person_masked;
};

}  // namespace kiosk::verbs
