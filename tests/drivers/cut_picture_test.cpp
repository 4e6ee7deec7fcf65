// The file camera shows whole pictures only: half a face in grey would be judged as if a person stood there.
#include <doctest/doctest.h>

#include <fstream>

#include "drivers/camera/open.h"
#include "files.h"
#include "terminal/vision/picture.h"
#include "terminal/vision/portrait.h"

using namespace kiosk;

namespace {
void write(const std::string& path, ByteView bytes) { std::ofstream(path, std::ios::binary) << as_text(bytes); }
}  // namespace

TEST_CASE("file camera: a picture that is cut is no frame, and does not stop those beside it") {
  test::TempDir dir;
  const auto jpeg = vision::encode_jpeg(vision::draw_portrait(1, 0));
  REQUIRE(jpeg.ok());
  for (const std::size_t percent : {15, 70}) {
    CAPTURE(percent);
    const auto cut = ByteView(*jpeg).first(jpeg->size() * percent / 100);
    const std::string file = dir.file("cut.jpg");
    write(file, cut);
    const auto camera = drivers::open_camera("file:" + file);
    REQUIRE(camera.ok());
    const auto frame = (*camera)->next_frame(Millis{0});
    REQUIRE_FALSE(frame.ok());
    CHECK(frame.fault().code == "camera_away");
  }
  write(dir.file("whole.jpg"), *jpeg);  // beside the cut one, in a folder
  const auto folder = drivers::open_camera("file:" + dir.path());
  REQUIRE(folder.ok());
  CHECK((*folder)->next_frame(Millis{0}).ok());
}
