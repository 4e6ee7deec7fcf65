// Cameras by URI. file:PATH plays a picture, a video or a folder of pictures (sorted by name, in a loop) and frames
// each like a person before the kiosk; v4l2:/dev/videoN is a real camera. Options of file: may follow as
// ?frames=30&zoom=1.2&x=0.5&y=0.5. A device or file that is not there (yet) is a status and camera_away, never a
// failure to open: it may be plugged in later. Errors of open: bad_input camera_uri. Owns: the device handle.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "drivers/api/camera.h"

namespace kiosk::drivers {

struct CameraOptions {
  int width = 640, height = 480;  // of the frames delivered
  double fps = 15;
  int frames_per_picture = 30;  // folder: each picture plays this many frames
  // File framing: a picture is scaled to the frame's height times zoom, and its point (x, y), in shares of the picture,
  // lies in the frame's middle; what lies outside the picture is grey. zoom 0: 1 for wide pictures and videos, which
  // are what a camera saw; 1.25 for square and upright portraits, so that the face is as near as before a kiosk.
  double zoom = 0, x = 0.5, y = 0.5;
  const Clock* clock = nullptr;      // file: frames come when due by this clock; null: as fast as asked
  std::function<void(Millis)> wait;  // how to let time pass until a frame is due; default sleeps
};

Result<std::unique_ptr<Camera>> open_camera(const std::string& uri, CameraOptions options = {});

}  // namespace kiosk::drivers
