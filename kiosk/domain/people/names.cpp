#include "domain/people/names.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "domain/people/identity.h"
#include "domain/people/titles.h"

namespace kiosk::domain {
namespace {
constexpr std::size_t k_longest_degree = 4;  // in words: "S Tr Keb", "A Md Keb", with one to spare
constexpr std::size_t k_longest_part = 5;    // letters of one word of a degree that is written in several

void replace_all(std::string& s, std::string_view from, std::string_view to) {
  for (auto at = s.find(from); at != std::string::npos; at = s.find(from, at + to.size()))
    s.replace(at, from.size(), to);
}

struct Word {
  std::string text;
  bool dotted = false;  // a dot follows: an abbreviation
  bool behind = false;  // a comma or bracket stood before it: not the name any more
};

std::vector<Word> read_words(std::string_view text) {
  std::vector<Word> words;
  std::u32string word;
  bool behind = false;
  const auto end_word = [&](bool dotted) {
    if (!word.empty()) words.push_back({text::utf8(word), dotted, behind});
    word.clear();
  };
  for (const char32_t c : text::code_points(text::fold(text))) {
    if (text::is_letter_or_digit(c)) {
      word += c;
      continue;
    }
    end_word(c == U'.');
    behind = behind || (!words.empty() && (c == U',' || c == U';' || c == U'('));
  }
  end_word(false);
  return words;
}

std::string glued(const std::vector<Word>& words, std::size_t from, std::size_t count) {
  std::string all;
  for (std::size_t i = from; i < from + count; ++i) all += words[i].text;
  return all;
}

// How many of the first words are one title ("Dr. (H.C.)"); the longest that fits.
std::size_t title_at_start(const std::vector<Word>& words) {
  for (std::size_t n = std::min<std::size_t>(3, words.size() - 1); n > 0; --n) {
    const bool spelled = std::all_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(n),
                                     [](const Word& w) { return w.text.size() <= 2; });
    if ((n == 1 || spelled) && is_title(glued(words, 0, n))) return n;
  }
  return 0;
}

// How many of the last words are one degree ("S. Pd. I.") or a title put behind the name ("alm."); the longest that
// fits. One word always remains: somebody whose name is only "Dra" is still somebody.
std::size_t degree_at_end(const std::vector<Word>& words) {
  for (std::size_t n = std::min(k_longest_degree, words.size() - 1); n > 0; --n) {
    const auto from = words.size() - n;
    const auto parts = words.begin() + static_cast<std::ptrdiff_t>(from);
    if (n > 1 && std::any_of(parts, words.end(), [](const Word& w) { return w.text.size() > k_longest_part; }))
      continue;
    const auto all = glued(words, from, n);
    const bool apart = parts->behind || std::any_of(parts, words.end(), [](const Word& w) { return w.dotted; });
    if (is_degree(all) && (apart || !is_doubtful_degree(all))) return n;
    if (n == 1 && (is_late_title(all) || (parts->behind && is_title(all)))) return n;
  }
  return 0;
}
}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  for (auto& w : read_words(text)) out.push_back(std::move(w.text));
  return out;
}

std::vector<std::string> name_words(std::string_view name) {
  auto words = read_words(name);
  while (words.size() > 1) {
    const auto n = title_at_start(words);
    if (n == 0) break;
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(n));
  }
  while (words.size() > 1) {
    const auto n = degree_at_end(words);
    if (n == 0) break;
    words.resize(words.size() - n);
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto& w = words[i].text;
    // "M. Yusuf" is a Muhammad, "HM. Yusuf" one who has been to Mecca; a last "M." may be anything.
    const bool initial = i + 1 < words.size() && (w == "m" || (i == 0 && w == "hm"));
    out.push_back(initial || (words.size() > 1 && is_muhammad(w)) ? "muhammad" : std::move(w));
  }
  return out;
}

std::string spelled_alike(std::string_view word) {
  std::string w(word);
  if (is_muhammad(w)) return "muhammad";
  replace_all(w, "oe", "u");
  replace_all(w, "dj", "j");
  replace_all(w, "tj", "c");
  replace_all(w, "sj", "sy");
  std::string out;
  for (const char c : w) {  // a doubled letter is heard once; bytes of longer characters are no letters
    const bool letter = c >= 'a' && c <= 'z';
    if (out.empty() || out.back() != c || !letter) out += c;
  }
  return out;
}

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i) + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const int change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string mask_name(std::string_view name) {
  std::string out;
  bool at_start = true;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto u = static_cast<unsigned char>(name[i]);
    if (u == ' ') {
      at_start = true;
      continue;
    }
    if (!at_start) continue;
    at_start = false;
    if (!out.empty()) out += ' ';
    out += name[i];
    if (u >= 0xc0)  // the rest of a UTF-8 letter
      while (i + 1 < name.size() && (static_cast<unsigned char>(name[i + 1]) & 0xc0) == 0x80) out += name[++i];
    out += "***";
  }
  return out;
}

bool same_name(std::string_view a, std::string_view b) {
  const auto joined = [](std::string_view name) {
    std::string all;
    for (const auto& w : name_words(name)) all += w;
    return all;
  };
  const auto left = joined(a);
  return !left.empty() && left == joined(b);
}

}  // namespace kiosk::domain
