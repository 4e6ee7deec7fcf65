// Numbers, money, dates and durations as people write and say them, in Indonesian and English. Other languages write as
// Indonesian does.
#include <array>
#include <cmath>
#include <cstdlib>

#include "base/i18n/i18n.h"

namespace kiosk::i18n {

namespace {

constexpr std::array<const char*, 12> kMonthsId{"Januari", "Februari", "Maret",     "April",   "Mei",      "Juni",
                                                "Juli",    "Agustus",  "September", "Oktober", "November", "Desember"};
constexpr std::array<const char*, 12> kMonthsEn{"January", "February", "March",     "April",   "May",      "June",
                                                "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<const char*, 7> kDaysId{"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"};
constexpr std::array<const char*, 7> kDaysEn{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                             "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> kSmallId{"nol",  "satu",  "dua",     "tiga",     "empat",   "lima",
                                               "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"};
constexpr std::array<const char*, 20> kSmallEn{
    "zero", "one",    "two",    "three",    "four",     "five",    "six",     "seven",     "eight",    "nine",
    "ten",  "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<const char*, 10> kTensEn{"",      "",      "twenty",  "thirty", "forty",
                                              "fifty", "sixty", "seventy", "eighty", "ninety"};

std::string grouped(std::int64_t n, char separator) {
  const bool negative = n < 0;
  auto u = negative ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
  const std::string digits = std::to_string(u);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += separator;
    out += digits[i];
  }
  return negative ? "-" + out : out;
}

std::string two(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }

std::string spell_id(std::uint64_t n) {
  if (n < 12) return kSmallId[n];
  if (n < 20) return spell_id(n - 10) + " belas";
  const auto tail = [](std::uint64_t rest) { return rest == 0 ? std::string() : " " + spell_id(rest); };
  if (n < 100) return spell_id(n / 10) + " puluh" + tail(n % 10);
  if (n < 200) return "seratus" + tail(n % 100);
  if (n < 1'000) return spell_id(n / 100) + " ratus" + tail(n % 100);
  if (n < 2'000) return "seribu" + tail(n % 1'000);
  if (n < 1'000'000) return spell_id(n / 1'000) + " ribu" + tail(n % 1'000);
  if (n < 1'000'000'000) return spell_id(n / 1'000'000) + " juta" + tail(n % 1'000'000);
  if (n < 1'000'000'000'000) return spell_id(n / 1'000'000'000) + " miliar" + tail(n % 1'000'000'000);
  return spell_id(n / 1'000'000'000'000) + " triliun" + tail(n % 1'000'000'000'000);
}

std::string spell_en(std::uint64_t n) {
  if (n < 20) return kSmallEn[n];
  const auto tail = [](std::uint64_t rest) { return rest == 0 ? std::string() : " " + spell_en(rest); };
  if (n < 100) return std::string(kTensEn[n / 10]) + (n % 10 == 0 ? std::string() : "-" + spell_en(n % 10));
  if (n < 1'000) return spell_en(n / 100) + " hundred" + tail(n % 100);
  if (n < 1'000'000) return spell_en(n / 1'000) + " thousand" + tail(n % 1'000);
  if (n < 1'000'000'000) return spell_en(n / 1'000'000) + " million" + tail(n % 1'000'000);
  if (n < 1'000'000'000'000) return spell_en(n / 1'000'000'000) + " billion" + tail(n % 1'000'000'000);
  return spell_en(n / 1'000'000'000'000) + " trillion" + tail(n % 1'000'000'000'000);
}

}  // namespace

std::string Language::number(std::int64_t n) const { return grouped(n, code_ == "en" ? ',' : '.'); }

std::string Language::rupiah(Rupiah r) const { return r.value < 0 ? "-Rp" + number(-r.value) : "Rp" + number(r.value); }

std::string Language::decimal(double v, int places) const {
  const double scale = std::pow(10.0, places);
  const auto whole = static_cast<std::int64_t>(std::llround(std::abs(v) * scale));
  const auto unit = static_cast<std::int64_t>(scale);
  std::string out = (v < 0 && whole > 0 ? "-" : "") + number(whole / unit);
  if (places > 0) {
    std::string rest = std::to_string(whole % unit);
    rest.insert(0, static_cast<std::size_t>(places) - rest.size(), '0');
    out += (code_ == "en" ? "." : ",") + rest;
  }
  return out;
}

std::string Language::percent(double v, int places) const { return decimal(v, places) + (code_ == "en" ? "%" : " %"); }

std::string Language::month(int m) const {
  if (m < 1 || m > 12) return {};
  const auto i = static_cast<std::size_t>(m - 1);
  return code_ == "en" ? kMonthsEn[i] : kMonthsId[i];
}

std::string Language::weekday(Date d) const {
  const std::chrono::year_month_day ymd{std::chrono::year{d.year()},
                                        std::chrono::month{static_cast<unsigned>(d.month())},
                                        std::chrono::day{static_cast<unsigned>(d.day())}};
  const std::size_t i = std::chrono::weekday{std::chrono::sys_days{ymd}}.c_encoding();
  return code_ == "en" ? kDaysEn[i] : kDaysId[i];
}

std::string Language::date(Date d) const {
  return std::to_string(d.day()) + " " + month(d.month()) + " " + std::to_string(d.year());
}
std::string Language::long_date(Date d) const { return weekday(d) + ", " + date(d); }
std::string Language::short_date(Date d) const {
  return two(d.day()) + "-" + two(d.month()) + "-" + std::to_string(d.year());
}

std::string Language::time(WallTime t, std::chrono::minutes utc_offset) const {
  const auto local = std::chrono::floor<std::chrono::minutes>(t + utc_offset);
  const auto minutes = static_cast<int>((local - std::chrono::floor<std::chrono::days>(local)).count());
  return two(minutes / 60) + (code_ == "en" ? ":" : ".") + two(minutes % 60);
}

std::string Language::date_time(WallTime t, std::chrono::minutes utc_offset) const {
  return date(Date::at(t, utc_offset)) + (code_ == "en" ? " at " : " pukul ") + time(t, utc_offset);
}

std::string Language::duration(Seconds s) const {
  const bool en = code_ == "en";
  const std::int64_t minutes = s.count() / 60, hours = minutes / 60, days = hours / 24;
  const auto part = [&](std::int64_t n, const char* id, const char* one) {
    if (!en) return number(n) + " " + id;
    return number(n) + " " + one + (n == 1 ? "" : "s");
  };
  if (minutes < 1) return en ? "less than 1 minute" : "kurang dari 1 menit";
  if (hours < 1) return part(minutes, "menit", "minute");
  if (days < 1)
    return part(hours, "jam", "hour") + (minutes % 60 == 0 ? "" : " " + part(minutes % 60, "menit", "minute"));
  return part(days, "hari", "day") + (hours % 24 == 0 ? "" : " " + part(hours % 24, "jam", "hour"));
}

std::string Language::minutes_range(int low, int high) const {
  const bool en = code_ == "en";
  const std::string unit = en ? (high == 1 ? " minute" : " minutes") : " menit";
  return (low == high ? number(high) : number(low) + "\u2013" + number(high)) + unit;
}

std::string Language::spelled(std::int64_t n) const {
  const bool en = code_ == "en";
  const std::uint64_t u = n < 0 ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
  return (n >= 0 ? std::string() : en ? "minus " : "minus ") + (en ? spell_en(u) : spell_id(u));
}

std::string Language::spelled_digits(std::string_view digits) const {
  std::string out;
  for (const char c : digits) {
    std::string word;
    if (c >= '0' && c <= '9')
      word = code_ == "en" ? kSmallEn[static_cast<std::size_t>(c - '0')] : kSmallId[static_cast<std::size_t>(c - '0')];
    else if (c == ' ' || c == '-')
      continue;
    else
      word = std::string(1, c);
    out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

}  // namespace kiosk::i18n
