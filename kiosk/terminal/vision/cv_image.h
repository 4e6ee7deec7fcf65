// Between Image and cv::Mat, and the one door through which OpenCV's exceptions become faults. Only for files of this
// room.
#pragma once
#include <opencv2/core.hpp>

#include "base/image.h"
#include "base/result.h"

namespace kiosk::vision {

// A view without copying; valid as long as the image. 8-bit, 1, 3 or 4 channels.
inline cv::Mat view(const Image& image) {
  return cv::Mat(image.height, image.width, CV_8UC(image.channels()), const_cast<std::uint8_t*>(image.pixels.data()));
}

// A BGR matrix of any image; copies only when the format differs.
cv::Mat as_bgr(const Image& image);
Image to_image(const cv::Mat& mat);

// Runs f; an exception of OpenCV (or lack of memory for a picture) becomes the fault.
template <class F>
auto guarded(const Fault& on_throw, F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const cv::Exception& e) {
    Fault fault = on_throw;
    fault.detail += fault.detail.empty() ? e.err : ": " + e.err;
    return fault;
  } catch (const std::bad_alloc&) {
    Fault fault = on_throw;
    fault.detail += fault.detail.empty() ? "not enough memory" : ": not enough memory";
    return fault;
  }
}

}  // namespace kiosk::vision
