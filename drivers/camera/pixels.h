// From OpenCV's matrices to frames; inside this driver only.
#pragma once
#include <algorithm>
#include <opencv2/core.hpp>

#include "base/image.h"

namespace kiosk::drivers {

// bgr: CV_8UC3.
inline Image to_image(const cv::Mat& bgr) {
  Image out;
  out.width = bgr.cols;
  out.height = bgr.rows;
  out.pixels.resize(out.stride() * static_cast<std::size_t>(bgr.rows));
  for (int y = 0; y < bgr.rows; ++y)
    std::copy_n(bgr.ptr<std::uint8_t>(y), out.stride(), out.pixels.data() + out.stride() * static_cast<std::size_t>(y));
  return out;
}

}  // namespace kiosk::drivers
