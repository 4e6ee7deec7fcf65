// The strict decoder: what is cut, damaged, of another kind or too large is refused at the door, whatever OpenCV would
// make of it.
#include <doctest/doctest.h>

#include <array>
#include <opencv2/imgcodecs.hpp>

#include "base/ids.h"
#include "terminal/vision/picture.h"
#include "terminal/vision/portrait.h"

using namespace kiosk;
using namespace kiosk::vision;

namespace {

struct Sample {
  std::string name;
  Bytes file;
};

Bytes encoded(const Image& image, const char* extension, const std::vector<int>& how) {
  const cv::Mat pixels(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels.data()));
  Bytes out;
  REQUIRE(cv::imencode(extension, pixels, out, how));
  return out;
}

const std::vector<Sample>& samples() {
  static const std::vector<Sample> all = [] {
    std::vector<Sample> out;
    for (std::uint64_t person = 1; person <= 2; ++person) {
      const Image image = shrink(draw_portrait(person, 0), 320);
      out.push_back({"baseline", encoded(image, ".jpg", {})});
      out.push_back({"restarts", encoded(image, ".jpg", {cv::IMWRITE_JPEG_RST_INTERVAL, 8})});
      out.push_back({"progressive", encoded(image, ".jpg", {cv::IMWRITE_JPEG_PROGRESSIVE, 1})});
      out.push_back({"png", encoded(image, ".png", {})});
      out.push_back({"bmp", encoded(image, ".bmp", {})});
    }
    return out;
  }();
  return all;
}

std::string code_of(ByteView file) {
  const auto checked = check_picture(file);
  const auto image = decode_picture(file);
  REQUIRE(checked.ok() == image.ok());  // one decoder at every door
  return checked ? "ok" : checked.fault().code;
}

std::size_t below(Random& random, std::size_t bound) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  std::uint64_t v = 0;
  for (const auto b : bytes) v = v << 8 | b;
  return static_cast<std::size_t>(v % bound);
}

Bytes with(Bytes file, std::string_view behind) {
  file.insert(file.end(), behind.begin(), behind.end());
  return file;
}

}  // namespace

TEST_CASE("strict: whole pictures of every kind are taken") {
  for (const auto& s : samples()) {
    CAPTURE(s.name);
    CHECK(code_of(s.file) == "ok");
  }
}

TEST_CASE("strict: a cut is refused at every length, also one that leaves a usable face") {
  for (const auto& s : samples()) {
    CAPTURE(s.name);
    const std::size_t step = std::max<std::size_t>(1, s.file.size() / 150);
    std::size_t taken = 0;
    for (std::size_t n = 1; n<s.file.size(); n += s.file.size() - n> 64 ? step : 1)
      if (code_of(ByteView(s.file).first(n)) != "photo_unreadable") ++taken;
    CHECK(taken == 0);
    CHECK(code_of(ByteView(s.file).first(s.file.size() - 1)) == "photo_unreadable");
  }
}

TEST_CASE("strict: what OpenCV alone would take of a cut JPEG is refused") {
  const Bytes& whole = samples()[0].file;
  for (const std::size_t percent : {40, 70, 90}) {
    const ByteView cut = ByteView(whole).first(whole.size() * percent / 100);
    const cv::Mat raw(1, static_cast<int>(cut.size()), CV_8U, const_cast<std::uint8_t*>(cut.data()));
    CHECK_FALSE(cv::imdecode(raw, cv::IMREAD_COLOR).empty());  // grey below, and not a word
    CHECK(code_of(cut) == "photo_unreadable");
  }
}

TEST_CASE("strict: a cut file with an end put behind it is still cut") {
  for (const auto& s : samples()) {
    if (s.name == "png" || s.name == "bmp") continue;
    CAPTURE(s.name);
    for (const int percent : {15, 40, 70, 90}) {
      CAPTURE(percent);
      Bytes file(s.file.begin(), s.file.begin() + static_cast<std::ptrdiff_t>(s.file.size() * percent / 100));
      if (file.back() == 0xFF) file.pop_back();
      CHECK(code_of(with(file, "\xFF\xD9")) == "photo_unreadable");
    }
  }
}

TEST_CASE("strict: bytes overwritten anywhere never crash it, and a run of them is seen") {
  SeededRandom random(13);
  for (const auto& s : samples()) {
    if (s.name == "bmp") continue;  // its pixels carry no checksum: other bytes are another picture
    CAPTURE(s.name);
    int refused = 0;
    constexpr int kRuns = 40;
    for (int i = 0; i < kRuns; ++i) {
      Bytes file = s.file;
      const std::size_t length = i % 2 == 0 ? 1 : 400;
      const std::size_t at = below(random, file.size() - length);
      for (std::size_t k = 0; k < length; ++k) file[at + k] ^= static_cast<std::uint8_t>(1 + below(random, 255));
      const bool seen = code_of(file) != "ok";
      if (length > 1) refused += seen ? 1 : 0;
    }
    CHECK(refused == kRuns / 2);
  }
}

TEST_CASE("strict: padding behind the end passes, anything else does not") {
  for (const auto& s : samples()) {
    if (s.name == "bmp") continue;
    CAPTURE(s.name);
    CHECK(code_of(with(s.file, std::string(512, '\0'))) == "ok");
    CHECK(code_of(with(s.file, "\r\n")) == "ok");
    CHECK(code_of(with(s.file, std::string(5'000, '\0'))) == "photo_unreadable");
    CHECK(code_of(with(s.file, "<script>")) == "photo_unreadable");
    CHECK(code_of(with(s.file, as_text(s.file))) == "photo_unreadable");
  }
}

TEST_CASE("strict: other kinds of file are refused by what they are, not by their name") {
  const Image image = shrink(draw_portrait(1, 0), 64);
  for (const char* extension : {".tiff", ".webp", ".jp2", ".ppm"}) {
    CAPTURE(extension);
    CHECK(code_of(encoded(image, extension, {})) == "photo_unreadable");
  }
  for (const std::string_view text : {"%PDF-1.7\n1 0 obj", "GIF89a\x01\x01", "II*\x01", "RIFF0000WEBPVP8 ",
                                      "<svg xmlns='http://www.w3.org/2000/svg'/>", "BM", "\xFF\xD8\xFF"})
    CHECK(code_of(as_bytes(text)) == "photo_unreadable");
}

TEST_CASE("strict: 51 megapixels are refused by the header, 50 are not") {
  Bytes file = samples()[0].file;
  std::size_t at = 2;
  while (!(file[at] == 0xFF && file[at + 1] == 0xC0)) ++at;
  const auto sized = [&](int width, int height) {
    Bytes out = file;
    out[at + 5] = static_cast<std::uint8_t>(height >> 8), out[at + 6] = static_cast<std::uint8_t>(height);
    out[at + 7] = static_cast<std::uint8_t>(width >> 8), out[at + 8] = static_cast<std::uint8_t>(width);
    return out;
  };
  CHECK(code_of(sized(8'500, 6'000)) == "photo_too_large");
  CHECK(code_of(ByteView(sized(8'500, 6'000)).first(at + 12)) == "photo_too_large");  // nothing behind it is needed
  CHECK(probe_picture(sized(10'000, 5'000)).ok());
  CHECK(code_of(sized(10'000, 5'000)) == "photo_unreadable");  // its pixels are not there
}
