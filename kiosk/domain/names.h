// Text of people compared as people write it. Inside this room, for identity and the interview.
// Only ASCII letters and digits count; other bytes are kept as letters, so that names in other scripts still compare.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kiosk::domain {

std::vector<std::string> words_of(std::string_view text);  // lower case; anything that is no letter or digit separates
std::vector<std::string> name_words(std::string_view name);  // words_of without titles ("Hj.", "Ir.", "Bapak")
std::string spelled_alike(std::string_view word);  // one spelling for old and new ones: oe/u, dj/j, tj/c, muhammad/moh
int edit_distance(std::string_view a, std::string_view b);
bool contains(const std::vector<std::string>& words, std::string_view word);

}  // namespace kiosk::domain
