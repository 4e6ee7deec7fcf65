// One code out of the bytes of a hand scanner: begun by STX or by its first letter, ended by CR, LF, TAB, ETX, EOT or a
// pause; GS stands between the fields of one code and is kept. Pure; the time is a parameter. Not thread-safe.
// Source: ISO/IEC 15424 (AIM identifiers pass through: flow reads them), GS1 General Specifications for GS.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace kiosk::drivers {

class CodeLine {
 public:
  static constexpr std::size_t k_most = 512;  // a longer one is no code; half of it would be another
  static constexpr Millis k_pause{80};        // a scanner without a suffix is silent so long after a code

  CodeLine() { line_.reserve(k_most + 1); }  // never moved, so that wiping it leaves nothing behind
  ~CodeLine() { forget(); }
  CodeLine(const CodeLine&) = delete;
  CodeLine& operator=(const CodeLine&) = delete;

  // A code when this byte ends one.
  std::optional<std::string> feed(char byte, SteadyTime now);
  // A code when the pause has ended one.
  std::optional<std::string> pause(SteadyTime now);
  // When the pause would end the line; none: no line has begun.
  std::optional<SteadyTime> due() const;
  void forget();

 private:
  std::optional<std::string> end();
  std::string line_;
  bool too_long_ = false;
  SteadyTime last_{};
};

}  // namespace kiosk::drivers
