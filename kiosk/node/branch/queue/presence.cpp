#include "node/branch/queue/presence.h"

#include <algorithm>

namespace kiosk::branch {
namespace {

constexpr std::size_t kMost = 1'000;  // names are the peers' choice on the Unix socket

}  // namespace

void Presence::seen(const std::string& terminal, SteadyTime now) {
  if (terminal.empty()) return;
  const std::lock_guard lock(mutex_);
  if (seen_.size() >= kMost && !seen_.contains(terminal)) return;
  seen_[terminal] = now;
}

bool Presence::here(const std::string& terminal, SteadyTime now, Millis within) const {
  const std::lock_guard lock(mutex_);
  const auto it = seen_.find(terminal);
  return it != seen_.end() && now - it->second <= within;
}

bool Presence::stays(const std::string& terminal) const {
  const std::lock_guard lock(mutex_);
  return seen_.contains(terminal);
}

bool Presence::gone(const std::string& terminal, SteadyTime now, Millis longer_than) const {
  const std::lock_guard lock(mutex_);
  const auto it = seen_.find(terminal);
  return now - (it == seen_.end() ? started_ : it->second) > longer_than;
}

verbs::Announcer AnnouncerLease::ask(const std::string& terminal, std::int64_t spoken, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (now >= until_) holder_ = terminal;
  const bool mine = holder_ == terminal;
  if (mine) until_ = now + lease;
  spoken_ = std::max(spoken_, spoken);
  return {mine, holder_, mine ? lease.count() : 0, spoken_};
}

}  // namespace kiosk::branch
