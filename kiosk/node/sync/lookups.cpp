#include "node/sync/lookups.h"

#include <algorithm>

namespace kiosk::sync {

void Lookups::forget_old(SteadyTime now) {
  std::erase_if(recent_, [&](const auto& r) { return r.second <= now; });
}

bool Lookups::add(const crypto::Hash& index, const domain::PersonId& person, SteadyTime now) {
  forget_old(now);
  if (running_ == index) return true;
  if (std::any_of(waiting_.begin(), waiting_.end(), [&](const Wanted& w) { return w.index == index; })) return true;
  if (recent_.contains(index) || waiting_.size() >= kMost) return false;
  waiting_.push_back({index, person});
  return true;
}

std::optional<Lookups::Wanted> Lookups::next(SteadyTime now) {
  if (waiting_.empty() || now < earliest_) return std::nullopt;
  Wanted w = std::move(waiting_.front());
  waiting_.pop_front();
  running_ = w.index;
  earliest_ = now + kSpacing;
  return w;
}

void Lookups::answered(const crypto::Hash& index, SteadyTime now) {
  running_.reset();
  recent_[index] = now + kAnswerHolds;
}

void Lookups::failed(const crypto::Hash& index, SteadyTime now) {
  running_.reset();
  recent_[index] = now + kFailureHolds;
  waiting_.clear();
}

}  // namespace kiosk::sync
