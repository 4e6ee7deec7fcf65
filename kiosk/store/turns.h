// Turns of tickets as rows: one service of a visit each, written when it ends; for the report and the forecast of
// waits. Also which counters are at work. Thread, errors: those of the transaction they are given.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/queue_report.h"
#include "store/rows.h"

namespace kiosk::store {

struct TurnRow {
  Uuid ticket;
  int turn = 0;  // 0, 1, ... of the ticket; those after the first continue a visit
  std::string day;
  domain::Turn what;
};
// The same turn again replaces it (a replay).
Result<Done> put_turn(Tx& tx, const TurnRow& row);
// Of local days `from` to `to`, both included; ascending by ticket.
Result<std::vector<domain::Turn>> turns_between(sqlite::Db& db, const std::string& from, const std::string& to);

// How long the latest `most` turns of the service kept a counter; the newest last.
struct Occupied {
  WallTime called{}, ended{};
};
Result<std::vector<Occupied>> occupied(sqlite::Db& db, const std::string& service, int most);

// Counters that hold a ticket of that day now (true) or ended a turn since `since` (false).
Result<std::map<std::string, bool>> counters_at_work(sqlite::Db& db, const std::string& day, WallTime since);

// The ticket that this request to call got.
Result<std::optional<Uuid>> asked_call(sqlite::Db& db, const Uuid& request);
Result<Done> put_asked_call(Tx& tx, const Uuid& request, const Uuid& ticket, const std::string& day);
Result<Done> forget_asked_calls_before(Tx& tx, const std::string& day);

}  // namespace kiosk::store
