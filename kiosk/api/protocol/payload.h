// The personal payloads of events, as JSON: written by the branch, read by the centre after opening. `person` is
// PersonId::key(). Absent optional values are not written; unknown fields are ignored. Errors: bad_input
// payload_invalid, naming the field. `as_of_ms`: what the branch knew of the person when it acted, as of the centre's
// clock; absent when the person was not in its cache. The centre judges by it whether its own later word was known.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/verbs/branch.h"
#include "base/result.h"
#include "domain/claims/claim.h"
#include "domain/people/face.h"

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
  std::optional<std::int64_t> as_of_ms = {};
};
// face.attempted, face.compared, face.failed, claim.reviewed
struct FacePayload {
  std::string person, verdict;
  std::optional<double> score;
  std::optional<std::int64_t> as_of_ms = {};
  bool counted = false;  // one of the person's attempts was spent
  // Only for the node itself, after a restore; empty: not written.
  std::string ticket = {}, reason = {};  // of the attempt: the ticket that hands it over, why it went no further
  std::string compare = {};              // UUID of the officer's request, which is answered alike again
};
// account.blocked, interview.judged, case.opened
struct PersonPayload {
  std::string person;
  std::string reason;  // why an officer opened the case, in the officer's words; empty: not written
  std::optional<std::int64_t> as_of_ms = {};
  int asked = 0, correct = 0;  // interview.judged; zero: not written
};
// ticket.*; only for the node itself, after a restore. What is not written has its default.
struct TicketPayload {
  std::string person_index = {};  // hex of the branch's blind index; empty: of nobody
  std::string purpose = {};
  std::string reason = {};                    // why parked, transferred, ended, in the officer's words
  std::string to_counter = {};                // transfer
  std::string place = {};                     // transfer: first, last
  std::string state = {};                     // issued: created
  std::string request = {};                   // called: UUID of the request to call, which is answered alike again
  std::optional<std::int64_t> queue_ms = {};  // the queue's clock, where it is not the wall's
  std::optional<std::int64_t> slot_from_ms = {}, slot_to_ms = {};
  std::optional<int> forecast_low = {}, forecast_high = {};
  std::string day = {};  // issued: the branch's day, where the wall clock's is another (YYYY-MM-DD)
};
// task.finished; only for the node itself, after a restore: which task it was, for ids of tasks are the file's own.
struct TaskPayload {
  std::string kind, subject;
  std::string person_index = {};  // hex of the branch's blind index; empty: of nobody
  std::string reason = {};        // what was done, in the officer's words; empty: not written
  // officer_ended: the newest of the officer's acts that was looked at; empty: not written
  std::string until_epoch = {};
  std::int64_t until_seq = 0;
};
// consent.given, consent.withdrawn
struct ConsentPayload {
  std::string person, purpose, text, language;  // camera, data; version of the text shown; id, en
};
// intake.submitted; also what the node keeps of a draft, whose kind is its purpose
struct IntakePayload {
  std::string person, kind;
  std::map<std::string, std::string> answers;  // {field: text}
};
// notice.posted; only for the node itself, after a restore.
struct NoticePayload {
  std::string text, text_en;
  std::int64_t from_ms = 0, until_ms = 0;
};
// account.reset_requested, account.reset
struct ResetPayload {
  std::string person, interview, reason, photo_blob;
  std::optional<domain::FaceTemplate>
      reference;             // of the new photo; none: the centre keeps no template until it has one
  std::string officer = {};  // who asked for it; who approved stands in the header of account.reset
  std::optional<std::int64_t> as_of_ms = {};
};

std::string encode(const ClaimPayload&);
std::string encode(const FacePayload&);
std::string encode(const PersonPayload&);
std::string encode(const ResetPayload&);
std::string encode(const TaskPayload&);
std::string encode(const ConsentPayload&);
std::string encode(const IntakePayload&);
std::string encode(const NoticePayload&);
std::string encode(const TicketPayload&);  // empty when it says nothing
// One of the types above.
template <class T>
Result<T> decode_payload(std::string_view json);

}  // namespace kiosk::protocol
