// Officers from the centre's list, their PIN verifiers set here, log-in failures, sessions and whom a session has
// opened. Sessions are kept (only the hash of the token), so that officers in the middle of a case survive a restart of
// the node.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "node/store/rows.h"

namespace kiosk::store {

struct OfficerRow {
  std::string number, name, role;
  std::vector<std::string> rights;
  std::optional<Date> valid_until;
  std::string verifier;                    // Argon2id text; empty until activated
  std::optional<crypto::Hash> activation;  // blind index of the activation PIN it was made from
  int failures = 0;
  std::optional<WallTime> locked_until;
  bool listed = true;  // still in the centre's list
};

Result<std::vector<OfficerRow>> officers(Rows rows);  // listed ones, by number
Result<std::optional<OfficerRow>> officer(Rows rows, const std::string& number);
Result<Done> put_officer(Tx& tx, const OfficerRow& row);
Result<Done> unlist_officers(Tx& tx);  // before a new list is put; rows stay for old sessions and names
Result<Done> set_login_failures(Tx& tx, const std::string& number, int failures, std::optional<WallTime> locked_until);

struct SessionRow {
  crypto::Hash token{};  // hash of the token
  std::string officer, terminal;
  WallTime until{}, used_at{};
};
Result<Done> insert_session(Tx& tx, const SessionRow& row);
Result<std::optional<SessionRow>> session(sqlite::Db& db, const crypto::Hash& token);
Result<Done> touch_session(Tx& tx, const crypto::Hash& token, WallTime used_at);
Result<Done> remove_session(Tx& tx, const crypto::Hash& token);
Result<Done> remove_ended_sessions(Tx& tx, WallTime now);

Result<Done> add_opening(Tx& tx, const crypto::Hash& session, const crypto::Hash& person, WallTime at);
Result<bool> has_opening(sqlite::Db& db, const crypto::Hash& session, const crypto::Hash& person);

}  // namespace kiosk::store
