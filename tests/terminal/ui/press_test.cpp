// The state table of a press: page, how long it stood, down, up -> used or not. Then the same through Ui.
#include "terminal/ui/press.h"

#include <doctest/doctest.h>

#include <string>

#include "terminal/ui/ui.h"

using namespace kiosk;
using namespace kiosk::ui;

namespace {

SteadyTime at(int ms) { return SteadyTime{} + Millis{ms}; }

class TestClock final : public Clock {
 public:
  WallTime now() const override { return WallTime{} + passed; }
  SteadyTime steady() const override { return SteadyTime{} + passed; }
  Millis passed{10'000};
};

const i18n::Texts& no_texts() {
  static const i18n::Texts t = i18n::Texts::of({{"id", {}}});
  return t;
}

struct Screen {
  TestClock clock;
  Ui ui{Ui::Setup{.density = Density::Kiosk,
                  .width_px = 1080,
                  .height_px = 1920,
                  .mm_per_px = 0.248f,
                  .texts = &no_texts(),
                  .clock = &clock}};
  std::string place = "a";
  bool dialog = false;
  int primary = 0, next = 0, stay = 0;

  void frame() {
    ui.begin();
    ui.place(place);
    {
      const auto page = ui.page({.id = "p", .title = "T", .heading = "H", .primary = "Lanjut"});
      primary += page.primary ? 1 : 0;
      next += ui.button("b", "Tombol") ? 1 : 0;
      if (dialog) {
        auto asked = ui.dialog("idle", "Masih di sana?");
        stay += ui.button("stay", "Ya") ? 1 : 0;
      }
    }
    ui.end();
  }
  void middle_of(std::string_view id, Millimetres& x, Millimetres& y) const {
    const Node* n = ui.tree().by_id(id);
    REQUIRE(n != nullptr);
    x = Millimetres{n->rect.x + n->rect.w / 2};
    y = Millimetres{n->rect.y + n->rect.h / 2};
  }
  void down(std::string_view id) {
    Millimetres x{}, y{};
    middle_of(id, x, y);
    ui.pointer_down(x, y);
  }
  void up(std::string_view id) {
    Millimetres x{}, y{};
    middle_of(id, x, y);
    ui.pointer_up(x, y);
  }
  void tap(std::string_view id) {
    down(id);
    up(id);
    frame();
  }
  void pass(int ms) { clock.passed += Millis{ms}; }
};

}  // namespace

TEST_CASE("press: only down and up on one control of one page that has stood for 350 ms is a use") {
  struct Row {
    const char* what;
    int down_ms;                   // after the page came
    const char *down, *page, *up;  // page: what stands there at the up
    bool used;
  };
  for (const Row& r : {
           Row{"a press on a page that stands", 350, "ok", "one", "ok", true},
           Row{"long after", 60'000, "ok", "one", "ok", true},
           Row{"the second tap of a double tap", 349, "ok", "one", "ok", false},
           Row{"at once", 0, "ok", "one", "ok", false},
           Row{"down on one, up on another", 500, "ok", "one", "back", false},
           Row{"down on nothing, up on a control", 500, "", "one", "ok", false},
           Row{"down on a control, up on nothing", 500, "ok", "one", "", false},
           Row{"the page went between", 500, "ok", "two", "ok", false},
       }) {
    CAPTURE(r.what);
    PressRule rule;
    rule.show("one", at(1'000));
    rule.down(r.down, at(1'000 + r.down_ms));
    rule.show(r.page, at(1'000 + r.down_ms + 40));
    CHECK(rule.up(r.up) == r.used);
    CHECK_FALSE(rule.up(r.up));  // a second up is nobody's
  }
}

TEST_CASE("press: a page that is drawn again stands on; another begins anew; a clock that goes back never shuts it") {
  PressRule rule;
  CHECK(rule.stands_in(at(0)) == k_page_stands);  // nothing stands there yet
  rule.show("one", at(1'000));
  rule.show("one", at(1'300));
  CHECK(rule.stands_in(at(1'300)) == Millis{50});
  CHECK(rule.stands_in(at(1'350)) == Millis{0});
  rule.show("two", at(1'350));
  CHECK(rule.stands_in(at(1'350)) == k_page_stands);
  CHECK(rule.stands_in(at(900)) == k_page_stands);
  rule.down("ok", at(1'800));
  rule.over("back");
  CHECK_FALSE(rule.inside());
  rule.over("ok");
  CHECK(rule.inside());
  rule.away();
  CHECK_FALSE(rule.up("ok"));
}

TEST_CASE("press: through the glass, a double tap acts once, also where the next page has the same control") {
  Screen s;
  s.frame();
  CHECK(s.ui.stands_in() == k_page_stands);
  s.tap("page.primary");
  CHECK(s.primary == 0);  // the page has only just come
  s.pass(350);
  CHECK(s.ui.stands_in() == Millis{0});
  s.tap("page.primary");
  CHECK(s.primary == 1);
  s.place = "b";  // the flow went on
  s.frame();
  s.pass(180);
  s.tap("page.primary");
  CHECK(s.primary == 1);
  s.pass(200);
  s.tap("page.primary");
  CHECK(s.primary == 2);
}

TEST_CASE("press: a finger that waits over a change of page, a dialog or larger letters presses nothing") {
  Screen s;
  s.frame();
  s.pass(1'000);
  SUBCASE("the page") {
    s.down("b");
    s.place = "b";
    s.frame();
    s.up("b");
    s.frame();
  }
  SUBCASE("a dialog over it") {
    s.down("b");
    s.dialog = true;
    s.frame();
    s.up("stay");
    s.frame();
    CHECK(s.stay == 0);
    s.tap("stay");  // it has not stood yet
    CHECK(s.stay == 0);
    s.pass(400);
    s.tap("stay");
    CHECK(s.stay == 1);
  }
  SUBCASE("larger letters") {
    s.down("b");
    auto settings = s.ui.settings();
    settings.size = TextSize::Percent150;
    s.ui.set(settings);
    s.frame();
    s.up("b");
    s.frame();
  }
  SUBCASE("up and the news of another page in one frame") {
    s.down("b");
    s.up("b");
    s.place = "b";
    s.frame();
  }
  CHECK(s.next == 0);
}

TEST_CASE("press: typing keys are never slowed, and a held OK does not walk through pages") {
  Screen s;
  s.frame();
  s.pass(400);
  for (int i = 0; i < 5; ++i) s.tap("b");  // the same page all the time
  CHECK(s.next == 5);
  s.ui.focus("page.primary");
  for (int i = 0; i < 4; ++i) {
    s.ui.key(Key::Ok);
    s.frame();
    s.place += "+";  // each use leads to another page
    s.frame();
    s.pass(60);
  }
  CHECK(s.primary == 1);
}
