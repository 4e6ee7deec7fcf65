// A receipt printer takes a finished page of bytes (ESC/POS made by `paper`).
// Thread: one. Blocks: print until written or its timeout. Errors: unreachable printer_away, refused printer_not_ready.
// A page is written whole or the fault says so; nothing is retried inside.
#pragma once
#include <cstddef>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "drivers/api/status.h"

namespace kiosk::drivers {

struct Printed {
  std::size_t bytes = 0;
};

class Printer {
 public:
  virtual ~Printer() = default;
  virtual Result<Printed> print(ByteView page) = 0;
  virtual Reasons status() = 0;
  virtual std::string name() const = 0;  // "file:PATH", "tcp:HOST:9100"
};

}  // namespace kiosk::drivers
