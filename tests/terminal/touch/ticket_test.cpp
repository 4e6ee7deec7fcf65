// A ticket by quick taps in a real window of a real display server, from home to the paper: each tap is down and up
// within one poll, as xdotool and quick fingers make them.
#include <signal.h>

#include "real_terminal.h"
#include "tests/support/wait_until.h"

using namespace touch_test;

TEST_CASE("touch: a ticket is taken by quick taps in a real window, and the paper comes out") {
  ctl_test::World w;
  const Display display(w.dir().path());
  const std::string paper = w.dir().path() + "/paper.escpos";
  RealTerminal terminal(w.dir().path(),
                        {"--windowed", "--size", std::to_string(k_width) + "x" + std::to_string(k_height),
                         "--mm-per-px", std::to_string(k_mm_per_px), "--home", w.home(), "--printer", "file:" + paper},
                        {{"SDL_VIDEODRIVER", "x11"}, {"DISPLAY", display.name()}});
  const auto shown = [&](const char* id) {
    const auto seen =
        terminal.until([&](const Look& l) { return l.by_id(id) && l.by_id(id)->usable(); }, Millis{60'000});
    REQUIRE_MESSAGE(seen.has_value(), id << " did not come\n" << terminal.log());
    return *seen->by_id(id);
  };
  (void)shown("ticket");
  display.to_corner();
  for (const char* id : {"ticket", "service-JHT", "skip", "elderly"}) {
    (void)shown(id);
    terminal.stand();
    display.click(shown(id).middle);
  }
  const Stopwatch watch;
  while (ctl_test::read_file(paper).empty() && watch.spent() < Millis{30'000})
    (void)terminal.process().wait(Millis{50});
  CHECK(!ctl_test::read_file(paper).empty());
  const auto tickets = w.ask({"ticket", "list"});
  REQUIRE_MESSAGE(tickets.rows.size() == 1, tickets.out << terminal.log());
  CHECK(tickets.rows[0]["service"] == "JHT");
  CHECK(tickets.rows[0]["priority"] == "elderly");
  CHECK_MESSAGE(terminal.stop() == 0, terminal.log());
}
