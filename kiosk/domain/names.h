// Text of people compared as people write it (base/text.h folds it). Inside this room, for identity and the interview.
// Titles and degrees: UU 12/2012 and Permenristekdikti 59/2018 (gelar akademik), and what stands on KTP and letters.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kiosk::domain {

std::vector<std::string> words_of(std::string_view text);  // folded; anything that is no letter or digit separates
// words_of a name without titles before it ("Hj.", "Ir.", "Bapak") and degrees behind it ("S.Pd.", "SE"), with and
// without dots; every way to write Muhammad ("M.", "Muh.", "Moch.") is "muhammad". Never empty for a name with letters.
std::vector<std::string> name_words(std::string_view name);
std::string spelled_alike(std::string_view word);  // one spelling for old and new ones: oe/u, dj/j, tj/c, muhammad/moh
int edit_distance(std::string_view a, std::string_view b);
bool contains(const std::vector<std::string>& words, std::string_view word);

}  // namespace kiosk::domain
