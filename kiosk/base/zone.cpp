#include "base/zone.h"

#include <unicode/locid.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

namespace kiosk {

struct Zone::Rules {
  std::string name;
  std::unique_ptr<const icu::TimeZone> icu;
};

namespace {

constexpr const char* k_default = "Asia/Jakarta";
constexpr std::size_t k_name_bound = 64;

std::unique_ptr<const icu::TimeZone> known(std::string_view iana) {
  if (iana.empty() || iana.size() > k_name_bound || iana.find('/') == std::string_view::npos) return nullptr;
  const auto text = icu::UnicodeString::fromUTF8({iana.data(), static_cast<int32_t>(iana.size())});
  std::unique_ptr<const icu::TimeZone> zone(icu::TimeZone::createTimeZone(text));
  if (!zone || *zone == icu::TimeZone::getUnknown()) return nullptr;
  return zone;
}

}  // namespace

Zone::Zone() {
  static const auto jakarta = std::make_shared<const Rules>(Rules{k_default, known(k_default)});
  rules_ = jakarta;
}

Result<Zone> Zone::named(std::string_view iana, std::string field) {
  auto zone = known(iana);
  if (!zone)
    return bad_input("zone_unknown", std::move(field),
                     "Asia/Jakarta, Asia/Makassar, Asia/Jayapura or another IANA name");
  return Zone(std::make_shared<const Rules>(Rules{std::string(iana), std::move(zone)}));
}

Zone Zone::of_offset(int utc_offset_min) {
  const int hours = utc_offset_min / 60;
  std::string name;
  if (hours == 7) name = k_default;
  if (hours == 8) name = "Asia/Makassar";
  if (hours == 9) name = "Asia/Jayapura";
  // The signs of Etc are those of POSIX: west of Greenwich is plus.
  if (name.empty()) name = "Etc/GMT" + std::string(hours > 0 ? "-" : "+") + std::to_string(hours > 0 ? hours : -hours);
  if (utc_offset_min % 60 == 0)
    if (auto zone = named(name)) return *std::move(zone);
  return {};
}

Zone Zone::told(std::string_view iana, int utc_offset_min) {
  if (auto zone = named(iana)) return *std::move(zone);
  return of_offset(utc_offset_min);
}

const std::string& Zone::name() const { return rules_->name; }

std::string Zone::abbreviation() const {
  icu::UnicodeString shown;
  rules_->icu->getDisplayName(false, icu::TimeZone::SHORT, icu::Locale("id", "ID"), shown);
  std::string out;
  return shown.toUTF8String(out);
}

std::chrono::minutes Zone::offset(WallTime t) const {
  std::int32_t raw = 0, saving = 0;
  UErrorCode status = U_ZERO_ERROR;
  rules_->icu->getOffset(static_cast<UDate>(to_ms(t)), false, raw, saving, status);
  return std::chrono::duration_cast<std::chrono::minutes>(Millis{U_FAILURE(status) ? 0 : raw + saving});
}

WallTime Zone::at(Date day, std::chrono::minutes into_day) const {
  const WallTime as_utc = WallTime{std::chrono::days{Date().days_until(day)}} + into_day;
  // The offset of a moment near it, then that of the moment it led to.
  const WallTime near = as_utc - offset(as_utc);
  return as_utc - offset(near);
}

}  // namespace kiosk
