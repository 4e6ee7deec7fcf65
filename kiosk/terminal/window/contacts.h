// Fingers and mouse on the glass become one pointer. Real glasses have resting palms, lost finger-ups, reused finger
// ids and drivers that tell each touch a second time as a mouse; here it is decided which contact counts.
// Rules: one contact owns the pointer. It gives way to the next one when it hit nothing, when it has not moved for
// kRests, or when its own id comes down again (its up was lost); what it pressed is then let go and its later up means
// nothing. A mouse near a finger's place soon after it (or a finger soon after a mouse) is the same touch told twice.
// Pure: no SDL, no clock; time comes with the event. For Window. Units: millimetres of the glass. Thread: one at a
// time.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace kiosk::window {

struct Touch {
  // Lost: the window changed under the hand (size, hidden): nothing on the glass counts any more.
  enum class Kind { FingerDown, FingerMove, FingerUp, MouseDown, MouseMove, MouseUp, Lost } kind;
  std::int64_t finger = 0;  // of the touchscreen; none for the mouse
  float x = 0, y = 0;
  SteadyTime at{};
};

// What the widgets are told. Away: what was pressed is let go without being used.
struct Edge {
  enum class Kind { Down, Move, Up, Away } kind;
  float x = 0, y = 0;
  bool operator==(const Edge&) const = default;
};

class Contacts {
 public:
  static constexpr Millis kRests{2'000};           // without moving: a hand that lies there
  static constexpr float kStillMm = 5;             // a resting palm trembles less than this
  static constexpr float kSamePlaceMm = 15;        // a touch and its emulated mouse are this near
  static constexpr Millis kMouseAfter{1'000};      // drivers with a long-press delay tell the mouse late
  static constexpr Millis kFingerAfterMouse{500};  // and some tell it first

  // Whether a usable control stands at that place now.
  using Hits = std::function<bool(float x, float y)>;
  // At most Away and Down together; mostly one edge or none.
  std::vector<Edge> take(const Touch& touch, const Hits& hits);

 private:
  struct Place {
    float x = 0, y = 0;
  };
  struct Owner {
    bool mouse = false;
    std::int64_t finger = 0;
    bool hit = false;
    Place rest;  // where it last stood still
    SteadyTime rests_since{};
  };
  struct Trace {  // a finger of the last moments, for telling its emulated mouse
    std::int64_t finger = 0;
    Place down, last;
    SteadyTime at{};
  };
  struct MousePress {  // no finger has come for it yet
    Place place;
    SteadyTime at{};
  };

  static bool near(Place a, Place b, float within);
  bool owns(const Touch& touch) const;
  bool told_by_finger(const Touch& touch) const;
  void trace(const Touch& touch);
  bool joins_mouse(const Touch& touch);
  std::vector<Edge> down(const Touch& touch, const Hits& hits);
  std::vector<Edge> move(const Touch& touch);
  std::vector<Edge> up(const Touch& touch);

  std::optional<Owner> owner_;
  std::vector<Trace> fingers_;
  std::optional<MousePress> mouse_;
};

}  // namespace kiosk::window
