// Quick fingers on the real pages: a second tap of a double tap does nothing, whatever stands there next.
#include "kiosk_glass.h"
#include "kiosk_pages.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

constexpr Millis k_quick{120};  // between the taps of a double tap

// The participant's pages with a clock: taps count as in the terminal.
class Taps {
 public:
  explicit Taps(const Glass& glass = {"portrait", 1080, 1920}) : ui_(setup(glass)) {}

  // As the terminal's loop: one frame, and what it asked for; until nothing more is asked.
  void settle(Player& p) {
    for (int i = 0; i < 6; ++i) {
      ui_.begin();
      auto intent = screen::draw_kiosk({p.state, p.rules, p.today, std::chrono::minutes(420), {}, {}}, ui_);
      ui_.end();
      if (intent) p.feed(std::move(*intent));
      if (!intent && i > 0 && !ui_.wants_frame()) break;
    }
  }
  // Where the control stood before the first of so many taps; the finger does not look where it has gone.
  void tap(Player& p, std::string_view id, int times) {
    settle(p);
    clock_.advance(Millis{1'000});
    const auto* n = ui_.tree().by_id(id);
    REQUIRE_MESSAGE(n, id);
    const Millimetres x{n->rect.x + n->rect.w / 2}, y{n->rect.y + n->rect.h / 2};
    for (int i = 0; i < times; ++i) {
      ui_.pointer_down(x, y);
      ui_.pointer_up(x, y);
      settle(p);
      clock_.advance(k_quick);
    }
  }
  bool has(std::string_view id) {
    const auto* n = ui_.tree().by_id(id);
    return n && n->touchable && n->enabled && n->visible;
  }

 private:
  ui::Ui::Setup setup(const Glass& glass) {
    auto s = surface(glass, ui::Density::Kiosk, glass.mm_per_px);
    s.clock = &clock_;
    return s;
  }
  FakeClock clock_{WallTime{Millis{1'795'000'000'000}}};
  ui::Ui ui_;
};

}  // namespace

TEST_CASE("taps: two on Konfirmasi save the claim once and leave its receipt on the glass") {
  Taps on;
  Player p;
  p.to_photo(), p.photo(), p.form();
  REQUIRE(p.at() == "CheckAnswers");
  on.tap(p, "page.primary", 2);
  CHECK(p.at() == "Saved");
  CHECK(p.submitted.size() == 1);
}

TEST_CASE("taps: three on Selesai after a ticket go home and call nobody") {
  Taps on;
  Player p;
  p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("none");
  REQUIRE(p.at() == "TicketShown");
  on.tap(p, "page.primary", 3);
  CHECK(p.at() == "Home");
}

TEST_CASE("taps: two on Lanjut leave Syarat klaim") {
  Taps on;
  Player p;
  p.choose("claim"), p.identify();
  REQUIRE(p.at() == "ThreeChecks");
  on.tap(p, "page.primary", 2);
  CHECK(p.at() == "ChooseCause");
}

TEST_CASE("taps: on every page, on either glass, two quick ones on what leads on or back do what one does") {
  for (const auto& glass : {Glass{"portrait", 1080, 1920}, Glass{"small", 1024, 768}}) {
    Taps on(glass);
    for (const auto& shown : pages())
      for (const char* id : {"page.primary", "page.back", "page.done", "page.help"}) {
        CAPTURE(shown.name);
        CAPTURE(id);
        Player once, twice;
        shown.walk(once), shown.walk(twice);
        on.settle(once);
        if (!on.has(id)) continue;
        on.tap(once, id, 1);
        on.tap(twice, id, 2);
        CHECK(self::place(once.state.page) == self::place(twice.state.page));
        CHECK(once.submitted.size() == twice.submitted.size());
        CHECK(once.ticketed.size() == twice.ticketed.size());
      }
  }
}
