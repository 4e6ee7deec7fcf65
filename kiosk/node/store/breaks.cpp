#include "node/store/breaks.h"

namespace kiosk::store {
namespace {

constexpr std::string_view kPut =
    "INSERT INTO breaks (counter, started, ended, day, officer, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
    " ON CONFLICT (counter, started) DO UPDATE SET ended = ?3, day = ?4, officer = ?5, reason = ?6";
#define BREAK_COLUMNS "SELECT counter, started, ended, day, officer, reason FROM breaks "
constexpr std::string_view kLasting = BREAK_COLUMNS "WHERE ended IS NULL ORDER BY counter";
constexpr std::string_view kLastingAt = BREAK_COLUMNS "WHERE ended IS NULL AND counter = ?1";
constexpr std::string_view kBetween = BREAK_COLUMNS "WHERE day BETWEEN ?1 AND ?2 ORDER BY counter, started";
#undef BREAK_COLUMNS

Result<std::vector<BreakRow>> rows_of(sqlite::Stmt& statement) {
  std::vector<BreakRow> out;
  TRY_DONE(statement.each([&](sqlite::Stmt& s) {
    out.push_back({s.text(0), s.text(4), s.text(5), s.text(3), from_ms(s.integer(1)), time_at(s, 2)});
  }));
  return out;
}

}  // namespace

Result<Done> put_break(Tx& tx, const BreakRow& row) {
  tx.queue_changes();
  return tx.db()
      .prepared(kPut)
      .bind_all(row.counter, to_ms(row.started), ms_of(row.ended), row.day, row.officer, row.reason)
      .run();
}
Result<std::vector<BreakRow>> breaks_lasting(sqlite::Db& db) { return rows_of(db.prepared(kLasting)); }
Result<std::optional<BreakRow>> break_lasting(sqlite::Db& db, const std::string& counter) {
  TRY(auto rows, rows_of(db.prepared(kLastingAt).bind_all(counter)));
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}
Result<std::vector<BreakRow>> breaks_between(sqlite::Db& db, const std::string& from, const std::string& to) {
  return rows_of(db.prepared(kBetween).bind_all(from, to));
}

}  // namespace kiosk::store
