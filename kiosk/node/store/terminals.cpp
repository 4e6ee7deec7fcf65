#include "node/store/terminals.h"

#include <charconv>

namespace kiosk::store {
namespace {

constexpr std::string_view kAll =
    "SELECT id, name, role, joined_at, certificate_until, removed_at FROM terminals ORDER BY name, joined_at";
constexpr std::string_view kNamed =
    "SELECT id, name, role, joined_at, certificate_until, removed_at FROM terminals WHERE name = ?1 AND removed_at IS "
    "NULL";
constexpr std::string_view kPut =
    "INSERT OR REPLACE INTO terminals (id, name, role, joined_at, certificate_until, removed_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr std::string_view kCode =
    "SELECT sealed, name, role, expires_at, tries, used FROM terminal_codes WHERE id = ?1";
constexpr std::string_view kNames = "SELECT name FROM terminal_codes WHERE used = 0";
constexpr std::string_view kPutCode =
    "INSERT OR REPLACE INTO terminal_codes (id, sealed, name, role, expires_at, tries, used) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr std::string_view kRemoveCodes = "DELETE FROM terminal_codes WHERE expires_at < ?1";

std::string code_context(const std::string& id) { return "terminal_codes.sealed:" + id; }

// A line each, the certificates last: they have several.
std::string text_of(const CodeUse& u) {
  return to_hex(u.request) + '\n' + to_hex(u.proof) + '\n' + std::to_string(to_ms(u.until)) + '\n' +
         std::to_string(u.certificate_pem.size()) + '\n' + u.certificate_pem + u.ca_pem;
}

// Nullopt: of a node that did not keep it yet.
std::optional<CodeUse> use_of(std::string_view text) {
  const auto line = [&] {
    const auto end = std::min(text.find('\n'), text.size());
    const auto out = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return out;
  };
  const auto number = [](std::string_view digits) {
    std::int64_t n = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), n);
    return n;
  };
  CodeUse u;
  const auto request = from_hex(line()), proof = from_hex(line());
  u.until = from_ms(number(line()));
  const auto size = static_cast<std::size_t>(number(line()));
  if (!request || !proof || request->empty() || size == 0 || size > text.size()) return std::nullopt;
  u.request = *request;
  u.proof = *proof;
  u.certificate_pem = text.substr(0, size);
  u.ca_pem = text.substr(size);
  return u;
}

TerminalRow terminal_at(const sqlite::Stmt& s) {
  return {to_id(s.blob(0)), s.text(1), s.text(2), from_ms(s.integer(3)), from_ms(s.integer(4)), time_at(s, 5)};
}

}  // namespace

Result<std::vector<TerminalRow>> terminals(sqlite::Db& db) {
  auto& s = db.prepared(kAll);
  std::vector<TerminalRow> out;
  for (;;) {
    TRY(const bool more, s.step());
    if (!more) break;
    out.push_back(terminal_at(s));
  }
  s.reset();
  return out;
}

Result<std::optional<TerminalRow>> terminal_named(sqlite::Db& db, const std::string& name) {
  auto& s = db.prepared(kNamed).bind_all(name);
  TRY(const bool there, s.step());
  auto row = there ? std::optional(terminal_at(s)) : std::nullopt;
  s.reset();
  return row;
}

Result<Done> put_terminal(Tx& tx, const TerminalRow& row) {
  return tx.db()
      .prepared(kPut)
      .bind_all(id_bytes(row.id), row.name, row.role, to_ms(row.joined_at), to_ms(row.certificate_until),
                ms_of(row.removed_at))
      .run();
}

Result<std::optional<TerminalCodeRow>> terminal_code(Rows rows, const std::string& id) {
  auto& s = rows.db().prepared(kCode).bind_all(id);
  TRY(const bool there, s.step());
  if (!there) {
    s.reset();
    return std::optional<TerminalCodeRow>();
  }
  TerminalCodeRow row;
  row.id = id;
  const Bytes sealed = s.blob(0);
  row.name = s.text(1);
  row.role = s.text(2);
  row.expires_at = from_ms(s.integer(3));
  row.tries = static_cast<int>(s.integer(4));
  row.used = s.integer(5) != 0;
  s.reset();
  TRY(std::string text, rows.open(sealed, code_context(id)));
  if (row.used)
    row.use = use_of(text);
  else
    row.text = std::move(text);
  return std::optional(std::move(row));
}

Result<std::vector<std::string>> names_in_codes(sqlite::Db& db) {
  auto& s = db.prepared(kNames);
  std::vector<std::string> out;
  for (;;) {
    TRY(const bool more, s.step());
    if (!more) break;
    out.push_back(s.text(0));
  }
  s.reset();
  return out;
}

Result<Done> put_terminal_code(Tx& tx, const TerminalCodeRow& row) {
  const Bytes sealed = tx.seal(!row.used ? row.text : row.use ? text_of(*row.use) : "", code_context(row.id));
  return tx.db()
      .prepared(kPutCode)
      .bind_all(row.id, sealed, row.name, row.role, to_ms(row.expires_at), row.tries, row.used ? 1 : 0)
      .run();
}

Result<Done> remove_terminal_codes(Tx& tx, WallTime expired_before) {
  return tx.db().prepared(kRemoveCodes).bind_all(to_ms(expired_before)).run();
}

}  // namespace kiosk::store
