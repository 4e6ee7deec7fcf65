#include "domain/notice.h"

#include <algorithm>

namespace kiosk::domain {
namespace {

constexpr std::size_t k_text = 160;
constexpr std::chrono::hours k_longest{24 * 92};

bool is_line(const std::string& text, std::size_t least) {
  const bool odd = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return !odd && text.size() >= least && text.size() <= k_text;
}

}  // namespace

Result<Done> check_notice(const std::string& text, const std::string& text_en, WallTime begins, WallTime ends,
                          WallTime now) {
  if (!is_line(text, 1)) return bad_input("notice_text_invalid", "text", "a line of 1 to 160 bytes");
  if (!is_line(text_en, 0)) return bad_input("notice_text_invalid", "text_en", "a line of at most 160 bytes");
  if (ends <= std::max(begins, now) || ends - begins > k_longest)
    return bad_input("notice_time_invalid", "until", "after its begin and now, at most 92 days after its begin");
  return Done{};
}

}  // namespace kiosk::domain
