// The guide: the whole claim as a drawn flow, its steps as moving pictures, and the papers each cause needs. It knows
// nobody.
#include "terminal/flow/kiosk/step.h"

namespace kiosk::flow::kiosk {

namespace {
page::GuideStep begun(const Transition& w, int step) { return {step, 0, w.c.now + kGuidePicture}; }
}  // namespace

bool guide_intent(Transition& w, const Intent& intent) {
  const bool next = std::holds_alternative<Next>(intent), other = std::holds_alternative<Other>(intent);
  if (std::holds_alternative<page::Guide>(w.s.page)) {
    if (next) return w.go(begun(w, 0)), true;
    if (other) return w.go(page::GuideCauses{}), true;
    return false;
  }
  if (auto* p = std::get_if<page::GuideStep>(&w.s.page)) {
    if (std::holds_alternative<Third>(intent)) {  // once more
      *p = begun(w, p->step);
      return true;
    }
    if (!next) return false;
    if (p->step + 1 < kGuideSteps) return w.go(begun(w, p->step + 1)), true;
    return w.home(), true;
  }
  if (std::holds_alternative<page::GuideCauses>(w.s.page)) {
    const auto* choose = std::get_if<Choose>(&intent);
    if (!choose || !w.c.rules.cause(choose->id)) return false;
    return w.go(page::GuidePapers{choose->id}), true;
  }
  if (std::holds_alternative<page::GuidePapers>(w.s.page)) {
    if (next) return w.back(), true;  // another cause
    if (other) return w.go(page::AskPriority{}), true;
    return false;
  }
  return false;
}

}  // namespace kiosk::flow::kiosk
