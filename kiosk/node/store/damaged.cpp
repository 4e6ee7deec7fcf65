#include "node/store/damaged.h"

#include <optional>

#include "events/blob.h"
#include "node/store/wanted.h"

namespace kiosk::store {
namespace {
constexpr std::string_view k_bytes =
    "SELECT b.size, c.bytes FROM blob b LEFT JOIN blob_bytes c ON c.n = b.n WHERE b.hash = ?1";
constexpr std::string_view k_waiting = "SELECT hash FROM blob WHERE complete = 0 ORDER BY n";
constexpr std::string_view k_mark = "UPDATE blob SET complete = 2 WHERE hash = ?1 AND complete = 0";
constexpr std::string_view k_state = "SELECT complete FROM blob WHERE hash = ?1";
constexpr std::string_view k_damaged =
    "SELECT hash FROM blob WHERE complete = 2 AND (hash IN (SELECT blob FROM claim_documents) OR hash IN (SELECT photo"
    " FROM claims) OR hash IN (SELECT a.photo FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM claims c WHERE c.attempt "
    "="
    " a.id AND c.photo <> a.photo)) OR hash IN (SELECT photo FROM resets)) ORDER BY n LIMIT "
    "1000";
constexpr std::string_view k_uses =
    "SELECT claim, kind FROM claim_documents WHERE blob = ?1 UNION SELECT id, 'photo' FROM claims WHERE photo = ?1";
constexpr std::string_view k_forget = "DELETE FROM claim_documents WHERE claim = ?1 AND kind = ?2 AND blob = ?3";
constexpr std::string_view k_photo = "UPDATE claims SET photo = ?3 WHERE id = ?1 AND photo = ?2";
constexpr std::string_view k_there = "SELECT 1 FROM blob WHERE hash = ?1";
constexpr std::string_view k_given_up =
    "INSERT INTO blob (hash, kind, size, wrap, sent, complete, urgency, at) VALUES (?1, ?2, 0, x'', 0, 2, 3, ?3)";
constexpr std::string_view k_name = "INSERT OR IGNORE INTO claim_documents (claim, kind, blob) VALUES (?1, ?2, ?3)";
}  // namespace

Result<bool> blob_whole(sqlite::Db& db, const std::string& hash) {
  bool whole = false;
  TRY_DONE(db.prepared(k_bytes).bind_all(hash).each([&](sqlite::Stmt& s) {
    if (s.is_null(1)) return;
    const Bytes bytes = s.blob(1);
    whole = static_cast<std::int64_t>(bytes.size()) == s.integer(0) && events::blob_name(bytes) == hash;
  }));
  return whole;
}

Result<std::vector<std::string>> blobs_waiting(sqlite::Db& db) {
  std::vector<std::string> out;
  TRY_DONE(db.prepared(k_waiting).each([&](sqlite::Stmt& row) { out.push_back(row.text(0)); }));
  return out;
}

Result<bool> set_blob_damaged(Tx& tx, const std::string& hash) {
  TRY_DONE(tx.db().prepared(k_mark).bind_all(hash).run());
  return tx.db().changes() > 0;
}

Result<std::vector<std::string>> damaged_blobs(sqlite::Db& db) {
  std::vector<std::string> out;
  TRY_DONE(db.prepared(k_damaged).each([&](sqlite::Stmt& row) { out.push_back(row.text(0)); }));
  return out;
}

Result<int> count_damaged(sqlite::Db& db, const std::vector<std::string>& hashes) {
  int count = 0;
  for (const auto& hash : hashes)
    TRY_DONE(db.prepared(k_state).bind_all(hash).each([&](sqlite::Stmt& s) { count += s.integer(0) == 2 ? 1 : 0; }));
  return count;
}

Result<std::vector<BlobUse>> uses_of_blob(sqlite::Db& db, const std::string& hash) {
  std::vector<BlobUse> out;
  TRY_DONE(db.prepared(k_uses).bind_all(hash).each([&](sqlite::Stmt& s) {
    out.push_back({to_id(s.blob(0)), s.text(1)});
  }));
  return out;
}

Result<Done> replace_document(Tx& tx, const BlobUse& use, const std::string& old_blob, const std::string& new_blob) {
  if (use.kind == "photo") return tx.db().prepared(k_photo).bind_all(id_bytes(use.claim), old_blob, new_blob).run();
  TRY_DONE(tx.db().prepared(k_forget).bind_all(id_bytes(use.claim), use.kind, old_blob).run());
  return tx.db().prepared(k_name).bind_all(id_bytes(use.claim), use.kind, new_blob).run();
}

Result<bool> put_given_up(Tx& tx, const std::string& hash, const std::string& kind) {
  bool there = false;
  TRY_DONE(tx.db().prepared(k_there).bind_all(hash).each([&](sqlite::Stmt&) { there = true; }));
  if (there) return false;
  TRY([[maybe_unused]] const auto urgency, no_longer_wanted(tx.db(), hash));  // the centre never had it
  TRY_DONE(tx.db().prepared(k_given_up).bind_all(hash, kind, to_ms(tx.store().clock().now())).run());
  return true;
}

}  // namespace kiosk::store
