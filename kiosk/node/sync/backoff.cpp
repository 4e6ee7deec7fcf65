#include "node/sync/backoff.h"

#include <algorithm>

namespace kiosk::sync {
namespace {

constexpr Millis kLongestAsked{3'600'000};  // a centre that asks for more than an hour is asked again after one

}  // namespace

Millis Backoff::next(std::optional<Millis> retry_after) {
  Millis ceiling = base_;
  for (int i = 0; i < failures_ && ceiling < cap_; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, cap_);
  ++failures_;
  const Millis jitter{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(ceiling.count()) + 1))};
  if (retry_after) return std::clamp(*retry_after, Millis{0}, kLongestAsked) + jitter;
  return jitter;
}

}  // namespace kiosk::sync
