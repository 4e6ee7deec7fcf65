// Breaks of counters as rows. Thread, errors: those of the transaction they are given.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "node/store/rows.h"

namespace kiosk::store {

struct BreakRow {
  std::string counter, officer, reason;
  std::string day;  // local, ISO, of its begin
  WallTime started{};
  std::optional<WallTime> ended;  // none: it lasts
};
// The same counter and begin again replaces it. Refused store_constraint: another break of the counter lasts.
Result<Done> put_break(Tx& tx, const BreakRow& row);
Result<std::vector<BreakRow>> breaks_lasting(sqlite::Db& db);  // ascending by counter
Result<std::optional<BreakRow>> break_lasting(sqlite::Db& db, const std::string& counter);
// Begun on local days `from` to `to`, both included.
Result<std::vector<BreakRow>> breaks_between(sqlite::Db& db, const std::string& from, const std::string& to);

}  // namespace kiosk::store
