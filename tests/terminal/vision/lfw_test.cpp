// Measured on photographs, where they exist: how many pass, and how often the recogniser is right. The bounds are
// loose; the figures are printed.
#include <doctest/doctest.h>

#include <map>
#include <sstream>

#include "drivers/camera/open.h"
#include "terminal/vision/vision.h"
#include "tests/terminal/vision/shared_data.h"

using namespace kiosk;
using namespace kiosk::vision;

namespace {

struct Pair {
  bool same;
  std::string a, b;
};
std::vector<Pair> read_pairs() {
  std::vector<Pair> out;
  std::ifstream f(shared_data::faces() + "/pairs_lfw.tsv");
  for (std::string line; std::getline(f, line);) {
    std::istringstream in(line);
    Pair p{};
    in >> p.same >> p.a >> p.b;
    out.push_back(p);
  }
  return out;
}

}  // namespace

TEST_CASE("faces measured: false match and false non-match of the recogniser over the LFW pairs") {
  SKIP_WITHOUT(shared_data::have_recogniser() && shared_data::have_faces(), "face models and pictures");
  VisionSettings settings;
  settings.models_dir = shared_data::models();
  auto vision = std::move(Vision::open(settings)).value();
  struct Known {
    domain::FaceTemplate t;
    bool usable = false;
  };
  std::map<std::string, Known> known;
  int not_found = 0;
  const auto look = [&](const std::string& name) -> const Known& {
    if (const auto k = known.find(name); k != known.end()) return k->second;
    Known k;
    const auto image = decode_picture(shared_data::read(shared_data::faces() + "/" + name));
    REQUIRE(image);
    const auto report = vision->inspect(*image, Purpose::Attempt);
    REQUIRE(report);
    k.usable = report->usable;
    if (report->face) k.t = *vision->make_template(*image, *report->face);
    not_found += !report->face;
    return known.emplace(name, std::move(k)).first->second;
  };
  // KIOSK_MEASURE=all takes every pair; the ordinary run a third, for time.
  const std::size_t every = std::getenv("KIOSK_MEASURE") ? 1 : 3;
  int same = 0, same_low = 0, same_no = 0, other = 0, other_accept = 0, other_grey = 0;
  int good = 0, good_no = 0;
  const auto pairs = read_pairs();
  for (std::size_t i = 0; i < pairs.size(); i += every) {
    const Pair& p = pairs[i];
    const Known &a = look(p.a), &b = look(p.b);
    const auto s = vision->score(a.t, b.t);
    if (!s) continue;
    const auto verdict = vision->judge(*s);
    if (p.same) {
      ++same;
      same_low += verdict != domain::FaceVerdict::Accept;
      same_no += verdict == domain::FaceVerdict::NoMatch;
      if (a.usable && b.usable) ++good, good_no += verdict == domain::FaceVerdict::NoMatch;
    } else {
      ++other;
      other_accept += verdict == domain::FaceVerdict::Accept;
      other_grey += verdict == domain::FaceVerdict::Grey;
    }
  }
  MESSAGE("LFW pairs: " << same << " of one person, below accept " << same_low << ", clearly no match " << same_no
                        << " (of " << good << " with two good photos: " << good_no << "); " << other
                        << " of two people, accepted " << other_accept << ", grey " << other_grey
                        << "; faces not found " << not_found);
  CHECK(same >= static_cast<int>(290 / every));
  CHECK(other >= static_cast<int>(290 / every));
  CHECK(not_found == 0);
  CHECK(same_low <= 0.08 * same);
  CHECK(same_no <= 0.03 * same);
  CHECK(other_accept == 0);
  CHECK(good_no <= 1 + 0.02 * good);
}

TEST_CASE("faces measured: how many photographs pass the checks through the file camera") {
  SKIP_WITHOUT(shared_data::have_models() && shared_data::have_faces(), "face models and pictures");
  for (const auto& models : {shared_data::models(), std::string()}) {
    VisionSettings settings;
    settings.models_dir = models;
    auto vision = std::move(Vision::open(settings)).value();
    int n = 0, found = 0;
    std::map<std::string, int> passed, first;
    const auto pairs = read_pairs();
    for (std::size_t i = 0; i < pairs.size(); i += std::getenv("KIOSK_MEASURE") ? 2 : 12) {
      auto camera = drivers::open_camera("file:" + shared_data::faces() + "/" + pairs[i].a);
      REQUIRE(camera);
      const auto frame = (*camera)->next_frame(Millis{0});
      REQUIRE(frame);
      ++n;
      const auto live = vision->inspect(frame->image, Purpose::Live);
      REQUIRE(live);
      found += live->face.has_value();
      passed["live"] += live->usable;
      if (!live->usable) ++first[live->first_advice()];
      passed["attempt"] += vision->inspect(frame->image, Purpose::Attempt)->usable;
      passed["new reference"] += vision->inspect(frame->image, Purpose::NewReference)->usable;
      const auto raw = decode_picture(shared_data::read(shared_data::faces() + "/" + pairs[i].a));
      passed["attempt, raw file"] += vision->inspect(*raw, Purpose::Attempt)->usable;
      passed["reference, raw file"] += vision->inspect(*raw, Purpose::Reference)->usable;
    }
    std::ostringstream out;
    for (const auto& [what, count] : passed) out << what << " " << count << ", ";
    for (const auto& [advice, count] : first) out << advice << " " << count << " ";
    MESSAGE(vision->detector() << ": of " << n << " LFW photographs found " << found << "; usable: " << out.str());
    CHECK(found >= 0.95 * n);
    CHECK(passed["live"] >= 0.25 * n);
    CHECK(passed["reference, raw file"] >= 0.6 * n);
  }
}
