// What every device promises besides its own trade: to forget. A visit ends in one place, and there each device is
// told.
#pragma once

namespace kiosk::drivers {

class Device {
 public:
  virtual ~Device() = default;
  // The visit is over: afterwards nothing of what came before can come out of the device, nor is it in memory that the
  // driver owns: neither half a line nor a frame, a sentence or a page, also what still waits in the device's own
  // queue. Call it from where the device is used: it has the same threads, and blocks no longer than for that.
  virtual void forget() = 0;
};

}  // namespace kiosk::drivers
