#include "domain/rules/notice.h"

#include <algorithm>
#include <cstdio>

#include "base/letters.h"
#include "base/text.h"
#include "domain/rules/lengths.h"

namespace kiosk::domain {
namespace {

constexpr std::chrono::hours k_longest{24 * 92};

std::string named(char32_t c) {
  char code[16];
  std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(c));
  return text::utf8(std::u32string(1, c)) + " (" + code + ")";
}

Result<Done> check_line(const std::string& line, std::size_t least, const char* field) {
  const bool odd = std::any_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (odd || line.size() < least) return bad_input("notice_text_invalid", field, "one line, not empty");
  if (line.size() > k_notice_bytes)
    return bad_input("notice_text_invalid", field, "a line of at most " + std::to_string(k_notice_bytes) + " bytes");
  // The board would show "?" and nobody would know why.
  for (const char32_t c : text::code_points(line))
    if (!on_screen(c)) return bad_input("notice_letter", field, "the board has no letter for " + named(c));
  return Done{};
}

}  // namespace

Result<Done> check_notice(const std::string& text, const std::string& text_en, WallTime begins, WallTime ends,
                          WallTime now) {
  TRY_DONE(check_line(text, 1, "text"));
  TRY_DONE(check_line(text_en, 0, "text_en"));
  if (ends <= std::max(begins, now) || ends - begins > k_longest)
    return bad_input("notice_time_invalid", "until", "after its begin and now, at most 92 days after its begin");
  return Done{};
}

}  // namespace kiosk::domain
