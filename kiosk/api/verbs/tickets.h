// Values of the queue: numbers, calls, breaks, notices, the board, and what changed. Plain, any thread; times are UTC.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "domain/people/person.h"
#include "domain/queue/acts.h"
#include "domain/queue/report.h"
#include "domain/queue/ticket.h"

namespace kiosk::verbs {

struct IssueTicket {
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
struct ReportAsked {  // local days of the branch, both included
  Date from, to;      // at most 366 days
};
struct ReportView {
  Date from, to;
  domain::QueueReport report;
};
struct RestCounter {
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
struct PostNotice {  // a short text for the waiting room's board
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

}  // namespace kiosk::verbs
