#include "drivers/camera/open.h"

#include <charconv>

#include "drivers/camera/file_camera.h"

namespace kiosk::drivers {
namespace {

Fault bad_uri(const std::string& uri, const std::string& why) {
  return bad_input("camera_uri", "camera", "\"" + uri + "\": " + why);
}

Result<double> number(const std::string& uri, std::string_view key, std::string_view text, double low, double high) {
  double v = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc{} || end != text.data() + text.size() || !(v >= low && v <= high))
    return bad_uri(uri,
                   std::string(key) + " must be a number from " + std::to_string(low) + " to " + std::to_string(high));
  return v;
}

Result<Done> read_options(const std::string& uri, std::string_view text, CameraOptions& o) {
  while (!text.empty()) {
    const auto amp = text.find('&');
    const std::string_view pair = text.substr(0, amp);
    text = amp == std::string_view::npos ? std::string_view{} : text.substr(amp + 1);
    const auto equal = pair.find('=');
    if (equal == std::string_view::npos) return bad_uri(uri, "options are name=value");
    const std::string_view key = pair.substr(0, equal), value = pair.substr(equal + 1);
    if (key == "frames") {
      TRY(const double v, number(uri, key, value, 1, 100000));
      o.frames_per_picture = static_cast<int>(v);
    } else if (key == "fps") {
      TRY(o.fps, number(uri, key, value, 0.1, 240));
    } else if (key == "zoom") {
      TRY(o.zoom, number(uri, key, value, 0.05, 20));
    } else if (key == "x") {
      TRY(o.x, number(uri, key, value, -1, 2));
    } else if (key == "y") {
      TRY(o.y, number(uri, key, value, -1, 2));
    } else {
      return bad_uri(uri, "unknown option " + std::string(key) + "; known: frames fps zoom x y");
    }
  }
  return Done{};
}

}  // namespace

Result<std::unique_ptr<Camera>> open_camera(const std::string& uri, CameraOptions options) {
  const auto colon = uri.find(':');
  const std::string kind = uri.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : uri.substr(colon + 1);
  if (rest.empty() || (kind != "file" && kind != "v4l2"))
    return bad_uri(uri, "expected file:PICTURE_VIDEO_OR_FOLDER or v4l2:/dev/videoN");
  if (kind == "v4l2") return make_v4l2_camera(rest, std::move(options));
  const auto question = rest.rfind('?');
  if (question != std::string::npos) TRY_DONE(read_options(uri, std::string_view(rest).substr(question + 1), options));
  return make_file_camera(rest.substr(0, question), uri, std::move(options));
}

}  // namespace kiosk::drivers
