#include "terminal/voice/voice.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <vector>

namespace kiosk::voice {
namespace {

constexpr std::array<const char*, 12> kSmall = {"nol",  "satu",  "dua",     "tiga",     "empat",   "lima",
                                                "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"};
struct Scale {
  std::int64_t value;
  const char* word;
};
constexpr Scale kScales[] = {{1'000'000'000'000, "triliun"}, {1'000'000'000, "miliar"}, {1'000'000, "juta"}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool all_digits(std::string_view s) { return !s.empty() && std::all_of(s.begin(), s.end(), is_digit); }

std::string join(const std::string& head, const std::string& tail) { return tail.empty() ? head : head + " " + tail; }
// Words for what remains after a scale; nothing for 0.
std::string rest(std::int64_t n) { return n == 0 ? std::string{} : number_in_words(n); }

// "1.250.000" with grouping points, or plain digits; nullopt when it is no amount.
std::optional<std::int64_t> grouped(std::string_view s) {
  std::string digits;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (is_digit(s[i]))
      digits += s[i];
    else if (!(s[i] == '.' && i > 0 && s.size() - i >= 4 && (s.size() - i) % 4 == 0))
      return std::nullopt;
  }
  if (digits.empty() || digits.size() > 15) return std::nullopt;
  return std::stoll(digits);
}

constexpr std::array<const char*, 12> kMonths = {"Januari", "Februari", "Maret",     "April",   "Mei",      "Juni",
                                                 "Juli",    "Agustus",  "September", "Oktober", "November", "Desember"};

// Abbreviations that people say by letter, and how those letters are called in Indonesian.
constexpr std::array<std::string_view, 11> kByLetter = {"KPJ",  "NIK", "JHT", "JMO", "KTP", "KK",
                                                        "NPWP", "JP",  "PHK", "BPU", "QR"};
constexpr std::array<const char*, 26> kLetters = {"a",  "be", "ce", "de", "e",  "ef",  "ge", "ha", "i",
                                                  "je", "ka", "el", "em", "en", "o",   "pe", "ki", "er",
                                                  "es", "te", "u",  "fe", "we", "eks", "ye", "zet"};

std::string letters(std::string_view s) {
  std::string out;
  for (const char c : s) {
    const int i = std::toupper(static_cast<unsigned char>(c)) - 'A';
    if (i < 0 || i > 25) continue;
    out += (out.empty() ? "" : " ") + std::string(kLetters[static_cast<std::size_t>(i)]);
  }
  return out;
}

// One word between blanks, without the punctuation around it.
std::string word_aloud(const std::string& w) {
  if (w.size() > 2 && (w.starts_with("Rp"))) {
    if (const auto amount = grouped(std::string_view(w).substr(2))) return rupiah_in_words(Rupiah{*amount});
  }
  // A-012, a ticket number.
  if (const auto dash = w.find('-');
      dash == 1 && is_letter(w[0]) && all_digits(std::string_view(w).substr(2)) && w.size() <= 7)
    return letters(w.substr(0, 1)) + ", " + number_in_words(std::stoll(w.substr(2)));
  // 20-11-2026, a date.
  if (w.size() == 10 && w[2] == '-' && w[5] == '-' && all_digits(w.substr(0, 2)) && all_digits(w.substr(3, 2)) &&
      all_digits(w.substr(6))) {
    const auto month = static_cast<std::size_t>(std::stoi(w.substr(3, 2)));
    if (month >= 1 && month <= 12)
      return number_in_words(std::stoi(w.substr(0, 2))) + " " + kMonths[month - 1] + " " +
             number_in_words(std::stoi(w.substr(6)));
  }
  // 09.41, a time of day: Indonesian says "sembilan lewat empat puluh satu menit"; here short.
  if (w.size() == 5 && w[2] == '.' && all_digits(w.substr(0, 2)) && all_digits(w.substr(3)))
    return number_in_words(std::stoi(w.substr(0, 2))) + " lewat " + number_in_words(std::stoi(w.substr(3))) + " menit";
  if (all_digits(w)) {
    // Long or zero-led digits are a number people read digit by digit, not a quantity.
    if (w.size() > 6 || (w.size() > 1 && w[0] == '0')) return digits_in_words(w);
    return number_in_words(std::stoll(w));
  }
  if (const auto amount = grouped(w)) return number_in_words(*amount);
  // 10–20, a range.
  constexpr std::string_view dash = "\u2013";
  if (const auto at = w.find(dash); at != std::string::npos) {
    const std::string from = w.substr(0, at), to = w.substr(at + dash.size());
    if (all_digits(from) && all_digits(to) && from.size() <= 6 && to.size() <= 6)
      return number_in_words(std::stoll(from)) + " sampai " + number_in_words(std::stoll(to));
  }
  if (w.size() > 1 && w.back() == '%' && all_digits(std::string_view(w).substr(0, w.size() - 1)))
    return number_in_words(std::stoll(w.substr(0, w.size() - 1))) + " persen";
  if (w == "Bapak/Ibu") return "Bapak, Ibu";
  if (std::find(kByLetter.begin(), kByLetter.end(), w) != kByLetter.end()) return letters(w);
  return w;
}

struct Lexeme {
  std::string_view word, phonemes;
};
// espeak-ng reads these with the wrong e: schwa is @, the full vowel e or E.
constexpr Lexeme kLexicon[] = {{"senang", "[[s@n'aN]]"},    {"selesai", "[[s@l@s'ai]]"},   {"empat", "[[@mp'at]]"},
                               {"enam", "[[@n'am]]"},       {"belas", "[[b@l'as]]"},       {"sebelas", "[[s@b@l'as]]"},
                               {"sebelah", "[[s@b@l'ah]]"}, {"gelap", "[[g@l'ap]]"},       {"depan", "[[d@p'an]]"},
                               {"menit", "[[m@n'it]]"},     {"sebentar", "[[s@b@nt'ar]]"}, {"terang", "[[t@r'aN]]"},
                               {"loket", "[[l'okEt]]"}};

}  // namespace

std::string number_in_words(std::int64_t n) {
  if (n < 0) return n == INT64_MIN ? "" : "minus " + number_in_words(-n);
  if (n < 12) return kSmall[static_cast<std::size_t>(n)];
  if (n < 20) return number_in_words(n - 10) + " belas";
  if (n < 100) return join(number_in_words(n / 10) + " puluh", rest(n % 10));
  if (n < 200) return join("seratus", rest(n - 100));
  if (n < 1000) return join(number_in_words(n / 100) + " ratus", rest(n % 100));
  if (n < 2000) return join("seribu", rest(n - 1000));
  if (n < 1'000'000) return join(number_in_words(n / 1000) + " ribu", rest(n % 1000));
  for (const auto& s : kScales)
    if (n >= s.value) return join(number_in_words(n / s.value) + " " + s.word, rest(n % s.value));
  return {};
}

std::string digits_in_words(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (is_digit(c)) out += (out.empty() ? "" : ", ") + std::string(kSmall[static_cast<std::size_t>(c - '0')]);
  return out;
}

std::string rupiah_in_words(Rupiah amount) { return number_in_words(amount.value) + " rupiah"; }

std::string ticket_call(const std::string& number, const std::string& counter, const std::string& language) {
  const auto dash = number.find('-');
  const std::string letter = number.substr(0, dash == std::string::npos ? 0 : dash);
  const std::string digits = dash == std::string::npos ? number : number.substr(dash + 1);
  const bool counted = all_digits(digits) && digits.size() < 10, desk = all_digits(counter) && counter.size() < 10;
  if (language == "en") {
    const std::string n = counted ? std::to_string(std::stoll(digits)) : digits;
    return "Number " + (letter.empty() ? "" : letter + ", ") + n + ", please go to counter " + counter + ".";
  }
  return "Nomor antrean " + (letter.empty() ? "" : letter + ", ") +
         (counted ? number_in_words(std::stoll(digits)) : digits) + ", silakan ke loket " +
         (desk ? number_in_words(std::stoll(counter)) : counter) + ".";
}

namespace {
// "Rp5,000,000" is "R p five, zero, ..." to an English voice: the sum first, without its commas, then what it is of.
std::string sums_in_english(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, 2, "Rp") != 0 || i + 2 >= text.size() || !is_digit(text[i + 2])) {
      out += text[i++];
      continue;
    }
    for (i += 2; i < text.size(); ++i) {
      const bool comma = text[i] == ',' && i + 1 < text.size() && is_digit(text[i + 1]);
      if (!is_digit(text[i]) && !comma) break;
      if (!comma) out += text[i];
    }
    out += " rupiah";
  }
  return out;
}
}  // namespace

std::string speakable(const std::string& text, const std::string& language) {
  if (language == "en") return sums_in_english(text);
  if (language != "id") return text;
  std::string out;
  std::size_t i = 0;
  while (i < text.size()) {
    if (std::isspace(static_cast<unsigned char>(text[i]))) {
      if (!out.empty() && out.back() != ' ') out += ' ';
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && !std::isspace(static_cast<unsigned char>(text[end]))) ++end;
    // A NIK or KPJ typed in groups of four is one number.
    std::string word = text.substr(i, end - i);
    while (all_digits(word) && word.size() >= 3 && end + 1 < text.size() && text[end] == ' ') {
      std::size_t next = end + 1, stop = next;
      while (stop < text.size() && is_digit(text[stop])) ++stop;
      if (stop - next < 3 || (stop < text.size() && is_letter(text[stop]))) break;
      word += text.substr(next, stop - next);
      end = stop;
    }
    std::size_t core_end = word.size();
    while (core_end > 0 && std::string_view(".,:;!?)\"").find(word[core_end - 1]) != std::string_view::npos) --core_end;
    std::size_t core = 0;
    while (core < core_end && std::string_view("(\"").find(word[core]) != std::string_view::npos) ++core;
    const std::string tail = word.substr(core_end);
    out += word_aloud(word.substr(core, core_end - core));
    for (const char c : tail)
      if (c != ')' && c != '"') out += c;
    i = end;
  }
  return out;
}

std::string for_espeak(const std::string& text, const std::string& language) {
  // Text from elsewhere must not be read as phonemes.
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[' && i + 1 < text.size() && text[i + 1] == '[') continue;
    plain += text[i];
  }
  if (language != "id") return plain;
  std::string out;
  for (std::size_t i = 0; i < plain.size();) {
    if (!is_letter(plain[i])) {
      out += plain[i++];
      continue;
    }
    std::size_t end = i;
    while (end < plain.size() && is_letter(plain[end])) ++end;
    std::string word = plain.substr(i, end - i), lower = word;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto* found =
        std::find_if(std::begin(kLexicon), std::end(kLexicon), [&](const Lexeme& l) { return l.word == lower; });
    out += found != std::end(kLexicon) ? std::string(found->phonemes) : word;
    i = end;
  }
  return out;
}

}  // namespace kiosk::voice
