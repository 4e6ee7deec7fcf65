#include "base/date.h"

#include <cstdio>

namespace kiosk {
namespace {
using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day make(int y, int m, int d) {
  return {std::chrono::year{y}, std::chrono::month{static_cast<unsigned>(m)},
          std::chrono::day{static_cast<unsigned>(d)}};
}

bool digits(std::string_view s, int& out) {
  out = 0;
  for (char c : s) {
    if (c < '0' || c > '9') return false;
    out = out * 10 + (c - '0');
  }
  return !s.empty();
}
}  // namespace

Result<Date> Date::of(int year, int month, int day, std::string field) {
  if (year < 1850 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 || !make(year, month, day).ok())
    return bad_input("date_invalid", std::move(field), "expected a day that exists, as YYYY-MM-DD");
  return Date(make(year, month, day));
}

Result<Date> Date::parse(std::string_view iso, std::string field) {
  int y = 0, m = 0, d = 0;
  if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-' || !digits(iso.substr(0, 4), y) ||
      !digits(iso.substr(5, 2), m) || !digits(iso.substr(8, 2), d))
    return bad_input("date_invalid", std::move(field), "expected a day that exists, as YYYY-MM-DD");
  return of(y, m, d, std::move(field));
}

Date Date::at(WallTime t, std::chrono::minutes utc_offset) {
  return Date(year_month_day{std::chrono::floor<std::chrono::days>(t + utc_offset)});
}

std::string Date::iso() const {
  char buf[32];
  std::snprintf(buf, sizeof buf, "%04d-%02d-%02d", year(), month(), day());
  return buf;
}

Date Date::plus_days(int n) const { return Date(year_month_day{sys_days{ymd_} + std::chrono::days{n}}); }

Date Date::plus_months(int n) const {
  auto ym = std::chrono::year_month{ymd_.year(), ymd_.month()} + std::chrono::months{n};
  auto last = std::chrono::year_month_day_last{ym.year(), std::chrono::month_day_last{ym.month()}};
  return Date(year_month_day{ym.year(), ym.month(), std::min(ymd_.day(), last.day())});
}

int Date::days_until(Date later) const { return static_cast<int>((sys_days{later.ymd_} - sys_days{ymd_}).count()); }

int Date::full_months_until(Date later) const {
  int months = (later.year() - year()) * 12 + later.month() - month();
  if (later.day() < day()) --months;
  return months;
}

int Date::full_years_until(Date later) const {
  int years = later.year() - year();
  if (later.month() < month() || (later.month() == month() && later.day() < day())) --years;
  return years;
}

std::string to_rfc3339(WallTime t) {
  const auto days = std::chrono::floor<std::chrono::days>(t);
  const year_month_day d{days};
  const auto ms = (t - days).count();
  char buf[64];
  std::snprintf(buf, sizeof buf, "%04d-%02u-%02uT%02lld:%02lld:%02lld.%03lldZ", static_cast<int>(d.year()),
                static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()), static_cast<long long>(ms / 3600000),
                static_cast<long long>(ms / 60000 % 60), static_cast<long long>(ms / 1000 % 60),
                static_cast<long long>(ms % 1000));
  return buf;
}

}  // namespace kiosk
