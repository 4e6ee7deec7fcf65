#include "store/tickets.h"

#include "domain/claim.h"

namespace kiosk::store {
namespace {

constexpr std::string_view kServices = "SELECT code, name, letter, open FROM services ORDER BY position";
constexpr std::string_view kClearServices = "DELETE FROM services";
constexpr std::string_view kInsertService =
    "INSERT INTO services (code, name, letter, open, position) VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr std::string_view kLastNumber = "SELECT last FROM number_series WHERE service = ?1 AND day = ?2";
constexpr std::string_view kSetNumber = "UPDATE number_series SET last = ?3 WHERE service = ?1 AND day = ?2";
constexpr std::string_view kFirstNumber =
    "INSERT INTO number_series (service, day, last) VALUES (?1, ?2, 1 + COALESCE((SELECT CAST(substr(value, 12) AS "
    "INTEGER) FROM meta WHERE key = 'numbers_skipped' AND substr(value, 1, 10) = ?2), 0)) RETURNING last";
constexpr std::string_view kNumberGiven =
    "INSERT INTO number_series (service, day, last) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (service, day) DO UPDATE SET last = max(last, ?3)";
constexpr std::string_view kSkipNumbers = "UPDATE number_series SET last = last + ?2 WHERE day = ?1";
constexpr std::string_view kInsertTicket =
    "INSERT INTO tickets (id, day, number, service, priority, state, live, counter, officer, calls, reason, purpose, "
    "person,"
    " issued_at, called_at, started_at, ended_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
constexpr std::string_view kUpdateTicket =
    "UPDATE tickets SET service = ?2, priority = ?3, state = ?4, live = ?5, counter = ?6, officer = ?7, calls = ?8,"
    " reason = ?9, purpose = ?10, called_at = ?11, started_at = ?12, ended_at = ?13 WHERE id = ?1";
#define TICKET_COLUMNS                                                                                             \
  "SELECT id, day, number, service, priority, state, counter, officer, calls, reason, purpose, person, issued_at," \
  " called_at, started_at, ended_at FROM tickets "
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
constexpr std::string_view kWaiting =
    TICKET_COLUMNS "WHERE live = 1 AND state IN ('waiting', 'transferred') ORDER BY issued_at, id";
constexpr std::string_view kLiveBefore = TICKET_COLUMNS "WHERE live = 1 AND day < ?1 ORDER BY issued_at, id";
constexpr std::string_view kCountWaiting =
    "SELECT count(*) FROM tickets WHERE live = 1 AND state IN ('waiting', 'transferred') AND day = ?1 AND service = ?2";
constexpr std::string_view kRecentCalls =
    "SELECT called_at FROM tickets WHERE called_at >= ?2 AND service = ?1 ORDER BY called_at DESC LIMIT ?3";
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
  TRY_DONE(tx.db().prepared(kClearServices).bind_all().run());
  int position = 0;
  for (const auto& v : services)
    TRY_DONE(tx.db().prepared(kInsertService).bind_all(v.code, v.name, v.letter, v.open, position++).run());
  return Done{};
}

Result<int> next_number(Tx& tx, const std::string& service, const std::string& day) {
  std::optional<std::int64_t> last;
  const auto look = [&](sqlite::Stmt& s) { last = s.integer(0); };
  TRY_DONE(tx.db().prepared(kLastNumber).bind_all(service, day).each(look));
  if (last) {
    TRY_DONE(tx.db().prepared(kSetNumber).bind_all(service, day, ++*last).run());
  } else {
    TRY_DONE(tx.db().prepared(kFirstNumber).bind_all(service, day).each(look));
    if (!last) return damaged("store_corrupt", "number_series returned nothing");
  }
  return static_cast<int>(*last);
}

Result<Done> number_given(Tx& tx, const std::string& service, const std::string& day, int number) {
  return tx.db().prepared(kNumberGiven).bind_all(service, day, number).run();
}

Result<Done> skip_numbers(Tx& tx, const std::string& day, int skip) {
  TRY_DONE(tx.db().prepared(kSkipNumbers).bind_all(day, skip).run());
  return set_meta(tx, "numbers_skipped", day + " " + std::to_string(skip));
}

Result<Done> insert_ticket(Tx& tx, const TicketRow& row) {
  const auto& t = row.ticket;
  return tx.db()
      .prepared(kInsertTicket)
      .bind_all(id_bytes(t.id), row.day, t.number, t.service, std::string(code(t.priority)), std::string(code(t.state)),
                is_live(t.state), t.counter, t.officer, t.calls, t.reason, t.purpose,
                row.person ? std::optional(Bytes(row.person->begin(), row.person->end())) : std::nullopt,
                to_ms(t.issued_at), ms_of(t.called_at), ms_of(t.started_at), ms_of(t.ended_at))
      .run();
}

Result<Done> update_ticket(Tx& tx, const domain::Ticket& t) {
  return tx.db()
      .prepared(kUpdateTicket)
      .bind_all(id_bytes(t.id), t.service, std::string(code(t.priority)), std::string(code(t.state)), is_live(t.state),
                t.counter, t.officer, t.calls, t.reason, t.purpose, ms_of(t.called_at), ms_of(t.started_at),
                ms_of(t.ended_at))
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
Result<std::vector<domain::Ticket>> waiting_tickets(sqlite::Db& db) {
  return tickets_of(db.prepared(kWaiting).bind_all());
}
Result<std::vector<TicketRow>> live_tickets_before(sqlite::Db& db, const std::string& day) {
  return rows_of(db.prepared(kLiveBefore).bind_all(day));
}

Result<int> count_waiting(sqlite::Db& db, const std::string& day, const std::string& service) {
  auto& s = db.prepared(kCountWaiting).bind_all(day, service);
  TRY_DONE(s.step());
  const int n = static_cast<int>(s.integer(0));
  s.reset();
  return n;
}

Result<std::vector<WallTime>> recent_calls(sqlite::Db& db, const std::string& service, WallTime since, int max_count) {
  auto& s = db.prepared(kRecentCalls).bind_all(service, to_ms(since), max_count);
  std::vector<WallTime> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    out.push_back(from_ms(s.integer(0)));
  }
  s.reset();
  return out;
}

Result<std::vector<domain::Ticket>> last_called(sqlite::Db& db, const std::string& day, WallTime since, int max_count) {
  return tickets_of(db.prepared(kLastCalled).bind_all(day, to_ms(since), max_count));
}

}  // namespace kiosk::store
