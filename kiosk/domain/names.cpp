#include "domain/names.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "domain/identity.h"

namespace kiosk::domain {
namespace {
constexpr std::array<std::string_view, 27> k_titles = {
    "bapak", "bpk",   "ibu", "sdr", "sdri", "saudara", "tuan", "nyonya", "ny", "almarhum", "alm", "almh", "h",   "hj",
    "haji",  "hajah", "ir",  "drs", "dra",  "dr",      "drg",  "prof",   "se", "sh",       "st",  "spd",  "skom"};

bool is_title(std::string_view w) { return std::find(k_titles.begin(), k_titles.end(), w) != k_titles.end(); }

void replace_all(std::string& s, std::string_view from, std::string_view to) {
  for (auto at = s.find(from); at != std::string::npos; at = s.find(from, at + to.size()))
    s.replace(at, from.size(), to);
}
}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 'A' && u <= 'Z')
      word += static_cast<char>(u - 'A' + 'a');
    else if ((u >= 'a' && u <= 'z') || (u >= '0' && u <= '9') || u >= 0x80)
      word += c;
    else if (u == '\'' || u == '`')
      continue;  // "Mu'min" and "Mumin" are one name
    else if (!word.empty())
      words.push_back(std::exchange(word, {}));
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::vector<std::string> name_words(std::string_view name) {
  auto words = words_of(name);
  std::vector<std::string> kept;
  for (const auto& w : words)
    if (!is_title(w)) kept.push_back(w);
  return kept.empty() ? words : kept;  // somebody called "Haji" alone is still somebody
}

std::string spelled_alike(std::string_view word) {
  std::string w(word);
  for (std::string_view full : {"muhammad", "mohammad", "muhamad", "mohamad", "mochammad", "mochamad", "muchamad",
                                "moch", "muh", "mohd", "mohammed"})
    if (w == full) return "moh";
  replace_all(w, "oe", "u");
  replace_all(w, "dj", "j");
  replace_all(w, "tj", "c");
  replace_all(w, "sj", "sy");
  std::string out;
  for (const char c : w)  // a doubled letter is heard once
    if (out.empty() || out.back() != c || (c >= '0' && c <= '9')) out += c;
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
