#include "terminal/ui/press.h"

#include <algorithm>
#include <utility>

namespace kiosk::ui {

void PressRule::show(std::string_view page, SteadyTime now) {
  if (shown_ && page == page_) return;
  page_ = page;
  since_ = now;
  shown_ = true;
  held_.clear();  // what was pressed belongs to the page before
}

Millis PressRule::stands_in(SteadyTime now) const {
  if (!shown_) return k_page_stands;
  const auto left = std::chrono::ceil<Millis>(k_page_stands - (now - since_));
  return std::clamp(left, Millis{0}, k_page_stands);
}

void PressRule::down(std::string_view control, SteadyTime now) {
  held_ = stands_in(now) == Millis{0} ? control : std::string_view();
  inside_ = !held_.empty();
}

void PressRule::over(std::string_view control) { inside_ = !held_.empty() && control == held_; }

bool PressRule::up(std::string_view control) {
  over(control);
  return !std::exchange(held_, {}).empty() && inside_;
}

}  // namespace kiosk::ui
