// The participant's journeys as scripts on the whole terminal: window in memory, stage, runner with its threads, a
// scripted branch, the file printer and a camera that shows one picture.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "../flow/kiosk_player.h"
#include "../support/fake_branch.h"
#include "../support/temp_dir.h"
#include "app/kiosk_stage.h"
#include "app/terminal.h"
#include "drivers/printer/open.h"
#include "vision/portrait.h"
#include "vision/vision.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// An invented portrait before a camera that never moves.
class OneFace final : public drivers::Camera {
 public:
  Result<drivers::Frame> next_frame(Millis) override { return drivers::Frame{image_, ++index_}; }
  drivers::Reasons status() const override { return {}; }
  std::string name() const override { return "one-face"; }

 private:
  Image image_ = vision::draw_portrait(3, 0);
  std::int64_t index_ = 0;
};

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void put(std::string& text, const std::string& what, const std::string& value) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what)) text.replace(at, what.size(), value);
}

struct Stand {
  std::shared_ptr<FakeBranch> branch = std::make_shared<FakeBranch>();
  TempDir dir;
  bool camera = true;

  Stand() { branch->person = invented_person; }

  Result<Done> play(const std::string& script) {
    const char* source = std::getenv("KIOSK_SOURCE");
    auto text = read(std::string(source ? source : ".") + "/tests/screen/scripts/" + script);
    REQUIRE_FALSE(text.empty());
    put(text, "@NIK@", kNik);
    put(text, "@BIRTH@", "07031968");
    put(text, "@MOTHER@", "SITI PERCONTOHAN");
    put(text, "@CAUSE@", "Mengundurkan diri");
    const auto file = dir.path() + "/" + script;
    std::ofstream(file) << text;
    app::TerminalOptions options;
    options.headless = true;
    options.shots = std::getenv("KIOSK_SHOTS") ? std::getenv("KIOSK_SHOTS") : dir.path() + "/shots";
    const auto make = [&](const app::StageContext& context) -> Result<std::unique_ptr<app::Stage>> {
      app::KioskStageParts parts{context.clock, {}, nullptr};
      parts.runner.branch = branch;
      parts.runner.terminal = "kiosk-1";
      parts.runner.wake = context.wake;
      TRY(parts.runner.printer, drivers::open_printer("file:" + dir.path() + "/paper"));
      if (camera) {
        TRY(auto eyes, vision::Vision::open({}));
        parts.runner.camera =
            std::make_unique<runner::CameraFeed>(std::make_unique<OneFace>(), std::move(eyes), context.wake);
      }
      return app::kiosk_stage_with(std::move(parts));
    };
    TRY(auto terminal, app::Terminal::open(options, ui::Density::Kiosk, make));
    return terminal->play(file);
  }
};

#define PLAYED(r) REQUIRE_MESSAGE(r.ok(), (r.ok() ? std::string() : r.fault().code + ": " + r.fault().detail))

}  // namespace

TEST_CASE("screen: a ticket is taken by touch and comes out on paper") {
  Stand stand;
  const auto done = stand.play("ticket.script");
  PLAYED(done);
  REQUIRE(stand.branch->tickets_seen().size() == 1);
  CHECK(stand.branch->tickets_seen().front().priority == domain::Priority::Elderly);
  CHECK(read(stand.dir.path() + "/paper").find("A-013") != std::string::npos);
}

TEST_CASE("screen: a claim walks its ten steps by touch, with a photograph, to the receipt") {
  Stand stand;
  const auto done = stand.play("claim.script");
  PLAYED(done);
  REQUIRE(stand.branch->claims_seen().size() == 1);
  CHECK(stand.branch->claims_seen().front().face == domain::FaceVerdict::Accept);
  CHECK(stand.branch->photos_seen() == 1);
  CHECK(read(stand.dir.path() + "/paper").find("JKT01-7F3K9-Q2M4D") != std::string::npos);
}

TEST_CASE("screen: three photographs that clearly do not match end with a priority number on paper") {
  Stand stand;
  stand.branch->verdict = [] { return domain::FaceVerdict::NoMatch; };
  const auto done = stand.play("three-failures.script");
  PLAYED(done);
  CHECK(stand.branch->photos_seen() == 3);
  CHECK(stand.branch->claims_seen().empty());
  CHECK(read(stand.dir.path() + "/paper").find("B-013") != std::string::npos);
}

TEST_CASE("screen: without a camera the claim is saved and a number follows") {
  Stand stand;
  stand.camera = false;
  const auto done = stand.play("no-camera.script");
  PLAYED(done);
  REQUIRE(stand.branch->claims_seen().size() == 1);
  CHECK(stand.branch->claims_seen().front().attempt.is_nil());
  CHECK(stand.branch->tickets_seen().size() == 1);
}

TEST_CASE("screen: a quiet minute asks and silence wipes the page") {
  Stand stand;
  stand.camera = false;
  const auto done = stand.play("idle.script");
  PLAYED(done);
}
