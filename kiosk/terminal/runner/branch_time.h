// "Now" and "today" as the branch node believes them (Core::now), in the branch's own zone: the one value by which a
// terminal shows, counts and limits. The node's word is carried on by the steady clock, so that neither a wall clock
// set wrong, nor the zone of the terminal's machine, nor a node that is away for a while moves it. Before the node was
// ever heard nothing better is known than the machine's own clock. Thread: any.
#pragma once
#include <mutex>
#include <optional>

#include "api/verbs/operation.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/zone.h"

namespace kiosk::runner {

class BranchTime {
 public:
  explicit BranchTime(const Clock& clock) : clock_(clock) {}
  // `asked`: the steady clock when the node was asked, so that a slow answer counts from its middle. Whether what is
  // shown moves by it.
  bool heard(const verbs::NodeInfo& info, SteadyTime asked) {
    const SteadyTime answered = clock_.steady();
    const Told told{info.now, asked + (answered - asked) / 2};
    Zone zone = Zone::told(info.zone, info.utc_offset_min);
    const std::lock_guard lock(mutex_);
    const auto apart = told_ ? (told.now - told.at.time_since_epoch()) - (told_->now - told_->at.time_since_epoch())
                             : told.now - clock_.now();
    const bool moved = std::chrono::abs(apart) >= Seconds{1} || !(zone == zone_);
    told_ = told;
    zone_ = std::move(zone);
    return moved;
  }
  WallTime now() const {
    const std::lock_guard lock(mutex_);
    return told_ ? told_->now + (clock_.steady() - told_->at) : clock_.now();
  }
  Zone zone() const {
    const std::lock_guard lock(mutex_);
    return zone_;
  }
  Date today() const { return zone().day(now()); }
  const Clock& clock() const { return clock_; }

 private:
  struct Told {
    WallTime now{};
    SteadyTime at{};
  };
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<Told> told_;
  Zone zone_;
};

// The node is asked so often for its time, also when nothing changes there.
constexpr Millis k_time_asked_every{30'000};

}  // namespace kiosk::runner
