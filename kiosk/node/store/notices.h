// Notices on the waiting room's board as rows. Thread, errors: those of the transaction they are given.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "node/store/rows.h"

namespace kiosk::store {

struct NoticeRow {
  Uuid id;
  std::string text, text_en;
  WallTime begins{}, ends{};
  std::string by;  // officer's number; "centre"
  bool removed = false;
};
Result<Done> put_notice(Tx& tx, const NoticeRow& row);                    // the same id again replaces it
Result<std::optional<NoticeRow>> notice(sqlite::Db& db, const Uuid& id);  // also a removed one
// Neither removed nor ended at `now`; the first to begin first.
Result<std::vector<NoticeRow>> notices(sqlite::Db& db, WallTime now);
Result<Done> forget_ended_notices(Tx& tx, WallTime now);
Result<Done> forget_notices_of(Tx& tx, const std::string& by);

}  // namespace kiosk::store
