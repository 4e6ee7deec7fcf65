// What a node believes of the time. A wall clock may be set wrong and be set right again; what it says is believed
// while it goes with the clock that never jumps (that of the computer's start, which counts a suspend too), and what
// the centre said of it is believed before both. One value: the moment that is believed, and whether it may begin a
// day.
//   Heard    the centre told the difference in this run of the computer: its word and the steady clock count
//   Assumed  nobody contradicted the wall clock since the computer started, or since the home was made
//   Waiting  the computer was switched off and the centre not heard since: nobody knows how long it was off, so the
//   wall
//            clock is followed, also when it is mended, and no day begins that this run has not seen begin
// A wall clock that leaves the believed one by more than a minute has jumped: it is not followed, and no day begins
// until it is back, or the centre is heard, or both clocks agree that a day is over. Pure; no lock of its own.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/date.h"
#include "base/zone.h"

namespace kiosk::domain {

// The steady clock and which run of the computer it belongs to; readings of different runs say nothing of each other.
struct Steady {
  std::string run;
  SteadyTime at{};
};

enum class Trust { Heard, Assumed, Waiting };

// What is kept: one moment seen by both clocks.
struct Anchor {
  Steady steady;
  WallTime wall{};
  Trust trust = Trust::Assumed;
  bool operator==(const Anchor& o) const {
    return steady.run == o.steady.run && steady.at == o.steady.at && wall == o.wall && trust == o.trust;
  }
};
std::string text_of(const Anchor&);
std::optional<Anchor> anchor_of(std::string_view text);  // nullopt: not one

// The moment a ticket number was last given, as both clocks saw it.
struct LastNumber {
  Steady steady;
  WallTime believed{};
};

class TimeTrust {
 public:
  static constexpr Millis k_jump{60'000};

  // At the start of the program; kept: none when the home is new, or of an older program.
  TimeTrust(const std::optional<Anchor>& kept, const Steady& now, WallTime wall);

  WallTime believed(const Steady& now, WallTime wall);  // follows a wall clock that goes with the steady one
  void heard(Millis centre_minus_wall, const Steady& now, WallTime wall);
  bool jumped(const Steady& now, WallTime wall) const;
  // May a local day begin with the next number? Only when no clock that may be right still has the day of the last one.
  bool day_begins(const LastNumber& last, const Steady& now, WallTime wall, const Zone& zone) const;
  Trust trust() const { return anchor_.trust; }
  const Anchor& anchor() const { return anchor_; }

 private:
  WallTime expected(const Steady& now) const;
  Anchor anchor_;
};

}  // namespace kiosk::domain
