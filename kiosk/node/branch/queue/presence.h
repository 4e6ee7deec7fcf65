// Which terminals were heard of lately, and which of the boards speaks. In memory: after a restart every terminal that
// is still there is heard of again within seconds, and nobody holds the lease. Steady time only: no clock that is set
// moves a lease. Thread: any.
#pragma once
#include <map>
#include <mutex>
#include <string>

#include "api/verbs/terminal.h"
#include "base/clock.h"

namespace kiosk::branch {

class Presence {
 public:
  explicit Presence(SteadyTime started) : started_(started) {}
  void seen(const std::string& terminal, SteadyTime now);  // "" is nobody
  bool here(const std::string& terminal, SteadyTime now, Millis within) const;
  bool stays(const std::string& terminal) const;  // heard of in this run: a terminal, not a command
  // Not heard of for longer than that, counted from the start of this run while it was not heard of at all.
  bool gone(const std::string& terminal, SteadyTime now, Millis longer_than) const;

 private:
  const SteadyTime started_;
  mutable std::mutex mutex_;
  std::map<std::string, SteadyTime> seen_;
};

// At most one terminal at a time may speak. The asker counts its lease from before it asked, the node from when it
// answered: whatever the network does, the asker's is over first.
class AnnouncerLease {
 public:
  static constexpr Millis lease{3'000};
  verbs::Announcer ask(const std::string& terminal, std::int64_t spoken, SteadyTime now);

 private:
  std::mutex mutex_;
  std::string holder_;
  SteadyTime until_{};
  std::int64_t spoken_ = 0;
};

}  // namespace kiosk::branch
