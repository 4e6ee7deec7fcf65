// The characters that the screens' fonts are loaded with. What is shown to everybody is refused when it has another:
// it would stand there as "?". terminal/ui/sheet.cpp loads exactly these. Pairs: first, last.
#pragma once
#include <array>

namespace kiosk {

constexpr std::array<char32_t, 18> k_screen_letters = {0x20,   0x7E,   0xA0,   0x17F,  0x2013, 0x2014,
                                                       0x2018, 0x201D, 0x2022, 0x2022, 0x2026, 0x2026,
                                                       0x2212, 0x2212, 0x2248, 0x2248, 0x2264, 0x2265};

constexpr bool on_screen(char32_t c) {
  for (std::size_t i = 0; i + 1 < k_screen_letters.size(); i += 2)
    if (c >= k_screen_letters[i] && c <= k_screen_letters[i + 1]) return true;
  return false;
}

}  // namespace kiosk
