// A calendar day without a time zone: birth dates, deadlines. Always a day that exists.
#pragma once
#include <chrono>
#include <compare>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace kiosk {

class Date {
 public:
  Date() = default;  // 1970-01-01
  static Result<Date> of(int year, int month, int day, std::string field = "date");
  static Result<Date> parse(std::string_view iso,
                            std::string field = "date");  // YYYY-MM-DD; fault bad_input "date_invalid"
  // The day at a wall time seen with a fixed offset (WIB is +7 h); Indonesia has no daylight saving.
  static Date at(WallTime t, std::chrono::minutes utc_offset);

  int year() const { return static_cast<int>(ymd_.year()); }
  int month() const { return static_cast<int>(static_cast<unsigned>(ymd_.month())); }
  int day() const { return static_cast<int>(static_cast<unsigned>(ymd_.day())); }
  std::string iso() const;
  Date plus_days(int n) const;
  Date plus_months(int n) const;  // clamped to the month's last day
  int days_until(Date later) const;
  int full_years_until(Date later) const;  // an age; 29 February counts on 1 March in common years
  int full_months_until(Date later) const;

  auto operator<=>(const Date& o) const { return ymd_ <=> o.ymd_; }
  bool operator==(const Date& o) const { return ymd_ == o.ymd_; }

 private:
  explicit Date(std::chrono::year_month_day d) : ymd_(d) {}
  std::chrono::year_month_day ymd_{std::chrono::year{1970}, std::chrono::month{1}, std::chrono::day{1}};
};

}  // namespace kiosk
