// Which terminals were heard of lately, and which of the boards speaks. In memory: after a restart every terminal is
// heard of again within seconds, and nobody holds the lease. Steady time only: no clock that is set moves a lease.
// Thread: any.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "verbs/terminal.h"

namespace kiosk::branch {

class Presence {
 public:
  void seen(const std::string& terminal, SteadyTime now);  // "" is nobody
  bool here(const std::string& terminal, SteadyTime now, Millis within) const;
  void called(const std::string& terminal, const std::string& ticket);
  // Tickets called by terminals that were heard of in this run of the node, and not for so long; each is told once.
  std::vector<std::string> left_alone(SteadyTime now, Millis since);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, SteadyTime> seen_;
  std::map<std::string, std::vector<std::string>> called_;  // the latest of each terminal
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
