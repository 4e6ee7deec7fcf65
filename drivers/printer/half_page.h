// What a page leaves behind in a printer that took a part of it: USB and serial printers keep the picture they were
// reading and would take the next page for its dots. Pure, but for HalfPage, which remembers over a restart.
#pragma once
#include <cstddef>
#include <string>

#include "base/bytes.h"

namespace kiosk::drivers {

// How many bytes the printer may still wait for after any part of the first `sent` bytes: the longest command with data
// of its own (GS v 0) that has begun by then. Text and short commands wait for a few bytes at most.
std::size_t owed_after(ByteView page, std::size_t sent);

// Frees the printer: buffers cleared by the real-time command (DLE DC4 8), zeros (white dots, or nothing at all to a
// printer that waits for no dots) for what is owed, a reset, and a cut, so that the half page lies apart from the next.
Bytes freeing(std::size_t owed);

// Whether a page was begun and not ended, kept in `file` (empty: in memory only) so that the next program knows as
// well.
class HalfPage {
 public:
  explicit HalfPage(std::string file) : file_(std::move(file)) {}
  std::size_t owed() const;  // 0: none
  void begin(std::size_t owed);
  void end();

 private:
  std::string file_;
  std::size_t owed_ = 0;
};

}  // namespace kiosk::drivers
