// Biometric resets: asked by one officer, approved by another, usable when the centre says so.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/people/account.h"
#include "node/store/rows.h"

namespace kiosk::store {

struct ResetRow {
  Uuid id;
  crypto::Hash person{};
  Uuid interview;
  std::string officer, terminal, second_officer, second_terminal, reason, photo;
  bool same_terminal = false;
  domain::AccountState state = domain::AccountState::ResetPending;
  std::optional<WallTime> usable_from;
  WallTime at{};
  std::int64_t requested_seq = 0;
  std::optional<std::int64_t> approved_seq;
};

// Refused store_constraint when the interview served another reset.
Result<Done> insert_reset(Tx& tx, const ResetRow& row);
Result<Done> update_reset(Tx& tx,
                          const ResetRow& row);  // second officer and terminal, state, usable_from, approved_seq
Result<std::optional<ResetRow>> reset(sqlite::Db& db, const Uuid& id);
Result<std::optional<ResetRow>> reset_by_seq(sqlite::Db& db, std::int64_t approved_seq);
Result<std::vector<ResetRow>> resets(sqlite::Db& db, bool pending_only, int max_count);              // newest first
Result<std::vector<ResetRow>> resets_of(sqlite::Db& db, const crypto::Hash& person, int max_count);  // newest first

}  // namespace kiosk::store
