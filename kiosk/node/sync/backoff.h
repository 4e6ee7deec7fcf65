// Backoff: how long to wait after a failure. Full jitter: uniform in [0, min(cap, base x 2^n)], so that 325 branches
// that come back in the same minute do not come back in the same second. What the centre asks for (Retry-After) is a
// least. Pure: random comes from outside. Thread: one.
#pragma once
#include <optional>

#include "base/clock.h"
#include "base/ids.h"

namespace kiosk::sync {

class Backoff {
 public:
  Backoff(Random& random, Millis base, Millis cap) : random_(random), base_(base), cap_(cap) {}
  Millis next(std::optional<Millis> retry_after = {});
  void reset() { failures_ = 0; }
  int failures() const { return failures_; }

 private:
  Random& random_;
  Millis base_, cap_;
  int failures_ = 0;
};

}  // namespace kiosk::sync
