#include "terminal/vision/picture.h"

#include <doctest/doctest.h>

#include "terminal/vision/portrait.h"
#include "terminal/vision/vision.h"

using namespace kiosk;
using namespace kiosk::vision;

namespace {

Image two_halves(int width, int height) {  // left half blue, right half red
  Image image{width, height, PixelFormat::Bgr, {}};
  image.pixels.resize(image.stride() * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      image.pixels[static_cast<std::size_t>(y) * image.stride() +
                   static_cast<std::size_t>(x * 3 + (x < width / 2 ? 0 : 2))] = 255;
  return image;
}

// Puts an EXIF segment with the given orientation behind the start of a JPEG.
Bytes with_orientation(const Bytes& jpeg, std::uint8_t orientation) {
  const Bytes exif = {0xFF, 0xE1, 0, 34,   'E', 'x', 'i', 'f', 0, 0, 'M', 'M',         0, 42, 0, 0, 0, 8,
                      0,    1,    1, 0x12, 0,   3,   0,   0,   0, 1, 0,   orientation, 0, 0,  0, 0, 0, 0};
  Bytes out(jpeg.begin(), jpeg.begin() + 2);
  out.insert(out.end(), exif.begin(), exif.end());
  out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
  return out;
}

void refuses(ByteView file, const char* code) {
  const auto image = decode_picture(file);
  REQUIRE(!image);
  CHECK(image.fault().kind == FaultKind::BadInput);
  CHECK(image.fault().code == code);
  CHECK(image.fault().field == "photo");
  CHECK(!image.fault().detail.empty());
}

}  // namespace

TEST_CASE("picture: what was encoded is decoded again") {
  const Image image = two_halves(64, 48);
  const auto png = encode_png(image);
  REQUIRE(png);
  const auto back = decode_picture(*png);
  REQUIRE(back);
  CHECK(back->pixels == image.pixels);
  const auto jpeg = encode_jpeg(image);
  REQUIRE(jpeg);
  const auto info = probe_picture(*jpeg);
  REQUIRE(info);
  CHECK(info->width == 64);
  CHECK(info->height == 48);
  CHECK(info->kind == "jpeg");
  REQUIRE(decode_picture(*jpeg));
}

TEST_CASE("picture: an empty file, a text and a cut or scrambled picture are refused by name") {
  refuses({}, "photo_empty");
  refuses(as_bytes("this is no picture"), "photo_unreadable");
  auto jpeg = *encode_jpeg(two_halves(64, 48));
  refuses(ByteView(jpeg).first(3), "photo_unreadable");
  refuses(ByteView(jpeg).first(40), "photo_unreadable");
  auto png = *encode_png(two_halves(64, 48));
  refuses(ByteView(png).first(20), "photo_unreadable");
  png[16] = 0xFF;  // a width of billions
  refuses(png, "photo_unreadable");
}

TEST_CASE("picture: a hundred megapixels are refused from the header, before anything is decoded") {
  // A PNG header that promises 10,000 x 10,000 pixels and nothing behind it.
  Bytes png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0,    13,
               'I',  'H', 'D', 'R', 0,    0,    0x27, 0x10, 0, 0, 0x27, 0x10};
  refuses(png, "photo_too_large");
  // A JPEG whose frame header says 12,000 x 9,000.
  auto jpeg = *encode_jpeg(two_halves(64, 48));
  for (std::size_t i = 2; i + 9 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0) {
      jpeg[i + 5] = 9000 >> 8, jpeg[i + 6] = 9000 & 0xFF, jpeg[i + 7] = 12000 >> 8, jpeg[i + 8] = 12000 & 0xFF;
      break;
    }
  refuses(jpeg, "photo_too_large");
  Bytes heavy(PictureLimits{}.max_bytes + 1, 0xFF);
  refuses(heavy, "photo_too_large");
}

TEST_CASE("picture: a photograph taken sideways stands upright") {
  const auto jpeg = with_orientation(*encode_jpeg(two_halves(64, 48)), 6);  // turn clockwise to see it upright
  const auto image = decode_picture(jpeg);
  REQUIRE(image);
  CHECK(image->width == 48);
  CHECK(image->height == 64);
  const auto blue = [&](int x, int y) {
    return image->pixels[static_cast<std::size_t>(y) * image->stride() + static_cast<std::size_t>(x) * 3];
  };
  CHECK(blue(24, 8) > 200);  // what was left is on top
  CHECK(blue(24, 56) < 50);
}

TEST_CASE("picture: shrinking keeps the shape and never enlarges") {
  const Image small = shrink(two_halves(640, 480), 320);
  CHECK(small.width == 320);
  CHECK(small.height == 240);
  CHECK(shrink(small, 1000).width == 320);
}

TEST_CASE("picture: nothing readable is no code") { CHECK(read_codes(two_halves(64, 48)).empty()); }
