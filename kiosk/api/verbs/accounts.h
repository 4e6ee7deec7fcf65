// Values of accounts: face attempts, the interview, the reset. Plain, any thread; times are UTC.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/tickets.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"
#include "domain/claims/claim.h"
#include "domain/people/account.h"
#include "domain/people/face.h"
#include "domain/people/person.h"

namespace kiosk::verbs {

struct AttemptFace {
  Uuid id;
  domain::PersonId person;
  Bytes photo;  // JPEG or PNG, <= 8 MiB, <= 24 megapixels; judged in memory, kept only sealed
};
struct AccountView {
  domain::Account account;
  int attempts_left = 0;
  std::string purpose;  // "blocked:<case>" when an officer's task is open
  struct Attempt {
    Uuid id;
    WallTime at;
    domain::FaceVerdict verdict;
    bool counted;
    std::string reason;
    std::string photo_blob;
  };
  std::vector<Attempt> attempts;                      // newest first, at most ten
  domain::SyncState sync = domain::SyncState::Saved;  // of the last reset or block
  std::optional<WallTime> as_of;                      // when the centre last spoke of the person; none: never
};
struct AttemptResult {
  Uuid attempt;
  domain::FaceVerdict verdict = domain::FaceVerdict::Officer;
  std::optional<double> score;
  bool counted = false;
  std::string reason;  // first advice when the photo is poor; "face_failed" when it blocked
  AccountView account;
  std::string photo_blob;              // sealed; empty when poor
  std::optional<TicketIssued> ticket;  // the last failure and the grey zone hand over with a priority ticket
};
struct CompareFace {  // the officer's eye: verdict Accept or NoMatch
  Uuid id;
  Uuid attempt;
  domain::FaceVerdict verdict = domain::FaceVerdict::NoMatch;
};
struct Interview {
  Uuid id;
  domain::PersonId person;
  std::vector<domain::Answer> answers;
};
struct InterviewResult {
  Uuid id;
  domain::InterviewVerdict verdict;  // never which answer was wrong
};
struct ResetAccount {
  Uuid id;
  domain::PersonId person;
  Uuid interview;
  Bytes photo;         // the new reference
  std::string reason;  // face_changed, light, accessories, data_differs, other
};
struct ResetView {
  Uuid id;
  std::string person_masked;
  std::string officer, second_officer;
  std::string reason;
  domain::AccountState state = domain::AccountState::ResetPending;
  bool interview_passed = false;
  bool same_terminal = false;  // flagged
  std::string photo_blob;
  std::optional<WallTime> usable_from;  // null until the centre accepted
  domain::SyncState sync = domain::SyncState::Saved;
  WallTime at{};
};

}  // namespace kiosk::verbs
