// The touchscreen of a real terminal in a real window on a private display, with a real branch node: quick taps, double
// taps, two fingers, long presses, drags off, swipes and palms, by xdotool and by injected finger events. After each
// the terminal answers within a second: a control that is pressed is drawn pressed. 500 gestures here;
// KIOSK_TOUCH_GESTURES and KIOSK_TOUCH_SEED make it longer or replay it.
#include <signal.h>

#include <cstdio>
#include <random>
#include <string_view>

#include "real_terminal.h"
#include "tests/support/wait_until.h"

using namespace touch_test;

namespace {

constexpr Millis k_answers{1'000}, k_page_comes{20'000};

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

class Hands {
 public:
  Hands(RealTerminal& terminal, const Display& display, std::uint64_t seed)
      : terminal_(terminal), display_(display), random_(seed) {}

  void play(int gestures) {
    for (int i = 0; i < gestures; ++i) {
      one(i);
      answers(i);
    }
  }
  Millis slowest() const { return slowest_; }
  const std::map<std::string, int>& played() const { return played_; }
  std::size_t pages() const { return pages_.size(); }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  Place anywhere() { return {static_cast<double>(below(1000)) / 1000.0, static_cast<double>(below(1000)) / 1000.0}; }
  Look with_controls() {
    const auto seen = terminal_.until([](const Look& l) { return !l.usable().empty(); }, k_page_comes);
    REQUIRE_MESSAGE(seen.has_value(), "nothing can be touched\n" << last_ << "\n" << terminal_.log());
    pages_.insert(seen->page);
    return *seen;
  }
  Control some() {
    const auto seen = with_controls();
    const auto usable = seen.usable();
    // What leads on is pressed more often, so that more than the first pages are seen.
    if (below(3) == 0)
      if (const auto* on = seen.by_id("page.primary"); on && on->usable()) return *on;
    return usable[below(usable.size())];
  }

  void one(int i) {
    terminal_.stand();
    const Control c = some();
    const auto kind = below(12);
    static constexpr const char* k_names[] = {
        "quick tap, mouse", "double tap, mouse", "quick tap", "double tap", "two fingers", "long press",
        "drag off",         "drag off, mouse",   "swipe",     "palm",       "lost events", "told twice"};
    last_ = std::to_string(i) + ": " + k_names[kind] + " on " + c.id;
    ++played_[k_names[kind]];
    switch (kind) {
      case 0:
        return mouse(c.middle, {"click", "1"});
      case 1:
        return mouse(c.middle, {"click", "--repeat", "2", "--delay", std::to_string(20 + below(200)), "1"}, 2);
      case 2:
        return tap(c.middle);
      case 3:
        return tap(c.middle), tap(c.middle);
      case 4:
        return two_fingers(c.middle, some().middle);
      case 5:
        return long_press(c.middle);
      case 6:
        return drag(c.middle, anywhere());
      case 7:
        return mouse(c.middle, {"mousedown", "1", "mousemove", Display::px(anywhere().x, k_width),
                                Display::px(anywhere().y, k_height), "mouseup", "1"});
      case 8:
        return drag(anywhere(), anywhere());
      case 9:
        return palm();
      case 10:
        return lost_events(c.middle);
      default:
        return told_twice(c.middle);
    }
  }

  // The display server carries it to the terminal in its own time: what is pushed next must not overtake it.
  void mouse(Place at, std::vector<std::string> how, int ups = 1) {
    const auto before = terminal_.look().mouse_ups;
    display_.click(at, std::move(how));
    CHECK_MESSAGE(
        terminal_.until([&](const Look& l) { return l.mouse_ups >= before + ups; }, Millis{10'000}).has_value(), last_);
  }
  void tap(Place at, int id = 1) {
    terminal_.finger("down", at, id);
    terminal_.finger("up", at, id);
  }
  void two_fingers(Place a, Place b) {
    terminal_.finger("down", a, 1);
    terminal_.finger("down", b, 2);
    terminal_.finger("up", below(2) ? a : b, below(2) ? 1 : 2);
    terminal_.finger("up", a, 1);
    terminal_.finger("up", b, 2);
  }
  void long_press(Place at) {
    terminal_.finger("down", at);
    terminal_.act("advance " + std::to_string(500 + below(4'000)));
    terminal_.finger("up", at);
  }
  void drag(Place from, Place to) {
    terminal_.finger("down", from);
    for (int k = 1; k <= 5; ++k)
      terminal_.finger("move", {from.x + (to.x - from.x) * k / 5, from.y + (to.y - from.y) * k / 5});
    terminal_.finger("up", to);
  }
  // A hand that lies down, trembles, and maybe lifts, long after.
  void palm() {
    const int id = 20 + static_cast<int>(below(4));
    const Place at = anywhere();
    terminal_.finger("down", at, id);
    for (int k = 0; k < 4; ++k) terminal_.finger("move", {at.x + 0.002 * (k % 2), at.y}, id);
    if (below(2)) terminal_.act("advance 2100");
    if (below(3) == 0) terminal_.finger("up", at, id);
  }
  void lost_events(Place at) {
    const auto which = below(3);
    if (which == 0) terminal_.finger("down", at, 1);  // its up never comes
    if (which == 1) terminal_.finger("up", at, static_cast<int>(below(30)));
    if (which == 2) terminal_.finger("move", at, static_cast<int>(below(30)));
  }
  void told_twice(Place at) {
    const bool first = below(2);
    if (first) terminal_.mouse("down", at), terminal_.mouse("up", at);
    tap(at);
    if (!first) terminal_.mouse("down", at), terminal_.mouse("up", at);
  }

  // Whatever lies on the glass: after two seconds (of the terminal's clock) a finger on a control is drawn within one
  // of the wall's, and let go again when it slides off. A page that moved meanwhile (the gesture's own answer, news of
  // the branch) is an answer too, and the next one is pressed.
  void answers(int i) {
    terminal_.act("advance 2000");
    for (int tries = 0; tries < 20; ++tries) {
      const auto before = with_controls();
      if (before.stands_in_ms > 0) {
        terminal_.act("advance " + std::to_string(before.stands_in_ms));
        continue;
      }
      const auto usable = before.usable();
      const Control c = usable[below(usable.size())];
      const auto moved = [&](const Look& l) {
        const auto* now = l.by_id(c.id);
        return l.page != before.page || l.pages != before.pages || !now || !now->usable() || !now->at(c.middle);
      };
      const Stopwatch watch;
      terminal_.finger("down", c.middle, 7);
      const auto pressed =
          terminal_.until([&](const Look& l) { return moved(l) || l.by_id(c.id)->has("pressed"); }, k_answers);
      const auto took = watch.spent();
      REQUIRE_MESSAGE(pressed.has_value(), "no answer after gesture " << last_ << "; pressed " << c.id << " on "
                                                                      << before.page << "\n"
                                                                      << terminal_.log());
      slowest_ = std::max(slowest_, took);
      // Off every control: beyond the edge of the glass.
      terminal_.finger("move", {-0.1, -0.1}, 7);
      terminal_.finger("up", {-0.1, -0.1}, 7);
      const auto free =
          terminal_.until([&](const Look& l) { return moved(l) || !l.by_id(c.id)->has("pressed"); }, k_answers);
      REQUIRE_MESSAGE(free.has_value(), "still pressed after gesture " << last_ << ": " << c.id);
      if (!moved(*pressed)) return;
    }
    FAIL("the page never stood still after gesture " << i << " " << last_);
  }

  RealTerminal& terminal_;
  const Display& display_;
  std::mt19937_64 random_;
  std::string last_;
  Millis slowest_{0};
  std::map<std::string, int> played_;
  std::set<std::string> pages_;
};

void play_on(ctl_test::World& world, const Display& display, bool fingers, int gestures, std::uint64_t seed) {
  const std::string folder = world.dir().path() + (fingers ? "/fingers" : "/mouse");
  std::filesystem::create_directory(folder);
  RealTerminal terminal(
      folder,
      {"--windowed", "--size", std::to_string(k_width) + "x" + std::to_string(k_height), "--mm-per-px",
       std::to_string(k_mm_per_px), "--home", world.home(), "--printer", "file:" + folder + "/paper"},
      {{"SDL_VIDEODRIVER", "x11"}, {"DISPLAY", display.name()}, {"SDL_MOUSE_TOUCH_EVENTS", fingers ? "1" : "0"}});
  const auto home =
      terminal.until([](const Look& l) { return l.by_id("ticket") && l.by_id("ticket")->usable(); }, Millis{120'000});
  REQUIRE_MESSAGE(home.has_value(), terminal.log());
  display.to_corner();

  // The quick tap that froze the terminal: down and up within one poll.
  terminal.stand();
  display.click(home->by_id("ticket")->middle);
  CHECK_MESSAGE(terminal.until([](const Look& l) { return l.page == "ticket.service"; }, Millis{10'000}).has_value(),
                terminal.log());

  Hands hands(terminal, display, seed);
  const Stopwatch watch;
  hands.play(gestures);
  const auto took = std::chrono::duration_cast<std::chrono::seconds>(watch.spent());
  std::printf("%s: %d gestures in %lld s, slowest answer %lld ms, %zu pages\n", fingers ? "fingers" : "mouse", gestures,
              static_cast<long long>(took.count()), static_cast<long long>(hands.slowest().count()), hands.pages());
  for (const auto& [name, times] : hands.played()) std::printf("  %s: %d\n", name.c_str(), times);
  std::fflush(stdout);
  CHECK(hands.pages() >= 5);
  CHECK_MESSAGE(terminal.stop() == 0, terminal.log());
  CHECK(terminal.log().find("begins again") == std::string::npos);
}

}  // namespace

TEST_CASE("touch: 500 random gestures on a real window, and after each the terminal answers within a second") {
  const auto seed = setting("KIOSK_TOUCH_SEED", 20'261'201);
  const auto gestures = static_cast<int>(setting("KIOSK_TOUCH_GESTURES", 500));
  std::printf("KIOSK_TOUCH_SEED=%llu\n", static_cast<unsigned long long>(seed));
  ctl_test::World world;
  const Display display(world.dir().path());
  play_on(world, display, true, gestures / 2, seed);
  play_on(world, display, false, gestures - gestures / 2, seed + 1);
}

TEST_CASE("touch: the shipped terminal has no door") {
  for (const bool shipped : {true, false}) {
    const auto path = ctl_test::bin(shipped ? "kiosk" : "kiosk-under-test");
    std::string program(std::filesystem::file_size(path), 0);  // at once: with sanitizers it is a hundred megabytes
    REQUIRE(std::ifstream(path, std::ios::binary).read(program.data(), static_cast<std::streamsize>(program.size())));
    CHECK((std::string_view(program).find("KIOSK_TEST_DOOR") == std::string::npos) == shipped);
  }
}
