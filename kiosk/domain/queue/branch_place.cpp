#include "domain/queue/branch_place.h"

#include <cstdio>
#include <utility>

namespace kiosk::domain {
namespace {

constexpr std::array<std::string_view, 7> k_days = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr int k_day_min = 1440;

Fault invalid() { return bad_input("hours_invalid", "hours", "as \"Mon-Fri 08:00-15:00, Sat 08:00-12:00\""); }

std::string_view trimmed(std::string_view s) {
  while (s.starts_with(' ')) s.remove_prefix(1);
  while (s.ends_with(' ')) s.remove_suffix(1);
  return s;
}

Result<std::size_t> day_of(std::string_view s) {
  for (std::size_t i = 0; i < k_days.size(); ++i)
    if (s == k_days[i]) return i;
  return invalid();
}

Result<int> minute_of(std::string_view s) {
  const auto digit = [&](std::size_t i) { return s[i] >= '0' && s[i] <= '9'; };
  if (s.size() != 5 || s[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return invalid();
  const int hour = (s[0] - '0') * 10 + (s[1] - '0'), minute = (s[3] - '0') * 10 + (s[4] - '0');
  if (minute > 59 || hour * 60 + minute > k_day_min) return invalid();
  return hour * 60 + minute;
}

// The two sides of a dash; without one, both are the whole.
std::pair<std::string_view, std::string_view> ends_of(std::string_view s) {
  const auto dash = s.find('-');
  return dash == std::string_view::npos ? std::pair(s, s) : std::pair(s.substr(0, dash), s.substr(dash + 1));
}

Result<Done> add_entry(Week& week, std::string_view entry) {
  const auto space = entry.find(' ');
  if (space == std::string_view::npos) return invalid();
  const auto [first, last] = ends_of(entry.substr(0, space));
  const auto [from, to] = ends_of(trimmed(entry.substr(space)));
  TRY(const std::size_t begin, day_of(first));
  TRY(const std::size_t end, day_of(last));
  TRY(const int from_min, minute_of(from));
  TRY(const int to_min, minute_of(to));
  if (end < begin || to_min <= from_min) return invalid();
  for (std::size_t d = begin; d <= end; ++d) {
    if (!week[d].empty() && week[d].back().to_min > from_min) return invalid();
    week[d].push_back({from_min, to_min});
  }
  return Done{};
}

std::string clock_text(int minute) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", minute / 60, minute % 60);
  return text;
}

}  // namespace

OpeningHours BranchPlace::over(OpeningHours settings) const {
  if (week) settings.week = *week;
  for (const Date& day : holidays) settings.special[day] = {};
  return settings;
}

Result<Week> parse_hours(std::string_view text) {
  Week week;
  while (true) {
    const auto comma = text.find(',');
    TRY_DONE(add_entry(week, trimmed(text.substr(0, comma))));
    if (comma == std::string_view::npos) return week;
    text.remove_prefix(comma + 1);
  }
}

std::string hours_text(const Week& week) {
  std::string out;
  for (std::size_t d = 0; d < week.size(); ++d)
    for (const auto& p : week[d])
      out += std::string(out.empty() ? "" : ", ") + std::string(k_days[d]) + " " + clock_text(p.from_min) + "-" +
             clock_text(p.to_min);
  return out;
}

}  // namespace kiosk::domain
