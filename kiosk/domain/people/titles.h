// What stands beside a name without being part of it: forms of address, religious and noble titles before it,
// academic and professional degrees behind it. This is the one place where they are listed; all are written as
// text::fold() leaves them, without dots and spaces.
// Source: forms of address and degrees as Permendikbudristek 6/2022 (ijazah, gelar) and the PUEBI abbreviate them, and
// as they stand on KTP and family cards (Permendagri 73/2022 art. 5 allows titles there, which is why records differ).
#pragma once
#include <string_view>

namespace kiosk::domain {

bool is_title(std::string_view folded);            // before a name: "hj", "drs", "prof", "raden"
bool is_late_title(std::string_view folded);       // also behind it after a comma or in brackets: "alm"
bool is_degree(std::string_view folded);           // behind a name: "spd", "se", "amdkeb"
bool is_doubtful_degree(std::string_view folded);  // also a name ("mei", "ma"): a degree only with a dot or comma
bool is_muhammad(std::string_view folded);         // any spelling and abbreviation of Muhammad but the bare "m"

}  // namespace kiosk::domain
