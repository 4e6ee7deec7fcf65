// Time as a parameter: nothing below programs asks the system for the time.
// Units: wall time is UTC milliseconds (WallTime); steady time never jumps and is for deadlines.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace kiosk {

using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Millis>;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Millis>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
  virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  WallTime now() const override { return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()); }
  SteadyTime steady() const override { return std::chrono::time_point_cast<Millis>(std::chrono::steady_clock::now()); }
};

// A clock that moves only when told. Not thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(WallTime start) : now_(start) {}
  WallTime now() const override { return now_; }
  SteadyTime steady() const override { return steady_; }
  void advance(Millis by) {
    now_ += by;
    steady_ += by;
  }
  void set_wall(WallTime t) { now_ = t; }  // a jump of the wall clock alone

 private:
  WallTime now_;
  SteadyTime steady_{Millis{1'000'000}};
};

// The system's clock moved forward by what a script's `advance` asked for. Thread: any.
class OffsetClock final : public Clock {
 public:
  WallTime now() const override { return system_.now() + Millis{offset_ms_}; }
  SteadyTime steady() const override { return system_.steady() + Millis{offset_ms_}; }
  void advance(Millis by) { offset_ms_ += by.count(); }

 private:
  SystemClock system_;
  std::atomic<std::int64_t> offset_ms_{0};
};

inline std::int64_t to_ms(WallTime t) { return t.time_since_epoch().count(); }
inline WallTime from_ms(std::int64_t ms) { return WallTime{Millis{ms}}; }

// RFC 3339 in UTC with milliseconds: 2026-11-20T02:41:00.000Z.
std::string to_rfc3339(WallTime t);

}  // namespace kiosk
