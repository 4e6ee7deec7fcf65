#include "store/turns.h"

#include <algorithm>

namespace kiosk::store {
namespace {

constexpr std::string_view kPutTurn =
    "INSERT OR REPLACE INTO turns (ticket, turn, day, service, counter, ending, joined, called, started, wrap_up, "
    "ended, forecast_low, forecast_high) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
constexpr std::string_view kTurnsBetween =
    "SELECT turn, service, counter, ending, joined, called, started, wrap_up, ended, forecast_low, forecast_high"
    " FROM turns WHERE day BETWEEN ?1 AND ?2 ORDER BY ticket, turn";
constexpr std::string_view kOccupied =
    "SELECT called, ended FROM turns WHERE service = ?1 AND called IS NOT NULL ORDER BY ended DESC LIMIT ?2";
constexpr std::string_view kHolding =
    "SELECT DISTINCT counter FROM tickets WHERE live = 1 AND day = ?1 AND state IN ('called', 'serving', 'wrap_up')";
constexpr std::string_view kEndedLately = "SELECT DISTINCT counter FROM turns WHERE ended >= ?1 AND counter <> ''";
constexpr std::string_view kAsked = "SELECT ticket FROM calls_asked WHERE request = ?1";
constexpr std::string_view kPutAsked = "INSERT INTO calls_asked (request, ticket, day) VALUES (?1, ?2, ?3)";
constexpr std::string_view kForgetAsked = "DELETE FROM calls_asked WHERE day < ?1";

constexpr domain::TurnEnd k_ends[] = {domain::TurnEnd::Served, domain::TurnEnd::NoShow, domain::TurnEnd::Left,
                                      domain::TurnEnd::Transferred};
std::string code(domain::TurnEnd e) {
  switch (e) {
    case domain::TurnEnd::Served:
      return "served";
    case domain::TurnEnd::NoShow:
      return "no_show";
    case domain::TurnEnd::Left:
      return "left";
    case domain::TurnEnd::Transferred:
      return "transferred";
  }
  return "left";
}

}  // namespace

Result<Done> put_turn(Tx& tx, const TurnRow& row) {
  const auto& t = row.what;
  return tx.db()
      .prepared(kPutTurn)
      .bind_all(id_bytes(row.ticket), row.turn, row.day, t.service, t.counter, code(t.end), to_ms(t.joined),
                ms_of(t.called), ms_of(t.started), ms_of(t.wrap_up), to_ms(t.ended),
                t.forecast ? std::optional<std::int64_t>(t.forecast->low_min) : std::nullopt,
                t.forecast ? std::optional<std::int64_t>(t.forecast->high_min) : std::nullopt)
      .run();
}

Result<std::vector<domain::Turn>> turns_between(sqlite::Db& db, const std::string& from, const std::string& to) {
  auto& s = db.prepared(kTurnsBetween).bind_all(from, to);
  std::vector<domain::Turn> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    domain::Turn t;
    t.continues = s.integer(0) > 0;
    t.service = s.text(1);
    t.counter = s.text(2);
    const std::string ending = s.text(3);
    const auto end = std::find_if(std::begin(k_ends), std::end(k_ends), [&](auto e) { return code(e) == ending; });
    if (end == std::end(k_ends)) return damaged("store_corrupt", "turns: unknown code");
    t.end = *end;
    t.joined = from_ms(s.integer(4));
    t.called = time_at(s, 5);
    t.started = time_at(s, 6);
    t.wrap_up = time_at(s, 7);
    t.ended = from_ms(s.integer(8));
    if (!s.is_null(9)) t.forecast = domain::WaitRange{static_cast<int>(s.integer(9)), static_cast<int>(s.integer(10))};
    out.push_back(std::move(t));
  }
  s.reset();
  return out;
}

Result<std::vector<Occupied>> occupied(sqlite::Db& db, const std::string& service, int most) {
  auto& s = db.prepared(kOccupied).bind_all(service, most);
  std::vector<Occupied> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    out.push_back({from_ms(s.integer(0)), from_ms(s.integer(1))});
  }
  s.reset();
  std::reverse(out.begin(), out.end());
  return out;
}

Result<std::map<std::string, bool>> counters_at_work(sqlite::Db& db, const std::string& day, WallTime since) {
  std::map<std::string, bool> out;
  TRY_DONE(db.prepared(kHolding).bind_all(day).each([&](sqlite::Stmt& s) { out[s.text(0)] = true; }));
  TRY_DONE(
      db.prepared(kEndedLately).bind_all(to_ms(since)).each([&](sqlite::Stmt& s) { out.emplace(s.text(0), false); }));
  return out;
}

Result<std::optional<Uuid>> asked_call(sqlite::Db& db, const Uuid& request) {
  std::optional<Uuid> found;
  TRY_DONE(db.prepared(kAsked).bind_all(id_bytes(request)).each([&](sqlite::Stmt& s) { found = to_id(s.blob(0)); }));
  return found;
}
Result<Done> put_asked_call(Tx& tx, const Uuid& request, const Uuid& ticket, const std::string& day) {
  return tx.db().prepared(kPutAsked).bind_all(id_bytes(request), id_bytes(ticket), day).run();
}
Result<Done> forget_asked_calls_before(Tx& tx, const std::string& day) {
  return tx.db().prepared(kForgetAsked).bind_all(day).run();
}

}  // namespace kiosk::store
