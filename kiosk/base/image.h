// Pixels without a library: what cameras make, vision reads and windows show.
// Units: 8 bits a channel, rows without gaps, BGR order as cameras and OpenCV deliver.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

namespace kiosk {

enum class PixelFormat { Grey = 1, Bgr = 3, Bgra = 4 };

struct Image {
  int width = 0, height = 0;
  PixelFormat format = PixelFormat::Bgr;
  std::vector<std::uint8_t> pixels;

  bool empty() const { return pixels.empty(); }
  int channels() const { return static_cast<int>(format); }
  std::size_t stride() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels()); }
};

using SharedImage = std::shared_ptr<const Image>;

}  // namespace kiosk
