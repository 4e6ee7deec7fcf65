// What is a branch's own and no rule of the institution: its time zone, its opening hours, its holidays. The centre
// says it at the enrolment and by the feed; the node keeps it. Pure values.
#pragma once
#include <array>
#include <optional>
#include <set>
#include <string>

#include "base/zone.h"
#include "domain/queue/issue.h"

namespace kiosk::domain {

using Week = std::array<std::vector<Period>, 7>;  // Monday first

struct BranchPlace {
  Zone zone;
  std::optional<Week> week;  // none: the centre says nothing, the node's own settings hold
  std::set<Date> holidays;   // closed the whole day
  // The settings' hours, and what is said here instead of them.
  OpeningHours over(OpeningHours settings) const;
};

// "Mon-Fri 08:00-15:00, Sat 08:00-12:00"; two periods of a day stand in two entries; a day that is not named is closed;
// 24:00 is the day's end. Errors: bad_input hours_invalid with the field "hours".
Result<Week> parse_hours(std::string_view text);
std::string hours_text(const Week& week);  // parse_hours reads it back

}  // namespace kiosk::domain
