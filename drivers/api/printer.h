// A receipt printer takes a finished page of bytes (ESC/POS made by `paper`).
// Thread: one. Blocks: print until the printer spoke or its timeouts passed. Errors: unreachable printer_away, refused
// printer_not_ready. Nothing is retried inside.
// That the kernel took the bytes proves nothing: a page is printed when the printer says so afterwards (`confirmed`). A
// printer that never says anything of itself leaves it open, and the person is asked.
#pragma once
#include <cstddef>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "drivers/api/device.h"
#include "drivers/api/status.h"

namespace kiosk::drivers {

struct Printed {
  std::size_t bytes = 0;
  bool confirmed = false;  // by the printer's own word after the last byte
};

// What is known since the last print() or status().
struct PrinterWord {
  // Of the page, that the other side took: never less than the printer has read, and never more than was sent. TCP:
  // what its network side acknowledged, some of which it may not have read. USB and serial: what the kernel took, which
  // may wait there; only a terminal line tells how much of it still does. So it proves a failure, never a success.
  std::size_t bytes = 0;
  Reasons reasons;
  bool speaks = true;  // false: it was asked for its status and never answered
};

class Printer : public Device {
 public:
  virtual Result<Printed> print(ByteView page) = 0;
  virtual Reasons status() = 0;
  virtual std::string name() const = 0;  // "file:PATH", "tcp:HOST:9100"
  virtual PrinterWord last() const { return {}; }
};

}  // namespace kiosk::drivers
