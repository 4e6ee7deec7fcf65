// What an act does to a ticket: the new state and every value that changes with it, in one place for the branch's verbs
// and for the replay after a restore. Pure: the ticket goes in and comes out; the caller keeps it.
// Errors: act_not_allowed (the state), reason_missing, counter_missing, transfer_nowhere, recall_first (a no-show is
// called often enough before), no_more_returns. On an error nothing has changed.
#pragma once
#include "domain/queue/rules.h"

namespace kiosk::domain {

// Where a transferred ticket goes in its new queue, or one that waits again (Fair or First). Fair: where its waiting so
// far puts it.
enum class Place { Fair, First, Last };

struct Move {
  TicketAct act = TicketAct::Call;
  WallTime wall{};      // for people and paper
  WallTime queue{};     // QueueClock::at(wall), for the order of calling
  std::string counter;  // Call, Begin of a walk-in; Recall moves the ticket there when given
  std::string officer;
  std::string reason;      // asked of Park; kept when given
  std::string to_service;  // Transfer: a service, a counter, or both
  std::string to_counter;
  Place place = Place::Fair;
};

Result<Ticket> moved(Ticket, const Move&, const QueueRules&);

}  // namespace kiosk::domain
