// A notice on a waiting room's board: what it may say, and for how long. Pure.
#pragma once
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace kiosk::domain {

constexpr std::size_t k_most_notices = 100;  // of a branch, that last or are to come

// Errors: bad_input notice_text_invalid (text, text_en: a line of at most 160 bytes, the first not empty),
// notice_letter (text, text_en: a character the screens' fonts lack, an emoji for example; the detail names it),
// notice_time_invalid (until: after the begin and after now, at most 92 days after the begin).
Result<Done> check_notice(const std::string& text, const std::string& text_en, WallTime begins, WallTime ends,
                          WallTime now);

}  // namespace kiosk::domain
