// Tickets, number series and services as rows. Thread, errors: those of the transaction they are given.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/ticket.h"
#include "store/rows.h"

namespace kiosk::store {

struct TicketRow {
  domain::Ticket ticket;
  std::string day;                     // local day of the branch, ISO
  std::optional<crypto::Hash> person;  // blind index
};

Result<std::vector<domain::Service>> services(sqlite::Db& db);
Result<Done> put_services(Tx& tx, const std::vector<domain::Service>& services);

// 1, 2, 3 ... per service and day.
Result<int> next_number(Tx& tx, const std::string& service, const std::string& day);
// A number of the past is never given again: the series goes on behind it.
Result<Done> number_given(Tx& tx, const std::string& service, const std::string& day, int number);
// All series of that day go on `skip` later, those that have not begun too.
Result<Done> skip_numbers(Tx& tx, const std::string& day, int skip);
// Refused store_constraint when the person already has a live ticket of the service.
Result<Done> insert_ticket(Tx& tx, const TicketRow& row);
Result<Done> update_ticket(Tx& tx, const domain::Ticket& ticket);
Result<std::optional<TicketRow>> ticket(sqlite::Db& db, const Uuid& id);
Result<std::optional<TicketRow>> ticket_by_number(sqlite::Db& db, const std::string& number, const std::string& day);
Result<std::optional<TicketRow>> live_ticket_of(sqlite::Db& db, const crypto::Hash& person, const std::string& service);
Result<std::vector<TicketRow>> live_tickets_of(sqlite::Db& db, const crypto::Hash& person);
// Ascending by issue.
Result<std::vector<domain::Ticket>> tickets_of_day(sqlite::Db& db, const std::string& day, bool live_only);
Result<std::vector<domain::Ticket>> waiting_tickets(sqlite::Db& db);
Result<std::vector<TicketRow>> live_tickets_before(sqlite::Db& db, const std::string& day);
Result<int> count_waiting(sqlite::Db& db, const std::string& day, const std::string& service);
// Newest first; what the wait estimate is made of.
Result<std::vector<WallTime>> recent_calls(sqlite::Db& db, const std::string& service, WallTime since, int max_count);
// The last calls of that day for the board, newest first; none before `since`.
Result<std::vector<domain::Ticket>> last_called(sqlite::Db& db, const std::string& day, WallTime since, int max_count);

}  // namespace kiosk::store
