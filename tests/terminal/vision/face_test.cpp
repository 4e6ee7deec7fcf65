#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>

#include "drivers/camera/open.h"
#include "terminal/vision/portrait.h"
#include "terminal/vision/vision.h"
#include "tests/terminal/vision/shared_data.h"

using namespace kiosk;
using namespace kiosk::vision;
using domain::FaceVerdict;

namespace {

// Drawing costs a second under sanitizers; each picture is drawn once.
const Image& portrait(std::uint64_t person, int variant) {
  static std::map<std::pair<std::uint64_t, int>, Image> drawn;
  auto& image = drawn[{person, variant}];
  if (image.empty()) image = draw_portrait(person, variant);
  return image;
}

std::unique_ptr<Vision> open_with(const std::string& models_dir) {
  VisionSettings s;
  s.models_dir = models_dir;
  auto v = Vision::open(s);
  if (!v) FAIL(v.fault().code << ": " << v.fault().detail);
  return std::move(v).value();
}

// Each value of each pixel through f.
template <class F>
Image changed(Image image, F f) {
  for (auto& p : image.pixels) p = static_cast<std::uint8_t>(std::clamp(f(double{1} * p), 0.0, 255.0));
  return image;
}
Image shifted(const Image& image, int dx, int dy) {
  Image out = image;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      for (int k = 0; k < 3; ++k) {
        const int sx = std::clamp(x - dx, 0, image.width - 1), sy = std::clamp(y - dy, 0, image.height - 1);
        out.pixels[static_cast<std::size_t>((y * image.width + x) * 3 + k)] =
            image.pixels[static_cast<std::size_t>((sy * image.width + sx) * 3 + k)];
      }
  return out;
}
Image blurred(const Image& image, int radius) {
  Image out = image;
  for (int pass = 0; pass < 2; ++pass) {
    const Image from = out;
    const bool across = pass == 0;
    for (int y = 0; y < image.height; ++y)
      for (int x = 0; x < image.width; ++x)
        for (int k = 0; k < 3; ++k) {
          int sum = 0;
          for (int d = -radius; d <= radius; ++d) {
            const int sx = std::clamp(across ? x + d : x, 0, image.width - 1),
                      sy = std::clamp(across ? y : y + d, 0, image.height - 1);
            sum += from.pixels[static_cast<std::size_t>((sy * image.width + sx) * 3 + k)];
          }
          out.pixels[static_cast<std::size_t>((y * image.width + x) * 3 + k)] =
              static_cast<std::uint8_t>(sum / (2 * radius + 1));
        }
  }
  return out;
}
Image side_by_side(const Image& a, const Image& b) {
  Image out{a.width + b.width, a.height, PixelFormat::Bgr, {}};
  for (int y = 0; y < a.height; ++y)
    for (const Image* part : {&a, &b}) {
      const auto row = part->pixels.begin() + static_cast<std::ptrdiff_t>(part->stride()) * y;
      out.pixels.insert(out.pixels.end(), row, row + static_cast<std::ptrdiff_t>(part->stride()));
    }
  return out;
}
// An empty room: a grey gradient.
Image wall() {
  Image out{640, 480, PixelFormat::Bgr, {}};
  for (int y = 0; y < 480; ++y)
    for (int x = 0; x < 640 * 3; ++x) out.pixels.push_back(static_cast<std::uint8_t>(120 + x / 40 + y / 40));
  return out;
}

void check_advice(Vision& vision, const Image& image, const std::string& advice, Purpose purpose = Purpose::Live) {
  CAPTURE(advice);
  const auto report = vision.inspect(image, purpose);
  REQUIRE(report);
  CHECK(!report->usable);
  CHECK(report->first_advice() == advice);
}

// The coaching that both detectors must give.
void coaches(Vision& vision) {
  CAPTURE(vision.detector());
  const Image good = portrait(kDemoPersons[0], 0);
  const auto report = vision.inspect(good, Purpose::Live);
  REQUIRE(report);
  CHECK(report->usable);
  CHECK(report->first_advice().empty());
  CHECK(report->detector == vision.detector());
  REQUIRE(report->face);

  const auto empty = vision.inspect(wall(), Purpose::Live);
  REQUIRE(empty);
  CHECK(!empty->face);
  CHECK(empty->first_advice() == "coach.no_face");
  check_advice(vision, draw_portrait(kDemoPersons[0], 0, 280, 210), "coach.move_closer");
  check_advice(vision, shifted(good, 90, 0), "coach.move_right");
  check_advice(vision, shifted(good, -90, 0), "coach.move_left");
  check_advice(vision, shifted(good, 0, -75), "coach.move_down");
  check_advice(vision, shifted(good, 0, 70), "coach.move_up");
  check_advice(vision, changed(good, [](double v) { return v * 0.28; }), "coach.more_light");
  check_advice(vision, changed(good, [](double v) { return v * 2.6 + 60; }), "coach.less_light");
  check_advice(vision, blurred(good, 5), "coach.hold_still");
  check_advice(vision, side_by_side(good, portrait(kDemoPersons[1], 0)), "coach.one_person");
}

class TempDir {
 public:
  TempDir() {
    char name[] = "/tmp/kiosk-vision-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path = name;
  }
  ~TempDir() {
    for (const auto& f : files) ::unlink(f.c_str());
    ::rmdir(path.c_str());
  }
  void write(const std::string& name, ByteView bytes) {
    files.push_back(path + "/" + name);
    std::ofstream f(files.back(), std::ios::binary);
    f.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  std::string path;
  std::vector<std::string> files;
};

}  // namespace

TEST_CASE("face: without models OpenCV's cascade finds faces, coaches, and no machine judges who it is") {
  auto vision = open_with("");
  CHECK(vision->detector() == "haar-alt2");
  CHECK(!vision->has_recogniser());
  CHECK(vision->profile().empty());
  CHECK(vision->judge(0.99) == FaceVerdict::Officer);
  const Image image = portrait(kDemoPersons[0], 0);
  const auto report = vision->inspect(image, Purpose::Live);
  REQUIRE(report);
  REQUIRE(report->face);
  const auto none = vision->make_template(image, *report->face);
  REQUIRE(!none);
  CHECK(none.fault().code == "no_recogniser");
  coaches(*vision);
}

TEST_CASE("face: with YuNet the same coaching is given") {
  SKIP_WITHOUT(shared_data::have_models(), "face models");
  auto vision = open_with(shared_data::models());
  CHECK(vision->detector() == "yunet-2022mar");
  coaches(*vision);
}

TEST_CASE("face: every advice is one that has a text") {
  auto vision = open_with("");
  for (const auto& image : {portrait(1, 0), wall(), blurred(portrait(2, 1), 6)})
    for (const auto purpose : {Purpose::Live, Purpose::Attempt, Purpose::Reference, Purpose::NewReference}) {
      const auto report = vision->inspect(image, purpose);
      REQUIRE(report);
      for (const auto& check : report->checks) {
        CAPTURE(check.code);
        CHECK(check.passed == check.advice.empty());
        if (!check.passed) CHECK(std::find(std::begin(kAdvice), std::end(kAdvice), check.advice) != std::end(kAdvice));
      }
    }
}

TEST_CASE("face: a model file that is not the one its hash names is refused, with file and expected hash") {
  TempDir dir;
  dir.write(yunet_2022mar().file, as_bytes("not a model"));
  VisionSettings s;
  s.models_dir = dir.path;
  const auto detector = Vision::open(s);
  REQUIRE(!detector);
  CHECK(detector.fault().kind == FaultKind::Damaged);
  CHECK(detector.fault().code == "model_hash");
  CHECK(detector.fault().field == yunet_2022mar().file);
  CHECK(detector.fault().detail.find(yunet_2022mar().sha256) != std::string::npos);
  CHECK(detector.fault().detail.find(dir.path) != std::string::npos);

  TempDir other;
  other.write(mobilefacenet_paddle().file, {});
  s.models_dir = other.path;
  const auto recogniser = Vision::open(s);
  REQUIRE(!recogniser);
  CHECK(recogniser.fault().code == "model_hash");
  CHECK(recogniser.fault().field == mobilefacenet_paddle().file);
}

TEST_CASE("face: a file with the right hash that is no network is unreadable, not a crash") {
  TempDir dir;
  dir.write("x.onnx", as_bytes("abc"));
  VisionSettings s;
  s.models_dir = dir.path;
  Profile p = mobilefacenet_paddle();
  p.file = "x.onnx";
  p.sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  s.profiles = {p};
  const auto v = Vision::open(s);
  REQUIRE(!v);
  CHECK(v.fault().code == "model_unreadable");
  s.profiles.clear();
  s.cascades_dir = dir.path;
  const auto none = Vision::open(s);
  REQUIRE(!none);
  CHECK(none.fault().code == "detector_missing");
}

TEST_CASE(
    "face: the demo's drawn people are found by both detectors and pass the live checks through the file camera") {
  TempDir dir;
  std::vector<std::unique_ptr<Vision>> finders;
  finders.push_back(open_with(""));
  if (shared_data::have_models()) finders.push_back(open_with(shared_data::models()));
  for (const auto person : kDemoPersons)
    for (int variant = 0; variant < kDemoVariants; ++variant) {
      const std::string name = std::to_string(person) + "-" + std::to_string(variant) + ".png";
      dir.write(name, *encode_png(portrait(person, variant)));
      auto camera = drivers::open_camera("file:" + dir.path + "/" + name);
      REQUIRE(camera);
      const auto frame = (*camera)->next_frame(Millis{0});
      REQUIRE(frame);
      for (auto& vision : finders) {
        CAPTURE(name);
        CAPTURE(vision->detector());
        const auto report = vision->inspect(frame->image, Purpose::Live);
        REQUIRE(report);
        REQUIRE(report->face);
        CHECK(report->first_advice() == "");
        if (vision->has_recogniser()) CHECK(report->face->score >= 0.7);
      }
    }
}

TEST_CASE("face: a drawn person matches himself and clearly no other") {
  SKIP_WITHOUT(shared_data::have_recogniser(), "face models");
  auto vision = open_with(shared_data::models());
  std::vector<std::vector<domain::FaceTemplate>> people;
  for (const auto person : kDemoPersons) {
    people.emplace_back();
    for (int variant = 0; variant < kDemoVariants; ++variant) {
      const Image image = portrait(person, variant);
      const auto faces = vision->find_faces(image);
      REQUIRE(faces);
      REQUIRE(!faces->empty());
      people.back().push_back(*vision->make_template(image, faces->front()));
    }
  }
  double lowest_same = 1, highest_other = -1;
  for (std::size_t i = 0; i < people.size(); ++i)
    for (std::size_t j = 0; j < people.size(); ++j)
      for (const auto& a : people[i])
        for (const auto& b : people[j]) {
          const double s = *vision->score(a, b);
          if (i == j) {
            lowest_same = std::min(lowest_same, s);
            CHECK(vision->judge(s) == FaceVerdict::Accept);
          } else {
            highest_other = std::max(highest_other, s);
            CHECK(vision->judge(s) == FaceVerdict::NoMatch);
          }
        }
  MESSAGE("drawn people: lowest score of one person " << lowest_same << ", highest of two " << highest_other);
}

TEST_CASE("face: the same seed draws the same picture, another another") {
  CHECK(portrait(1, 1).pixels == draw_portrait(1, 1).pixels);
  CHECK(portrait(1, 1).pixels != portrait(1, 2).pixels);
  CHECK(portrait(1, 1).pixels != portrait(2, 1).pixels);
}

TEST_CASE("face: a template of another recogniser cannot be compared") {
  SKIP_WITHOUT(shared_data::have_recogniser(), "face models");
  auto vision = open_with(shared_data::models());
  const Image image = portrait(1, 0);
  const auto face = *vision->inspect(image, Purpose::Reference)->face;
  const auto own = vision->make_template(image, face);
  REQUIRE(own);
  CHECK(own->values.size() == 128 * 4);
  CHECK(*vision->score(*own, *own) == doctest::Approx(1));
  auto foreign = *own;
  foreign.profile = "sface@0ba9fbfa01b5";
  const auto no = vision->score(*own, foreign);
  REQUIRE(!no);
  CHECK(no.fault().code == "template_foreign");
  auto cut = *own;
  cut.values.resize(7);
  CHECK(!vision->score(*own, cut));
  CHECK(vision->judge(0.45) == FaceVerdict::Accept);
  CHECK(vision->judge(0.44) == FaceVerdict::Grey);
  CHECK(vision->judge(0.33) == FaceVerdict::Grey);
  CHECK(vision->judge(0.32) == FaceVerdict::NoMatch);
}

TEST_CASE("face: strange sizes of pictures are no crash") {
  std::vector<std::unique_ptr<Vision>> finders;
  finders.push_back(open_with(""));
  if (shared_data::have_models()) finders.push_back(open_with(shared_data::models()));
  for (auto& vision : finders)
    for (const auto& [w, h] : {std::pair{1, 1}, {3, 900}, {900, 3}, {63, 63}, {2000, 70}}) {
      Image image{w, h, PixelFormat::Bgr, Bytes(static_cast<std::size_t>(w * h * 3), 127)};
      const auto report = vision->inspect(image, Purpose::Live);
      REQUIRE(report);
      CAPTURE(w);
      CAPTURE(h);
      CHECK(!report->face);
      image.format = PixelFormat::Grey;
      image.pixels.resize(static_cast<std::size_t>(w * h));
      CHECK(vision->inspect(image, Purpose::Live));
    }
  CHECK(!finders[0]->inspect(Image{}, Purpose::Live));
}

TEST_CASE("face: a person is still only after several calm looks, and a lost face starts anew") {
  domain::FaceFound f;
  f.landmarks = {{{100, 100}, {200, 100}, {150, 150}, {120, 200}, {180, 200}}};
  const auto moved = [&](float by) {
    auto g = f;
    for (auto& p : g.landmarks) p.x += by;
    return std::optional(g);
  };
  Stillness s(0.06, 3);
  s.look(moved(0));
  s.look(moved(1));
  s.look(moved(2));
  CHECK(!s.still());
  CHECK(s.look(moved(3)) == doctest::Approx(0.01));
  CHECK(s.still());
  CHECK(s.look(moved(20)) == doctest::Approx(0.17));
  CHECK(!s.still());
  s.look(moved(20)), s.look(moved(20)), s.look(moved(20));
  CHECK(s.still());
  s.look(std::nullopt);
  CHECK(!s.still());
}
