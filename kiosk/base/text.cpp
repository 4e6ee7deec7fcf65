#include "base/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>

namespace kiosk::text {
namespace {

// What people type, and what word processors make of it, where an apostrophe or an ayn stands.
constexpr std::array<char32_t, 29> k_apostrophes = {
    U'\'',     U'`',      U'\u00B4', U'\u02B9', U'\u02BB', U'\u02BC', U'\u02BD', U'\u02BE', U'\u02BF', U'\u02C8',
    U'\u02CA', U'\u02CB', U'\u0374', U'\u055A', U'\u05F3', U'\u1FBD', U'\u1FBF', U'\u1FEF', U'\u1FFD', U'\u2018',
    U'\u2019', U'\u201A', U'\u201B', U'\u2032', U'\u2035', U'\uA78B', U'\uA78C', U'\uFF07', U'\uFF40'};

// Letters with a stroke have no decomposition in Unicode; a reader takes them for the plain letter all the same.
std::u32string_view plain(UChar32 c) {
  switch (c) {
    case 0x0111:
      return U"d";
    case 0x00F0:
      return U"d";
    case 0x0127:
      return U"h";
    case 0x0131:
      return U"i";
    case 0x0142:
      return U"l";
    case 0x00F8:
      return U"o";
    case 0x00E6:
      return U"ae";
    case 0x0153:
      return U"oe";
    case 0x00FE:
      return U"th";
    default:
      return {};
  }
}

bool is_apostrophe(UChar32 c) {
  return std::find(k_apostrophes.begin(), k_apostrophes.end(), static_cast<char32_t>(c)) != k_apostrophes.end();
}

// U+200B is drawn as nothing but stands between words, so it separates like a space. Control characters (tab, line
// end, GS of a scanner) separate too.
bool is_space(UChar32 c) { return u_isUWhiteSpace(c) || u_iscntrl(c) || c == 0x200B || c == 0x180E || c == 0x2800; }

bool is_accent(UChar32 c) {
  const auto type = u_charType(c);
  if (type != U_NON_SPACING_MARK && type != U_ENCLOSING_MARK) return false;
  UErrorCode failed = U_ZERO_ERROR;
  return uscript_getScript(c, &failed) == USCRIPT_INHERITED;
}

icu::UnicodeString read(std::string_view utf8) {
  return icu::UnicodeString::fromUTF8({utf8.data(), static_cast<int32_t>(utf8.size())});
}

// ICU's own tables are part of the library; when they are missing nothing works, so the text is left as it is.
icu::UnicodeString normal(const icu::UnicodeString& text, const icu::Normalizer2* (*form)(UErrorCode&)) {
  UErrorCode failed = U_ZERO_ERROR;
  const auto* how = form(failed);
  if (U_FAILURE(failed)) return text;
  auto out = how->normalize(text, failed);
  return U_FAILURE(failed) ? text : out;
}

const icu::Normalizer2* nfc(UErrorCode& e) { return icu::Normalizer2::getNFCInstance(e); }
const icu::Normalizer2* nfd(UErrorCode& e) { return icu::Normalizer2::getNFDInstance(e); }
const icu::Normalizer2* folded(UErrorCode& e) { return icu::Normalizer2::getNFKCCasefoldInstance(e); }

template <typename F>
void each(const icu::UnicodeString& text, F&& visit) {
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) visit(text.char32At(at));
}
}  // namespace

std::string fold(std::string_view utf8) {
  // Before the compatibility form, which would make a space and an accent of U+00B4 and nothing of U+200B.
  icu::UnicodeString seen;
  each(normal(read(utf8), nfc), [&](UChar32 c) {
    if (is_apostrophe(c)) return;
    seen.append(is_space(c) ? UChar32{' '} : c);
  });
  icu::UnicodeString bare;
  each(normal(normal(seen, folded), nfd), [&](UChar32 c) {
    if (is_accent(c)) return;
    if (is_space(c)) {
      if (!bare.isEmpty() && !bare.endsWith(u" ", 1)) bare.append(UChar32{' '});
      return;
    }
    if (const auto letters = plain(c); !letters.empty())
      for (const char32_t l : letters) bare.append(static_cast<UChar32>(l));
    else
      bare.append(c);
  });
  std::string out;
  normal(bare, nfc).toUTF8String(out);
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::u32string code_points(std::string_view utf8) {
  std::u32string out;
  each(read(utf8), [&](UChar32 c) { out += static_cast<char32_t>(c); });
  return out;
}

std::string utf8(std::u32string_view points) {
  icu::UnicodeString text;
  for (const char32_t c : points) text.append(static_cast<UChar32>(c));
  std::string out;
  return text.toUTF8String(out);
}

std::size_t length(std::string_view utf8) { return static_cast<std::size_t>(read(utf8).countChar32()); }

bool is_letter_or_digit(char32_t c) {
  const auto u = static_cast<UChar32>(c);
  return u_isalnum(u) || (U_GET_GC_MASK(u) & (U_GC_M_MASK | U_GC_N_MASK)) != 0;
}

}  // namespace kiosk::text
