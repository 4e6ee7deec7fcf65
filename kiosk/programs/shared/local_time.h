// Times as operators type them. Pure.
#pragma once
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/zone.h"

namespace kiosk::programs {

// "2026-12-01 09:30" by the clock of the zone, or with one of its own: "2026-12-01T09:30+08:00".
// Errors: bad_input time_invalid, date_invalid with the field.
Result<WallTime> parse_local_time(const std::string& text, const std::string& field, const Zone& zone);

}  // namespace kiosk::programs
