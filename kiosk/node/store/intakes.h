// What people tell the kiosk, as rows: drafts that were not confirmed, consents, intakes for an officer. Answers are
// sealed. Thread, errors: those of the transaction they are given.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "node/store/rows.h"

namespace kiosk::store {

struct DraftRow {
  std::string body;  // opened
  bool for_officer = false;
  WallTime kept_at{}, expires_at{};
};
Result<Done> put_draft(Tx& tx, const crypto::Hash& person, const DraftRow& row);             // replaces the person's
Result<std::optional<DraftRow>> draft(Rows rows, const crypto::Hash& person, WallTime now);  // none once it expired
Result<Done> forget_draft(Tx& tx, const crypto::Hash& person);
Result<bool> any_draft_expired(sqlite::Db& db, WallTime now);
Result<Done> forget_expired_drafts(Tx& tx, WallTime now);

struct ConsentRow {
  Uuid id;
  crypto::Hash person{};
  std::string purpose, text, language;
  bool given = true;
  WallTime at{};
  std::int64_t seq = 0;
};
Result<Done> insert_consent(Tx& tx, const ConsentRow& row);
Result<std::optional<ConsentRow>> consent(sqlite::Db& db, const Uuid& id);
Result<std::vector<ConsentRow>> last_consents(sqlite::Db& db, const crypto::Hash& person);  // one a purpose

struct IntakeRow {
  Uuid id;
  crypto::Hash person{};
  std::string kind;
  std::string body;  // opened
  WallTime at{};
  std::int64_t seq = 0;
};
Result<Done> insert_intake(Tx& tx, const IntakeRow& row);
Result<std::optional<IntakeRow>> intake(Rows rows, const Uuid& id);
Result<std::vector<IntakeRow>> intakes_of(Rows rows, const crypto::Hash& person, int max_count);  // newest first

}  // namespace kiosk::store
