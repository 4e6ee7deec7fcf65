// Identifiers and randomness. UUIDv7 (RFC 9562): sorted by time, monotonic in one IdSource even when the clock steps
// back. Thread: IdSource is safe from any thread.
#pragma once
#include <compare>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace kiosk {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
  std::uint64_t u64();
  std::uint64_t below(std::uint64_t bound);  // uniform in [0, bound), bound > 0
};

class SystemRandom final : public Random {  // getrandom(2)
 public:
  void fill(std::span<std::uint8_t> out) override;
};

class SeededRandom final : public Random {  // replayable; never for keys. SplitMix64.
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

class Uuid {
 public:
  Uuid() = default;                                                            // all zero: "no id"
  static Result<Uuid> parse(std::string_view text, std::string field = "id");  // 8-4-4-4-12 lower-case hex
  std::string str() const;
  bool is_nil() const { return *this == Uuid{}; }
  std::span<const std::uint8_t, 16> bytes() const { return b_; }
  static Uuid from_bytes(std::span<const std::uint8_t, 16> bytes);
  auto operator<=>(const Uuid&) const = default;

 private:
  std::uint8_t b_[16] = {};
};

class IdSource {
 public:
  IdSource(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
  Uuid next();

 private:
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::uint64_t last_ms_ = 0;
  std::uint16_t counter_ = 0;
};

}  // namespace kiosk
