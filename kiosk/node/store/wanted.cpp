#include "node/store/wanted.h"

#include "events/blob.h"
#include "node/store/epochs.h"
#include "node/store/outbox.h"
#include "node/store/store_impl.h"

namespace kiosk::store {
namespace {

constexpr std::string_view k_here = "SELECT 1 FROM blob WHERE hash = ?1";
constexpr std::string_view k_refer = "UPDATE blob SET urgency = min(urgency, ?2) WHERE hash = ?1";
constexpr std::string_view k_want =
    "INSERT INTO blob_wanted (hash, urgency) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET urgency = min(urgency, "
    "?2)";
constexpr std::string_view k_next =
    "SELECT w.hash, COALESCE((SELECT max(p.at + length(p.bytes)) FROM blob_piece p WHERE p.wanted = w.n), 0), w.size "
    "FROM blob_wanted w WHERE w.ask_after <= ?1 OR w.ask_after > ?1 + 86400000 ORDER BY w.urgency, w.n LIMIT 1";
constexpr std::string_view k_count = "SELECT count(*) FROM blob_wanted";
constexpr std::string_view k_row =
    "SELECT w.n, w.size, w.urgency, COALESCE((SELECT max(p.at + length(p.bytes)) FROM blob_piece p WHERE p.wanted = "
    "w.n), 0) FROM blob_wanted w WHERE w.hash = ?1";
constexpr std::string_view k_said = "UPDATE blob_wanted SET size = ?2, kind = ?3 WHERE n = ?1";
constexpr std::string_view k_add = "INSERT INTO blob_piece (wanted, at, bytes) VALUES (?1, ?2, ?3)";
constexpr std::string_view k_pieces = "SELECT bytes FROM blob_piece WHERE wanted = ?1 ORDER BY at";
constexpr std::string_view k_drop_pieces = "DELETE FROM blob_piece WHERE wanted = ?1";
constexpr std::string_view k_later = "UPDATE blob_wanted SET ask_after = ?2, size = 0 WHERE n = ?1";
constexpr std::string_view k_drop = "DELETE FROM blob_wanted WHERE n = ?1";

struct Row {
  std::int64_t n = 0, size = 0, urgency = 0, have = 0;
};
Result<std::optional<Row>> row_of(sqlite::Db& db, const std::string& hash) {
  std::optional<Row> row;
  TRY_DONE(db.prepared(k_row).bind_all(hash).each([&](sqlite::Stmt& s) {
    row = Row{s.integer(0), s.integer(1), s.integer(2), s.integer(3)};
  }));
  return row;
}

}  // namespace

Result<Done> want_blobs(sqlite::Db& db, const events::Header& header) {
  for (const auto& hash : header.blobs) {
    bool here = false;
    TRY_DONE(db.prepared(k_here).bind_all(hash).each([&](sqlite::Stmt&) { here = true; }));
    TRY_DONE(db.prepared(here ? k_refer : k_want).bind_all(hash, urgency_of(header.kind)).run());
  }
  return Done{};
}

Result<std::optional<WantedBlob>> next_wanted(sqlite::Db& db, WallTime now) {
  std::optional<WantedBlob> out;
  TRY_DONE(db.prepared(k_next).bind_all(to_ms(now)).each([&](sqlite::Stmt& s) {
    out = WantedBlob{s.text(0), s.integer(1), s.integer(2)};
  }));
  return out;
}

Result<std::optional<WantedBlob>> wanted_blob(sqlite::Db& db, const std::string& hash) {
  TRY(const auto row, row_of(db, hash));
  return row ? std::optional(WantedBlob{hash, row->have, row->size}) : std::nullopt;
}

Result<std::int64_t> wanted_blobs(sqlite::Db& db) {
  std::int64_t n = 0;
  TRY_DONE(db.prepared(k_count).each([&](sqlite::Stmt& s) { n = s.integer(0); }));
  return n;
}

Result<std::int64_t> add_piece(Tx& tx, const BlobPiece& piece) {
  auto& db = tx.db();
  TRY(const auto row, row_of(db, piece.hash));
  if (!row) return refused("blob_unknown", "nobody wants a blob of that name", "blob");
  const std::int64_t have = row->have + static_cast<std::int64_t>(piece.bytes.size());
  if (piece.bytes.empty() || piece.offset != row->have || have > piece.size ||
      (row->have > 0 && row->size != piece.size))
    return damaged("blob_piece", "a piece that does not continue what is here");
  if (have < piece.size) {
    if (row->have == 0) TRY_DONE(db.prepared(k_said).bind_all(row->n, piece.size, piece.kind).run());
    TRY_DONE(db.prepared(k_add).bind_all(row->n, piece.offset, piece.bytes).run());
    return have;
  }
  BackBlob whole{piece.hash, piece.kind, {}, {piece.node_wrap.begin(), piece.node_wrap.end()}, true};
  whole.ciphertext.reserve(static_cast<std::size_t>(piece.size));
  const auto append = [&](ByteView bytes) {
    whole.ciphertext.insert(whole.ciphertext.end(), bytes.begin(), bytes.end());
  };
  TRY_DONE(db.prepared(k_pieces).bind_all(row->n).each([&](sqlite::Stmt& s) { append(s.blob(0)); }));
  append(piece.bytes);
  // The name and the key are checked before anything is written.
  const auto added = put_back(tx, whole);
  if (!added && added.fault().kind == FaultKind::Damaged)
    return damaged("blob_piece", "the whole: " + added.fault().code);
  if (!added) return added.fault();
  return have;
}

Result<Done> forget_pieces(Tx& tx, const std::string& hash, WallTime ask_after) {
  TRY(const auto row, row_of(tx.db(), hash));
  if (!row) return Done{};
  TRY_DONE(tx.db().prepared(k_drop_pieces).bind_all(row->n).run());
  return tx.db().prepared(k_later).bind_all(row->n, to_ms(ask_after)).run();
}

Result<std::optional<std::int64_t>> no_longer_wanted(sqlite::Db& db, const std::string& hash) {
  TRY(const auto row, row_of(db, hash));
  if (!row) return std::optional<std::int64_t>();
  TRY_DONE(db.prepared(k_drop_pieces).bind_all(row->n).run());
  TRY_DONE(db.prepared(k_drop).bind_all(row->n).run());
  return std::optional(row->urgency);
}

}  // namespace kiosk::store
