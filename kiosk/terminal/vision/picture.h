// Picture files to pixels and back, strict and bounded: the file's shape and size are judged before anything is decoded
// (base/picture_shape.h says what passes there), and a JPEG whose coded pixels are not whole is refused, not filled up.
// Thread: any. Blocks: CPU only. Errors: those of picture_shape: bad_input photo_empty (0 bytes), photo_unreadable (not
// JPEG, PNG or BMP, or cut, or damaged), photo_too_large (bytes or megapixels); field "photo", detail says what was
// expected and found.
// Units: BGR, upright (EXIF orientation applied).
#pragma once
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/image.h"
#include "base/picture_shape.h"
#include "base/result.h"

namespace kiosk::vision {

using kiosk::PictureLimits;
using PictureInfo = PictureShape;

Result<PictureInfo> probe_picture(ByteView file, const PictureLimits& limits = {});  // the outside only: cheap
Result<Done> check_picture(ByteView file, const PictureLimits& limits = {});         // all of it can be decoded
Result<Image> decode_picture(ByteView file, const PictureLimits& limits = {});
Result<Bytes> encode_jpeg(const Image& image, int quality = 85);
Result<Bytes> encode_png(const Image& image);
// A picture no wider or higher than `side_px`, same shape; smaller ones are returned unchanged.
Image shrink(const Image& image, int side_px);

}  // namespace kiosk::vision
