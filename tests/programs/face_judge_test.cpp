#include "programs/shared/face_judge.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "terminal/vision/picture.h"
#include "terminal/vision/portrait.h"
#include "tests/terminal/vision/shared_data.h"

using namespace kiosk;
using domain::FaceVerdict;

namespace {

Bytes photo_of(std::uint64_t person, int variant, int width = 640, int height = 480) {
  return *vision::encode_jpeg(vision::draw_portrait(person, variant, width, height), 92);
}
std::unique_ptr<verbs::FaceJudge> judge_with(const std::string& models) {
  vision::VisionSettings s;
  s.models_dir = models;
  auto j = programs::open_face_judge(s);
  REQUIRE(j);
  return std::move(j).value();
}
std::string source() {
  const char* s = std::getenv("KIOSK_SOURCE");
  return s ? s : ".";
}
void refused_settings(const std::string& text, const std::string& part) {
  char name[] = "/tmp/kiosk-models-XXXXXX";
  const int fd = ::mkstemp(name);
  REQUIRE(fd >= 0);
  REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ::close(fd);
  const auto s = programs::load_vision_settings(name, "");
  ::unlink(name);
  REQUIRE(!s);
  CHECK(s.fault().kind == FaultKind::BadInput);
  CHECK(s.fault().code == "settings_invalid");
  CAPTURE(s.fault().detail);
  CHECK(s.fault().detail.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE(
    "face judge: without a recogniser a good photo goes to an officer, a poor one back to the person, and no picture "
    "is refused") {
  auto judge = judge_with("");
  CHECK(!judge->ready());
  CHECK(judge->profile().empty());
  const auto good = photo_of(1, 0), tiny = photo_of(1, 0, 120, 90);
  const auto reference = judge->enrol(good);
  REQUIRE(reference);
  CHECK(reference->values.empty());
  const auto match = judge->compare(good, *reference);
  REQUIRE(match);
  CHECK(match->verdict == FaceVerdict::Officer);
  CHECK(match->report.usable);
  const auto poor = judge->compare(tiny, *reference);
  REQUIRE(poor);
  CHECK(poor->verdict == FaceVerdict::PoorPhoto);
  CHECK(!poor->report.first_advice().empty());
  for (const auto& [file, code] : {std::pair{Bytes{}, "photo_empty"},
                                   {Bytes(100, 'x'), "photo_unreadable"},
                                   {Bytes(9u << 20, 0xFF), "photo_too_large"}}) {
    CHECK(judge->inspect(file, false).fault().code == code);
    CHECK(judge->enrol(file).fault().code == code);
    CHECK(judge->compare(file, *reference).fault().code == code);
  }
}

TEST_CASE(
    "face judge: with the recogniser a person matches himself, clearly not another, and a foreign template goes to an "
    "officer") {
  SKIP_WITHOUT(shared_data::have_recogniser(), "face models");
  auto settings = programs::load_vision_settings(source() + "/config/models.toml", shared_data::models());
  REQUIRE(settings);
  auto opened = programs::open_face_judge(*settings);
  REQUIRE(opened);
  auto& judge = **opened;
  CHECK(judge.ready());
  CHECK(judge.profile() == "mobilefacenet-paddle@6ced4e0c36ab");
  const auto reference = judge.enrol(photo_of(1, 0));
  REQUIRE(reference);
  const auto own = judge.compare(photo_of(1, 1), *reference), other = judge.compare(photo_of(2, 0), *reference);
  REQUIRE(own);
  REQUIRE(other);
  CHECK(own->verdict == FaceVerdict::Accept);
  CHECK(other->verdict == FaceVerdict::NoMatch);
  CHECK(own->score > other->score);
  auto foreign = *reference;
  foreign.profile = "other@000000000000";
  CHECK(judge.compare(photo_of(1, 1), foreign)->verdict == FaceVerdict::Officer);
  const auto blank = judge.enrol(*vision::encode_png(Image{320, 240, PixelFormat::Bgr, Bytes(320 * 240 * 3, 90)}));
  REQUIRE(!blank);
  CHECK(blank.fault().code == "photo_poor");
  CHECK(blank.fault().detail == "coach.no_face");
}

TEST_CASE("face judge: several threads may ask at once") {
  auto judge = judge_with("");
  const auto photo = photo_of(1, 0);
  std::vector<std::thread> threads;
  std::atomic<int> usable = 0;
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { usable += judge->inspect(photo, true)->usable; });
  for (auto& t : threads) t.join();
  CHECK(usable == 3);
}

TEST_CASE(
    "face judge: config/models.toml agrees with the profiles built in, and a damaged one is refused with the place") {
  const auto s = programs::load_vision_settings(source() + "/config/models.toml", "/models");
  REQUIRE(s);
  CHECK(s->detector.file == vision::yunet_2022mar().file);
  CHECK(s->detector.sha256 == vision::yunet_2022mar().sha256);
  REQUIRE(s->profiles.size() == 2);
  for (const auto& built : {vision::mobilefacenet_paddle(), vision::sface()}) {
    const auto& read = s->profiles[built.name == "sface" ? 1 : 0];
    CHECK(read.name == built.name);
    CHECK(read.sha256 == built.sha256);
    CHECK(read.rgb == built.rgb);
    CHECK(read.scale[1] == doctest::Approx(built.scale[1]));
    CHECK(read.mean[2] == doctest::Approx(built.mean[2]));
    CHECK(read.accept == built.accept);
    CHECK(read.no_match == built.no_match);
  }
  refused_settings("[[model]\nname=", "line 1");
  refused_settings("x = 1\n", "[[model]]");
  refused_settings("[[model]]\nkind = \"recogniser\"\nname = \"a\"\nfile = \"../etc/a\"\nsha256 = \"00\"\n", "a.file");
  refused_settings("[[model]]\nkind = \"recogniser\"\nname = \"a\"\nfile = \"a\"\nsha256 = \"00\"\n", "64 hex digits");
  refused_settings(
      "[[model]]\nkind = \"recogniser\"\nname = \"a\"\nfile = \"a\"\naccept = 0.2\nno_match = 0.3\nsha256 = \"" +
          std::string(64, 'a') + "\"\n",
      "no_match <= accept");
}
