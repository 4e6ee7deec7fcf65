// Values of the queue: numbers, calls, breaks, notices, the board, and what changed. Plain, any thread; times are UTC.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/verb.h"
#include "base/clock.h"
#include "base/ids.h"
#include "domain/people/person.h"
#include "domain/queue/acts.h"
#include "domain/queue/report.h"
#include "domain/queue/ticket.h"

namespace kiosk::verbs {

struct TicketIssued;
struct ReportView;
struct CounterBreak;
struct Notice;
struct BoardState;
struct Changes;

struct IssueTicket {
  static constexpr Verb verb{"issue_ticket", "A queue ticket; the same id again is the same ticket",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = TicketIssued;
  Uuid id;
  std::string service;
  std::optional<domain::PersonId>
      person;  // makes "one live ticket per person and service" possible; only its blind index is kept
  domain::Priority priority = domain::Priority::Normal;
  std::string purpose;
  std::string appointment = {};  // id of the person's, for check-in
  std::string counter = {};      // an officer takes somebody without a ticket: served at this counter at once
};
struct TicketIssued {
  domain::Ticket ticket;
  int people_ahead = 0;
  std::optional<int> wait_low_min, wait_high_min;  // none: not enough samples
  std::optional<WallTime> slot_from, slot_to;      // a full day: comes back then and enqueues (state created)
};
struct TicketRef {  // a ticket by id, for acts of an officer
  Uuid ticket;
  std::string counter;
  std::string reason;           // park, no-show, transfer, finish
  std::string to_service;       // transfer
  std::string to_counter = {};  // transfer: only that counter calls it (and whoever is free once it is overdue)
  domain::Place place = domain::Place::Fair;
};
// What the days were like, of turns that have ended: local days of the branch, both included.
struct ReportAsked {
  static constexpr Verb verb{"report", "What the days at the counters were like",
                             Access{terminals::counter, Right::Report, Purpose::Open}};
  using Reply = ReportView;
  Date from, to;  // at most 366 days
};
struct ReportView {
  Date from, to;
  domain::QueueReport report;
};
// Begins or ends the break of a counter, and tells those that last; the same again changes nothing. Over a restart of
// the node and a restore, until the day ends. Refused counter_busy while somebody stands there.
struct RestCounter {
  static constexpr Verb verb{"rest_counter", "Begins or ends a counter's break; those that last",
                             Access{terminals::counter, Right::Call, Purpose::Open}};
  using Reply = std::vector<CounterBreak>;
  std::string counter;
  bool rest = true;         // false: the break ends
  std::string reason = {};  // a code: rest, prayer, called_away, trouble
};
struct CounterBreak {  // that lasts; the counter calls nobody meanwhile
  std::string counter;
  std::string officer;  // who began it
  std::string reason;
  WallTime since{};
};
// A short text for the waiting room's board. A notice of the centre is removed there (refused notice_of_centre).
struct PostNotice {
  static constexpr Verb verb{"post_notice", "A short text for the waiting room's board",
                             Access{terminals::counter, Right::Admin, Purpose::Open}};
  using Reply = Notice;
  Uuid id;
  std::string text, text_en;     // a line each, at most 160 bytes; without English the Indonesian is shown
  std::optional<WallTime> from;  // none: at once
  WallTime until{};              // at most 92 days after its begin
};
struct Notice {
  Uuid id;
  std::string text, text_en;
  WallTime from{}, until{};
  std::string by;  // the officer's number; "centre"
};
struct BoardState {
  struct Call {
    std::string number, counter;
    WallTime at;
  };
  struct Waiting {
    std::string service, name;
    int people;
  };
  std::vector<Call> calls;  // newest first, at most five
  std::vector<Waiting> waiting;
  std::vector<Notice> notices = {};  // that hold now, the newest first, at most three
};
// What may be re-read because it changed; pushed to terminals. A change names no person.
struct Change {
  std::int64_t seq = 0;
  // ticket, call, claim, account, reset, task, sync, rules, officers, services, person, terminal, counter, notice,
  // help (id: of the terminal, whose call an officer has answered)
  std::string topic;
  std::string id;
  std::optional<BoardState::Call> call = {};  // of topic call: to be shown and spoken, each once
};
struct Changes {
  std::int64_t until = 0;  // pass back as `after`
  bool reset = false;      // the node restarted or forgot: re-read everything
  std::vector<Change> changes;
};

// -- verbs of plain arguments -----------------------------------------------------------------------------------------

struct ListServices {
  static constexpr Verb verb{"services", "Services of the branch", Access{terminals::any, Right::None, Purpose::Open}};
  using Reply = std::vector<domain::Service>;
};
struct ListTickets {
  static constexpr Verb verb{"tickets", "Today's tickets", Access{terminals::counter, Right::Session, Purpose::Open}};
  using Reply = std::vector<domain::Ticket>;
  bool live_only = true;
};
struct GetTicket {
  static constexpr Verb verb{"ticket", "One ticket and its place in the queue",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = TicketIssued;
  Uuid id;
};
// The next by rule, or that number. Refused: queue_empty, ticket_not_waiting, counter_resting; counter_busy and
// officer_busy (one person at a time; detail: whose number). The same `request` again (not nil) is answered with the
// ticket that it got.
struct CallTicket {
  static constexpr Verb verb{"call_ticket", "The next by rule, or that number",
                             Access{terminals::counter, Right::Call, Purpose::Open}};
  using Reply = domain::Ticket;
  std::string counter;
  std::string number;
  Uuid request{};
};
struct ActOnTicket {
  static constexpr Verb verb{"act_on_ticket", "Recall, begin, park, no-show, transfer, finish ...",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = domain::Ticket;
  domain::TicketAct act = domain::TicketAct::Recall;
  TicketRef ref;
};
struct ListBreaks {
  static constexpr Verb verb{"breaks", "Breaks of counters that last",
                             Access{terminals::counter, Right::Session, Purpose::Open}};
  using Reply = std::vector<CounterBreak>;
};
struct GetBoard {
  static constexpr Verb verb{"board", "What the waiting room sees", Access{terminals::any, Right::None, Purpose::Open}};
  using Reply = BoardState;
};
// Notices of this branch, also of those to come; what has ended is forgotten.
struct ListNotices {
  static constexpr Verb verb{"notices", "Notices that last or are to come",
                             Access{terminals::counter, Right::None, Purpose::Open}};
  using Reply = std::vector<Notice>;
};
// Refused unknown_notice, notice_of_centre.
struct RemoveNotice {
  static constexpr Verb verb{"remove_notice", "Takes a notice of the branch off the board",
                             Access{terminals::counter, Right::Admin, Purpose::Open}};
  using Reply = Done;
  Uuid id;
};
struct WaitChanges {
  static constexpr Verb verb{"changes", "What may be read again because it changed",
                             Access{terminals::any, Right::None, Purpose::Open}, Carriage::Stream};
  using Reply = Changes;
  std::int64_t after = 0;
  Millis wait{};
};

// -- what travels (api/protocol/describe.h) ---------------------------------------------------------------------------

template <class A>
void fields(A& a, Change& v) {
  a.name("Change");
  a.must("seq", v.seq);
  a.must("topic", v.topic, k_code);
  a.may("id", v.id, k_name);
  a.may("call", v.call);
}
template <class A>
void fields(A& a, Changes& v) {
  a.name("Changes");
  a.must("until", v.until);
  a.may("reset", v.reset);
  a.must("changes", v.changes);
}
template <class A>
void fields(A& a, IssueTicket& v) {
  a.name("IssueTicket");
  a.may("id", v.id);
  a.must("service", v.service, k_code);
  a.may("person", v.person, k_code);
  a.may("priority", v.priority);
  a.may("purpose", v.purpose, k_name);
  a.may("appointment", v.appointment, k_code);
  a.may("counter", v.counter, k_code);
}
template <class A>
void fields(A& a, TicketIssued& v) {
  a.name("TicketIssued");
  a.must("ticket", v.ticket);
  a.must("people_ahead", v.people_ahead);
  a.may("wait_low_min", v.wait_low_min);
  a.may("wait_high_min", v.wait_high_min);
  a.may("slot_from", v.slot_from);
  a.may("slot_to", v.slot_to);
}
template <class A>
void fields(A& a, RestCounter& v) {
  a.name("RestCounter");
  a.must("counter", v.counter, k_code);
  a.must("rest", v.rest);
  a.may("reason", v.reason, k_code);
}
template <class A>
void fields(A& a, CounterBreak& v) {
  a.name("CounterBreak");
  a.must("counter", v.counter, k_code);
  a.must("officer", v.officer, k_code);
  a.may("reason", v.reason, k_code);
  a.must("since", v.since);
}
template <class A>
void fields(A& a, BoardState::Call& v) {
  a.name("BoardCall");
  a.must("number", v.number, k_code);
  a.must("counter", v.counter, k_code);
  a.must("at", v.at);
}
template <class A>
void fields(A& a, BoardState::Waiting& v) {
  a.name("BoardWaiting");
  a.must("service", v.service, k_code);
  a.must("name", v.name, k_name);
  a.must("people", v.people);
}
template <class A>
void fields(A& a, PostNotice& v) {
  a.name("PostNotice");
  a.may("id", v.id);
  a.must("text", v.text, k_notice);
  a.may("text_en", v.text_en, k_notice);
  a.may("from", v.from);
  a.must("until", v.until);
}
template <class A>
void fields(A& a, Notice& v) {
  a.name("Notice");
  a.must("id", v.id);
  a.must("text", v.text, k_notice);
  a.may("text_en", v.text_en, k_notice);
  a.must("from", v.from);
  a.must("until", v.until);
  a.must("by", v.by, k_code);
}
template <class A>
void fields(A& a, BoardState& v) {
  a.name("BoardState");
  a.must("calls", v.calls);
  a.must("waiting", v.waiting);
  a.may("notices", v.notices, 3);
}
template <class A>
void fields(A& a, ReportAsked& v) {
  a.name("ReportAsked");
  a.must("from", v.from);
  a.must("to", v.to);
}
template <class A>
void fields(A& a, ReportView& v) {
  a.name("ReportView");
  a.must("from", v.from);
  a.must("to", v.to);
  a.must("report", v.report);
}
template <class A>
void fields(A& a, TicketRef& v) {
  a.name("TicketRef");
  a.must("ticket", v.ticket);
  a.may("counter", v.counter, k_code);
  a.may("reason", v.reason, k_reason);
  a.may("to_service", v.to_service, k_code);
  a.may("to_counter", v.to_counter, k_code);
  a.may("place", v.place);
}
template <class A>
void fields(A& a, ListTickets& v) {
  a.name("ListTickets");
  a.may("live_only", v.live_only);
}
template <class A>
void fields(A& a, GetTicket& v) {
  a.name("GetTicket");
  a.must("id", v.id);
}
template <class A>
void fields(A& a, CallTicket& v) {
  a.name("CallTicket");
  a.must("counter", v.counter, k_code);
  a.may("number", v.number, k_code);
  a.may("request", v.request);
}
template <class A>
void fields(A& a, ActOnTicket& v) {
  a.name("ActOnTicket");
  a.must("act", v.act);
  a.must("ref", v.ref);
}
template <class A>
void fields(A& a, RemoveNotice& v) {
  a.name("RemoveNotice");
  a.must("id", v.id);
}

using TicketsVerbs = VerbList<ListServices, IssueTicket, ListTickets, GetTicket, CallTicket, ActOnTicket, RestCounter,
                              ListBreaks, GetBoard, PostNotice, ListNotices, RemoveNotice, ReportAsked, WaitChanges>;

}  // namespace kiosk::verbs
