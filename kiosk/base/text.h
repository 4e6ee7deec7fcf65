// Text as Unicode: what is one text to a reader although its bytes differ. ICU stays behind text.cpp.
// Thread: any. Errors: none; bytes that are no UTF-8 become U+FFFD, one for each ill-formed part.
// Source: Unicode 15 (UAX 15 normal forms, UAX 31 NFKC_Casefold), as ICU 72 of Debian 12 has it.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace kiosk::text {

// One spelling of what people read as the same: compatibility forms composed, full case folding, accents of letters
// taken off, apostrophes of every kind and characters without width dropped, spaces of every kind made one U+0020.
// Vowel signs of other scripts (Tamil, Javanese) are letters and stay. Only for comparing, never for showing.
std::string fold(std::string_view utf8);

// The characters of a text as code points, in order; empty for an empty text.
std::u32string code_points(std::string_view utf8);
std::string utf8(std::u32string_view points);
std::size_t length(std::string_view utf8);  // code points, as a field's limit counts them

bool is_letter_or_digit(char32_t c);  // also a sign that belongs to a letter

}  // namespace kiosk::text
