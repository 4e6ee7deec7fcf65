#include "node/sync/batch.h"

#include <algorithm>

#include "api/protocol/push_text.h"

namespace kiosk::sync {
namespace {

constexpr int kReadAtOnce = 64;  // events held in memory beside the packed text

}  // namespace

Result<std::optional<Batch>> make_batch(branch::Outgoing& out, const crypto::Key& shared, const std::string& epoch,
                                        std::int64_t after, BatchLimits limits) {
  Batch batch;
  batch.epoch = epoch;
  batch.after = batch.last = after;
  net::Packer packer;
  std::string text;
  crypto::Signature signature{};
  for (std::int64_t bytes = 0; batch.last - after < limits.events && bytes < limits.bytes;) {
    const auto count = std::min<std::int64_t>(kReadAtOnce, limits.events - (batch.last - after));
    TRY(auto events, out.events_after(batch.last, static_cast<int>(count), limits.bytes - bytes));
    if (events.empty()) break;
    if (batch.last == after) {
      TRY(const auto previous, out.head_at(after));
      protocol::begin_push(text, epoch, after + 1, previous);
    }
    for (const auto& e : events) {
      Bytes wrap;
      if (!e.sealed.ciphertext.empty()) {
        TRY(wrap, events::wrap_for_centre(e.id, e.sealed.node_wrap, out.keys().data, shared));
      }
      protocol::add_to_push(text, batch.last == after, e.sealed.header, e.sealed.ciphertext, wrap);
      bytes += static_cast<std::int64_t>(e.sealed.header.size() + e.sealed.ciphertext.size() + wrap.size());
      batch.last = e.seq;
    }
    signature = events.back().sealed.signature;
    packer.add(text);
    text.clear();
    if (events.size() < static_cast<std::size_t>(count)) break;  // the end, or the bound of bytes
  }
  if (batch.last == after) return std::optional<Batch>();
  protocol::end_push(text, signature);
  packer.add(text);
  batch.body = packer.finish();
  return std::optional<Batch>(std::move(batch));
}

net::Call push_call(Batch batch) {
  net::Call call;
  call.method = "POST";
  call.path = "/v1/events";
  call.body = std::move(batch.body);
  call.packed = true;
  return call;
}

void ReadAhead::begin(const std::string& epoch, std::int64_t after) {
  epoch_ = epoch;
  after_ = after;
  made_ =
      std::async(std::launch::async, [this, epoch, after] { return make_batch(out_, shared_, epoch, after, limits_); });
}

Result<std::optional<Batch>> ReadAhead::take(const std::string& epoch, std::int64_t after) {
  if (made_.valid()) {
    auto made = made_.get();
    if (after_ == after && epoch_ == epoch && made) return made;
  }
  return make_batch(out_, shared_, epoch, after, limits_);
}

}  // namespace kiosk::sync
