// Words: text by key and language, and numbers, dates and money written for the eye and for the voice.
// For screens, paper and voice. A text missing in a language falls back to Indonesian; missing there too, the key
// shows. Thread: any, after load (immutable). Owns: the catalogues. Errors: faults "texts_missing", "texts_damaged".
// Source: compiled gettext catalogues (.mo) are read directly: libintl chooses by the process locale, which a slim
// Debian has not generated and which cannot differ between a screen and the paper printed at the same moment.
#pragma once
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/result.h"
#include "base/units.h"

namespace kiosk::i18n {

// {name} in a text is replaced by the value: text("queue.ahead", {{"count", "3"}}).
using Args = std::initializer_list<std::pair<std::string_view, std::string>>;

class Language {
 public:
  const std::string& code() const { return code_; }  // "id", "en"
  bool has(std::string_view key) const;              // in this language itself, without the fallback
  std::string text(std::string_view key, Args args = {}) const;
  std::string operator()(std::string_view key, Args args = {}) const { return text(key, args); }
  // The words for a fault: key "fault.<code>", else "fault.any" with the code.
  std::string fault(const Fault& fault) const;

  std::string number(std::int64_t n) const;                             // 1.234.567 / 1,234,567
  std::string rupiah(Rupiah r) const;                                   // Rp1.234.567 in both languages' own grouping
  std::string decimal(double v, int places) const;                      // 12,5 / 12.5
  std::string percent(double v, int places = 0) const;                  // 12,5 %
  std::string date(Date d) const;                                       // 20 November 2026
  std::string long_date(Date d) const;                                  // Jumat, 20 November 2026
  std::string short_date(Date d) const;                                 // 20-11-2026
  std::string weekday(Date d) const;                                    // Jumat
  std::string month(int month) const;                                   // November
  std::string time(WallTime t, std::chrono::minutes utc_offset) const;  // 09.41 / 09:41
  std::string date_time(WallTime t, std::chrono::minutes utc_offset) const;  // 20 November 2026 pukul 09.41
  std::string duration(Seconds s) const;                      // 2 jam 5 menit; "kurang dari 1 menit" below one
  std::string minutes_range(int low, int high) const;         // 10–20 menit; one number when both are the same
  std::string spelled(std::int64_t n) const;                  // seratus dua puluh tiga (for the voice)
  std::string spelled_digits(std::string_view digits) const;  // tiga dua satu ... (NIK, KPJ, ticket numbers)

 private:
  friend class Texts;
  using Catalogue = std::map<std::string, std::string, std::less<>>;
  const std::string* find(std::string_view key) const;
  std::string code_;
  std::shared_ptr<const Catalogue> own_, fallback_;
};

class Texts {
 public:
  // Reads every <language>.mo of a folder (assets() by default); "id" must be there.
  static Result<Texts> load(const std::string& folder);
  // From key/text pairs, for tests.
  static Texts of(std::map<std::string, std::map<std::string, std::string>> languages);

  const Language& language(std::string_view code) const;  // unknown: Indonesian
  std::vector<std::string> codes() const;                 // "id" first
  // Keys that Indonesian has and the language has not.
  std::vector<std::string> missing(std::string_view code) const;

 private:
  std::map<std::string, Language, std::less<>> languages_;
};

// The folder of the built assets ("i18n", "icons", "pictures"): $KIOSK_ASSETS, else ../assets or ../share/kiosk beside
// the program, else the build tree. Empty when none has the named part.
std::string assets(std::string_view part);

}  // namespace kiosk::i18n
