#include "domain/rules/time_trust.h"

#include <algorithm>
#include <charconv>

namespace kiosk::domain {
namespace {

constexpr std::string_view k_trusts[] = {"heard", "assumed", "waiting"};
// Before this nobody had the program: a clock that says so has lost its battery.
constexpr WallTime k_no_earlier{Millis{1'704'067'200'000}};  // 2024-01-01

bool near(WallTime a, WallTime b) { return a - b <= TimeTrust::k_jump && b - a <= TimeTrust::k_jump; }

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

}  // namespace

std::string text_of(const Anchor& a) {
  return std::string(k_trusts[static_cast<std::size_t>(a.trust)]) + " " +
         std::to_string(a.steady.at.time_since_epoch().count()) + " " + std::to_string(to_ms(a.wall)) + " " +
         a.steady.run;
}

std::optional<Anchor> anchor_of(std::string_view text) {
  std::string_view part[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const auto space = i < 3 ? text.find(' ') : text.size();
    if (space == std::string_view::npos) return std::nullopt;
    part[i] = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  const auto trust = std::find(std::begin(k_trusts), std::end(k_trusts), part[0]);
  const auto steady = whole(part[1]), wall = whole(part[2]);
  if (trust == std::end(k_trusts) || !steady || !wall) return std::nullopt;
  return Anchor{{std::string(part[3]), SteadyTime{Millis{*steady}}},
                from_ms(*wall),
                static_cast<Trust>(trust - std::begin(k_trusts))};
}

TimeTrust::TimeTrust(const std::optional<Anchor>& kept, const Steady& now, WallTime wall)
    : anchor_{now, wall, Trust::Assumed} {
  if (!kept) return;
  if (kept->steady.run == now.run && kept->steady.at <= now.at) {
    anchor_ = *kept;  // the same run of the computer: a clock that was set meanwhile has jumped
    return;
  }
  anchor_.trust = Trust::Waiting;
  if (wall < k_no_earlier) anchor_.wall = std::max(wall, kept->wall);
}

WallTime TimeTrust::expected(const Steady& now) const { return anchor_.wall + (now.at - anchor_.steady.at); }

bool TimeTrust::jumped(const Steady& now, WallTime wall) const { return !near(expected(now), wall); }

WallTime TimeTrust::believed(const Steady& now, WallTime wall) {
  // Nobody knows how long the computer was off: until the centre is heard a correction of its clock is as good as any.
  const bool may_be_mended = anchor_.trust == Trust::Waiting && wall >= k_no_earlier;
  if (jumped(now, wall) && !may_be_mended) return expected(now);
  anchor_.steady = now;
  anchor_.wall = wall;
  return wall;
}

void TimeTrust::heard(Millis centre_minus_wall, const Steady& now, WallTime wall) {
  const WallTime centre = wall + centre_minus_wall;
  anchor_ = {now, near(centre, wall) ? wall : centre, Trust::Heard};
}

bool TimeTrust::day_begins(const LastNumber& last, const Steady& now, WallTime wall, const Zone& zone) const {
  if (anchor_.trust == Trust::Waiting) {
    // A day may begin once this run of the computer has seen the end of one.
    if (last.steady.run != now.run || last.steady.at > now.at) return false;
  }
  const auto over = [&](WallTime here) {
    const bool same_run = last.steady.run == now.run && last.steady.at <= now.at;
    return zone.day(same_run ? here - (now.at - last.steady.at) : last.believed) < zone.day(here);
  };
  if (!over(expected(now))) return false;
  return anchor_.trust == Trust::Heard || !jumped(now, wall) || over(wall);
}

}  // namespace kiosk::domain
