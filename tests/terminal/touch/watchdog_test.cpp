// A loop that hangs: the real terminal says why in its log and begins again in the same process, and a half-typed form
// comes back as after a crash. What is no hang: a slow frame, a machine that stood still.
#include "programs/kiosk/watchdog.h"

#include <signal.h>

#include <algorithm>
#include <atomic>

#include "real_terminal.h"
#include "tests/support/wait_until.h"

using namespace touch_test;
using kiosk::programs::Silence;

namespace {

// Children of the process, by what the kernel says.
std::string children_of(int pid) {
  std::string all;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task"))
    all += ctl_test::read_file(task.path() / "children");
  return all;
}

class Visitor {
 public:
  Visitor(RealTerminal& terminal, const Json& person) : terminal_(terminal), person_(person) {}

  // From wherever to the page, by what a person would touch.
  void go_to(const std::string& page) {
    for (int steps = 0; steps < 30; ++steps) {
      const auto seen =
          terminal_.until([](const Look& l) { return !l.page.empty() && !l.usable().empty(); }, Millis{30'000});
      REQUIRE_MESSAGE(seen.has_value(), terminal_.log());
      pages_.push_back(seen->page);
      if (seen->page == page) return;
      do_page(*seen);
      // The page's answer may take a moment; the same page again means that it is asked once more.
      (void)terminal_.until([&](const Look& l) { return l.page != seen->page; }, Millis{10'000});
    }
    std::string way;
    for (const auto& p : pages_) way += p + " > ";
    FAIL(page << " did not come: " << way);
  }
  bool saw(const std::string& page) const { return std::find(pages_.begin(), pages_.end(), page) != pages_.end(); }
  void forget_way() { pages_.clear(); }

 private:
  void touch(const Look& seen, const std::string& id) {
    const auto* c = seen.by_id(id);
    REQUIRE_MESSAGE((c && c->usable()), id << " cannot be touched on " << seen.page);
    terminal_.stand();
    terminal_.finger("down", c->middle);
    terminal_.finger("up", c->middle);
  }
  void type(const std::string& text) {
    terminal_.act("text " + text);
    const auto on = terminal_.until(
        [](const Look& l) { return l.by_id("page.primary") && l.by_id("page.primary")->usable(); }, Millis{10'000});
    REQUIRE_MESSAGE(on.has_value(), "the page does not go on\n" << terminal_.log());
    touch(*on, "page.primary");
  }
  void do_page(const Look& seen) {
    const std::string birth = person_["birth"];
    if (seen.page == "home") return touch(seen, "claim");
    if (seen.page == "identify.nik") return type(person_["nik"]);
    if (seen.page == "identify.birth") return type(birth.substr(8, 2) + birth.substr(5, 2) + birth.substr(0, 4));
    if (seen.page == "identify.mother") return type(person_["mother"]);
    if (seen.page == "claim.account") return type("1234567890");
    for (const char* id : {"cause-USIA56", "no-camera", "use-nik", "bank-014", "page.primary"})
      if (const auto* c = seen.by_id(id); c && c->usable()) return touch(seen, id);
  }

  RealTerminal& terminal_;
  const Json& person_;
  std::vector<std::string> pages_;
};

}  // namespace

TEST_CASE("watchdog: silence is counted by the watch's own steps, so a machine that stood still counts for nothing") {
  Silence s;
  CHECK(s.after(Millis{250}, 1) == Millis{0});
  for (int k = 1; k <= 20; ++k) CHECK(s.after(Millis{250}, 1) == Millis{250 * k});
  CHECK(s.after(Millis{250}, 2) == Millis{0});  // a turn: all is forgotten
  // Suspended for an hour (SIGSTOP goes on counting the monotonic clock; a starved machine wakes late).
  CHECK(s.after(Millis{3'600'000}, 2) == Silence::kTickAtMost);
  CHECK(s.after(Millis{250}, 3) == Millis{0});
}

TEST_CASE("watchdog: a loop that goes on is left alone, one that stops is told once with what it was doing") {
  std::atomic<int> bites{0};
  std::atomic<const char*> what{""};
  {
    kiosk::programs::Watchdog dog(Millis{1'000}, [&](const char* doing, Millis) { what = doing, ++bites; });
    const Stopwatch awake;
    while (awake.spent() < Millis{2'500}) dog.turn(), std::this_thread::yield();
    CHECK(bites == 0);
    dog.doing("drawing");
    const Stopwatch patience;
    while (bites == 0 && patience.spent() < Millis{30'000}) std::this_thread::yield();
  }
  CHECK(bites == 1);
  CHECK(std::string(what.load()) == "drawing");
}

TEST_CASE("watchdog: a real terminal whose loop hangs begins again, and a half-typed form comes back") {
  ctl_test::World world;
  const auto old_enough = std::find_if(world.people.begin(), world.people.end(), [&](const Json& p) {
    return p["birth"].get<std::string>() < "1968" &&
           world.ask({"claim", "check", "--nik", p["nik"], "--cause", "USIA56"}).out.find("\"eligible\"") !=
               std::string::npos;
  });
  REQUIRE(old_enough != world.people.end());
  RealTerminal terminal(
      world.dir().path(),
      {"--headless", "--size", std::to_string(k_width) + "x" + std::to_string(k_height), "--mm-per-px",
       std::to_string(k_mm_per_px), "--home", world.home(), "--printer", "file:" + world.dir().path() + "/paper"},
      {{"SDL_VIDEODRIVER", "dummy"}});
  const auto home = [&] {
    return terminal.until([](const Look& l) { return l.by_id("claim") && l.by_id("claim")->usable(); },
                          Millis{120'000});
  };
  auto first = home();
  REQUIRE_MESSAGE(first.has_value(), terminal.log());
  const int pid = terminal.process().pid();

  // A slow frame of three seconds is no hang.
  terminal.act("hang 3000");
  terminal.act("text 1");
  const auto later = terminal.until([&](const Look& l) { return l.frame > first->frame; }, Millis{20'000});
  REQUIRE(later.has_value());
  CHECK(later->born == first->born);

  Visitor visitor(terminal, *old_enough);
  visitor.go_to("claim.phone");
  CHECK_FALSE(visitor.saw("resume"));
  terminal.act("text 0812");
  // The node has the sealed draft once its worker was served; the loop's hang does not hold that up.
  terminal.act("hang 600000");
  const auto again =
      terminal.until([&](const Look& l) { return l.born != 0 && l.born != first->born; }, Millis{60'000});
  REQUIRE_MESSAGE(again.has_value(), terminal.log());
  CHECK(terminal.process().running());
  CHECK(terminal.process().pid() == pid);
  const auto log = terminal.log();
  CHECK_MESSAGE(log.find("the screen took no input and begins again") != std::string::npos, log);
  CHECK(log.find("between two turns") != std::string::npos);
  CHECK(log.find(std::string((*old_enough)["nik"])) == std::string::npos);
  CHECK(children_of(pid).empty());

  REQUIRE_MESSAGE(home().has_value(), terminal.log());
  visitor.forget_way();
  visitor.go_to("claim.phone");
  CHECK(visitor.saw("resume"));
  // What was answered before is not asked again.
  for (const char* answered : {"claim.cause", "claim.npwp", "claim.bank", "claim.account"})
    CHECK_FALSE_MESSAGE(visitor.saw(answered), answered);
  CHECK_MESSAGE(terminal.stop() == 0, terminal.log());
}
