// Which page is drawn, and the question after a quiet minute.
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

namespace {

KioskIntent draw_idle(const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto dialog = ui.dialog("idle", ui.t("idle.heading"), ui::Icon::Clock);
  ui.text(ui.t("idle.lead", {{"seconds", ui.lang().number(view.state.idle_seconds_left)}}));
  if (ui.button("idle-stay", ui.t("idle.stay"),
                {.kind = ui::ButtonKind::Primary, .icon = ui::Icon::Check, .wide = true}))
    intent = StayHere{};
  if (ui.button("idle-leave", ui.t("idle.leave"), {.icon = ui::Icon::Done, .wide = true, .acts = true}))
    intent = Finish{};
  return intent;
}

}  // namespace

KioskIntent draw_kiosk(const KioskView& view, ui::Ui& ui) {
  ui.place(place(view.state.page));
  auto intent = std::visit([&](const auto& page) { return draw(page, view, ui); }, view.state.page);
  if (!view.state.idle_asked) return intent;
  return draw_idle(view, ui);
}

}  // namespace kiosk::screen
