#include "base/spelling.h"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace kiosk::text {
namespace {

struct Mark {
  UChar32 from;
  const char* to;
};
// What Latin-ASCII writes otherwise, or leaves as it is.
constexpr Mark k_marks[] = {{0x2013, "-"},   {0x2014, "-"},  {0x2022, "*"}, {0x00B7, "*"}, {0x00D7, "x"},
                            {0x20AC, "EUR"}, {0x2192, "->"}, {0x2212, "-"}, {0x2248, "~"}, {0x00DE, "T"},
                            {0x00FE, "t"},   {0x00F7, "/"},  {0x00A0, " "}, {0x202F, " "}, {0x2007, " "}};

icu::UnicodeString composed(std::string_view utf8) {
  auto read = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<int32_t>(utf8.size())});
  UErrorCode failed = U_ZERO_ERROR;
  const auto* form = icu::Normalizer2::getNFCInstance(failed);
  if (U_FAILURE(failed)) return read;
  auto out = form->normalize(read, failed);
  return U_FAILURE(failed) ? read : out;
}

// Without its tables ICU has none of this: what cannot be written is left out then.
void to_latin(icu::UnicodeString& run) {
  static std::mutex mutex;
  static const std::unique_ptr<icu::Transliterator> how = [] {
    UErrorCode failed = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII", UTRANS_FORWARD, failed));
    return U_FAILURE(failed) ? nullptr : std::move(made);
  }();
  const std::lock_guard lock(mutex);
  if (how) how->transliterate(run);
}

class Speller {
 public:
  explicit Speller(bool (*has)(char32_t)) : has_(has) {}

  void take(UChar32 c) {
    const auto* mark = std::find_if(std::begin(k_marks), std::end(k_marks), [&](const Mark& m) { return m.from == c; });
    if (has_(static_cast<char32_t>(c))) {
      end_run();
      put(c);
    } else if (mark != std::end(k_marks)) {
      end_run();
      for (const char* m = mark->to; *m; ++m) put(*m);
    } else {
      run_.append(c);
    }
  }
  std::string end() {
    end_run();
    if (gap_ && out_.endsWith(u" ", 1)) out_.truncate(out_.length() - 1);  // what stood behind it is left out
    std::string utf8;
    return out_.toUTF8String(utf8);
  }

 private:
  void put(UChar32 c) {
    const bool second = c == ' ' && gap_ && (out_.isEmpty() || out_.endsWith(u" ", 1));
    gap_ = false;
    if (!second) out_.append(c);
  }
  // What the printer lacks in a row, so that letters which belong together are written together.
  void end_run() {
    if (run_.isEmpty()) return;
    bool letters = false, written = false;
    for (int32_t at = 0; at < run_.length(); at = run_.moveIndex32(at, 1))
      letters = letters || u_isalpha(run_.char32At(at));
    to_latin(run_);
    for (int32_t at = 0; at < run_.length(); at = run_.moveIndex32(at, 1)) {
      const UChar32 c = run_.char32At(at);
      if (c < 0x20 || c == 0x7F || !has_(static_cast<char32_t>(c))) continue;
      put(c);
      written = true;
    }
    run_.remove();
    if (letters && !written)
      for (const char c : std::string_view("(...)")) put(c);
    gap_ = !letters && !written;
  }

  bool (*has_)(char32_t);
  icu::UnicodeString out_, run_;
  bool gap_ = false;  // something was left out just before
};

// Nearly every text: nothing is to be done, and it is asked for each word of each frame.
bool all_there(std::string_view utf8, bool (*has)(char32_t)) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
  const auto size = static_cast<int32_t>(utf8.size());
  for (int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0 || !has(static_cast<char32_t>(c))) return false;
  }
  return true;
}

}  // namespace

std::string spelled_with(std::string_view utf8, bool (*has)(char32_t)) {
  if (all_there(utf8, has)) return std::string(utf8);
  Speller speller(has);
  const auto text = composed(utf8);
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) speller.take(text.char32At(at));
  return speller.end();
}

}  // namespace kiosk::text
