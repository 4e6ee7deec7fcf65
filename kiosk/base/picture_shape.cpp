#include "base/picture_shape.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace kiosk {
namespace {

constexpr std::size_t kPaddingBound = 4096;
constexpr int kScansBound = 100;  // a few kilobytes of scans can keep a decoder busy for minutes

Fault unreadable(std::string detail) { return bad_input("photo_unreadable", "photo", std::move(detail)); }
Fault cut(const char* kind) { return unreadable(std::string("the ") + kind + " is cut off: it ends before its end"); }

std::uint32_t be16(ByteView f, std::size_t at) { return static_cast<std::uint32_t>(f[at]) << 8 | f[at + 1]; }
std::uint32_t be32(ByteView f, std::size_t at) { return be16(f, at) << 16 | be16(f, at + 2); }
std::uint32_t le32(ByteView f, std::size_t at) {
  return static_cast<std::uint32_t>(f[at + 3]) << 24 | static_cast<std::uint32_t>(f[at + 2]) << 16 |
         static_cast<std::uint32_t>(f[at + 1]) << 8 | f[at];
}
bool starts_with(ByteView f, std::string_view magic) {
  return f.size() >= magic.size() && as_text(f.first(magic.size())) == magic;
}

// The size is judged where it stands: a huge picture is called so although its rest may be missing.
Result<Done> check_size(std::int64_t width, std::int64_t height, const PictureLimits& limits) {
  if (width <= 0 || height <= 0) return unreadable("a picture without pixels");
  if (width > limits.max_pixels / height)
    return bad_input("photo_too_large", "photo",
                     std::to_string(width) + " x " + std::to_string(height) + " pixels; at most " +
                         std::to_string(limits.max_pixels / 1'000'000) + " megapixels");
  return Done{};
}

Result<Done> check_padding(ByteView rest) {
  if (rest.size() > kPaddingBound) return unreadable("more than padding stands behind the picture's end");
  if (!std::all_of(rest.begin(), rest.end(), [](auto c) { return c == 0 || c == 0xFF || c == '\r' || c == '\n'; }))
    return unreadable("something else stands behind the picture's end");
  return Done{};
}

class JpegScan {
 public:
  JpegScan(ByteView file, const PictureLimits& limits) : f_(file), limits_(limits) {}

  Result<PictureShape> run() {
    while (true) {
      TRY(const unsigned marker, next_marker());
      if (marker == 0xD9) break;
      TRY_DONE(segment(marker));
    }
    if (scans_ == 0) return unreadable("damaged JPEG: no picture stands in it");
    TRY_DONE(check_padding(f_.subspan(at_)));
    return shape_;
  }

 private:
  Result<unsigned> next_marker() {
    if (at_ < f_.size() && f_[at_] != 0xFF) return unreadable("damaged JPEG: no marker where one must stand");
    while (at_ < f_.size() && f_[at_] == 0xFF) ++at_;  // fill bytes
    if (at_ >= f_.size()) return cut("JPEG");
    return static_cast<unsigned>(f_[at_++]);
  }

  Result<Done> segment(unsigned marker) {
    if (marker == 0x01) return Done{};  // TEM: stands alone
    if (marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD8))
      return unreadable("damaged JPEG: a marker that cannot stand here");
    if (f_.size() - at_ < 2) return cut("JPEG");
    const std::size_t length = be16(f_, at_);
    if (length < 2) return unreadable("damaged JPEG: a segment of no length");
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) TRY_DONE(read_frame(marker, length));
    if (length > f_.size() - at_) return cut("JPEG");
    at_ += length;
    return marker == 0xDA ? scan() : Done{};
  }

  Result<Done> read_frame(unsigned marker, std::size_t length) {
    if (marker > 0xC2) return unreadable("expected a baseline or progressive JPEG");
    if (!shape_.kind.empty()) return unreadable("damaged JPEG: two frames");
    if (length < 8 || f_.size() - at_ < 7) return cut("JPEG");
    shape_ = {static_cast<int>(be16(f_, at_ + 5)), static_cast<int>(be16(f_, at_ + 3)), "jpeg"};
    return check_size(shape_.width, shape_.height, limits_);
  }

  // Coded data up to the next marker that is neither a stuffed 0xFF nor a restart.
  Result<Done> scan() {
    if (shape_.kind.empty()) return unreadable("damaged JPEG: a scan before the frame");
    if (++scans_ > kScansBound) return unreadable("a JPEG of more than 100 scans");
    while (true) {
      const auto from = f_.begin() + static_cast<std::ptrdiff_t>(at_);
      at_ = static_cast<std::size_t>(std::find(from, f_.end(), std::uint8_t{0xFF}) - f_.begin());
      if (f_.size() - at_ < 2) return cut("JPEG");
      const unsigned next = f_[at_ + 1];
      if (next != 0 && next != 0xFF && !(next >= 0xD0 && next <= 0xD7)) return Done{};
      at_ += next == 0xFF ? 1 : 2;
    }
  }

  ByteView f_;
  const PictureLimits& limits_;
  std::size_t at_ = 2;
  int scans_ = 0;
  PictureShape shape_;
};

// ISO 3309, as ISO/IEC 15948 annex D.
std::uint32_t crc_of(ByteView bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> t{};
    for (std::uint32_t n = 0; n < 256; ++n) {
      std::uint32_t c = n;
      for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
      t[n] = c;
    }
    return t;
  }();
  std::uint32_t c = 0xFFFFFFFFu;
  for (const auto b : bytes) c = table[(c ^ b) & 0xFF] ^ (c >> 8);
  return c ^ 0xFFFFFFFFu;
}

Result<PictureShape> png_shape(ByteView f, const PictureLimits& limits) {
  PictureShape shape;
  bool pixels = false;
  for (std::size_t at = 8;;) {
    if (f.size() - at < 8) return cut("PNG");
    const std::size_t length = be32(f, at);
    const std::string_view name = as_text(f.subspan(at + 4, 4));
    if ((name == "IHDR") != shape.kind.empty()) return unreadable("damaged PNG: its header is not where it must be");
    if (name == "IHDR") {
      if (length != 13) return unreadable("damaged PNG: its header has the wrong length");
      if (f.size() - at < 16) return cut("PNG");
      const auto w = be32(f, at + 8), h = be32(f, at + 12);
      if (w > 0x7FFFFFFF || h > 0x7FFFFFFF) return unreadable("damaged PNG: an impossible size");
      TRY_DONE(check_size(w, h, limits));
      shape = {static_cast<int>(w), static_cast<int>(h), "png"};
    }
    if (length > 0x7FFFFFFF) return unreadable("damaged PNG: a chunk of impossible length");
    if (f.size() - at < 12 || f.size() - at - 12 < length) return cut("PNG");
    if (crc_of(f.subspan(at + 4, length + 4)) != be32(f, at + 8 + length))
      return unreadable("damaged PNG: a checksum does not fit");
    at += 12 + length;
    pixels = pixels || name == "IDAT";
    if (name != "IEND") continue;
    if (!pixels || length != 0) return unreadable("damaged PNG: no picture stands in it");
    TRY_DONE(check_padding(f.subspan(at)));
    return shape;
  }
}

Result<PictureShape> bmp_shape(ByteView f, const PictureLimits& limits) {
  if (f.size() < 54) return cut("BMP");
  const auto w = static_cast<std::int32_t>(le32(f, 18)), h = static_cast<std::int32_t>(le32(f, 22));
  if (le32(f, 14) < 40 || w <= 0 || h == 0 || h == INT32_MIN) return unreadable("damaged BMP: an impossible size");
  const int rows = h < 0 ? -h : h;
  TRY_DONE(check_size(w, rows, limits));
  const unsigned bits = f[28] | static_cast<unsigned>(f[29]) << 8;
  const bool known = bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
  if (!known || (le32(f, 30) != 0 && le32(f, 30) != 3)) return unreadable("expected an uncompressed BMP");
  const std::uint64_t stride = (std::uint64_t{bits} * static_cast<std::uint32_t>(w) + 31) / 32 * 4;
  if (le32(f, 10) < 54) return unreadable("damaged BMP: its pixels begin in its header");
  if (le32(f, 10) + stride * static_cast<std::uint32_t>(rows) > f.size()) return cut("BMP");
  return PictureShape{w, rows, "bmp"};
}

}  // namespace

Result<PictureShape> picture_shape(ByteView file, const PictureLimits& limits) {
  if (file.empty()) return bad_input("photo_empty", "photo", "the file has 0 bytes");
  if (file.size() > limits.max_bytes)
    return bad_input("photo_too_large", "photo",
                     std::to_string(file.size()) + " bytes; at most " + std::to_string(limits.max_bytes));
  if (starts_with(file, "\xFF\xD8\xFF")) return JpegScan(file, limits).run();
  if (starts_with(file, "\x89PNG\r\n\x1A\n")) return png_shape(file, limits);
  if (starts_with(file, "BM")) return bmp_shape(file, limits);
  return unreadable("expected a JPEG, PNG or BMP picture");
}

}  // namespace kiosk
