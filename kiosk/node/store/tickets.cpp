#include "node/store/tickets.h"

#include <algorithm>
#include <map>

#include "domain/claims/claim.h"

namespace kiosk::store {
namespace {

constexpr std::string_view kServices = "SELECT code, name, letter, open FROM services ORDER BY position";
constexpr std::string_view kClearServices = "DELETE FROM services";
constexpr std::string_view kInsertService =
    "INSERT INTO services (code, name, letter, open, position) VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr std::string_view kSeriesSince =
    "SELECT max(day), max(last), max(round) FROM number_series WHERE service = ?1 AND day >= ?2 HAVING count(*) > 0";
constexpr std::string_view kPutSeries =
    "INSERT INTO number_series (service, day, last, round) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (service, day) DO UPDATE SET last = ?3, round = ?4";
constexpr std::string_view kNewestSeries = "SELECT max(day) FROM number_series HAVING max(day) IS NOT NULL";
constexpr std::string_view kFalseSeries = "DELETE FROM number_series WHERE day >= ?1";
constexpr std::string_view kFalseSkips = "DELETE FROM numbers_skipped WHERE day > ?1";
constexpr std::string_view kFalseTickets = "UPDATE tickets SET day = ?2 WHERE day >= ?1";
constexpr std::string_view kFalseBreaks = "UPDATE breaks SET day = ?2 WHERE day >= ?1 AND ended IS NULL";
constexpr std::string_view kAllRound = "UPDATE number_series SET round = 1";
constexpr std::string_view kLettersMoved =
    "INSERT OR IGNORE INTO number_series (service, day, last, round)"
    " SELECT code, (SELECT max(day) FROM number_series), 0, 1 FROM services WHERE EXISTS (SELECT 1 FROM number_series)";
constexpr std::string_view kNumberInUse =
    "SELECT 1 FROM tickets WHERE live = 1 AND day >= ?2 AND number = ?1 UNION ALL"
    " SELECT 1 FROM tickets WHERE state = 'no_show' AND day >= ?2 AND returns < ?3 AND number = ?1";
constexpr std::string_view kSeriesOf = "SELECT last, round FROM number_series WHERE service = ?1 AND day = ?2";
constexpr std::string_view kSeriesOfDay = "SELECT service, last, round FROM number_series WHERE day = ?1";
constexpr std::string_view kSkip =
    "INSERT INTO numbers_skipped (service, day, first, count) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (service, day, first) DO UPDATE SET count = max(count, ?4)";
constexpr std::string_view kSkippedUntil =
    "SELECT COALESCE(max(first + count - 1), 0) FROM numbers_skipped WHERE service = '' AND day = ?1";
constexpr std::string_view kSkipped =
    "SELECT first, count FROM numbers_skipped WHERE day >= ?2 AND (service = ?1 OR service = '')";
constexpr std::string_view kForgetSkipped = "DELETE FROM numbers_skipped WHERE day < ?1";
constexpr std::string_view kInsertTicket =
    "INSERT INTO tickets (id, day, number, service, priority, state, live, counter, officer, calls, reason, purpose, "
    "person,"
    " issued_at, called_at, started_at, ended_at, queued_at, first, to_counter, returns, first_called_at, wrap_up_at,"
    " joined_at, turn, slot_from, slot_to, forecast_low, forecast_high)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,"
    " ?23, ?24, ?25, ?26, ?27, ?28, ?29)";
constexpr std::string_view kUpdateTicket =
    "UPDATE tickets SET service = ?2, priority = ?3, state = ?4, live = ?5, counter = ?6, officer = ?7, calls = ?8,"
    " reason = ?9, purpose = ?10, called_at = ?11, started_at = ?12, ended_at = ?13, queued_at = ?14,"
    " first = ?15, to_counter = ?16, returns = ?17, first_called_at = ?18, wrap_up_at = ?19, joined_at = ?20,"
    " turn = ?21, forecast_low = ?22, forecast_high = ?23 WHERE id = ?1";
#define TICKET_COLUMNS                                                                                             \
  "SELECT id, day, number, service, priority, state, counter, officer, calls, reason, purpose, person, issued_at," \
  " called_at, started_at, ended_at, queued_at, first, to_counter, returns, first_called_at, wrap_up_at,"          \
  " joined_at, turn, slot_from, slot_to, forecast_low, forecast_high FROM tickets "
constexpr std::string_view kById = TICKET_COLUMNS "WHERE id = ?1";
constexpr std::string_view kByNumber =
    TICKET_COLUMNS "WHERE day = ?2 AND live = 1 AND number = ?1 UNION ALL " TICKET_COLUMNS
                   "WHERE day = ?2 AND live = 0 AND number = ?1"
                   " ORDER BY issued_at DESC LIMIT 1";
constexpr std::string_view kLiveOf = TICKET_COLUMNS "WHERE person = ?1 AND service = ?2 AND live = 1";
constexpr std::string_view kAllLiveOf = TICKET_COLUMNS "WHERE person = ?1 AND live = 1 ORDER BY issued_at DESC";
constexpr std::string_view kOfDay = TICKET_COLUMNS "WHERE day = ?1 AND live = 1 UNION ALL " TICKET_COLUMNS
                                                   "WHERE day = ?1 AND live = 0 ORDER BY issued_at, id";
constexpr std::string_view kLiveOfDay = TICKET_COLUMNS "WHERE day = ?1 AND live = 1 ORDER BY issued_at, id";
constexpr std::string_view kHeld =
    TICKET_COLUMNS "WHERE live = 1 AND day = ?1 AND state IN ('called', 'serving', 'wrap_up')";
constexpr std::string_view kWaiting =
    "SELECT id, service, priority, state, issued_at, queued_at, first, to_counter FROM tickets"
    " WHERE live = 1 AND state IN ('waiting', 'transferred') AND day >= ?1";
constexpr std::string_view kLiveBefore = TICKET_COLUMNS "WHERE live = 1 AND day < ?1 ORDER BY issued_at, id";
constexpr std::string_view kCountWaiting =
    "SELECT count(*) FROM tickets WHERE live = 1 AND state IN ('waiting', 'transferred') AND day = ?1 AND service = ?2";
constexpr std::string_view kWaitingByService =
    "SELECT service, count(*) FROM tickets WHERE live = 1 AND state IN ('waiting', 'transferred') AND day >= ?1"
    " GROUP BY day, service";
constexpr std::string_view kDirected = "SELECT 1 FROM tickets WHERE live = 1 AND to_counter <> '' LIMIT 1";
constexpr std::string_view kCountIssued = "SELECT count(*) FROM tickets WHERE day = ?1 AND service = ?2";
constexpr std::string_view kSlotsTaken =
    "SELECT slot_from, count(*) FROM tickets WHERE live = 1 AND service = ?1 AND slot_from >= ?2 GROUP BY slot_from";
// By the time of the calls ("+day" keeps SQLite from sorting the whole day), and not back into earlier ones.
constexpr std::string_view kLastCalled =
    TICKET_COLUMNS "WHERE called_at >= ?2 AND +day = ?1 AND counter <> '' ORDER BY called_at DESC LIMIT ?3";
#undef TICKET_COLUMNS

Result<TicketRow> read_ticket(const sqlite::Stmt& s) {
  TicketRow r;
  auto& t = r.ticket;
  t.id = to_id(s.blob(0));
  r.day = s.text(1);
  t.number = s.text(2);
  t.service = s.text(3);
  const auto priority = domain::from_code<domain::Priority>(s.text(4));
  const auto state = domain::from_code<domain::TicketState>(s.text(5));
  if (!priority || !state) return damaged("store_corrupt", "tickets: unknown code");
  t.priority = *priority;
  t.state = *state;
  t.counter = s.text(6);
  t.officer = s.text(7);
  t.calls = static_cast<int>(s.integer(8));
  t.reason = s.text(9);
  t.purpose = s.text(10);
  if (!s.is_null(11)) r.person = to_hash(s.blob(11));
  t.issued_at = from_ms(s.integer(12));
  t.called_at = time_at(s, 13);
  t.started_at = time_at(s, 14);
  t.ended_at = time_at(s, 15);
  t.queued_at = time_at(s, 16);
  t.first = s.integer(17) != 0;
  t.to_counter = s.text(18);
  t.returns = static_cast<int>(s.integer(19));
  t.first_called_at = time_at(s, 20);
  t.wrap_up_at = time_at(s, 21);
  r.joined_at = time_at(s, 22);
  r.turn = static_cast<int>(s.integer(23));
  if (!s.is_null(24) && !s.is_null(25)) r.slot = domain::Window{from_ms(s.integer(24)), from_ms(s.integer(25))};
  if (!s.is_null(26) && !s.is_null(27))
    r.forecast = domain::WaitRange{static_cast<int>(s.integer(26)), static_cast<int>(s.integer(27))};
  return r;
}

Result<std::optional<TicketRow>> one(sqlite::Stmt& s) {
  TRY(const bool found, s.step());
  if (!found) {
    s.reset();
    return std::optional<TicketRow>();
  }
  auto row = read_ticket(s);
  s.reset();
  if (!row) return row.fault();
  return std::optional(std::move(*row));
}

Result<std::vector<TicketRow>> rows_of(sqlite::Stmt& s) {
  std::vector<TicketRow> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    TRY(auto row, read_ticket(s));
    out.push_back(std::move(row));
  }
  s.reset();
  return out;
}

Result<std::vector<domain::Ticket>> tickets_of(sqlite::Stmt& s) {
  TRY(auto rows, rows_of(s));
  std::vector<domain::Ticket> out;
  out.reserve(rows.size());
  for (auto& r : rows) out.push_back(std::move(r.ticket));
  return out;
}

std::optional<std::int64_t> low_of(const TicketRow& r) {
  return r.forecast ? std::optional<std::int64_t>(r.forecast->low_min) : std::nullopt;
}
std::optional<std::int64_t> high_of(const TicketRow& r) {
  return r.forecast ? std::optional<std::int64_t>(r.forecast->high_min) : std::nullopt;
}

Result<int> count_of(sqlite::Stmt& s) {
  TRY_DONE(s.step());
  const int n = static_cast<int>(s.integer(0));
  s.reset();
  return n;
}

}  // namespace

Result<std::vector<domain::Service>> services(sqlite::Db& db) {
  auto& s = db.prepared(kServices).bind_all();
  std::vector<domain::Service> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    out.push_back({s.text(0), s.text(1), s.text(2), s.integer(3) != 0});
  }
  s.reset();
  return out;
}

Result<Done> put_services(Tx& tx, const std::vector<domain::Service>& services) {
  tx.queue_changes();
  TRY_DONE(tx.db().prepared(kClearServices).bind_all().run());
  int position = 0;
  for (const auto& v : services)
    TRY_DONE(tx.db().prepared(kInsertService).bind_all(v.code, v.name, v.letter, v.open, position++).run());
  // A service may have got the letter of another: from now on each number of that day is looked up.
  TRY_DONE(tx.db().prepared(kAllRound).bind_all().run());
  return tx.db().prepared(kLettersMoved).bind_all().run();
}

Result<domain::Series> series(sqlite::Db& db, const std::string& service, Date today) {
  std::string day;
  domain::Series out;
  // A clock that was set back to a day with numbers of its own goes on behind those as well.
  TRY_DONE(db.prepared(kSeriesSince).bind_all(service, today.iso()).each([&](sqlite::Stmt& s) {
    day = s.text(0);
    out.last = static_cast<int>(s.integer(1));
    out.round = s.integer(2) != 0;
  }));
  if (!day.empty()) {
    TRY(out.day, Date::parse(day, "day"));
    return out;
  }
  // The day's first number, unless a restore skipped some.
  TRY(const int skipped, count_of(db.prepared(kSkippedUntil).bind_all(today.iso())));
  return domain::Series{today, std::min(skipped, domain::k_last_number)};
}

Result<std::optional<Date>> newest_series_day(sqlite::Db& db) {
  std::string day;
  TRY_DONE(db.prepared(kNewestSeries).bind_all().each([&](sqlite::Stmt& s) { day = s.text(0); }));
  if (day.empty()) return std::optional<Date>();
  TRY(const Date newest, Date::parse(day, "day"));
  return std::optional(newest);
}

Result<Done> begin_numbers(Tx& tx, Date today) {
  auto& db = tx.db();
  TRY_DONE(db.prepared(kFalseSeries).bind_all(today.iso()).run());
  TRY_DONE(db.prepared(kFalseSkips).bind_all(today.iso()).run());
  const std::string before = today.plus_days(-1).iso();
  TRY_DONE(db.prepared(kFalseTickets).bind_all(today.iso(), before).run());
  TRY_DONE(db.prepared(kFalseBreaks).bind_all(today.iso(), before).run());
  tx.queue_changes();
  return Done{};
}

Result<Done> put_series(Tx& tx, const std::string& service, const domain::Series& series) {
  return tx.db().prepared(kPutSeries).bind_all(service, series.day.iso(), series.last, series.round).run();
}

Result<std::vector<int>> numbers_in_use(sqlite::Db& db, const std::string& service, const std::string& letter,
                                        const domain::Series& series, Date today, int returns) {
  std::vector<int> out;
  if (!series.round && series.last < domain::k_last_number) return out;
  TRY_DONE(db.prepared(kSkipped).bind_all(service, today.iso()).each([&](sqlite::Stmt& s) {
    for (int i = 0; i < static_cast<int>(s.integer(1)); ++i)
      out.push_back((static_cast<int>(s.integer(0)) + i - 1) % domain::k_last_number + 1);
  }));
  while (const auto next = domain::next_number(series, today, out)) {
    bool used = false;
    TRY_DONE(db.prepared(kNumberInUse)
                 .bind_all(domain::number_text(letter, next->number), today.iso(), returns)
                 .each([&](sqlite::Stmt&) { used = true; }));
    if (!used) break;
    out.push_back(next->number);
  }
  return out;
}

Result<Done> number_given(Tx& tx, const std::string& service, const std::string& day, int number) {
  int last = 0;
  bool round = false;
  TRY_DONE(tx.db().prepared(kSeriesOf).bind_all(service, day).each([&](sqlite::Stmt& s) {
    last = static_cast<int>(s.integer(0));
    round = s.integer(1) != 0;
  }));
  // Numbers go round: what lies less than half of them ahead is later, everything else was given before.
  constexpr int all = domain::k_last_number;
  const bool before = last > 0 && (number - last + all) % all >= all / 2;
  const bool went_round = last > 0 && (before ? number > last : number < last);
  if (before && !went_round) return Done{};
  return tx.db().prepared(kPutSeries).bind_all(service, day, before ? last : number, round || went_round).run();
}

Result<Done> skip_numbers(Tx& tx, const std::string& day, int skip) {
  constexpr int round = domain::k_last_number;
  struct Begun {
    int last = 0;
    bool round = false;
  };
  std::map<std::string, Begun> begun;
  TRY_DONE(tx.db().prepared(kSeriesOfDay).bind_all(day).each([&](sqlite::Stmt& s) {
    begun[s.text(0)] = {static_cast<int>(s.integer(1)), s.integer(2) != 0};
  }));
  for (const auto& [service, at] : begun) {
    const int until = at.last + skip;
    TRY_DONE(tx.db().prepared(kSkip).bind_all(service, day, at.last % round + 1, skip).run());
    TRY_DONE(
        tx.db().prepared(kPutSeries).bind_all(service, day, (until - 1) % round + 1, at.round || until > round).run());
  }
  TRY_DONE(tx.db().prepared(kForgetSkipped).bind_all(day).run());
  TRY(const int until, count_of(tx.db().prepared(kSkippedUntil).bind_all(day)));
  return tx.db().prepared(kSkip).bind_all("", day, until + 1, skip).run();
}

Result<Done> insert_ticket(Tx& tx, const TicketRow& row) {
  tx.queue_changes();
  const auto& t = row.ticket;
  return tx.db()
      .prepared(kInsertTicket)
      .bind_all(id_bytes(t.id), row.day, t.number, t.service, std::string(code(t.priority)), std::string(code(t.state)),
                is_live(t.state), t.counter, t.officer, t.calls, t.reason, t.purpose,
                row.person ? std::optional(Bytes(row.person->begin(), row.person->end())) : std::nullopt,
                to_ms(t.issued_at), ms_of(t.called_at), ms_of(t.started_at), ms_of(t.ended_at), ms_of(t.queued_at),
                t.first, t.to_counter, t.returns, ms_of(t.first_called_at), ms_of(t.wrap_up_at), ms_of(row.joined_at),
                row.turn, row.slot ? std::optional(to_ms(row.slot->from)) : std::nullopt,
                row.slot ? std::optional(to_ms(row.slot->to)) : std::nullopt, low_of(row), high_of(row))
      .run();
}

Result<Done> update_ticket(Tx& tx, const TicketRow& row) {
  tx.queue_changes();
  const auto& t = row.ticket;
  return tx.db()
      .prepared(kUpdateTicket)
      .bind_all(id_bytes(t.id), t.service, std::string(code(t.priority)), std::string(code(t.state)), is_live(t.state),
                t.counter, t.officer, t.calls, t.reason, t.purpose, ms_of(t.called_at), ms_of(t.started_at),
                ms_of(t.ended_at), ms_of(t.queued_at), t.first, t.to_counter, t.returns, ms_of(t.first_called_at),
                ms_of(t.wrap_up_at), ms_of(row.joined_at), row.turn, low_of(row), high_of(row))
      .run();
}

Result<std::optional<TicketRow>> ticket(sqlite::Db& db, const Uuid& id) {
  return one(db.prepared(kById).bind_all(id_bytes(id)));
}
Result<std::optional<TicketRow>> ticket_by_number(sqlite::Db& db, const std::string& number, const std::string& day) {
  return one(db.prepared(kByNumber).bind_all(number, day));
}
Result<std::optional<TicketRow>> live_ticket_of(sqlite::Db& db, const crypto::Hash& person,
                                                const std::string& service) {
  return one(db.prepared(kLiveOf).bind_all(ByteView(person), service));
}
Result<std::vector<TicketRow>> live_tickets_of(sqlite::Db& db, const crypto::Hash& person) {
  return rows_of(db.prepared(kAllLiveOf).bind_all(ByteView(person)));
}
Result<std::vector<domain::Ticket>> tickets_of_day(sqlite::Db& db, const std::string& day, bool live_only) {
  return tickets_of(db.prepared(live_only ? kLiveOfDay : kOfDay).bind_all(day));
}
Result<std::vector<domain::Ticket>> held_tickets(sqlite::Db& db, const std::string& day) {
  return tickets_of(db.prepared(kHeld).bind_all(day));
}
Result<std::vector<domain::Ticket>> waiting_tickets(sqlite::Db& db, const std::string& day) {
  auto& s = db.prepared(kWaiting).bind_all(day);
  std::vector<domain::Ticket> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    auto& t = out.emplace_back();
    t.id = to_id(s.blob(0));
    t.service = s.text(1);
    const auto priority = domain::from_code<domain::Priority>(s.text(2));
    const auto state = domain::from_code<domain::TicketState>(s.text(3));
    if (!priority || !state) return damaged("store_corrupt", "tickets: unknown code");
    t.priority = *priority;
    t.state = *state;
    t.issued_at = from_ms(s.integer(4));
    t.queued_at = time_at(s, 5);
    t.first = s.integer(6) != 0;
    t.to_counter = s.text(7);
  }
  s.reset();
  return out;
}
Result<std::vector<TicketRow>> live_tickets_before(sqlite::Db& db, const std::string& day) {
  return rows_of(db.prepared(kLiveBefore).bind_all(day));
}

Result<int> count_waiting(sqlite::Db& db, const std::string& day, const std::string& service) {
  return count_of(db.prepared(kCountWaiting).bind_all(day, service));
}
Result<std::map<std::string, int>> waiting_by_service(sqlite::Db& db, const std::string& day) {
  std::map<std::string, int> out;
  TRY_DONE(db.prepared(kWaitingByService).bind_all(day).each([&](sqlite::Stmt& s) {
    out[s.text(0)] += static_cast<int>(s.integer(1));
  }));
  return out;
}
Result<bool> any_directed(sqlite::Db& db) {
  bool any = false;
  TRY_DONE(db.prepared(kDirected).bind_all().each([&](sqlite::Stmt&) { any = true; }));
  return any;
}
Result<int> count_issued(sqlite::Db& db, const std::string& day, const std::string& service) {
  return count_of(db.prepared(kCountIssued).bind_all(day, service));
}
Result<std::map<WallTime, int>> slots_taken(sqlite::Db& db, const std::string& service, WallTime since) {
  std::map<WallTime, int> out;
  TRY_DONE(db.prepared(kSlotsTaken).bind_all(service, to_ms(since)).each([&](sqlite::Stmt& s) {
    out[from_ms(s.integer(0))] = static_cast<int>(s.integer(1));
  }));
  return out;
}

Result<std::vector<domain::Ticket>> last_called(sqlite::Db& db, const std::string& day, WallTime since, int max_count) {
  return tickets_of(db.prepared(kLastCalled).bind_all(day, to_ms(since), max_count));
}

}  // namespace kiosk::store
