// Says one sentence at a time. Thread: any; say returns at once, a new sentence ends the old one. A missing sound card
// is a status.
#pragma once
#include <string>

#include "base/result.h"
#include "drivers/api/status.h"

namespace kiosk::drivers {

class Speaker {
 public:
  virtual ~Speaker() = default;
  virtual void say(const std::string& text, const std::string& language, int volume_percent) = 0;
  virtual void stop() = 0;
  virtual Reasons status() = 0;
};

}  // namespace kiosk::drivers
