// A time zone by its IANA name, through ICU: which day and which minute of it a moment is at a branch. A value; the
// rules behind it are shared and never change. Thread: any. Errors: bad_input zone_unknown with the field.
// Source: the zone rules of ICU (libicu) with tzdata. Indonesia has no daylight saving today; nothing here relies on
// it.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/date.h"

namespace kiosk {

class Zone {
 public:
  Zone();  // Asia/Jakarta: what a branch is that nobody has told of its zone
  static Result<Zone> named(std::string_view iana, std::string field = "zone");
  // Of what was kept or sent before zones had names: minutes east of UTC. Those of Indonesia have its names, other
  // whole hours those of Etc/GMT; anything else is the default.
  static Zone of_offset(int utc_offset_min);
  // The name when it is one, else the offset of an old program's word.
  static Zone told(std::string_view iana, int utc_offset_min);

  const std::string& name() const;
  std::string abbreviation() const;               // as people of Indonesia write it: WIB, WITA, WIT
  std::chrono::minutes offset(WallTime t) const;  // east of UTC at that moment
  Date day(WallTime t) const { return Date::at(t, offset(t)); }
  WallTime at(Date day, std::chrono::minutes into_day) const;  // a time that does not exist: the moment after the gap
  WallTime midnight(Date day) const { return at(day, std::chrono::minutes{0}); }

  bool operator==(const Zone& o) const { return name() == o.name(); }

 private:
  struct Rules;
  explicit Zone(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}
  std::shared_ptr<const Rules> rules_;
};

}  // namespace kiosk
