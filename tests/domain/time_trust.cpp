#include "domain/rules/time_trust.h"

#include <doctest/doctest.h>

#include "domain/queue/branch_place.h"

using namespace kiosk;
using namespace kiosk::domain;
using std::chrono::hours;

namespace {
const WallTime k_noon = Zone().at(*Date::of(2026, 11, 20), hours(12));
Steady at(Millis since, std::string run = "r") { return {std::move(run), SteadyTime{Millis{1'000'000}} + since}; }
}  // namespace

TEST_CASE("time: a jump is not followed, and its return is") {
  TimeTrust t(std::nullopt, at(Millis{0}), k_noon);
  CHECK(t.believed(at(hours(1)), k_noon + hours(1)) == k_noon + hours(1));
  CHECK(t.believed(at(hours(2)), k_noon + hours(50)) == k_noon + hours(2));
  CHECK(t.jumped(at(hours(2)), k_noon + hours(50)));
  CHECK(t.believed(at(hours(3)), k_noon + hours(3)) == k_noon + hours(3));
  CHECK_FALSE(t.jumped(at(hours(3)), k_noon + hours(3)));
}

TEST_CASE("time: a small correction is followed, a drift of many too") {
  TimeTrust t(std::nullopt, at(Millis{0}), k_noon);
  WallTime wall = k_noon;
  for (int i = 1; i <= 100; ++i) {
    wall += hours(1) + Seconds{30};
    CHECK(t.believed(at(i * hours(1)), wall) == wall);
  }
}

TEST_CASE("time: the centre's word counts before the wall clock, also against it") {
  TimeTrust t(std::nullopt, at(Millis{0}), k_noon + hours(240));
  t.heard(-Millis{hours(240)}, at(Millis{0}), k_noon + hours(240));
  CHECK(t.trust() == Trust::Heard);
  CHECK(t.believed(at(hours(1)), k_noon + hours(241)) == k_noon + hours(1));
  CHECK(t.believed(at(hours(2)), k_noon + hours(2)) == k_noon + hours(2));
}

TEST_CASE("time: another run of the computer waits for the centre; the same run remembers") {
  TimeTrust t(std::nullopt, at(Millis{0}), k_noon);
  const auto kept = *anchor_of(text_of(t.anchor()));
  CHECK(kept == t.anchor());
  TimeTrust same(kept, at(hours(1)), k_noon + hours(99));
  CHECK(same.believed(at(hours(1)), k_noon + hours(99)) == k_noon + hours(1));
  TimeTrust other(kept, at(hours(1), "s"), k_noon + hours(99));
  CHECK(other.trust() == Trust::Waiting);
  const LastNumber last{kept.steady, kept.wall};
  CHECK_FALSE(other.day_begins(last, at(hours(1), "s"), k_noon + hours(99), Zone()));
  other.heard(Millis{0}, at(hours(1), "s"), k_noon + hours(99));
  CHECK(other.day_begins(last, at(hours(1), "s"), k_noon + hours(99), Zone()));
  CHECK_FALSE(anchor_of("").has_value());
  CHECK_FALSE(anchor_of("heard 1 x r").has_value());
}

TEST_CASE("hours: what an operator types is read, shown and read back") {
  const auto week = *parse_hours("Mon-Thu 08:00-15:00, Fri 08:00-11:30, Fri 13:00-15:00");
  CHECK(week[0].at(0).from_min == 480);
  CHECK(week[4].size() == 2);
  CHECK(week[5].empty());
  CHECK(hours_text(*parse_hours(hours_text(week))) == hours_text(week));
  for (const char* bad : {"", "Mon", "Mon 8-15", "Fri-Mon 08:00-15:00", "Mon 15:00-08:00", "Mon 08:00-24:01",
                          "Mon 08:00-12:00, Mon 11:00-13:00", "Senin 08:00-15:00", "Mon 08:00-15:00,"})
    CHECK(parse_hours(bad).fault().code == "hours_invalid");
  BranchPlace place;
  place.week = week;
  place.holidays = {*Date::of(2026, 12, 25)};
  const auto open = place.over(OpeningHours{});
  CHECK(open.on(*Date::of(2026, 12, 25)).empty());
  CHECK(open.on(*Date::of(2026, 12, 18)).size() == 2);
}

TEST_CASE("time: a computer that lost its battery goes on from the last good moment until its clock is mended") {
  TimeTrust first(std::nullopt, at(Millis{0}), k_noon);
  TimeTrust t(anchor_of(text_of(first.anchor())), at(Millis{0}, "s"), from_ms(86'400'000));
  CHECK(t.believed(at(hours(1), "s"), from_ms(86'400'000) + hours(1)) == k_noon + hours(1));
  CHECK(t.believed(at(hours(2), "s"), k_noon + hours(20)) == k_noon + hours(20));  // mended by hand, off line
  CHECK(t.trust() == Trust::Waiting);
  const LastNumber last{at(hours(2), "s"), k_noon + hours(20)};
  CHECK(t.believed(at(hours(20), "s"), k_noon + hours(38)) == k_noon + hours(38));
  CHECK(t.day_begins(last, at(hours(20), "s"), k_noon + hours(38), Zone()));
}
