#include "vision/picture.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string_view>

#include "vision/cv_image.h"

namespace kiosk::vision {
namespace {

Fault unreadable(std::string detail) { return bad_input("photo_unreadable", "photo", std::move(detail)); }

std::uint32_t be32(ByteView f, std::size_t at) {
  return static_cast<std::uint32_t>(f[at]) << 24 | static_cast<std::uint32_t>(f[at + 1]) << 16 |
         static_cast<std::uint32_t>(f[at + 2]) << 8 | f[at + 3];
}
std::uint32_t be16(ByteView f, std::size_t at) { return static_cast<std::uint32_t>(f[at]) << 8 | f[at + 1]; }
std::uint32_t le32(ByteView f, std::size_t at) {
  return static_cast<std::uint32_t>(f[at + 3]) << 24 | static_cast<std::uint32_t>(f[at + 2]) << 16 |
         static_cast<std::uint32_t>(f[at + 1]) << 8 | f[at];
}

bool starts_with(ByteView f, std::string_view magic) {
  return f.size() >= magic.size() && as_text(f.first(magic.size())) == magic;
}

// Walks the segments to the start-of-frame header. ITU-T T.81 annex B.
Result<PictureInfo> probe_jpeg(ByteView f) {
  std::size_t at = 2;
  while (at + 4 <= f.size()) {
    if (f[at] != 0xFF) return unreadable("damaged JPEG: no marker where one must stand");
    const unsigned marker = f[at + 1];
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
      at += 2;
      continue;
    }
    const std::uint32_t length = be16(f, at + 2);
    if (length < 2) return unreadable("damaged JPEG: a segment of no length");
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) {
      if (at + 9 > f.size()) break;
      return PictureInfo{static_cast<int>(be16(f, at + 7)), static_cast<int>(be16(f, at + 5)), "jpeg"};
    }
    if (marker == 0xD9 || marker == 0xDA) break;
    at += 2 + length;
  }
  return unreadable("damaged JPEG: it ends before its size is said");
}

Result<PictureInfo> probe_kind(ByteView f) {
  if (starts_with(f, "\xFF\xD8\xFF")) return probe_jpeg(f);
  if (starts_with(f, "\x89PNG\r\n\x1A\n")) {
    if (f.size() < 24) return unreadable("damaged PNG: it ends before its size is said");
    const auto w = be32(f, 16), h = be32(f, 20);
    if (w > 0x7FFFFFFF || h > 0x7FFFFFFF) return unreadable("damaged PNG: an impossible size");
    return PictureInfo{static_cast<int>(w), static_cast<int>(h), "png"};
  }
  if (starts_with(f, "BM") && f.size() >= 26 && le32(f, 14) >= 40) {
    const auto w = static_cast<std::int32_t>(le32(f, 18)), h = static_cast<std::int32_t>(le32(f, 22));
    if (w <= 0 || h == 0 || h == INT32_MIN) return unreadable("damaged BMP: an impossible size");
    return PictureInfo{w, h < 0 ? -h : h, "bmp"};
  }
  return unreadable("expected a JPEG, PNG or BMP picture");
}

}  // namespace

cv::Mat as_bgr(const Image& image) {
  const cv::Mat in = view(image);
  cv::Mat out;
  switch (image.format) {
    case PixelFormat::Bgr:
      return in;
    case PixelFormat::Grey:
      cv::cvtColor(in, out, cv::COLOR_GRAY2BGR);
      return out;
    case PixelFormat::Bgra:
      cv::cvtColor(in, out, cv::COLOR_BGRA2BGR);
      return out;
  }
  return in;
}

Image to_image(const cv::Mat& mat) {
  CV_Assert(mat.depth() == CV_8U && (mat.channels() == 1 || mat.channels() == 3 || mat.channels() == 4));
  Image out;
  out.width = mat.cols;
  out.height = mat.rows;
  out.format = static_cast<PixelFormat>(mat.channels());
  out.pixels.resize(out.stride() * static_cast<std::size_t>(mat.rows));
  for (int y = 0; y < mat.rows; ++y)
    std::copy_n(mat.ptr<std::uint8_t>(y), out.stride(), out.pixels.data() + out.stride() * static_cast<std::size_t>(y));
  return out;
}

Result<PictureInfo> probe_picture(ByteView file, const PictureLimits& limits) {
  if (file.empty()) return bad_input("photo_empty", "photo", "the file has 0 bytes");
  if (file.size() > limits.max_bytes)
    return bad_input("photo_too_large", "photo",
                     std::to_string(file.size()) + " bytes; at most " + std::to_string(limits.max_bytes));
  TRY(const PictureInfo info, probe_kind(file));
  if (info.width <= 0 || info.height <= 0) return unreadable("a picture without pixels");
  const std::int64_t pixels = std::int64_t{info.width} * info.height;
  if (pixels > limits.max_pixels)
    return bad_input("photo_too_large", "photo",
                     std::to_string(info.width) + " x " + std::to_string(info.height) + " pixels; at most " +
                         std::to_string(limits.max_pixels / 1'000'000) + " megapixels");
  return info;
}

Result<Image> decode_picture(ByteView file, const PictureLimits& limits) {
  TRY(const PictureInfo info, probe_picture(file, limits));
  return guarded(unreadable("damaged " + info.kind), [&]() -> Result<Image> {
    const cv::Mat raw(1, static_cast<int>(file.size()), CV_8U, const_cast<std::uint8_t*>(file.data()));
    const cv::Mat picture = cv::imdecode(raw, cv::IMREAD_COLOR);  // applies the EXIF orientation
    if (picture.empty()) return unreadable("damaged " + info.kind);
    return to_image(picture);
  });
}

Result<Bytes> encode_jpeg(const Image& image, int quality) {
  return guarded(refused("photo_unencodable"), [&]() -> Result<Bytes> {
    Bytes out;
    if (image.empty() || !cv::imencode(".jpg", as_bgr(image), out, {cv::IMWRITE_JPEG_QUALITY, quality}))
      return refused("photo_unencodable", "an empty picture");
    return out;
  });
}

Result<Bytes> encode_png(const Image& image) {
  return guarded(refused("photo_unencodable"), [&]() -> Result<Bytes> {
    Bytes out;
    if (image.empty() || !cv::imencode(".png", view(image), out))
      return refused("photo_unencodable", "an empty picture");
    return out;
  });
}

Image shrink(const Image& image, int side_px) {
  const int side = std::max(image.width, image.height);
  if (side <= side_px || side_px <= 0) return image;
  cv::Mat out;
  const double k = static_cast<double>(side_px) / side;
  cv::resize(view(image), out, cv::Size(std::max(1, cvRound(image.width * k)), std::max(1, cvRound(image.height * k))),
             0, 0, cv::INTER_AREA);
  return to_image(out);
}

}  // namespace kiosk::vision
