// When a press counts: finger-down and finger-up on the same control of the same page, and the page had stood for a
// moment before the down. A second tap of a double tap, a finger that waited for the next page and a hand that slides
// onto a control do nothing. Keys that act (OK, Kembali, Bantuan) are held to the same moment.
// Pure, with the caller's clock; UI thread. Tried with quick fingers (tests/terminal/touch).
#pragma once
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"

namespace kiosk::ui {

// How long a page must have stood: shorter than a person needs to read a button, longer than a double tap.
inline constexpr Millis k_page_stands{350};

class PressRule {
 public:
  // What stands on the glass now; another key is another page, also when its controls bear the same names.
  void show(std::string_view page, SteadyTime now);
  // Until a press counts; 0: now.
  Millis stands_in(SteadyTime now) const;

  void down(std::string_view control, SteadyTime now);  // empty: no control, or one that cannot be used
  void over(std::string_view control);                  // where the finger is meanwhile
  bool up(std::string_view control);                    // true: that control was used
  void away() { wipe(held_); }                          // the finger was taken away without a word

  const std::string& held() const { return held_; }  // the control under the finger; empty: none that counts
  bool inside() const { return inside_; }            // the finger is still on it

 private:
  std::string page_, held_;
  SteadyTime since_{};
  bool shown_ = false, inside_ = false;
};

}  // namespace kiosk::ui
