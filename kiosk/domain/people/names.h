// Text of people compared as people write it. Inside this room, for identity and the interview.
// Letters and digits of every script count, as text::fold() leaves them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kiosk::domain {

std::vector<std::string> words_of(std::string_view text);  // folded; anything that is no letter or digit separates
// words_of without titles before and degrees behind the name (titles.h), Muhammad in one spelling. Never empty for a
// name that has a word: one that is only a title stays.
std::vector<std::string> name_words(std::string_view name);
std::string spelled_alike(std::string_view word);  // one spelling for old and new ones: oe/u, dj/j, tj/c, muhammad/moh
int edit_distance(std::string_view a, std::string_view b);
bool contains(const std::vector<std::string>& words, std::string_view word);

}  // namespace kiosk::domain
