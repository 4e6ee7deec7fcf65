#include "events/blob.h"

#include "events/kinds.h"
#include "node/store/outbox.h"
#include "node/store/store_impl.h"
#include "node/store/wanted.h"

namespace kiosk::store {
namespace {
constexpr std::size_t k_max_blob = 32u * 1024 * 1024;

constexpr std::string_view k_add = "INSERT INTO blob (hash, kind, size, wrap, at) VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr std::string_view k_add_bytes = "INSERT INTO blob_bytes (n, bytes) VALUES (?1, ?2)";
constexpr std::string_view k_get =
    "SELECT b.wrap, c.bytes FROM blob b JOIN blob_bytes c ON c.n = b.n WHERE b.hash = ?1";
constexpr std::string_view k_all =
    "SELECT b.hash, c.bytes FROM blob b LEFT JOIN blob_bytes c ON c.n = b.n "
    "WHERE b.complete <> 2";  // what was given up (damaged.h) is told as a task
constexpr std::string_view k_row = "SELECT n, size, wrap FROM blob WHERE hash = ?1";
constexpr std::string_view k_refer = "UPDATE blob SET urgency = min(urgency, ?2) WHERE hash = ?1";
constexpr std::string_view k_waiting =
    "SELECT hash, kind, size, sent FROM blob WHERE complete = 0 ORDER BY urgency, n LIMIT ?1";
constexpr std::string_view k_held = "UPDATE blob SET sent = size, complete = 1 WHERE hash = ?1 AND complete = 0";
constexpr std::string_view k_sent = "UPDATE blob SET sent = ?2, complete = ?3 WHERE hash = ?1 AND complete = 0";

struct BlobRow {
  std::int64_t n = 0, size = 0;
  Bytes wrap;
};
Result<BlobRow> row_of(sqlite::Db& db, const std::string& hash) {
  BlobRow r;
  TRY_DONE(db.prepared(k_row).bind_all(hash).each([&](sqlite::Stmt& s) {
    r = {s.integer(0), s.integer(1), s.blob(2)};
  }));
  if (r.n == 0) return refused("blob_unknown", "no blob of that name", "blob");
  return r;
}
}  // namespace

Result<std::string> Store::put_blob(std::string_view kind, ByteView plain) {
  if (plain.empty() || plain.size() > k_max_blob) return bad_input("blob_size", "blob", "1 byte to 32 MiB");
  if (kind.empty() || kind.size() > 32) return bad_input("blob_kind", "kind", "1 to 32 characters");
  if (const auto disk_now = disk(); disk_now.room != Room::Enough)
    return refused("disk_low", std::to_string(disk_now.free_bytes.value_or(0) >> 20) + " MB free");
  const auto blob = events::seal_blob(plain, keys().data);
  TRY(auto tx, begin());
  TRY_DONE(tx.db()
               .prepared(k_add)
               .bind_all(blob.hash, kind, static_cast<std::int64_t>(blob.ciphertext.size()), blob.node_wrap,
                         to_ms(clock().now()))
               .run());
  TRY_DONE(tx.db().prepared(k_add_bytes).bind_all(tx.db().last_rowid(), blob.ciphertext).run());
  TRY_DONE(tx.commit_local());
  return blob.hash;
}

Result<Bytes> Store::open_blob(const std::string& hash) {
  TRY(auto snapshot, read());
  Bytes wrap, bytes;
  TRY_DONE(snapshot.db().prepared(k_get).bind_all(hash).each([&](sqlite::Stmt& s) {
    wrap = s.blob(0);
    bytes = s.blob(1);
  }));
  if (wrap.empty()) {
    TRY(const auto wanted, wanted_blob(snapshot.db(), hash));
    if (!wanted) return refused("blob_unknown", "no blob of that name", "blob");
    const std::string size = wanted->size > 0 ? std::to_string(wanted->size) : "a number not known yet";
    return refused("blob_on_its_way", std::to_string(wanted->have) + " of " + size + " bytes", "blob");
  }
  return events::open_blob(hash, bytes, wrap, keys().data);
}

Result<Done> check_blobs(sqlite::Db& db) {
  std::string bad;
  TRY_DONE(db.prepared(k_all).each([&](sqlite::Stmt& s) {
    if (bad.empty() && (s.is_null(1) || events::blob_name(s.blob(1)) != s.text(0))) bad = s.text(0);
  }));
  if (!bad.empty()) return damaged("store_corrupt", "the photo or document " + bad.substr(0, 12) + " is not whole");
  return Done{};
}

std::int64_t urgency_of(std::string_view kind) {
  if (events::is<events::ResetRequested>(kind) || events::is<events::AccountReset>(kind)) return 0;
  std::int64_t urgency = 2;
  events::visit_kind(kind, [&]<class K>() { urgency = K::kind.changes == events::Changes::Claim ? 1 : 2; });
  return urgency;
}

Result<Done> refer_to_blobs(sqlite::Db& db, const events::Header& header) {
  const std::int64_t urgency = urgency_of(header.kind);
  for (const auto& hash : header.blobs) {
    TRY_DONE(db.prepared(k_refer).bind_all(hash, urgency).run());
    if (db.changes() == 0) return refused("blob_unknown", "the event names a blob that was not put", "blob");
  }
  return Done{};
}

Result<std::vector<BlobToSend>> blobs_to_send(sqlite::Db& db, int max_count) {
  std::vector<BlobToSend> out;
  TRY_DONE(db.prepared(k_waiting).bind_all(max_count).each([&](sqlite::Stmt& s) {
    out.push_back({s.text(0), s.text(1), s.integer(2), s.integer(3)});
  }));
  return out;
}

Result<Bytes> blob_part(sqlite::Db& db, const std::string& hash, std::int64_t offset, std::int64_t max_bytes) {
  TRY(const auto row, row_of(db, hash));
  return db.blob_part("blob_bytes", "bytes", row.n, offset, max_bytes);
}

Result<Bytes> blob_wrap(sqlite::Db& db, const std::string& hash) {
  TRY(auto row, row_of(db, hash));
  return std::move(row.wrap);
}

Result<bool> set_blob_held(Tx& tx, const std::string& hash) {
  TRY_DONE(tx.db().prepared(k_held).bind_all(hash).run());
  return tx.db().changes() > 0;
}

Result<Done> set_blob_sent(Tx& tx, const std::string& hash, std::int64_t sent, bool complete) {
  TRY(const auto row, row_of(tx.db(), hash));
  if (sent < 0 || sent > row.size) return bad_input("blob_offset", "sent", "0 to the blob's size");
  return tx.db().prepared(k_sent).bind_all(hash, sent, complete).run();
}

}  // namespace kiosk::store
