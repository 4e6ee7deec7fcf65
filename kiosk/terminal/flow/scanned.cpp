#include "terminal/flow/scanned.h"

#include <algorithm>
#include <iterator>

#include "base/secret.h"

namespace kiosk::flow::kiosk {

namespace {
constexpr std::size_t k_nik = 16, k_kpj = 11;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool parts_digits(char c) { return c == '-' || c == '.' || c == ' '; }

// The digits of one way to write a number; false: as many as neither number has.
bool take(std::string_view written, ScannedNumbers& into) {
  const auto digits = static_cast<std::size_t>(std::count_if(written.begin(), written.end(), is_digit));
  if (digits != k_nik && digits != k_kpj) return false;
  auto& number = digits == k_nik ? into.nik : into.kpj;
  if (!number.empty()) return into.doubtful = true;
  number.reserve(k_nik);
  std::copy_if(written.begin(), written.end(), std::back_inserter(number), is_digit);
  return true;
}

// Calls `each` with the pieces between the separators.
template <class Separates, class Each>
void split(std::string_view text, Separates&& separates, Each&& each) {
  while (!text.empty()) {
    const auto end = std::find_if(text.begin(), text.end(), separates);
    const auto size = static_cast<std::size_t>(end - text.begin());
    if (size > 0) each(text.substr(0, size));
    text.remove_prefix(std::min(text.size(), size + 1));
  }
}
}  // namespace

void drop_symbology(std::string& text) {
  if (text.size() < 3 || text[0] != ']' || !is_letter(text[1]) || !(is_letter(text[2]) || is_digit(text[2]))) return;
  std::copy(text.begin() + 3, text.end(), text.begin());
  std::fill(text.end() - 3, text.end(), '\0');  // what is cut off would stay behind the end
  text.resize(text.size() - 3);
}

void read_numbers(std::string_view text, ScannedNumbers& into) {
  // A number may be written with dashes, dots and spaces; spaces may part two numbers as well, so the whole is tried
  // first.
  split(
      text, [](char c) { return !is_digit(c) && !parts_digits(c); },
      [&](std::string_view run) {
        if (take(run, into)) return;
        split(
            run, [](char c) { return c == ' '; },
            [&](std::string_view word) {
              if (!take(word, into)) split(word, parts_digits, [&](std::string_view bare) { take(bare, into); });
            });
      });
}

ScannedNumbers::~ScannedNumbers() {
  ::kiosk::wipe(nik);
  ::kiosk::wipe(kpj);
}

}  // namespace kiosk::flow::kiosk
