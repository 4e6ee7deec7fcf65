// What the centre holds of a node, given back to it after a restore; and who a sealed export is from.
#include "api/protocol/held.h"
#include "central/centre_impl.h"
#include "central/lookups.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_named = "SELECT branch, sign_key, box_key, revoked_at FROM node WHERE node = ?1";
constexpr std::size_t max_answer = 6u << 20;

}  // namespace

Result<protocol::HeldChains> Centre::held_chains(const NodeRef& node) {
  return impl_->read([&](Db& db) -> Result<protocol::HeldChains> {
    protocol::HeldChains out;
    auto& q = db.prepared(lookup::chains).bind_all(node.node);
    for (;;) {
      TRY(const bool more, q.step());
      if (!more) break;
      protocol::HeldChain c{q.text(0), to_hash(q.blob(1)), q.integer(2), to_hash(q.blob(3)), {}};
      const Bytes signature = q.blob(4);
      if (signature.size() == c.signature.size()) std::copy(signature.begin(), signature.end(), c.signature.begin());
      out.chains.push_back(std::move(c));
    }
    q.reset();
    return out;
  });
}

Result<protocol::HeldEvents> Centre::held_events(const NodeRef& node, const std::string& epoch, std::int64_t after,
                                                 int limit) {
  return impl_->read([&](Db& db) -> Result<protocol::HeldEvents> {
    protocol::HeldEvents out;
    out.epoch = epoch;
    out.first_seq = after + 1;
    auto& b = db.prepared(lookup::base).bind_all(node.node, epoch);
    TRY(const bool known, b.step());
    if (known) out.previous = to_hash(b.blob(0));
    b.reset();
    if (!known) return refused("epoch_unknown", "the centre holds no such chain of this node", "epoch");
    if (after > 0) {
      auto& h = db.prepared(lookup::head).bind_all(node.branch, node.node, epoch, after);
      TRY(const bool there, h.step());
      if (there) out.previous = to_hash(h.blob(0));
      h.reset();
      if (!there) return refused("event_unknown", "the centre does not hold event " + std::to_string(after), "after");
    }
    std::size_t bytes = 0;
    auto& q = db.prepared(lookup::events_after).bind_all(node.branch, node.node, epoch, after, limit + 1);
    for (;;) {
      TRY(const bool row, q.step());
      if (!row) break;
      if (static_cast<int>(out.events.size()) == limit || bytes > max_answer) {
        out.more = true;
        break;
      }
      out.events.push_back({q.text(1), q.blob(2), q.blob(3)});
      bytes += out.events.back().header.size() + out.events.back().ciphertext.size();
      protocol::Verdict v{q.integer(0), q.text(4), q.text(5), std::nullopt, q.text(7)};
      if (!q.is_null(6)) v.usable_from_ms = q.integer(6);
      if (v.verdict != "accepted" || !v.reason.empty() || v.usable_from_ms || !v.stage.empty())
        out.verdicts.push_back(std::move(v));
    }
    q.reset();
    return out;
  });
}

Result<NodeRef> Centre::node_named(const std::string& node, const crypto::PublicKey& sign_key) {
  return impl_->read([&](Db& db) -> Result<NodeRef> {
    auto& q = db.prepared(q_named).bind_all(node);
    TRY(const bool there, q.step());
    NodeRef n;
    bool revoked = false;
    if (there) {
      n = {node, q.text(0), to_hash(q.blob(1)), to_hash(q.blob(2))};
      revoked = !q.is_null(3);
    }
    q.reset();
    if (!there || n.sign_key != sign_key)
      return refused("node_unknown", "no node of this name and key is enrolled here", "file");
    if (revoked) return refused("node_revoked", "the centre has withdrawn this node's right", "file");
    return n;
  });
}

protocol::ImportReceipt Centre::sign(protocol::ImportReceipt receipt) const {
  return protocol::sign_receipt(std::move(receipt), impl_->keys.signing);
}

}  // namespace kiosk::central
