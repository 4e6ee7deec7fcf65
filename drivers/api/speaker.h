// Says one sentence at a time. Thread: any; say returns at once, a new sentence ends the old one, and so does the end
// of the thread that said it. While a sentence is heard the status says busy. A missing sound card is a status.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "drivers/api/device.h"
#include "drivers/api/status.h"

namespace kiosk::drivers {

// A part of the text for which a recording exists: it is heard instead. One that cannot be read is spoken after all.
struct Clip {
  std::size_t begin = 0, end = 0;  // bytes of the text
  std::string file;                // WAV of 22,050 Hz, mono, 16 bit
};
struct Speech {
  std::string text, language;
  int volume_percent = 100;
  bool chime = false;            // heard before the words
  std::vector<Clip> clips = {};  // in order, none over another
};

class Speaker : public Device {
 public:
  virtual void say(const Speech& speech) = 0;
  virtual void stop() = 0;
  virtual Reasons status() = 0;
};

// Whether somebody listens by headphones: only then are names, sums and numbers of the person spoken. Thread: any.
class Headphones : public Device {
 public:
  virtual bool plugged() = 0;
  virtual Reasons status() = 0;
};

}  // namespace kiosk::drivers
