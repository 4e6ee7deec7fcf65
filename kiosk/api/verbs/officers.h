// Values of officers: sessions, the work list, one case on one page. Plain, any thread; times are UTC.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/accounts.h"
#include "api/verbs/claims.h"
#include "api/verbs/people.h"
#include "api/verbs/tickets.h"
#include "api/verbs/verb.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/ids.h"
#include "base/secret.h"
#include "domain/people/person.h"

namespace kiosk::verbs {

struct Task;
struct CaseView;
struct SessionView;
struct OfficerView;

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
// An officer has done what a task of kind rejected, officer_ended, intake, erasure, help or claim_review (of a claim
// that is decided) asks for. Refused unknown_task; task_by_act: it ends by what it asks for (an interview, an approval,
// a comparison). The same again is answered with the task as it was finished; reason_too_long beyond 500 bytes.
struct FinishTask {
  static constexpr Verb verb{"finish_task", "Done: a task that no other act ends",
                             Access{terminals::counter, Right::Session, Purpose::Open}};
  using Reply = Task;
  Uuid id;
  std::string reason = {};  // what was done, in the officer's words; sealed in the event
};
// One case on one page, opened through a live ticket, a task or a recorded reason.
struct OpenCase {
  static constexpr Verb verb{"open_case", "One case, through a ticket, a task or a recorded reason",
                             Access{terminals::counter, Right::Session, Purpose::Open}};
  using Reply = CaseView;
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

// -- verbs of plain arguments -----------------------------------------------------------------------------------------

struct LogIn {
  static constexpr Verb verb{"log_in", "An officer's session", Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = SessionView;
  std::string number;
  SecretString pin;
};
struct LogOut {
  static constexpr Verb verb{"log_out", "Ends the session; without one, the visit at the terminal that asks",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = Done;
};
struct ListOfficers {
  static constexpr Verb verb{"officers", "Officers of the branch",
                             Access{terminals::counter, Right::None, Purpose::Open}};
  using Reply = std::vector<OfficerView>;
};
struct ListTasks {
  static constexpr Verb verb{"tasks", "The officer's work list",
                             Access{terminals::counter, Right::Session, Purpose::Open}};
  using Reply = std::vector<Task>;
};
// For an officer with the case open.
struct GetPhoto {
  static constexpr Verb verb{"photo", "A sealed photo of the open case, as stored",
                             Access{terminals::counter, Right::Session, Purpose::Open}, Carriage::BytesBack};
  using Reply = Bytes;
  std::string blob;
};

// -- what travels (api/protocol/describe.h) ---------------------------------------------------------------------------

template <class A>
void fields(A& a, SessionView& v) {
  a.name("SessionView");
  a.may("session", v.session, k_name);
  a.must("officer", v.officer);
  a.must("terminal", v.terminal, k_code);
  a.must("until", v.until);
}
template <class A>
void fields(A& a, Task& v) {
  a.name("Task");
  a.must("id", v.id);
  a.must("kind", v.kind, k_code);
  a.may("subject", v.subject, k_name);
  a.may("person_masked", v.person_masked, k_name);
  a.may("person_key_hint", v.person_key_hint, k_name);
  a.may("reason", v.reason, k_reason);
  a.must("at", v.at);
  a.must("done", v.done);
  a.may("finished_reason", v.finished_reason, k_reason);
  a.may("finished_by", v.finished_by, k_code);
}
template <class A>
void fields(A& a, FinishTask& v) {
  a.name("FinishTask");
  a.must("id", v.id);
  a.may("reason", v.reason, k_reason);
}
template <class A>
void fields(A& a, OpenCase& v) {
  a.name("OpenCase");
  a.may("ticket", v.ticket);
  a.may("task", v.task);
  a.may("reason", v.reason, k_reason);
  a.may("person", v.person, k_code);
}
template <class A>
void fields(A& a, CaseView::Entry& v) {
  a.name("CaseEntry");
  a.must("at", v.at);
  a.must("kind", v.kind, k_code);
  a.may("officer", v.officer, k_code);
  a.must("sync", v.sync);
}
template <class A>
void fields(A& a, CaseView& v) {
  a.name("CaseView");
  a.may("ticket", v.ticket);
  a.may("person", v.person, k_code);
  a.may("masked_name", v.masked_name, k_name);
  a.may("record", v.record);
  a.may("as_of", v.as_of);
  a.may("account", v.account);
  a.must("claims", v.claims);
  a.must("resets", v.resets);
  a.may("intakes", v.intakes, 10);
  a.may("draft", v.draft);
  a.must("timeline", v.timeline);
}
template <class A>
void fields(A& a, LogIn& v) {
  a.name("LogIn");
  a.must("number", v.number, k_code);
  a.must("pin", v.pin, k_code);
}
template <class A>
void fields(A& a, GetPhoto& v) {
  a.name("GetPhoto");
  a.must("blob", v.blob, k_hash);
}

using OfficersVerbs = VerbList<LogIn, LogOut, ListOfficers, ListTasks, FinishTask, OpenCase, GetPhoto>;

}  // namespace kiosk::verbs
