// A text in the letters that a printer or a font has. Whatever it has stays as it is: a name is changed only where it
// must be. For paper and screens. Thread: any. Errors: none.
// Source: Unicode CLDR transliterations Any-Latin and Latin-ASCII, as ICU 72 of Debian 12 has them.
#pragma once
#include <string>
#include <string_view>

namespace kiosk::text {

// What is not there is written with what is: typographic marks as plain ones, accents taken off, other scripts in Latin
// letters ("ș" s, "Ω" O, "印" yin). Signs that are no letters (emoji, control characters, broken bytes) are left out,
// with the second of two spaces around them. A word of letters that cannot be written becomes "(...)": something
// stands there. Never "?", which would be read as a question or as part of the name.
std::string spelled_with(std::string_view utf8, bool (*has)(char32_t));

}  // namespace kiosk::text
