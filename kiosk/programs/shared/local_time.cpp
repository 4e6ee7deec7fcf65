#include "programs/shared/local_time.h"

#include "base/date.h"

namespace kiosk::programs {

Result<WallTime> parse_local_time(const std::string& text, const std::string& field, const Zone& zone) {
  const auto bad = [&] { return bad_input("time_invalid", field, "YYYY-MM-DD HH:MM, or with an offset as +08:00"); };
  if (text.size() != 16 && text.size() != 22) return bad();
  if ((text[10] != ' ' && text[10] != 'T') || text[13] != ':') return bad();
  TRY(const Date day, Date::parse(text.substr(0, 10), field));
  const auto two = [&](std::size_t from) -> int {
    const char a = text[from], b = text[from + 1];
    return a < '0' || a > '9' || b < '0' || b > '9' ? -1 : (a - '0') * 10 + (b - '0');
  };
  const int hour = two(11), minute = two(14);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return bad();
  const std::int64_t into_day = hour * 60 + minute;
  if (text.size() == 22) {
    const int h = two(17), m = two(20);
    if ((text[16] != '+' && text[16] != '-') || text[19] != ':' || h < 0 || h > 14 || m < 0 || m > 59) return bad();
    const std::int64_t offset_min = (h * 60 + m) * (text[16] == '-' ? -1 : 1);
    return from_ms((std::int64_t{Date().days_until(day)} * 1440 + into_day - offset_min) * 60'000);
  }
  return zone.at(day, std::chrono::minutes(into_day));
}

}  // namespace kiosk::programs
