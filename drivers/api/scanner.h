// A hand scanner of bar and QR codes. Thread: any; never blocks. A scanner that is away is a status and comes back by
// itself.
#pragma once
#include <optional>
#include <string>

#include "drivers/api/device.h"
#include "drivers/api/status.h"

namespace kiosk::drivers {

class Scanner : public Device {
 public:
  virtual std::optional<std::string> take() = 0;  // the code read last, once; at most 512 bytes of text
  virtual Reasons status() = 0;
};

}  // namespace kiosk::drivers
