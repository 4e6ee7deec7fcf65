// A hand on a terminal: looks at the tree, then touches, types and presses keys by the events a touchscreen and a
// keyboard would make (terminal/window/input_events.h), never past them. For scripts, random walks, benchmarks and
// tests. Thread: UI thread. It never sleeps: it draws frames, and moves the injected clock to when a press counts.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "terminal/ui/ui.h"

namespace kiosk::programs {

struct HandHost {
  const ui::Ui* ui = nullptr;
  std::function<void(Millis wait)> frame;             // pumps the window's input, then draws once
  std::function<bool()> more_input;                   // Window::more_input
  std::function<Millis()> accepts_presses_in;         // until a press on this page counts
  std::function<void(Millis)> advance;                // the injected clock
  std::function<bool()> busy = [] { return false; };  // answers of workers are under way
};

class Hand {
 public:
  explicit Hand(const HandHost& host) : host_(host) {}

  // Draws until all input is taken, nothing moves and no answer is on its way.
  void settle() const;
  // A press counts only on a page that has stood for a moment.
  void wait_until_page_stands() const;
  // A quick tap in the middle of a control: down and up within one poll. Another part of a long page is turned to
  // first. Empty: done; else why not.
  std::string touch(const std::string& id) const;
  // The same without looking what comes of it.
  void push_tap(const ui::Node& node) const;
  void type(std::string_view utf8) const;
  bool key(std::string_view name) const;  // false: there is no such key
  void clear_field(int letters) const;    // as often the key that takes a letter back

 private:
  std::string turn_to(const std::string& id) const;
  const HandHost& host_;
};

}  // namespace kiosk::programs
