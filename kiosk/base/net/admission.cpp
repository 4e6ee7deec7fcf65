#include "base/net/admission.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/log.h"

namespace kiosk::net {
namespace {

constexpr double memory_s = 10;               // of refusals and of how long work takes
constexpr std::int64_t longest_spread = 120;  // seconds over which the refused are told to come back
constexpr std::size_t most_peers = 8'192;

double seconds(Millis t) { return static_cast<double>(t.count()) / 1000.0; }

}  // namespace

Admission::Place::Place(Place&& o) noexcept
    : refusal(std::move(o.refusal)),
      owner_(std::exchange(o.owner_, nullptr)),
      lane_(o.lane_),
      bytes_(o.bytes_),
      arrived_(o.arrived_),
      began_(o.began_),
      working_(o.working_) {}

Admission::Place& Admission::Place::operator=(Place&& o) noexcept {
  if (this == &o) return *this;
  if (owner_) owner_->leave(*this);
  refusal = std::move(o.refusal);
  owner_ = std::exchange(o.owner_, nullptr);
  lane_ = o.lane_;
  bytes_ = o.bytes_;
  arrived_ = o.arrived_;
  began_ = o.began_;
  working_ = o.working_;
  return *this;
}

Admission::Place::~Place() {
  if (owner_) owner_->leave(*this);
}

Admission::Admission(std::vector<Lane> lanes, const Clock& clock, Random& random) : clock_(clock), random_(random) {
  for (auto& lane : lanes) {
    by_name_.emplace(lane.name, states_.size());
    State s;
    s.counts.name = lane.name;
    s.lane = std::move(lane);
    states_.push_back(std::move(s));
  }
}

// Everybody who was refused lately needs mean / at_work seconds of the lane; over twice that they are spread.
Admission::Refusal Admission::busy(State& s) {
  const SteadyTime now = clock_.steady();
  s.refused_recent = s.refused_recent * std::exp(-seconds(now - s.refused_at) / memory_s) + 1;
  s.refused_at = now;
  const double work_s = s.refused_recent * s.mean_s / std::max(1, s.lane.at_work);
  const auto spread = std::clamp<std::int64_t>(std::llround(std::ceil(2 * work_s)), 2, longest_spread);
  return {429, "busy", 1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(spread)))};
}

bool Admission::take_token(State& s, const std::string& peer) {
  if (s.lane.per_second <= 0) return true;
  const SteadyTime now = clock_.steady();
  const auto filled = [&](const Bucket& b) {
    return std::min(s.lane.burst, b.tokens + seconds(now - b.at) * s.lane.per_second);
  };
  if (s.buckets.size() >= most_peers)  // a full bucket is as good as none
    std::erase_if(s.buckets, [&](const auto& b) { return filled(b.second) >= s.lane.burst; });
  auto [it, fresh] = s.buckets.try_emplace(peer, Bucket{s.lane.burst, now});
  Bucket& b = it->second;
  b.tokens = filled(b);
  b.at = now;
  if (b.tokens < 1) return false;
  b.tokens -= 1;
  return true;
}

Admission::Place Admission::arrive(const std::string& lane, const std::string& peer, std::size_t bytes, bool again) {
  const std::lock_guard lock(mutex_);
  const auto found = by_name_.find(lane);
  if (found == by_name_.end()) {
    log::error("a route names a lane that the server does not have", {{"lane", lane}});
    std::abort();
  }
  State& s = states_[found->second];
  Place p;
  if (draining_ && !again) {
    ++s.counts.refused_draining;
    p.refusal = Refusal{503, "draining", 1 + static_cast<std::int64_t>(random_.below(3))};
    return p;
  }
  if (!again) {
    if (!take_token(s, peer)) {
      ++s.counts.refused_rate;
      const auto next = std::llround(std::ceil(1 / s.lane.per_second));
      p.refusal = Refusal{429, "too_many_requests", next + static_cast<std::int64_t>(random_.below(2))};
      return p;
    }
    const double wait_s = s.counts.at_work < s.lane.at_work
                              ? 0
                              : static_cast<double>(s.queue.size() + 1) * s.mean_s / std::max(1, s.lane.at_work);
    if (s.counts.inside >= s.lane.inside || s.bytes + bytes > s.lane.body_bytes ||
        (s.counts.inside > s.lane.at_work && wait_s > seconds(s.lane.patience))) {
      ++s.counts.refused_busy;
      p.refusal = busy(s);
      return p;
    }
  }
  p.owner_ = this;
  p.lane_ = found->second;
  p.bytes_ = bytes;
  p.arrived_ = clock_.steady();
  ++s.counts.inside;
  ++inside_;
  s.bytes += bytes;
  return p;
}

bool Admission::work(Place& p) {
  if (!p.owner_) return false;
  std::unique_lock lock(mutex_);
  State& s = states_[p.lane_];
  bool there = s.queue.empty() && s.counts.at_work < s.lane.at_work;
  if (there) {
    ++s.counts.at_work;
  } else {
    Waiter me;
    s.queue.push_back(&me);
    ++s.counts.waiting;
    there = me.ready.wait_for(lock, s.lane.patience, [&] { return me.granted; });
    --s.counts.waiting;
    if (!there) s.queue.erase(std::find(s.queue.begin(), s.queue.end(), &me));
  }
  if (!there) {
    ++s.counts.refused_busy;
    p.refusal = busy(s);
    return false;
  }
  ++s.counts.admitted;
  p.working_ = true;
  p.began_ = clock_.steady();
  return true;
}

void Admission::leave(Place& p) {
  const std::lock_guard lock(mutex_);
  State& s = states_[p.lane_];
  const SteadyTime now = clock_.steady();
  if (p.working_) {
    --s.counts.at_work;
    ++s.counts.done;
    s.mean_s += (seconds(now - p.began_) - s.mean_s) * 0.05;
    const double whole = seconds(now - p.arrived_);
    s.counts.seconds += whole;
    for (std::size_t i = 0; i < LaneCounts::bounds_s.size(); ++i)
      if (whole <= LaneCounts::bounds_s[i]) ++s.counts.within[i];
  }
  --s.counts.inside;
  s.bytes -= p.bytes_;
  p.owner_ = nullptr;
  while (!s.queue.empty() && s.counts.at_work < s.lane.at_work) {
    Waiter* next = s.queue.front();
    s.queue.pop_front();
    ++s.counts.at_work;
    next->granted = true;
    next->ready.notify_one();
  }
  if (--inside_ == 0) empty_.notify_all();
}

void Admission::drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

bool Admission::wait_empty(Millis most) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, most, [this] { return inside_ == 0; });
}

std::vector<LaneCounts> Admission::counts() const {
  const std::lock_guard lock(mutex_);
  std::vector<LaneCounts> out;
  for (const State& s : states_) out.push_back(s.counts);
  return out;
}

}  // namespace kiosk::net
