// What every move of a ticket has in common, for the verbs and for the replay after a restore: the row and its turn,
// the end of a day. Inside this room. Thread, errors: those of the transaction they are given.
#pragma once
#include "domain/queue/acts.h"
#include "domain/queue/report.h"
#include "node/store/tickets.h"

namespace kiosk::branch {

class WriteOperation;
struct Core;
struct Today;

constexpr std::string_view kDayEnded = "day_ended";  // the reason of whom the day's end found in the house

// Moves the row, ends and begins its turns, keeps both. `overnight`: nobody knows how long the service took.
// Errors: those of domain::moved; then nothing has changed.
Result<Done> move_ticket(store::Tx& tx, store::TicketRow& row, const domain::Move& move,
                         const domain::QueueRules& rules, bool overnight = false);

// The same within a verb, with its event: time, officer and queue's clock are filled in. An act of which the event's
// payload must tell more than the header: reason, place, counter, the queue's clock where it is not the wall's, the
// request to call. Refused counter_busy, officer_busy: what domain::may_take_counter says; a replay asks for neither.
Result<Done> move_and_say(Core& core, WriteOperation& op, const Today& today, store::TicketRow& row, domain::Move move,
                          std::string reason_code = {}, const Uuid& request = {});
// What the latter asks; for an act that has more to do before it moves the ticket.
Result<Done> may_take_counter(WriteOperation& op, const Today& today, const domain::Ticket& ticket,
                              const domain::Move& move);
Result<Done> check_counter(const std::string& counter);

// Nobody stays in the queue over night: who is left of earlier days is ended at the end of that day, each with its
// event. Before the first act of a day on the queue.
Result<Done> end_earlier_days(Core& core, WriteOperation& op, const Today& today);
// What that would write of the days `from` to `to` (local, ISO): they are over, whether anybody has acted since or not.
Result<std::vector<domain::Turn>> turns_left_over(sqlite::Db& db, const Today& today, WallTime now,
                                                  const std::string& from, const std::string& to);
// Breaks end with their day too; those of the days asked for, until now while they last.
Result<Done> end_earlier_breaks(WriteOperation& op, const Today& today);
Result<std::vector<domain::BreakTaken>> breaks_taken(sqlite::Db& db, const Today& today, WallTime now,
                                                     const std::string& from, const std::string& to);
// When a ticket of that local day ends at the latest; never after `now`.
Result<WallTime> end_of_its_day(const std::string& day, std::chrono::minutes offset, WallTime now);

}  // namespace kiosk::branch
