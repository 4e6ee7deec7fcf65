// Terminals on other machines and their one-time codes as rows; a code's text, or what it was used for, is sealed.
// Thread, errors: those of the transaction they are given.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "node/store/rows.h"

namespace kiosk::store {

struct TerminalRow {
  Uuid id;
  std::string name, role;
  WallTime joined_at{}, certificate_until{};
  std::optional<WallTime> removed_at;
};
Result<std::vector<TerminalRow>> terminals(sqlite::Db& db);                                  // by name; the removed too
Result<std::optional<TerminalRow>> terminal_named(sqlite::Db& db, const std::string& name);  // none of the removed
Result<Done> put_terminal(Tx& tx, const TerminalRow& row);

// What a code was used for: the request as a hash, and its answer, which may have been lost on the way.
struct CodeUse {
  Bytes request, proof;
  std::string certificate_pem, ca_pem;
  WallTime until{};
};
struct TerminalCodeRow {
  std::string id, text, name, role;  // no text once it was used
  WallTime expires_at{};
  int tries = 0;
  bool used = false;
  std::optional<CodeUse> use = {};
};
Result<std::optional<TerminalCodeRow>> terminal_code(Rows rows, const std::string& id);
Result<std::vector<std::string>> names_in_codes(sqlite::Db& db);  // of codes by which nobody has come
Result<Done> put_terminal_code(Tx& tx, const TerminalCodeRow& row);
Result<Done> remove_terminal_codes(Tx& tx, WallTime expired_before);

}  // namespace kiosk::store
