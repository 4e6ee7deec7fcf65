#include "terminal/vision/card_text.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <vector>

#include "base/secret.h"
#include "domain/people/identity.h"
#include "terminal/vision/card.h"

namespace kiosk::vision {

using ::kiosk::wipe;

namespace {

constexpr std::size_t kNikDigits = 16, kKpjDigits = 11;
constexpr int kYoungestHolder = 15;  // full years; a card's expiry has the day and month of birth, but not the age

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The digit that a character of a number stands for; 0 for none.
char digit_of(char c) {
  if (is_digit(c)) return c;
  switch (c) {
    case 'O':
    case 'o':
    case 'Q':
    case 'D':
      return '0';
    case 'I':
    case 'i':
    case 'l':
      return '1';
    case 'Z':
    case 'z':
      return '2';
    case 'S':
    case 's':
      return '5';
    case 'b':
      return '6';
    case 'B':
      return '8';
    default:
      return 0;
  }
}

std::vector<std::string_view> split(std::string_view text, bool (*between)(char)) {
  std::vector<std::string_view> out;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i)
    if (i == text.size() || between(text[i])) {
      if (i > start) out.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  return out;
}
// Between the groups of a number: blanks, points, strokes and what OCR makes of specks. Other signs spoil a number.
bool separates(char c) { return std::strchr(" \t\r.:,;-_|~'`\"=", c) || static_cast<unsigned char>(c) >= 0x80; }
bool ends_line(char c) { return c == '\n' || c == '\f' || c == '\v'; }

struct Word {
  std::string digits;    // empty when a sign is no digit
  std::size_t sure = 0;  // written as digits
  std::size_t letters = 0;
};
Word word_of(std::string_view token) {
  Word w;
  for (const char c : token) {
    w.sure += is_digit(c);
    w.letters += is_letter(c);
    if (const char d = digit_of(c)) w.digits += d;
  }
  if (w.digits.size() != token.size()) wipe(w.digits);
  return w;
}

// The number a text begins with, when it has exactly `length` digits: nothing longer, shorter or spoiled is cut to fit.
std::string number_at(std::string_view text, std::size_t length) {
  std::string number;
  std::size_t sure = 0;
  for (const auto token : split(text, separates)) {
    Word w = word_of(token);
    const bool spoiled = w.digits.empty() && w.sure > 0, over = w.digits.empty();
    number += w.digits;
    sure += w.sure;
    wipe(w.digits);
    if (spoiled || number.size() > length) return wipe(number), std::string();
    if (over && w.letters == 0 && number.empty()) continue;  // a colon read as another sign
    if (over) break;
  }
  if (number.size() != length || sure * 4 < length * 3) wipe(number);
  return number;
}

// What stands behind the first word of letters that `is_label` knows. OCR takes some letters for signs and digits.
template <class F>
std::optional<std::string_view> behind(std::string_view line, F&& is_label) {
  const auto in_word = [&](std::size_t i) {
    return i < line.size() && (is_letter(line[i]) || std::strchr("1|!)5", line[i]));
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!is_letter(line[i]) || (i > 0 && (is_letter(line[i - 1]) || is_digit(line[i - 1])))) continue;
    std::string word;
    std::size_t end = i;
    for (; in_word(end) && word.size() < 8; ++end) {
      word += lower(line[end]);
      if (is_label(word) && (end + 1 >= line.size() || !is_letter(line[end + 1]))) return line.substr(end + 1);
    }
  }
  return std::nullopt;
}
bool any_of(char c, const char* set) { return c != 0 && std::strchr(set, c); }
std::optional<std::string_view> behind_nik(std::string_view line) {
  return behind(
      line, [](const std::string& w) { return w.size() == 3 && w[0] == 'n' && any_of(w[1], "il1|!") && w[2] == 'k'; });
}
// "KPJ" as OCR reads it, "Kpy" or "KPJ)" too; or "Peserta".
std::optional<std::string_view> behind_kpj(std::string_view line) {
  return behind(line, [](const std::string& w) {
    if (w.size() == 7) return w.starts_with("pe") && any_of(w[2], "s5") && w.ends_with("erta");
    if (w.size() < 3 || w.size() > 4 || !w.starts_with("kp")) return false;
    return std::all_of(w.begin() + 2, w.end(), [](char c) { return any_of(c, "pjyil)"); });
  });
}
// The line without a broken label: up to three letters before the first digit. Nothing when it says something else.
std::optional<std::string_view> without_label(std::string_view line) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (is_digit(line[i])) return line.substr(letters == 0 ? 0 : i);
    if (is_letter(line[i]) && ++letters > 3) break;
  }
  return std::nullopt;
}

bool says(std::string_view line, std::string_view word) {
  return std::search(line.begin(), line.end(), word.begin(), word.end(),
                     [](char a, char b) { return lower(a) == b; }) != line.end();
}

// Days DD MM YYYY of a line that agree with the NIK.
void find_births(std::string_view line, const domain::Nik& nik, Date today, std::set<Date>& out) {
  if (says(line, "ingga") || says(line, "berlaku")) return;  // "Berlaku Hingga": until when the card is good
  const auto tokens = split(line, [](char c) { return separates(c) || c == '/'; });
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::string d;
    std::size_t sure = 0;
    for (std::size_t k = i; k < tokens.size() && d.size() < 8; ++k) {
      const Word w = word_of(tokens[k]);
      if (w.digits.empty()) break;
      d += w.digits, sure += w.sure;
    }
    if (d.size() != 8 || sure < 5) continue;
    const auto birth = Date::parse(d.substr(4) + "-" + d.substr(2, 2) + "-" + d.substr(0, 2));
    if (!birth || birth->full_years_until(today) < kYoungestHolder) continue;
    const auto possible = nik.birth_candidates(today);
    if (std::find(possible.begin(), possible.end(), *birth) != possible.end()) out.insert(*birth);
  }
}

template <class Number>
void keep(std::string digits, std::set<std::string>& found) {
  if (Number::parse(digits)) found.insert(digits);
  wipe(digits);
}
void wipe_all(std::set<std::string>& numbers) {
  while (!numbers.empty()) {
    auto node = numbers.extract(numbers.begin());
    wipe(node.value());
  }
}

}  // namespace

Label label_of(std::string_view line) {
  return behind_nik(line) ? Label::Nik : behind_kpj(line) ? Label::Kpj : Label::None;
}

void wipe(CardReading& reading) {
  wipe(reading.nik);
  wipe(reading.kpj);
  reading.birth.reset();
}

CardReading reading_of(std::string_view text, Date today) {
  CardReading out;
  if (text.size() > kMaxCardText) return out;
  std::set<std::string> niks, bare, kpjs;
  bool kpj_label_above = false;
  const auto lines = split(text, ends_line);
  for (const auto line : lines) {
    if (const auto rest = behind_nik(line))
      keep<domain::Nik>(number_at(*rest, kNikDigits), niks);
    else if (const auto plain = without_label(line))
      keep<domain::Nik>(number_at(*plain, kNikDigits), bare);
    const auto rest = behind_kpj(line);
    if (rest)
      keep<domain::Kpj>(number_at(*rest, kKpjDigits), kpjs);
    else if (kpj_label_above)
      keep<domain::Kpj>(number_at(line, kKpjDigits), kpjs);
    kpj_label_above = rest.has_value();
  }
  const bool labelled = !niks.empty();
  niks.insert(bare.begin(), bare.end());
  if (niks.size() == 1) {
    const auto nik = domain::Nik::parse(*niks.begin());
    std::set<Date> births;
    for (const auto line : lines) find_births(line, *nik, today, births);
    if (births.size() == 1) out.birth = *births.begin();
    if (labelled || out.birth) out.nik = *niks.begin();
  }
  if (kpjs.size() == 1) out.kpj = *kpjs.begin();
  for (auto* numbers : {&niks, &bare, &kpjs}) wipe_all(*numbers);
  return out;
}

}  // namespace kiosk::vision
