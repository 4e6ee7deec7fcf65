#include "branch/presence.h"

#include <algorithm>

namespace kiosk::branch {
namespace {

constexpr std::size_t kCalled = 8;
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

void Presence::called(const std::string& terminal, const std::string& ticket) {
  const std::lock_guard lock(mutex_);
  if (!seen_.contains(terminal)) return;  // a command, not a terminal that stays
  auto& mine = called_[terminal];
  mine.push_back(ticket);
  if (mine.size() > kCalled) mine.erase(mine.begin());
}

std::vector<std::string> Presence::left_alone(SteadyTime now, Millis since) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (auto it = called_.begin(); it != called_.end();) {
    const auto seen = seen_.find(it->first);
    if (seen != seen_.end() && now - seen->second <= since) {
      ++it;
      continue;
    }
    out.insert(out.end(), it->second.begin(), it->second.end());
    it = called_.erase(it);
  }
  return out;
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
