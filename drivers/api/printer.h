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
#include "drivers/api/status.h"

namespace kiosk::drivers {

struct Printed {
  std::size_t bytes = 0;
  bool confirmed = false;  // by the printer's own word after the last byte
};

// What is known since the last print() or status().
struct PrinterWord {
  std::size_t bytes = 0;  // of the page, that the other side really took
  Reasons reasons;
  bool speaks = true;  // false: it was asked for its status and never answered
};

class Printer {
 public:
  virtual ~Printer() = default;
  virtual Result<Printed> print(ByteView page) = 0;
  virtual Reasons status() = 0;
  virtual std::string name() const = 0;  // "file:PATH", "tcp:HOST:9100"
  virtual PrinterWord last() const { return {}; }
  // The visit is over: no byte of a page stays in the driver. A driver that keeps none between calls has nothing to do.
  virtual void forget() {}
};

}  // namespace kiosk::drivers
