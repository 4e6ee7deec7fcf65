// Watches a loop from a thread of its own: when it has taken no input for a while, why is written to the log and the
// program begins again in this process (same arguments, nothing inherited but standard input and output, no child
// left). Time in which the whole process stood still (suspended machine, SIGSTOP, a debugger) does not count.
// For Terminal and kiosk_main. Thread: turn() and doing() the loop's; the rest any. Blocks: never.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.h"

namespace kiosk::programs {

inline constexpr Millis kLoopSilentAtMost{5'000};

// How long a loop has been silent, told at every tick of the watch. Pure.
class Silence {
 public:
  // `passed` since the last tick; a tick that came far too late means that the watch stood still as well.
  static constexpr Millis kTick{250}, kTickAtMost{500};
  Millis after(Millis passed, std::uint64_t turns);

 private:
  std::uint64_t turns_ = 0;
  Millis silent_{0};
};

class Watchdog {
 public:
  // `bite` is called once, on the watch's thread, with what the loop was doing; it need not return.
  using Bite = std::function<void(const char* doing, Millis silent)>;
  Watchdog(Millis limit, Bite bite);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void turn() { turns_.fetch_add(1, std::memory_order_relaxed); }
  // A literal: "drawing". Never anything of a person.
  void doing(const char* what) { doing_.store(what, std::memory_order_relaxed); }

 private:
  void watch();

  const Millis limit_;
  const Bite bite_;
  std::atomic<std::uint64_t> turns_{0};
  std::atomic<const char*> doing_{"starting"};
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

// Ends every child, closes what is open and executes this program again. Returns only when that failed.
void begin_again(char** argv);

}  // namespace kiosk::programs
