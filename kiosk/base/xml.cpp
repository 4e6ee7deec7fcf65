#include "base/xml.h"

#include <algorithm>
#include <cstdint>

namespace kiosk {
namespace {

// The length of the sequence that begins at `at`, 0 when it is none that XML may hold.
std::size_t sequence(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return (first >= 0x20 && first != 0x7f) || first == '\n' || first == '\t' ? 1 : 0;
  const std::size_t n = first >= 0xf0 && first < 0xf5   ? 4
                        : first >= 0xe0 && first < 0xf0 ? 3
                        : first >= 0xc2 && first < 0xe0 ? 2
                                                        : 0;
  if (n == 0 || at + n > s.size()) return 0;
  std::uint32_t point = first & (0xffu >> (n + 1));
  for (std::size_t i = 1; i < n; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return 0;
    point = point << 6 | (byte(at + i) & 0x3fu);
  }
  const bool overlong = (n == 3 && point < 0x800) || (n == 4 && point < 0x10000);
  const bool no_character =
      (point >= 0xd800 && point < 0xe000) || point == 0xfffe || point == 0xffff || point > 0x10ffff;
  return overlong || no_character ? 0 : n;
}

std::string_view escape(char c) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    default:
      return {};
  }
}

}  // namespace

std::string xml_text(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t n = sequence(utf8, at);
    const auto mark = n == 1 ? escape(utf8[at]) : std::string_view();
    out += mark.empty() ? utf8.substr(at, n) : mark;
    at += std::max<std::size_t>(n, 1);
  }
  return out;
}

}  // namespace kiosk
