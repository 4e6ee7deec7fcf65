// Sealed photos and documents: resumable by byte offset, kept in parts, whole only when the hash is their name.
#include "api/protocol/held.h"
#include "central/centre_impl.h"
#include "events/blob.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_blob = "SELECT kind, size, received, complete FROM blob WHERE node = ?1 AND hash = ?2";
constexpr std::string_view q_add_blob =
    "INSERT INTO blob (node, hash, kind, size, received, wrap, complete) VALUES (?1, ?2, ?3, ?4, 0, ?5, 0) ON "
    "CONFLICT DO NOTHING";
constexpr std::string_view q_add_part = "INSERT INTO blob_part (node, hash, \"offset\", data) VALUES (?1, ?2, ?3, ?4)";
constexpr std::string_view q_progress = "UPDATE blob SET received = ?3, complete = ?4 WHERE node = ?1 AND hash = ?2";
constexpr std::string_view q_parts = "SELECT data FROM blob_part WHERE node = ?1 AND hash = ?2 ORDER BY \"offset\"";
constexpr std::string_view q_drop = "DELETE FROM blob WHERE node = ?1 AND hash = ?2";
constexpr std::string_view q_wrap =
    "SELECT b.wrap, b.complete, n.branch, n.box_key FROM blob b JOIN node n ON n.node = b.node WHERE b.node = ?1 AND "
    "b.hash = ?2";
// By branch: a node that was made anew asks for what the one before it sent. Its own first, where both did.
constexpr std::string_view q_of_branch =
    "SELECT b.node, b.kind, b.size, b.wrap, n.box_key FROM blob b JOIN node n ON n.node = b.node WHERE n.branch = ?1 "
    "AND b.hash = ?2 AND b.complete = 1 ORDER BY CASE WHEN b.node = ?3 THEN 0 ELSE 1 END, b.node LIMIT 1";
constexpr std::string_view q_part_at =
    "SELECT substr(data, CAST(?3 - \"offset\" + 1 AS INTEGER), CAST(?4 AS INTEGER)) FROM blob_part WHERE node = ?1 AND "
    "hash = ?2 AND \"offset\" <= ?3 ORDER BY \"offset\" DESC LIMIT 1";

struct Known {
  bool there = false;
  std::int64_t size = 0;
  protocol::BlobState state;
};

Result<Known> known(Db& db, const std::string& node, const std::string& hash) {
  auto& q = db.locking(q_blob).bind_all(node, hash);
  TRY(const bool there, q.step());
  Known k{false, 0, {0, false, hash}};
  if (there) k = {true, q.integer(1), {q.integer(2), q.integer(3) != 0, hash}};
  q.reset();
  return k;
}

Result<Bytes> whole(Db& db, const std::string& node, const std::string& hash) {
  Bytes all;
  auto& q = db.prepared(q_parts).bind_all(node, hash);
  for (;;) {
    TRY(const bool more, q.step());
    if (!more) break;
    const Bytes part = q.blob(0);
    all.insert(all.end(), part.begin(), part.end());
  }
  q.reset();
  return all;
}

Result<Done> check_name(const std::string& hash) {
  if (hash.size() != 64 || hash.find_first_not_of("0123456789abcdef") != std::string::npos)
    return bad_input("field_value", "hash", "64 lower-case hex digits");
  return Done{};
}

}  // namespace

Result<protocol::BlobState> Centre::blob_state(const NodeRef& node, const std::string& hash) {
  TRY_DONE(check_name(hash));
  return impl_->read([&](Db& db) -> Result<protocol::BlobState> {
    TRY(const auto k, known(db, node.node, hash));
    return k.state;
  });
}

Result<protocol::BlobState> Centre::put_blob(const NodeRef& node, const BlobPart& part) {
  TRY_DONE(check_name(part.hash));
  if (part.size < 1 || part.size > protocol::k_max_blob)
    return bad_input("field_range", "size", "1 to " + std::to_string(protocol::k_max_blob));
  if (part.offset < 0 || part.offset > part.size) return bad_input("field_range", "offset", "0 to size");
  if (part.kind.empty() || part.kind.size() > 64) return bad_input("field_length", "kind", "1 to 64 bytes");
  if (part.wrap.empty() || part.wrap.size() > 256) return bad_input("field_length", "X-Kiosk-Wrap", "1 to 256 bytes");
  const auto length = static_cast<std::int64_t>(part.data.size());
  if (length == 0 || part.offset + length > part.size)
    return bad_input("field_range", "body", "1 to size - offset bytes");
  bool changed = false;
  auto state = impl_->write([&](Db& db) -> Result<protocol::BlobState> {
    TRY(auto k, known(db, node.node, part.hash));
    if (!k.there) {
      TRY_DONE(db.prepared(q_add_blob).bind_all(node.node, part.hash, part.kind, part.size, part.wrap).run());
      TRY(k, known(db, node.node, part.hash));  // another connection may have begun it in the same moment
    }
    if (k.size != part.size) return refused("size_differs", "the first part said " + std::to_string(k.size), "size");
    if (k.state.complete || part.offset != k.state.received) return k.state;
    TRY_DONE(db.prepared(q_add_part).bind_all(node.node, part.hash, part.offset, part.data).run());
    k.state.received += length;
    if (k.state.received == k.size) {
      TRY(const Bytes all, whole(db, node.node, part.hash));
      if (events::blob_name(all) != part.hash) {
        changed = true;
        TRY_DONE(db.prepared(q_drop).bind_all(node.node, part.hash).run());
        return protocol::BlobState{};
      }
      k.state.complete = true;
    }
    TRY_DONE(db.prepared(q_progress).bind_all(node.node, part.hash, k.state.received, k.state.complete).run());
    return k.state;
  });
  if (changed && state) return refused("blob_changed", "the bytes are not those of the name; send it again", "body");
  return state;
}

Result<Centre::HeldPiece> Centre::blob_piece(const NodeRef& node, const std::string& hash, std::int64_t offset,
                                             std::int64_t limit) {
  TRY_DONE(check_name(hash));
  return impl_->read([&](Db& db) -> Result<HeldPiece> {
    HeldPiece out;
    NodeRef sender;
    auto& q = db.prepared(q_of_branch).bind_all(node.branch, hash, node.node);
    TRY(const bool there, q.step());
    if (there) {
      out.piece = {hash, q.text(1), q.integer(2), q.blob(3)};
      sender = {q.text(0), node.branch, {}, to_hash(q.blob(4))};
    }
    q.reset();
    if (!there) return refused("blob_unknown", "not here, not yet whole, or another branch's", "hash");
    if (offset < 0 || offset >= out.piece.size) return bad_input("field_range", "offset", "0 to size - 1");
    if (sender.node != node.node) {
      TRY(const auto theirs, shared_key(impl_->keys, sender));
      TRY(const auto ours, shared_key(impl_->keys, node));
      TRY(out.piece.wrap, events::wrap_blob_for_other(hash, out.piece.wrap, theirs, ours));
    }
    auto& d = db.prepared(q_part_at).bind_all(sender.node, hash, offset, limit);
    TRY(const bool found, d.step());
    if (found) out.data = d.blob(0);
    d.reset();
    if (out.data.empty()) return damaged("store_corrupt", "a blob is not whole");
    return out;
  });
}

Result<Bytes> Centre::open_blob(const std::string& node, const std::string& hash) {
  TRY_DONE(check_name(hash));
  return impl_->read([&](Db& db) -> Result<Bytes> {
    auto& q = db.prepared(q_wrap).bind_all(node, hash);
    TRY(const bool there, q.step());
    if (!there || q.integer(1) == 0) {
      q.reset();
      return refused("blob_unknown", "not here, or not yet whole", "hash");
    }
    const Bytes wrap = q.blob(0);
    const NodeRef ref{node, q.text(2), {}, to_hash(q.blob(3))};
    q.reset();
    TRY(const auto shared, shared_key(impl_->keys, ref));
    TRY(const Bytes all, whole(db, node, hash));
    return events::open_blob_at_centre(hash, all, wrap, shared);
  });
}

}  // namespace kiosk::central
