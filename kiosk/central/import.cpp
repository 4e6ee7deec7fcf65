#include "central/import.h"

#include "base/log.h"

namespace kiosk::central {
namespace {
constexpr std::size_t k_batch_events = 500, k_batch_bytes = 4u << 20;
}

Result<Done> Import::feed(ByteView bytes) {
  if (fault_) return *fault_;
  reader_.feed(bytes);
  auto done = read();
  if (!done) fault_ = done.fault();
  return done;
}

Result<Done> Import::read() {
  for (;;) {
    TRY(auto frame, reader_.next());
    if (!frame) return Done{};
    TRY_DONE(take(std::move(*frame)));
  }
}

std::optional<protocol::ImportReceipt> Import::finish() {
  if (!fault_) {
    reader_.end();
    if (auto done = read(); !done) fault_ = done.fault();
  }
  // What is whole before a cut still counts, unless the centre has refused already.
  if (auto pushed = push(); !pushed && !fault_) fault_ = pushed.fault();
  if (!node_) return std::nullopt;
  receipt_.branch = node_->branch;
  receipt_.node = node_->node;
  receipt_.complete = !fault_ && reader_.finished();
  log::info("an export was imported", {{"branch", node_->branch},
                                       {"node", node_->node},
                                       {"events", events_},
                                       {"blobs", blobs_},
                                       {"fault", fault_ ? fault_->code : std::string()}});
  return centre_.sign(receipt_);
}

Result<Done> Import::take(events::ExportFrame frame) {
  if (const auto* m = std::get_if<events::ExportManifest>(&frame)) {
    TRY(node_, centre_.node_named(m->node, m->sign_key));
    return Done{};
  }
  if (const auto* c = std::get_if<events::ExportChain>(&frame)) {
    TRY_DONE(push());
    batch_.epoch = c->epoch;
    return Done{};
  }
  if (auto* e = std::get_if<events::ExportEvent>(&frame)) {
    if (batch_.events.empty()) {
      batch_.first_seq = e->seq;
      batch_.previous = e->previous;
    }
    batch_bytes_ += e->header.size() + e->ciphertext.size();
    batch_.signature = e->signature;
    batch_.events.push_back({std::move(e->header), std::move(e->ciphertext), std::move(e->centre_wrap)});
    return batch_.events.size() < k_batch_events && batch_bytes_ < k_batch_bytes ? Result<Done>(Done{}) : push();
  }
  if (auto* b = std::get_if<events::ExportBlob>(&frame)) {
    blob_ = std::move(*b);
    return Done{};
  }
  if (const auto* p = std::get_if<events::ExportPart>(&frame)) return take_part(*p);
  return Done{};  // what only the node can open
}

Result<Done> Import::take_part(const events::ExportPart& part) {
  ByteView rest = part.data;
  std::int64_t offset = part.offset;
  for (;;) {
    TRY(const auto state,
        centre_.put_blob(*node_, {blob_.hash, blob_.kind, offset, blob_.size, blob_.centre_wrap, rest}));
    const std::int64_t end = offset + static_cast<std::int64_t>(rest.size());
    if (state.complete && part.last) {
      receipt_.blobs.push_back(blob_.hash);
      ++blobs_;
    }
    if (state.complete || state.received >= end) return Done{};
    // The centre holds a part of this one from before: it goes on where that ends.
    if (state.received <= offset) return refused("blob_offset", "the centre does not go on with blob " + blob_.hash);
    rest = rest.subspan(static_cast<std::size_t>(state.received - offset));
    offset = state.received;
  }
}

Result<Done> Import::push() {
  if (batch_.events.empty()) return Done{};
  protocol::PushRequest request = std::move(batch_);
  batch_ = {};
  batch_.epoch = request.epoch;
  batch_bytes_ = 0;
  TRY(auto answer, centre_.push(*node_, request));
  if (const auto* no = std::get_if<protocol::PushRefusal>(&answer))
    return refused(no->code,
                   "the centre holds event " + std::to_string(no->seq) + " of epoch " +
                       (no->epoch.empty() ? "none" : no->epoch) + "; the file brings event " +
                       std::to_string(request.first_seq) + " of epoch " + request.epoch,
                   "file");
  auto& reply = std::get<protocol::PushReply>(answer);
  events_ += static_cast<std::int64_t>(request.events.size());
  if (receipt_.chains.empty() || receipt_.chains.back().ack.epoch != reply.ack.epoch)
    receipt_.chains.push_back({reply.ack, {}});
  auto& chain = receipt_.chains.back();
  chain.ack = std::move(reply.ack);
  for (auto& v : reply.verdicts) chain.verdicts.push_back(std::move(v));
  return Done{};
}

}  // namespace kiosk::central
