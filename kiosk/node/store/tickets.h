// Tickets, number series and services as rows. Thread, errors: those of the transaction they are given.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/queue/issue.h"
#include "domain/queue/wait.h"
#include "node/store/rows.h"

namespace kiosk::store {

struct TicketRow {
  domain::Ticket ticket;
  std::string day;                     // local day of the branch, ISO
  std::optional<crypto::Hash> person;  // blind index
  // Of the present turn, for the report.
  int turn = 0;
  std::optional<WallTime> joined_at;  // its queue; unset: issued_at
  std::optional<domain::WaitRange> forecast;
  std::optional<domain::Window> slot;  // comes back then
};

Result<std::vector<domain::Service>> services(sqlite::Db& db);
Result<Done> put_services(Tx& tx, const std::vector<domain::Service>& services);

// Where the numbers of a service stand: its latest day, or `today` when that is later.
Result<domain::Series> series(sqlite::Db& db, const std::string& service, Date today);
Result<std::optional<Date>> newest_series_day(sqlite::Db& db);
// A day's numbers begin: whatever a clock that was ahead called this day or a later one was before it.
Result<Done> begin_numbers(Tx& tx, Date today);
Result<Done> put_series(Tx& tx, const std::string& service, const domain::Series& series);
// Once the series went round: numbers of a letter that are live, belong to a no-show of `day` who may still come back
// `returns` times, or were skipped today.
Result<std::vector<int>> numbers_in_use(sqlite::Db& db, const std::string& service, const std::string& letter,
                                        const domain::Series& series, Date today, int returns);
// A number of the past is never given again: the series goes on behind it.
Result<Done> number_given(Tx& tx, const std::string& service, const std::string& day, int number);
// All series of that day go on `skip` later, those that have not begun too; what lies between is not given that day.
Result<Done> skip_numbers(Tx& tx, const std::string& day, int skip);
// Refused store_constraint when the person already has a live ticket of the service.
Result<Done> insert_ticket(Tx& tx, const TicketRow& row);
Result<Done> update_ticket(Tx& tx, const TicketRow& row);
Result<std::optional<TicketRow>> ticket(sqlite::Db& db, const Uuid& id);
Result<std::optional<TicketRow>> ticket_by_number(sqlite::Db& db, const std::string& number, const std::string& day);
Result<std::optional<TicketRow>> live_ticket_of(sqlite::Db& db, const crypto::Hash& person, const std::string& service);
Result<std::vector<TicketRow>> live_tickets_of(sqlite::Db& db, const crypto::Hash& person);
// Ascending by issue.
Result<std::vector<domain::Ticket>> tickets_of_day(sqlite::Db& db, const std::string& day, bool live_only);
// Of that day or later (a clock set back), with what the order of calling asks for and no more.
Result<std::vector<domain::Ticket>> waiting_tickets(sqlite::Db& db, const std::string& day);
Result<std::vector<TicketRow>> live_tickets_before(sqlite::Db& db, const std::string& day);
Result<int> count_waiting(sqlite::Db& db, const std::string& day, const std::string& service);
Result<std::map<std::string, int>> waiting_by_service(sqlite::Db& db, const std::string& day);  // and of later days
Result<std::vector<domain::Ticket>> held_tickets(sqlite::Db& db, const std::string& day);       // at a counter now
Result<bool> any_directed(sqlite::Db& db);  // a live ticket that waits for one counter
Result<int> count_issued(sqlite::Db& db, const std::string& day, const std::string& service);
// People by the begin of the slot in which they come back, from `since` on.
Result<std::map<WallTime, int>> slots_taken(sqlite::Db& db, const std::string& service, WallTime since);
// The last calls of that day for the board, newest first; none before `since`.
Result<std::vector<domain::Ticket>> last_called(sqlite::Db& db, const std::string& day, WallTime since, int max_count);

}  // namespace kiosk::store
