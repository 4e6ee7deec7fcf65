#include "node/store/officers.h"

namespace kiosk::store {
namespace {

#define OFFICER_COLUMNS                                                                                  \
  "SELECT number, sealed_name, role, rights, valid_until, verifier, activation, failures, locked_until," \
  " listed FROM officers "
constexpr std::string_view kOfficers = OFFICER_COLUMNS "WHERE listed = 1 ORDER BY number";
constexpr std::string_view kOfficer = OFFICER_COLUMNS "WHERE number = ?1";
#undef OFFICER_COLUMNS
constexpr std::string_view kPutOfficer =
    "INSERT INTO officers (number, sealed_name, role, rights, valid_until, verifier, activation, failures, "
    "locked_until,"
    " listed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    " ON CONFLICT (number) DO UPDATE SET sealed_name = ?2, role = ?3, rights = ?4, valid_until = ?5, verifier = ?6,"
    " activation = ?7, failures = ?8, locked_until = ?9, listed = ?10";
constexpr std::string_view kUnlist = "UPDATE officers SET listed = 0";
constexpr std::string_view kFailures = "UPDATE officers SET failures = ?2, locked_until = ?3 WHERE number = ?1";
constexpr std::string_view kInsertSession =
    "INSERT INTO sessions (token, officer, terminal, until, used_at) VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr std::string_view kSession = "SELECT token, officer, terminal, until, used_at FROM sessions WHERE token = ?1";
constexpr std::string_view kTouch = "UPDATE sessions SET used_at = ?2 WHERE token = ?1";
constexpr std::string_view kRemoveSession = "DELETE FROM sessions WHERE token = ?1";
constexpr std::string_view kRemoveEnded = "DELETE FROM sessions WHERE until <= ?1";
constexpr std::string_view kAddOpening =
    "INSERT INTO openings (session, person, at) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (session, person) DO UPDATE SET at = ?3";
constexpr std::string_view kHasOpening = "SELECT 1 FROM openings WHERE session = ?1 AND person = ?2";
constexpr std::string_view kNameColumn = "officers.sealed_name";
constexpr std::string_view kVerifierColumn = "officers.verifier";

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) {
    if (!out.empty()) out += ',';
    out += w;
  }
  return out;
}
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  std::size_t from = 0;
  while (from < text.size()) {
    const auto comma = std::min(text.find(',', from), text.size());
    if (comma > from) out.push_back(text.substr(from, comma - from));
    from = comma + 1;
  }
  return out;
}

Result<OfficerRow> read_officer(Rows& rows, const sqlite::Stmt& s) {
  OfficerRow r;
  r.number = s.text(0);
  r.role = s.text(2);
  r.rights = split(s.text(3));
  if (!s.is_null(4)) {
    TRY(r.valid_until, Date::parse(s.text(4)));
  }
  if (!s.is_null(6)) r.activation = to_hash(s.blob(6));
  r.failures = static_cast<int>(s.integer(7));
  r.locked_until = time_at(s, 8);
  r.listed = s.integer(9) != 0;
  const auto id = as_bytes(r.number);
  TRY(r.name, rows.open(s.blob(1), seal_context(kNameColumn, id)));
  if (!s.is_null(5)) {
    TRY(r.verifier, rows.open(s.blob(5), seal_context(kVerifierColumn, id)));
  }
  return r;
}

Result<std::vector<OfficerRow>> all(Rows& rows, sqlite::Stmt& s) {
  std::vector<OfficerRow> out;
  while (true) {
    TRY(const bool more, s.step());
    if (!more) break;
    auto row = read_officer(rows, s);
    if (!row) {
      s.reset();
      return row.fault();
    }
    out.push_back(std::move(*row));
  }
  s.reset();
  return out;
}

}  // namespace

Result<std::vector<OfficerRow>> officers(Rows rows) { return all(rows, rows.db().prepared(kOfficers).bind_all()); }

Result<std::optional<OfficerRow>> officer(Rows rows, const std::string& number) {
  TRY(auto found, all(rows, rows.db().prepared(kOfficer).bind_all(number)));
  if (found.empty()) return std::optional<OfficerRow>();
  return std::optional(std::move(found.front()));
}

Result<Done> put_officer(Tx& tx, const OfficerRow& r) {
  const auto id = as_bytes(r.number);
  std::optional<Bytes> verifier, activation;
  if (!r.verifier.empty()) verifier = tx.seal(r.verifier, seal_context(kVerifierColumn, id));
  if (r.activation) activation = Bytes(r.activation->begin(), r.activation->end());
  return tx.db()
      .prepared(kPutOfficer)
      .bind_all(r.number, tx.seal(r.name, seal_context(kNameColumn, id)), r.role, join(r.rights),
                r.valid_until ? std::optional(r.valid_until->iso()) : std::nullopt, verifier, activation, r.failures,
                ms_of(r.locked_until), r.listed)
      .run();
}

Result<Done> unlist_officers(Tx& tx) { return tx.db().prepared(kUnlist).bind_all().run(); }

Result<Done> set_login_failures(Tx& tx, const std::string& number, int failures, std::optional<WallTime> locked_until) {
  return tx.db().prepared(kFailures).bind_all(number, failures, ms_of(locked_until)).run();
}

Result<Done> insert_session(Tx& tx, const SessionRow& r) {
  return tx.db()
      .prepared(kInsertSession)
      .bind_all(ByteView(r.token), r.officer, r.terminal, to_ms(r.until), to_ms(r.used_at))
      .run();
}

Result<std::optional<SessionRow>> session(sqlite::Db& db, const crypto::Hash& token) {
  auto& s = db.prepared(kSession).bind_all(ByteView(token));
  TRY(const bool found, s.step());
  std::optional<SessionRow> out;
  if (found) out = SessionRow{to_hash(s.blob(0)), s.text(1), s.text(2), from_ms(s.integer(3)), from_ms(s.integer(4))};
  s.reset();
  return out;
}

Result<Done> touch_session(Tx& tx, const crypto::Hash& token, WallTime used_at) {
  return tx.db().prepared(kTouch).bind_all(ByteView(token), to_ms(used_at)).run();
}
Result<Done> remove_session(Tx& tx, const crypto::Hash& token) {
  return tx.db().prepared(kRemoveSession).bind_all(ByteView(token)).run();
}
Result<Done> remove_ended_sessions(Tx& tx, WallTime now) {
  return tx.db().prepared(kRemoveEnded).bind_all(to_ms(now)).run();
}

Result<Done> add_opening(Tx& tx, const crypto::Hash& session, const crypto::Hash& person, WallTime at) {
  return tx.db().prepared(kAddOpening).bind_all(ByteView(session), ByteView(person), to_ms(at)).run();
}
Result<bool> has_opening(sqlite::Db& db, const crypto::Hash& session, const crypto::Hash& person) {
  auto& s = db.prepared(kHasOpening).bind_all(ByteView(session), ByteView(person));
  TRY(const bool found, s.step());
  s.reset();
  return found;
}

}  // namespace kiosk::store
