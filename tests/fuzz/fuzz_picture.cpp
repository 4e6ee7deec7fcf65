#include "terminal/vision/picture.h"

// Bounded before anything is decoded: small limits keep a run fast.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const kiosk::vision::PictureLimits limits{1u << 20, 1'000'000};
  const auto image = kiosk::vision::decode_picture({data, size}, limits);
  if (image && static_cast<std::int64_t>(image->width) * image->height > limits.max_pixels) __builtin_trap();
  return 0;
}
