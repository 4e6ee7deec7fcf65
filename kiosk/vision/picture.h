// Picture files to pixels and back, bounded: size and pixel count are read from the header before anything is decoded.
// Thread: any. Blocks: CPU only. Errors: bad_input photo_empty (0 bytes), photo_unreadable (not JPEG, PNG or BMP, or
// damaged),
//   photo_too_large (bytes or megapixels); field "photo", detail says what was expected and found.
// Units: BGR, upright (EXIF orientation applied).
#pragma once
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/image.h"
#include "base/result.h"

namespace kiosk::vision {

struct PictureLimits {
  std::size_t max_bytes = 8u << 20;
  std::int64_t max_pixels = 24'000'000;
};
struct PictureInfo {
  int width = 0, height = 0;  // as stored, before EXIF rotation
  std::string kind;           // "jpeg", "png", "bmp"
};

Result<PictureInfo> probe_picture(ByteView file, const PictureLimits& limits = {});
Result<Image> decode_picture(ByteView file, const PictureLimits& limits = {});
Result<Bytes> encode_jpeg(const Image& image, int quality = 85);
Result<Bytes> encode_png(const Image& image);
// A picture no wider or higher than `side_px`, same shape; smaller ones are returned unchanged.
Image shrink(const Image& image, int side_px);

}  // namespace kiosk::vision
