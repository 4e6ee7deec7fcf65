// Values of officers: sessions, the work list, one case on one page. Plain, any thread; times are UTC.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/accounts.h"
#include "api/verbs/claims.h"
#include "api/verbs/people.h"
#include "api/verbs/tickets.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/ids.h"
#include "domain/people/person.h"

namespace kiosk::verbs {

struct OfficerView {
  std::string number, name, role;   // role: ISO, JSU, CSO, HEAD (setting)
  std::vector<std::string> rights;  // call, claim, interview, reset, approve, report, admin
  std::optional<Date> valid_until;
  bool locked = false;
};
struct SessionView {
  std::string session;  // secret token; empty in lists
  OfficerView officer;
  std::string terminal;
  WallTime until{};
};
struct Task {  // an officer's work list
  Uuid id;
  // blocked, claim_review, rejected, unverified, approve_reset, officer_ended, intake, erasure, help
  std::string kind;
  std::string subject;  // id of the claim, reset, account case or intake; the terminal that asks for help
  std::string person_masked;
  std::string person_key_hint;  // empty; people are opened through open_task
  std::string reason;
  WallTime at{};
  bool done = false;
  std::string finished_reason, finished_by;  // when an officer said that it is done: in his words, if he gave any
};
struct FinishTask {
  Uuid id;
  std::string reason = {};  // what was done, in the officer's words; sealed in the event
};
// One case on one page, opened through a live ticket, a task or a recorded reason.
struct OpenCase {
  Uuid ticket;         // nil when by task
  Uuid task;           // nil when by ticket
  std::string reason;  // when neither
  std::optional<domain::PersonId> person;
};
struct CaseView {
  std::optional<domain::Ticket> ticket;
  std::optional<domain::PersonId> person;
  std::string masked_name;
  std::optional<domain::Participant> record;  // for claims; withheld while an interview is open, so that it stays blind
  std::optional<WallTime> as_of;              // of the record
  std::optional<AccountView> account;
  std::vector<ClaimView> claims;
  std::vector<ResetView> resets;
  std::vector<IntakeView> intakes = {};  // newest first, at most ten
  std::optional<DraftView> draft = {};   // one that was taken to the counter
  struct Entry {
    WallTime at;
    std::string kind;
    std::string officer;
    domain::SyncState sync;
  };
  std::vector<Entry> timeline;  // newest first
};

}  // namespace kiosk::verbs
