// The outside of a picture file, without decoding it: what it is, how large, and whether all of it is there. Pure;
// every door asks it first, so a cut file is refused where no decoder is linked too. JPEG (ITU-T T.81 annex B): every
// segment from SOI to EOI, one frame (baseline, extended or progressive Huffman; the others decode nowhere here), at
// most 100 scans. PNG (ISO/IEC 15948): every chunk with its CRC from IHDR to IEND. BMP: uncompressed, all rows there.
// Damage inside the coded pixels is the decoder's to find (terminal/vision/picture.h). Behind the end of a JPEG or PNG
// up to 4,096 bytes of zeros, 0xFF or line ends pass (padding of cameras and scanners); anything else there is no
// padding and is refused. Thread: any. Errors, field "photo": bad_input photo_empty (0 bytes), photo_unreadable (cut,
// damaged, or none of the three kinds), photo_too_large (bytes or pixels). detail: English, for the log and the
// operator.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace kiosk {

struct PictureLimits {
  std::size_t max_bytes = 8u << 20;
  std::int64_t max_pixels = 50'000'000;  // said by the header, before anything is decoded
};
struct PictureShape {
  int width = 0, height = 0;  // as stored, before EXIF rotation
  std::string kind;           // "jpeg", "png", "bmp"
};

Result<PictureShape> picture_shape(ByteView file, const PictureLimits& limits = {});

}  // namespace kiosk
