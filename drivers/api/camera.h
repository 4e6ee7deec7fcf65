// A camera. Real: V4L2. File: a picture, a video or a folder of pictures plays as frames, a normal product feature.
// Thread: one thread uses one Camera. Blocks: next_frame up to its timeout. Errors: unreachable camera_away.
// Unplugging is normal: next_frame returns camera_away, status says Offline, and a later next_frame reconnects by
// itself.
#pragma once
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/image.h"
#include "base/result.h"
#include "drivers/api/device.h"
#include "drivers/api/status.h"

namespace kiosk::drivers {

struct Frame {
  Image image;  // BGR
  std::int64_t index = 0;
};

class Camera : public Device {
 public:
  virtual Result<Frame> next_frame(Millis timeout) = 0;
  virtual Reasons status() const = 0;
  virtual std::string name() const = 0;  // "file:...", "v4l2:/dev/video0"
};

}  // namespace kiosk::drivers
