// What leaves the node sealed besides the wire: pieces for a second copy on another machine and for an export; and the
// receipt that comes back for one.
#include <algorithm>

#include "node/branch/core.h"
#include "node/branch/recovery/second_copy.h"
#include "node/store/copy.h"

namespace kiosk::branch {
namespace {

// With one record more than asked (a photo of 8 MiB), a piece still fits the largest answer.
constexpr std::int64_t kLeast = 1 << 10, kMost = 512 << 10;

}  // namespace

void Node::set_copier(verbs::Copier* copier) { core_->copier.store(copier); }

Result<verbs::CopyChunk> Node::on(const verbs::Actor& actor, const verbs::CopyAsked& asked) {
  if (asked.place < 0 || asked.blob < 0) return bad_input("field_range", "place", "0 or more");
  auto& s = core_->store;
  TRY(auto read, s.read());
  TRY(const auto key, centre_key(read, s));
  if (asked.for_centre && !key) return refused("not_enrolled", "an export is sealed for a centre; enrol first");
  const auto id = s.identity();
  const auto from = asked.epoch == id.epoch ? store::CopyPoint{asked.place, asked.blob} : store::CopyPoint{};
  TRY(const auto piece,
      store::unsent_after(read, s, from, std::clamp(asked.max_bytes, kLeast, kMost), key ? &*key : nullptr));
  verbs::CopyChunk out;
  out.node = id.node;
  out.epoch = id.epoch;
  out.place = piece.next.place;
  out.blob = piece.next.blob;
  out.keep_place = piece.keep.place;
  out.keep_blob = piece.keep.blob;
  out.more = piece.more;
  out.events = piece.events;
  out.blobs = piece.blobs;
  events::ExportWriter w;
  const auto put = [&](const events::ExportFrame& f) {
    const auto b = w.add(f);
    out.file.insert(out.file.end(), b.begin(), b.end());
  };
  TRY(const auto manifest, store::copy_manifest(read, s));
  put(manifest);
  if (!asked.for_centre && !piece.more) {
    TRY(const auto state, store::seal_copy_state(read, s));
    put(events::ExportState{state});
  }
  for (const auto& f : piece.frames) put(f);
  const auto end = w.end();
  out.file.insert(out.file.end(), end.begin(), end.end());
  if (!asked.for_centre && !piece.more) {
    TRY(const auto has, what_centre_has(read.db()));
    for (const auto& [epoch, seq] : has.until) out.centre_has.push_back({epoch, seq});
    out.centre_has_blobs = has.blobs;
  }
  // What a follower asks from is on its disk.
  if (!asked.for_centre) core_->note_follower(actor.terminal, from);
  return out;
}

Result<verbs::ReceiptTaken> Node::on(const verbs::Actor&, const verbs::TakeReceipt& asked) {
  auto* centre = core_->centre.load();
  if (!centre) return refused("sync_unavailable", "this node runs without its sync engine");
  return centre->take_receipt(asked.receipt);
}

void Core::note_follower(const std::string& terminal, store::CopyPoint point) {
  constexpr std::size_t kFollowers = 8;
  std::lock_guard lock(mutex_);
  if (followers_.size() >= kFollowers && !followers_.contains(terminal)) return;
  followers_[terminal] = {point, clock.now()};
}

std::vector<verbs::CopyView> Core::copies() {
  std::vector<verbs::CopyView> out;
  if (auto* c = copier.load()) out.push_back(c->status());
  std::map<std::string, Follower> followers;
  {
    std::lock_guard lock(mutex_);
    followers = followers_;
  }
  constexpr Seconds kSilent{300};
  for (const auto& [terminal, f] : followers) {
    auto v = copy_view(store, terminal, f.point);
    if (clock.now() - f.at > kSilent) {
      v.state = "failed";
      v.why = "copy_silent";
    }
    out.push_back(std::move(v));
  }
  return out;
}

}  // namespace kiosk::branch
