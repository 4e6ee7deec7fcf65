// The file camera: pictures or a video as frames, framed like a person before the kiosk. Inside this driver only.
#pragma once
#include <memory>
#include <string>

#include "drivers/camera/open.h"

namespace kiosk::drivers {

std::unique_ptr<Camera> make_file_camera(std::string path, std::string name, CameraOptions options);
std::unique_ptr<Camera> make_v4l2_camera(std::string device, CameraOptions options);

}  // namespace kiosk::drivers
