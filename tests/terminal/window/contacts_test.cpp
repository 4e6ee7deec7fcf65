// The table of states of the glass: what a hand, a palm, a lost finger-up and an emulated mouse make of the pointer.
#include "terminal/window/contacts.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

using namespace kiosk;
using window::Contacts;
using window::Edge;
using window::Touch;

namespace {

// The glass of these cases: a key at 100..120 mm in both directions and one at 200..220; all else is empty.
bool hits(float x, float y) {
  const auto on = [&](float from) { return x >= from && x < from + 20 && y >= from && y < from + 20; };
  return on(100) || on(200);
}

// Lines "ms kind x y [finger]": down, move, up are fingers; mdown, mmove, mup the mouse; lost a changed window.
// The answer: D, M, U, A with the place, as "D100,100 U100,100".
std::string played(const std::string& events) {
  Contacts contacts;
  std::istringstream lines(events);
  std::string out, kind;
  for (std::int64_t ms = 0; lines >> ms >> kind;) {
    const auto starts = [&](const char* with) { return kind == with; };
    Touch t{.kind = Touch::Kind::Lost, .at = SteadyTime{Millis{50'000 + ms}}};
    if (kind != "lost") lines >> t.x >> t.y;
    if (starts("down") || starts("move") || starts("up")) {
      lines >> t.finger;
      t.kind = starts("down")   ? Touch::Kind::FingerDown
               : starts("move") ? Touch::Kind::FingerMove
                                : Touch::Kind::FingerUp;
    } else if (kind != "lost") {
      t.kind = starts("mdown")   ? Touch::Kind::MouseDown
               : starts("mmove") ? Touch::Kind::MouseMove
                                 : Touch::Kind::MouseUp;
    }
    for (const Edge& e : contacts.take(t, hits)) {
      std::ostringstream one;
      one << "DMUA"[static_cast<int>(e.kind)];
      if (e.kind != Edge::Kind::Away) one << e.x << "," << e.y;
      out += (out.empty() ? "" : " ") + one.str();
    }
  }
  return out;
}

struct Case {
  const char* what;
  const char* events;
  const char* pointer;
};

const Case k_cases[] = {
    {"a quick tap", "0 down 110 110 0 0 up 110 110 0", "D110,110 U110,110"},
    {"a drag off the key", "0 down 110 110 0 40 move 150 110 0 80 up 150 110 0", "D110,110 M150,110 U150,110"},
    {"a double tap is two", "0 down 110 110 0 50 up 110 110 0 180 down 110 110 0 230 up 110 110 0",
     "D110,110 U110,110 D110,110 U110,110"},
    // -- palms
    {"a palm on empty glass first, then a key", "0 down 5 5 0 500 down 110 110 1 560 up 110 110 1",
     "D5,5 A D110,110 U110,110"},
    {"the palm's later up means nothing", "0 down 5 5 0 500 down 110 110 1 520 up 5 5 0 560 up 110 110 1",
     "D5,5 A D110,110 U110,110"},
    {"a palm after the finger", "0 down 110 110 1 20 down 5 5 2 60 up 110 110 1 900 up 5 5 2", "D110,110 U110,110"},
    {"the palm that came after stays, the next finger presses",
     "0 down 110 110 1 20 down 5 5 2 60 up 110 110 1 300 down 210 210 3 350 up 210 210 3",
     "D110,110 U110,110 D210,210 U210,210"},
    {"two palms, then a key", "0 down 5 5 0 10 down 40 5 1 900 down 110 110 2 950 up 110 110 2",
     "D5,5 A D40,5 A D110,110 U110,110"},
    {"a palm on a key gives way after two seconds", "0 down 110 110 0 2000 down 210 210 1 2050 up 210 210 1",
     "D110,110 A D210,210 U210,210"},
    {"and not before", "0 down 110 110 0 1999 down 210 210 1 2050 up 210 210 1 2100 up 110 110 0", "D110,110 U110,110"},
    {"a palm on a key trembles: that is not moving",
     "0 down 110 110 0 500 move 112 110 0 1000 move 110 112 0 1900 move 111 109 0 2000 down 210 210 1 2040 up 210 210 "
     "1",
     "D110,110 M112,110 M110,112 M111,109 A D210,210 U210,210"},
    {"a finger that drags is not resting",
     "0 down 110 110 0 1500 move 140 110 0 2500 down 210 210 1 2550 up 210 210 1 2600 up 140 110 0",
     "D110,110 M140,110 U140,110"},
    {"a drag that came to rest gives way", "0 down 110 110 0 1500 move 140 110 0 3500 down 210 210 1 3550 up 210 210 1",
     "D110,110 M140,110 A D210,210 U210,210"},
    // -- two fingers
    {"the second of two fingers neither presses nor lifts",
     "0 down 110 110 1 10 down 210 210 2 60 up 210 210 2 80 up 110 110 1", "D110,110 U110,110"},
    {"the second finger moves", "0 down 110 110 1 10 down 210 210 2 20 move 260 210 2 80 up 110 110 1 90 up 260 210 2",
     "D110,110 U110,110"},
    // -- what is lost
    {"a lost up, the id comes again", "0 down 110 110 0 300 down 210 210 0 350 up 210 210 0",
     "D110,110 A D210,210 U210,210"},
    {"a lost up, another id comes later", "0 down 110 110 0 2100 down 210 210 7 2150 up 210 210 7",
     "D110,110 A D210,210 U210,210"},
    {"an up without a down", "0 up 110 110 0 300 down 210 210 0 350 up 210 210 0", "D210,210 U210,210"},
    {"a move without a down", "0 move 110 110 0 300 down 210 210 0 350 up 210 210 0", "D210,210 U210,210"},
    {"a doubled up", "0 down 110 110 0 50 up 110 110 0 60 up 110 110 0 300 down 210 210 0 350 up 210 210 0",
     "D110,110 U110,110 D210,210 U210,210"},
    {"a late up of an id that has come again on empty glass",
     "0 down 5 5 3 10 down 110 110 4 20 up 5 5 3 30 down 5 5 3 60 up 110 110 4", "D5,5 A D110,110 U110,110"},
    {"a lost mouse-up", "0 mdown 110 110 3000 mdown 210 210 3050 mup 210 210", "D110,110 A D210,210 U210,210"},
    {"the window changes under the finger", "0 down 110 110 0 20 lost 60 up 110 110 0", "D110,110 A"},
    {"the window changes under nobody", "0 lost", ""},
    // -- the same touch told twice
    {"a mouse alone", "0 mmove 110 110 10 mdown 110 110 20 mup 110 110", "D110,110 U110,110"},
    {"mouse after the finger went", "0 down 110 110 0 50 up 110 110 0 51 mdown 110 110 52 mup 110 110",
     "D110,110 U110,110"},
    {"mouse in the finger's midst", "0 down 110 110 0 1 mdown 111 110 50 up 110 110 0 51 mup 111 110",
     "D110,110 U110,110"},
    {"mouse within", "0 down 110 110 0 1 mdown 110 110 40 mup 110 110 50 up 110 110 0", "D110,110 U110,110"},
    {"mouse first, finger within it", "0 mdown 110 110 1 down 110 110 0 50 up 110 110 0 51 mup 110 110",
     "D110,110 U110,110"},
    {"mouse first and last to hold", "0 mdown 110 110 1 down 110 110 0 50 mup 110 110 51 up 110 110 0",
     "D110,110 U110,110"},
    {"mouse wholly before the finger", "0 mdown 110 110 1 mup 110 110 2 down 110 110 0 50 up 110 110 0",
     "D110,110 U110,110"},
    {"a double tap with the mouse first is still two",
     "0 mdown 110 110 1 mup 110 110 2 down 110 110 0 50 up 110 110 0 "
     "180 mdown 110 110 181 mup 110 110 182 down 110 110 0 230 up 110 110 0",
     "D110,110 U110,110 D110,110 U110,110"},
    {"a double tap with the mouse after is still two",
     "0 down 110 110 0 50 up 110 110 0 51 mdown 110 110 52 mup 110 110 "
     "180 down 110 110 0 230 up 110 110 0 231 mdown 110 110 232 mup 110 110",
     "D110,110 U110,110 D110,110 U110,110"},
    {"a mouse told late, after a long-press delay",
     "0 down 110 110 0 50 up 110 110 0 700 mdown 110 110 710 mup 110 110", "D110,110 U110,110"},
    {"the mouse of a drag is told where the finger is",
     "0 down 110 110 0 50 move 160 110 0 60 mdown 160 110 70 mmove 165 110 90 up 165 110 0 91 mup 165 110",
     "D110,110 M160,110 U165,110"},
    {"a real mouse elsewhere still works", "0 down 110 110 0 50 up 110 110 0 200 mdown 210 210 250 mup 210 210",
     "D110,110 U110,110 D210,210 U210,210"},
    {"a real mouse works again later", "0 down 110 110 0 50 up 110 110 0 1300 mdown 110 110 1350 mup 110 110",
     "D110,110 U110,110 D110,110 U110,110"},
    {"a finger after a real mouse elsewhere", "0 mdown 110 110 50 mup 110 110 100 down 210 210 0 150 up 210 210 0",
     "D110,110 U110,110 D210,210 U210,210"},
    {"a finger some time after a mouse", "0 mdown 110 110 50 mup 110 110 700 down 110 110 0 750 up 110 110 0",
     "D110,110 U110,110 D110,110 U110,110"},
    {"a palm with its emulated mouse, then a key",
     "0 down 5 5 0 1 mdown 5 5 500 down 110 110 1 560 up 110 110 1 900 up 5 5 0 901 mup 5 5",
     "D5,5 A D110,110 U110,110"},
    {"a palm told by the mouse first, then a key",
     "0 mdown 5 5 1 down 5 5 0 500 down 110 110 1 560 up 110 110 1 900 mup 5 5 901 up 5 5 0",
     "D5,5 A D110,110 U110,110"},
};

}  // namespace

TEST_CASE("contacts: the table of hands, palms, lost ups and emulated mice") {
  for (const Case& c : k_cases) {
    CAPTURE(c.what);
    CHECK(played(c.events) == c.pointer);
  }
}

TEST_CASE("contacts: whatever came before, a touch two seconds later presses and lifts") {
  std::uint64_t seed = 20'261'201;
  const auto below = [&](std::uint64_t n) {
    seed = seed * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    return (seed >> 33) % n;
  };
  for (int round = 0; round < 3'000; ++round) {
    Contacts contacts;
    std::int64_t ms = 10'000;
    for (std::uint64_t n = 1 + below(12); n > 0; --n) {
      ms += static_cast<std::int64_t>(below(700));
      const Touch t{.kind = static_cast<Touch::Kind>(below(7)),
                    .finger = static_cast<std::int64_t>(below(3)),
                    .x = static_cast<float>(below(240)),
                    .y = static_cast<float>(below(240)),
                    .at = SteadyTime{Millis{ms}}};
      (void)contacts.take(t, hits);
    }
    ms += 2'000;
    const Touch down{.kind = below(2) ? Touch::Kind::FingerDown : Touch::Kind::MouseDown,
                     .finger = static_cast<std::int64_t>(below(5)),
                     .x = 110,
                     .y = 110,
                     .at = SteadyTime{Millis{ms}}};
    const bool mouse = down.kind == Touch::Kind::MouseDown;
    const auto pressed = contacts.take(down, hits);
    REQUIRE_MESSAGE(!pressed.empty(), round);
    CHECK(pressed.back() == Edge{Edge::Kind::Down, 110, 110});
    Touch up = down;
    up.kind = mouse ? Touch::Kind::MouseUp : Touch::Kind::FingerUp;
    up.at += Millis{40};
    const auto lifted = contacts.take(up, hits);
    REQUIRE(lifted.size() == 1);
    CHECK(lifted[0] == Edge{Edge::Kind::Up, 110, 110});
  }
}
