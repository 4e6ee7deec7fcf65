// Says one sentence at a time. Thread: any; say returns at once, a new sentence ends the old one, and so does the end
// of the thread that said it. While a sentence is heard the status says busy. A missing sound card is a status.
#pragma once
#include <string>

#include "base/result.h"
#include "drivers/api/status.h"

namespace kiosk::drivers {

struct Speech {
  std::string text, language;
  int volume_percent = 100;
  bool chime = false;  // heard before the words
};

class Speaker {
 public:
  virtual ~Speaker() = default;
  virtual void say(const Speech& speech) = 0;
  virtual void stop() = 0;
  virtual Reasons status() = 0;
};

}  // namespace kiosk::drivers
