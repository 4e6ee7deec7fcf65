// Real time, for tests and tools: the one place where they look at the system's clocks or let time go by; tests/house
// finds every other. A test waits for what it wants to see, with an end (wait_until), or watches that something stays
// so (stays); it never sleeps for a guess. real_clock() is for what judges by the system's own clock: certificates,
// and programs that run as processes. keep_pace() is for load and faults only, which come at drawn moments.
#pragma once
#include <chrono>
#include <thread>

#include "base/clock.h"

namespace kiosk::test {

constexpr Millis k_patience{120'000};  // how long a loaded machine may take for what comes at once on an idle one

using Moment = std::chrono::steady_clock::time_point;
inline Moment moment() { return std::chrono::steady_clock::now(); }

inline const Clock& real_clock() {
  static const SystemClock clock;
  return clock;
}

class Stopwatch {
 public:
  Millis spent() const { return std::chrono::duration_cast<Millis>(moment() - begun_); }
  double us() const { return std::chrono::duration<double, std::micro>(moment() - begun_).count(); }
  double ms() const { return us() / 1e3; }
  double seconds() const { return us() / 1e6; }

 private:
  Moment begun_ = moment();
};

// True as soon as it holds; false when it did not come to hold within `most`. It is looked at least once.
template <class Holds>
bool wait_until(Holds&& holds, Millis most = k_patience, Millis look = Millis{5}) {
  for (const Moment end = moment() + most;;) {
    if (holds()) return true;
    if (moment() >= end) return holds();
    std::this_thread::sleep_for(look);
  }
}

// True when it held at every look for all that time; false at the first look at which it does not.
template <class Holds>
bool stays(Holds&& holds, Millis time, Millis look = Millis{5}) {
  return !wait_until([&] { return !holds(); }, time, look);
}

inline void keep_pace(Moment until) { std::this_thread::sleep_until(until); }
template <class Rep, class Period>
void keep_pace(std::chrono::duration<Rep, Period> time) {
  std::this_thread::sleep_for(time);
}

}  // namespace kiosk::test
