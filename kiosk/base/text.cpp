// Folding through ICU's C interface: its C++ classes would reach into every header that names them.
#include "base/text.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace kiosk {
namespace {

using Utf16 = std::u16string;

constexpr char16_t k_damaged = 0xf700;  // private use: a byte that is no UTF-8, plus its value

Utf16 widened(std::string_view utf8) {
  Utf16 out;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
  const auto size = static_cast<std::int32_t>(std::min<std::size_t>(utf8.size(), 1u << 20));
  for (std::int32_t i = 0; i < size;) {
    const std::int32_t begin = i;
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    if (c < 0) {
      for (std::int32_t k = begin; k < i; ++k) out += static_cast<char16_t>(k_damaged + bytes[k]);
    } else if (U_IS_BMP(c)) {
      out += static_cast<char16_t>(c);
    } else {
      out += static_cast<char16_t>(U16_LEAD(c));
      out += static_cast<char16_t>(U16_TRAIL(c));
    }
  }
  return out;
}

Utf16 normalised(const UNormalizer2* how, const Utf16& text) {
  if (how == nullptr || text.empty()) return text;
  Utf16 out(text.size() * 2 + 16, u'\0');
  for (;;) {
    UErrorCode error = U_ZERO_ERROR;
    const auto n = unorm2_normalize(how, text.data(), static_cast<std::int32_t>(text.size()), out.data(),
                                    static_cast<std::int32_t>(out.size()), &error);
    if (error == U_BUFFER_OVERFLOW_ERROR) {
      out.assign(static_cast<std::size_t>(n) + 1, u'\0');
      continue;
    }
    if (U_FAILURE(error)) return text;
    out.resize(static_cast<std::size_t>(n));
    return out;
  }
}

const UNormalizer2* casefold() {
  UErrorCode error = U_ZERO_ERROR;
  return unorm2_getNFKCCasefoldInstance(&error);
}
const UNormalizer2* decomposed() {
  UErrorCode error = U_ZERO_ERROR;
  return unorm2_getNFDInstance(&error);
}

bool is_apostrophe(UChar32 c) {
  constexpr std::array<UChar32, 20> all{0x27,  0x60,  0xb4,  0x2b9,  0x2ba,  0x2bb,  0x2bc,  0x2bd,  0x2be,  0x2bf,
                                        0x2c8, 0x2ca, 0x2cb, 0x2018, 0x2019, 0x201a, 0x201b, 0x2032, 0x2035, 0xff07};
  return std::find(all.begin(), all.end(), c) != all.end();
}

// Latin letters whose stroke or form Unicode does not decompose, as they are typed without it.
std::string_view plain_latin(UChar32 c) {
  switch (c) {
    case 0xe6:
      return "ae";
    case 0xf8:
      return "o";
    case 0xf0:
    case 0x111:
      return "d";
    case 0xfe:
      return "th";
    case 0x127:
      return "h";
    case 0x131:
      return "i";
    case 0x142:
      return "l";
    case 0x153:
      return "oe";
    case 0x167:
      return "t";
    default:
      return {};
  }
}

void append(std::string& out, UChar32 c) {
  std::array<char, U8_MAX_LENGTH> bytes{};
  std::int32_t n = 0;
  U8_APPEND_UNSAFE(bytes.data(), n, c);
  out.append(bytes.data(), static_cast<std::size_t>(n));
}

}  // namespace

std::string fold_text(std::string_view utf8) {
  // An acute or grave that stands alone would be a blank and a mark after NFKC: an apostrophe is taken out before.
  Utf16 text = widened(utf8);
  std::erase_if(text, [](char16_t c) { return is_apostrophe(c); });
  text = normalised(decomposed(), normalised(casefold(), text));
  std::string out;
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U16_NEXT(text.data(), i, size, c);
    const auto kind = u_charType(c);
    if (kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK || is_apostrophe(c)) continue;
    if (u_isUWhiteSpace(c) || kind == U_SPACE_SEPARATOR || kind == U_CONTROL_CHAR) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (const auto plain = plain_latin(c); !plain.empty()) {
      out += plain;
    } else {
      append(out, c);
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

bool is_word_character(char32_t c) {
  const auto u = static_cast<UChar32>(c);
  if (u_isalnum(u) || (u >= k_damaged && u < k_damaged + 0x100)) return true;
  const auto kind = u_charType(u);
  return kind == U_NON_SPACING_MARK || kind == U_COMBINING_SPACING_MARK;
}

}  // namespace kiosk
