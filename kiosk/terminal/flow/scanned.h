// What a scanned text means: the one place that knows AIM identifiers, fields and the ways numbers are written. Pure.
// Source: ISO/IEC 15424 (a symbology identifier is "]", a letter, a modifier), GS1 General Specifications (GS, 0x1D).
#pragma once
#include <string>
#include <string_view>

namespace kiosk::flow::kiosk {

// The text without a symbology identifier in front, in place.
void drop_symbology(std::string& text);

struct ScannedNumbers {
  std::string nik, kpj;   // 16 and 11 digits, without dashes, dots and spaces; empty: none
  bool doubtful = false;  // two of one kind: which of them?
  ScannedNumbers() = default;
  ScannedNumbers(const ScannedNumbers&) = delete;
  ScannedNumbers& operator=(const ScannedNumbers&) = delete;
  ~ScannedNumbers();  // wipes
};
void read_numbers(std::string_view text, ScannedNumbers& into);

}  // namespace kiosk::flow::kiosk
