// Questions to a printer and bytes for it, over one Wire. Inside this driver only. Thread: one; blocks up to the
// timeouts of the options.
#pragma once
#include <optional>

#include "drivers/printer/open.h"
#include "drivers/printer/status_stream.h"
#include "drivers/printer/wire.h"

namespace kiosk::drivers {

class Conversation {
 public:
  Conversation(Wire& wire, const PrinterOptions& options) : wire_(wire), o_(options) {}

  // The printer's state by its answers and by what it said unasked. Empty and !speaks(): nothing was heard.
  Reasons ask();
  bool speaks() const { return speaks_; }
  bool gone() const { return gone_; }

  // Whether GS r is answered: tried while nothing else is in the printer's buffer.
  bool knows_in_order();

  enum class Sent { Whole, Stalled, Gone, Hindered };
  // Until the other side has taken everything. `taken` is true at every moment.
  Sent send(ByteView bytes, std::size_t& taken);

  enum class Word { Printed, Hindered, Silent, Gone };
  Word word_in_order();      // after the page: GS r, twice
  Word word_when_watched();  // after the page: ready during `watch`
  // The end of a page for a printer that says nothing: false when the other side broke the connection.
  bool ends_well();
  const Reasons& found() const { return found_; }  // of Hindered
  bool held_off() const { return held_off_; }      // XOFF and no XON since

 private:
  bool listen(Millis at_most);  // reads what comes; true when something did
  void drain();
  bool write_all(ByteView bytes);
  std::optional<std::uint8_t> question(std::uint8_t n);
  std::optional<std::uint8_t> answer_twice(std::uint8_t n);
  bool waits(std::size_t written, std::size_t& taken, SteadyTime& moved);

  Wire& wire_;
  const PrinterOptions& o_;
  StatusStream stream_;
  std::optional<std::uint8_t> real_time_, in_order_;
  int in_order_count_ = 0;
  Reasons asb_, found_;
  bool speaks_ = false, gone_ = false, broken_ = false, held_off_ = false;
};

}  // namespace kiosk::drivers
