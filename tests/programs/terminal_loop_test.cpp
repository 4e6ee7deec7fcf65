// The terminal's own loop with the events a touchscreen fills SDL's queue with: nobody but the loop pumps them out.
#include <doctest/doctest.h>

#include <thread>

#include "programs/kiosk/terminal.h"
#include "terminal/window/input_events.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::programs;
using window::Act;

namespace {

// Two buttons and a field; counts what was used.
struct Seen {
  int first = 0, second = 0;
  std::string typed;
};
class Room final : public Stage {
 public:
  explicit Room(Seen& seen) : seen_(seen) {}
  ui::Density density() const override { return ui::Density::Kiosk; }
  void frame(ui::Ui& ui) override {
    const auto page = ui.page({.id = "room", .title = "T", .back = false, .help = false, .done = false});
    if (ui.button("first", "Satu")) ++seen_.first;
    if (ui.button("second", "Dua")) ++seen_.second;
    if (const auto v = ui.digits("nik", "NIK", seen_.typed)) seen_.typed = *v;
  }
  std::optional<SteadyTime> next_deadline() const override { return std::nullopt; }

 private:
  Seen& seen_;
};

struct Glass {
  Seen seen;
  std::unique_ptr<Terminal> terminal;

  Glass() {
    TerminalOptions o;
    o.headless = true;
    o.width_px = 1080;
    o.height_px = 1920;
    auto opened = Terminal::open(o, ui::Density::Kiosk, [this](const StageContext&) {
      return Result<std::unique_ptr<Stage>>(std::make_unique<Room>(seen));
    });
    REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.fault().detail));
    terminal = std::move(*opened);
    turn(6);
  }
  void finger(Act act, const char* id, std::int64_t finger = 1) {
    const auto& tree = terminal->ui().tree();
    const ui::Node* n = tree.by_id(id);
    REQUIRE(n != nullptr);
    window::push_finger(act, (n->rect.x + n->rect.w / 2) / tree.width_mm, (n->rect.y + n->rect.h / 2) / tree.height_mm,
                        finger);
  }
  // Turns of the loop as run() makes them, without waiting.
  void turn(int times = 1) {
    for (int k = 0; k < times; ++k) terminal->wait(Millis{0});
  }
  // Until the page has stood for as long as a press needs it to.
  void stand() {
    CHECK(until([&] { return terminal->accepts_presses_in() == Millis{0}; }));
  }
  // As run() waits: until it holds, or so many idle turns came that it never will.
  template <class Holds>
  bool until(const Holds& holds) {
    for (int k = 0; k < 400 && !holds(); ++k) terminal->wait(Millis{5});
    return holds();
  }
};

}  // namespace

TEST_CASE("loop: a finger that is down and up within one poll presses, and the loop goes on") {
  Glass g;
  for (int times = 1; times <= 3; ++times) {
    // The page has stood for as long as a press needs it to.
    g.stand();
    g.finger(Act::Down, "first");
    g.finger(Act::Up, "first");
    CHECK(g.until([&] { return g.seen.first == times; }));
  }
  CHECK(g.seen.second == 0);
}

TEST_CASE("loop: a palm on empty glass that never lifts leaves the buttons alive") {
  Glass g;
  g.stand();
  window::push_finger(Act::Down, 0.99f, 0.7f, 9);
  g.turn(3);
  g.finger(Act::Down, "second");
  g.finger(Act::Up, "second");
  CHECK(g.until([&] { return g.seen.second == 1; }));
}

TEST_CASE("loop: letters that come within the same poll as a press are typed after it") {
  Glass g;
  g.stand();
  g.finger(Act::Down, "second");
  g.finger(Act::Up, "second");
  window::push_text("123");
  CHECK(window::push_key("backspace"));
  window::push_text("45");
  CHECK(g.until([&] { return g.seen.typed == "1245"; }));
  CHECK(g.seen.second == 1);
  CHECK_FALSE(window::push_key("nothing"));
}

TEST_CASE("loop: an event of another thread ends a headless wait") {
  Glass g;
  g.stand();
  g.turn(6);
  const auto drawn = g.terminal->frames();
  std::thread other([] { window::push_text("7"); });
  const kiosk::test::Stopwatch watch;
  while (g.terminal->frames() == drawn && watch.spent() < std::chrono::seconds(60)) g.terminal->wait(Millis{30'000});
  other.join();
  CHECK(watch.spent() < std::chrono::seconds(25));
  CHECK(g.until([&] { return g.seen.typed == "7"; }));
}
