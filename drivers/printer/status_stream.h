// What a receipt printer sends back, byte by byte, told apart by the fixed bits of each kind. Pure; no clock, no I/O.
// Source: Epson ESC/POS command reference, "status identification": DLE EOT answers 0xx1xx10, automatic status (ASB)
// begins with 0xx1xx00 and has three further bytes 0xx0xxxx, GS r answers 0xx0xxxx, XON 0x11, XOFF 0x13, blocks (GS (
// H, DLE DC4 8) begin with 0x37 and end with NUL.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "drivers/api/status.h"

namespace kiosk::drivers {

struct StatusToken {
  enum class Kind { RealTime, InOrder, Automatic, Xon, Xoff, Block, Junk };
  Kind kind = Kind::Junk;
  std::uint8_t byte = 0;                 // of RealTime and InOrder
  std::array<std::uint8_t, 4> asb = {};  // of Automatic
};

class StatusStream {
 public:
  // A token when this byte completes one. A real-time answer, XON or XOFF between the bytes of an automatic status
  // belongs to neither and is told at once; the status goes on behind it.
  std::optional<StatusToken> feed(std::uint8_t byte);
  void reset() { asb_ = 0, block_ = 0; }  // what was cut off is not completed by what comes after a silence

 private:
  std::array<std::uint8_t, 4> bytes_ = {};
  int asb_ = 0;    // bytes of an automatic status so far
  int block_ = 0;  // bytes of a block so far
};

// Reasons of the answers. `question` is the n of DLE EOT n (1 to 4); 1 alone only says "offline".
Reasons reasons_of_real_time(int question, std::uint8_t answer);
Reasons reasons_of_paper(std::uint8_t gs_r_1);  // of GS r 1
Reasons reasons_of_automatic(const std::array<std::uint8_t, 4>& asb);

// A nearly empty roll still takes a page.
bool hinders(const Reasons& reasons);

}  // namespace kiosk::drivers
