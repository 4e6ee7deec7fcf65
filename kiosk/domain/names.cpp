#include "domain/names.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

#include "base/text.h"
#include "domain/identity.h"

namespace kiosk::domain {
namespace {

// Each character of valid UTF-8 (fold_text gives nothing else) with its bytes.
template <class F>
void each_character(const std::string& text, F&& tell) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t c = size == 1 ? lead : lead & (0xffu >> (size + 1));
    for (std::size_t k = 1; k < size && i + k < text.size(); ++k)
      c = (c << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3fu);
    tell(c, std::string_view(text).substr(i, size));
    i += size;
  }
}
using Words = std::span<const std::string_view>;

constexpr std::string_view k_titles[] = {
    "bapak", "bpk",    "ibu", "sdr",  "sdri", "saudara",  "saudari",    "tuan",   "tn",    "nyonya",
    "ny",    "nona",   "nn",  "alm",  "almh", "almarhum", "almarhumah", "h",      "hj",    "haji",
    "hajah", "hajjah", "kh",  "kyai", "kiai", "ust",      "ustad",      "ustadz", "ustaz", "ustadzah",
    "ir",    "drs",    "dra", "dr",   "drg",  "drh",      "prof",       "apt",    "ns",    "bd"};
constexpr std::string_view k_degrees[] = {
    "spd",   "spdi", "spdsd", "se",   "sei",    "sesy", "sh",   "shi",   "st",   "sti",      "stp",       "sthi",
    "skom",  "sp",   "spt",   "spi",  "spsi",   "sos",  "ssos", "ssosi", "ssi",  "sst",      "sstp",      "ss",
    "ssn",   "ssy",  "ssit",  "sak",  "sag",    "sap",  "sip",  "sikom", "sik",  "skm",      "skep",      "sked",
    "skg",   "skh",  "sfarm", "sgz",  "sgiz",   "shum", "stat", "sstat", "sab",  "sds",      "sud",       "sfil",
    "skel",  "shut", "sor",   "str",  "strkeb", "skeb", "sars", "md",    "amd",  "amdkeb",   "amdkep",    "amdkom",
    "amdpd", "amak", "ama",   "amk",  "mm",     "mmpd", "mh",   "mhi",   "mt",   "mti",      "msi",       "msc",
    "mkom",  "mpd",  "mpdi",  "mkes", "mkm",    "mak",  "mba",  "mhum",  "mag",  "map",      "mikom",     "msos",
    "mip",   "mpsi", "mkn",   "mst",  "msn",    "mtr",  "mars", "llm",   "phd",  "lc",       "bsc",       "bba",
    "spa",   "spog", "spm",   "spb",  "sppd",   "ca",   "cpa",  "alm",   "almh", "almarhum", "almarhumah"};
// Short ones that are names as well ("Ma", "Ba"), or words of names: a degree only with a dot in it or after a comma.
constexpr std::string_view k_doubtful_degrees[] = {"ma",  "ba",   "me", "mi", "si",  "ama", "mag", "map", "mars",
                                                   "spa", "stat", "md", "ca", "mak", "sak", "sab", "sip", "sud"};
constexpr std::string_view k_muhammad[] = {"muhammad",  "mohammad", "muhamad",   "mohamad",  "muhammed",  "mohammed",
                                           "muhamed",   "mohamed",  "mochammad", "mochamad", "muchammad", "muchamad",
                                           "mokhammad", "mokhamad", "moch",      "moh",      "mohd",      "much",
                                           "muh",       "muhd",     "mhd",       "mokh"};

bool is_one_of(std::string_view w, Words list) { return std::find(list.begin(), list.end(), w) != list.end(); }

// A word of a name as it stood between blanks and commas.
struct Part {
  std::string plain;  // letters and digits only
  bool dotted = false, after_comma = false;
};

std::vector<Part> parts_of(std::string_view name) {
  std::vector<Part> parts;
  bool fresh = true, comma = false;
  each_character(fold_text(name), [&](char32_t c, std::string_view bytes) {
    if (c == U'.') {
      if (!fresh) parts.back().dotted = true;
      return;
    }
    if (!is_word_character(c)) {
      comma = comma || c == U',' || c == U';' || c == U'(';
      fresh = true;
      return;
    }
    if (fresh) parts.push_back({.plain = {}, .dotted = false, .after_comma = comma});
    fresh = false;
    parts.back().plain += bytes;
  });
  return parts;
}

// How many parts at the end are one degree ("S Pd", "S.Pd."); 0: none. A name keeps its first part.
std::size_t degree_at_end(const std::vector<Part>& parts, std::size_t first) {
  std::string together;
  bool sure = false;
  std::size_t found = 0;
  for (std::size_t n = 1; n <= 4 && first + n < parts.size(); ++n) {
    const Part& part = parts[parts.size() - n];
    together.insert(0, part.plain);
    sure = sure || part.dotted || part.after_comma || n > 1;
    const bool degree = is_one_of(together, k_degrees) || is_one_of(together, k_doubtful_degrees);
    if (degree && (sure || !is_one_of(together, k_doubtful_degrees))) found = n;
    if (part.plain.size() > 3) break;  // "Amd Keb" is two parts, "Pd Aminah" no degree
  }
  return found;
}

void replace_all(std::string& s, std::string_view from, std::string_view to) {
  for (auto at = s.find(from); at != std::string::npos; at = s.find(from, at + to.size()))
    s.replace(at, from.size(), to);
}
}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool fresh = true;
  each_character(fold_text(text), [&](char32_t c, std::string_view bytes) {
    const bool letter = is_word_character(c);
    if (letter && fresh) words.emplace_back();
    if (letter) words.back() += bytes;
    fresh = !letter;
  });
  return words;
}

std::vector<std::string> name_words(std::string_view name) {
  auto parts = parts_of(name);
  std::size_t first = 0;  // somebody called "Haji" alone is still somebody
  while (first + 1 < parts.size() && is_one_of(parts[first].plain, k_titles)) ++first;
  while (const auto degree = degree_at_end(parts, first)) parts.resize(parts.size() - degree);
  std::vector<std::string> kept;
  for (std::size_t i = first; i < parts.size(); ++i) {
    auto& word = parts[i].plain;
    const bool initial = word == "m" && i + 1 < parts.size();  // an "M." that a name follows
    kept.push_back(initial || is_one_of(word, k_muhammad) ? "muhammad" : std::move(word));
  }
  return kept;
}

std::string spelled_alike(std::string_view word) {
  std::string w(word);
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
