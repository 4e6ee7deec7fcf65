// Scripts through the tree: what they accept, what they touch, and how they fail.
#include "programs/kiosk/script.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "terminal/window/window.h"

using namespace kiosk;
using namespace kiosk::programs;

namespace {

// A page of two buttons, a field and a late word, played on a window in memory and without real time.
struct Stagehand {
  i18n::Texts texts = i18n::Texts::of({});
  std::unique_ptr<window::Window> glass =
      window::Window::open({.width_px = 1080, .height_px = 1920, .headless = true}).value();
  ui::Ui ui{ui::Ui::Setup{.width_px = 1080, .height_px = 1920, .texts = &texts}};
  int taps = 0, frames = 0;
  std::string typed;
  Millis advanced{0}, stands_in{0};
  SteadyTime now{};
  std::vector<std::string> shots;

  void draw() {
    ui.begin();
    {
      const auto page = ui.page({.id = "p", .title = "T", .back = false, .help = false, .done = false, .tools = false});
      if (ui.button("yes", "Ya, benar")) ++taps;
      ui.button("no", "Tidak", {.enabled = false});
      ui.button("later", "Ya, nanti");
      if (const auto v = ui.digits("nik", "NIK", typed)) typed = *v;
      if (frames > 60) ui.text("Selesai disimpan");
    }
    ui.end();
    ++frames;
  }
  Result<Done> play(std::string_view text) {
    const auto lines = parse_script(text);
    REQUIRE(lines.ok());
    draw();
    ScriptHost host;
    host.ui = &ui;
    host.frame = [this](Millis wait) {
      now += wait;
      glass->pump(ui, Millis{0});
      draw();
    };
    host.more_input = [this] { return glass->more_input(); };
    host.accepts_presses_in = [this] { return stands_in; };
    host.advance = [this](Millis by) {
      advanced += by;
      stands_in = std::max(Millis{0}, stands_in - by);
    };
    host.set = [this](const ui::Settings& settings) { ui.set(settings); };
    host.shot = [this](const std::string& name) {
      shots.push_back(name);
      return Result<Done>(Done{});
    };
    host.tree = [](const std::string&) { return Result<Done>(refused("disk_full", "no room")); };
    host.real_time = [this] { return now; };
    return play_script(*lines, host);
  }
};

}  // namespace

TEST_CASE("script: comments and empty lines are skipped, unknown acts and paths refused with their line") {
  const auto good = parse_script("# a visit\n\n tap  Ya, benar \r\nwait Selesai 5\n");
  REQUIRE(good.ok());
  REQUIRE(good->size() == 2);
  CHECK((*good)[0].verb == "tap");
  CHECK((*good)[0].rest == "Ya, benar");
  CHECK((*good)[0].number == 3);
  CHECK(parse_script("tap A\npress B\n").fault().detail.starts_with("line 2"));
  CHECK(parse_script("tap\n").fault().code == "script_unreadable");
  CHECK(parse_script("shot ../../etc/x\n").fault().code == "script_unreadable");
}

TEST_CASE("script: acts reach the page, and time is the script's") {
  Stagehand s;
  const auto r = s.play(
      "tap Ya, benar\ntype 3578\nexpect NIK\nabsent Hilang\nadvance 90\nshot one\nset size 200\nset contrast on\nkey "
      "down\nwait Selesai 9\n");
  CHECK_MESSAGE(r.ok(), (r.ok() ? "" : r.fault().detail));
  CHECK(s.taps == 1);
  CHECK(s.typed == "3578");
  CHECK(s.advanced == Seconds{90});
  CHECK(s.shots == std::vector<std::string>{"one"});
  CHECK(s.ui.settings().size == ui::TextSize::Percent200);
  CHECK(s.ui.settings().contrast);
}

TEST_CASE("script: a touch waits, by the clock it is given, until the page has stood for a moment") {
  Stagehand s;
  s.stands_in = Millis{350};
  const auto r = s.play("tap Ya, benar\n");
  CHECK_MESSAGE(r.ok(), (r.ok() ? "" : r.fault().detail));
  CHECK(s.taps == 1);
  CHECK(s.advanced == Millis{350});
}

TEST_CASE("script: the first line that fails ends it and says what is there") {
  Stagehand s;
  const auto missing = s.play("tap Ya, benar\ntap Simpan\ntap Ya, benar\n");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.fault().code == "script_failed");
  CHECK(missing.fault().detail.starts_with("line 2: tap Simpan"));
  CHECK(missing.fault().detail.find("Ya, nanti") != std::string::npos);
  CHECK(s.taps == 1);
  CHECK(Stagehand().play("tap Ya\n").fault().detail.find("can be several") != std::string::npos);
  CHECK(Stagehand().play("tap Tidak\n").fault().detail.find("cannot be used") != std::string::npos);
  CHECK_FALSE(Stagehand().play("expect Nanti dulu\n").ok());
  CHECK_FALSE(Stagehand().play("absent NIK\n").ok());
  CHECK_FALSE(Stagehand().play("wait Tidak pernah 2\n").ok());
  CHECK(Stagehand().play("tree x\n").fault().detail.find("no room") != std::string::npos);
  CHECK_FALSE(Stagehand().play("set size 300\n").ok());
}
