#include "node/store/turns.h"

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
constexpr std::string_view kResting = "SELECT counter FROM breaks WHERE ended IS NULL AND day = ?1";
// The next counter's newest turn: one look a counter, however many turns each has ended.
constexpr std::string_view kNextCounter =
    "SELECT counter, ended FROM turns WHERE counter <> '' AND counter > ?1 ORDER BY counter, ended DESC LIMIT 1";
constexpr std::string_view kAsked = "SELECT ticket FROM calls_asked WHERE request = ?1";
constexpr std::string_view kPutAsked = "INSERT INTO calls_asked (request, ticket, day) VALUES (?1, ?2, ?3)";
constexpr std::string_view kForgetAsked = "DELETE FROM calls_asked WHERE day < ?1";
constexpr std::string_view kPutFrom =
    "INSERT INTO calls_from (ticket, terminal) VALUES (?1, ?2) ON CONFLICT (ticket) DO UPDATE SET terminal = ?2";
constexpr std::string_view kClearFrom = "DELETE FROM calls_from WHERE ticket = ?1";
constexpr std::string_view kFrom =
    "SELECT ticket, terminal FROM calls_from JOIN tickets ON id = ticket WHERE live = 1 AND state = 'called' AND day = "
    "?1";
constexpr std::string_view kForgetFrom =
    "DELETE FROM calls_from WHERE ticket IN (SELECT ticket FROM calls_from JOIN tickets ON id = ticket WHERE day < ?1)";

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
  tx.queue_changes();
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

Result<std::vector<domain::ServiceSample>> service_times(sqlite::Db& db, const PaceAsked& asked) {
  auto& s = db.prepared(kOccupied).bind_all(asked.service, asked.most);
  std::vector<domain::ServiceSample> out;
  for (int of_the_hour = 0; of_the_hour < asked.enough;) {
    TRY(const bool more, s.step());
    if (!more) break;
    const WallTime called = from_ms(s.integer(0)), ended = from_ms(s.integer(1));
    const int hour = domain::local_hour(called, asked.offset);
    out.push_back({asked.service, hour, std::chrono::duration_cast<Seconds>(ended - called)});
    if (hour == asked.hour) ++of_the_hour;
  }
  s.reset();
  std::reverse(out.begin(), out.end());
  return out;
}

Result<Counters> counters(sqlite::Db& db, const std::string& day) {
  Counters out;
  TRY_DONE(db.prepared(kHolding).bind_all(day).each([&](sqlite::Stmt& s) { out.holding.insert(s.text(0)); }));
  TRY_DONE(db.prepared(kResting).bind_all(day).each([&](sqlite::Stmt& s) { out.resting.insert(s.text(0)); }));
  std::string counter;
  for (bool found = true; found;) {
    found = false;
    TRY_DONE(db.prepared(kNextCounter).bind_all(counter).each([&](sqlite::Stmt& s) {
      found = true;
      counter = s.text(0);
      out.ended[counter] = from_ms(s.integer(1));
    }));
  }
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
Result<Done> put_call_from(Tx& tx, const CallFrom& row) {
  if (row.terminal.empty()) return tx.db().prepared(kClearFrom).bind_all(id_bytes(row.ticket)).run();
  return tx.db().prepared(kPutFrom).bind_all(id_bytes(row.ticket), row.terminal).run();
}
Result<std::vector<CallFrom>> calls_from(sqlite::Db& db, const std::string& day) {
  std::vector<CallFrom> out;
  TRY_DONE(db.prepared(kFrom).bind_all(day).each([&](sqlite::Stmt& s) {
    out.push_back({to_id(s.blob(0)), s.text(1)});
  }));
  return out;
}
Result<Done> forget_calls_before(Tx& tx, const std::string& day) {
  TRY_DONE(tx.db().prepared(kForgetFrom).bind_all(day).run());
  return tx.db().prepared(kForgetAsked).bind_all(day).run();
}

}  // namespace kiosk::store
