#include "node/branch/change_feed.h"

namespace kiosk::branch {

ChangeFeed::ChangeFeed(std::int64_t start, std::size_t capacity) : start_(start), last_(start), capacity_(capacity) {}

void ChangeFeed::announce(std::string topic, std::string id) { announce({{0, std::move(topic), std::move(id)}}); }

void ChangeFeed::announce(std::vector<verbs::Change> together) {
  if (together.empty()) return;
  {
    std::lock_guard lock(mutex_);
    for (auto& change : together) {
      change.seq = ++last_;
      ring_.push_back(std::move(change));
      if (ring_.size() > capacity_) ring_.pop_front();
    }
  }
  more_.notify_all();
}

verbs::Changes ChangeFeed::wait(std::int64_t after, Millis wait) {
  std::unique_lock lock(mutex_);
  verbs::Changes out;
  const auto forgotten = [&] {
    if (after < start_ || after > last_) return true;
    return !ring_.empty() && after < ring_.front().seq - 1;
  };
  if (!forgotten()) {
    more_.wait_for(lock, wait, [&] { return closed_ || last_ > after; });
  }
  out.until = last_;
  if (forgotten()) {
    out.reset = true;
    return out;
  }
  for (const auto& c : ring_)
    if (c.seq > after) out.changes.push_back(c);
  return out;
}

void ChangeFeed::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  more_.notify_all();
}

}  // namespace kiosk::branch
