// Text of people folded for comparison, by Unicode's own tables (ICU). Pure, any thread. Errors: none; a byte that is
// no UTF-8 stays itself, so that two damaged texts are equal only when their bytes are. Source: UAX #15 (normal forms),
// UTS #10 / NFKC_Casefold of Unicode 15, Latin letters without a decomposition by hand.
#pragma once
#include <string>
#include <string_view>

namespace kiosk {

// Upper and lower case, composed and decomposed letters, marks (é = e), compatibility forms (full width, ligatures) and
// characters that are not seen (zero width, soft hyphen, marks of direction) make no difference; apostrophes of every
// shape go; spaces of every kind are one blank, none at the ends. Everything else stays, folded.
std::string fold_text(std::string_view utf8);

// Whether a code point is a letter, a digit or a mark of one, in any script.
bool is_word_character(char32_t c);

}  // namespace kiosk
