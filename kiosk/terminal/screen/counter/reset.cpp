// A reset that waits for its second officer, and the second officer's page.
#include "terminal/screen/counter/screens.h"

namespace kiosk::screen {

using namespace flow::counter;

std::optional<CounterIntent> draw(const ResetAsked& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  auto spec = counter_page("counter.reset", view, ui);
  const bool approved = s.reset.state != domain::AccountState::ResetPending;
  spec.heading = ui.t(approved ? "counter.reset.heading_done" : "counter.reset.heading");
  spec.lead = ui.t(approved ? "counter.reset.lead_done" : "counter.reset.lead");
  spec.art = approved ? ui::Art::Success : ui::Art::Waiting;
  spec.primary = ui.t("counter.to_queue");
  auto page = ui.page(spec);
  draw_notices(view.model, ui);
  {
    auto card = ui.card();
    draw_reset_fields(s.reset, view, ui);
  }
  if (ui.button("print-slip", ui.t("counter.reset.print"),
                {.icon = ui::Icon::Printer, .enabled = !s.printing, .shortcut = "F10"}))
    intent = Intent{PrintSlip{}};
  if (page.primary) intent = Intent{CloseCase{}};
  return intent;
}

std::optional<CounterIntent> draw(const Approving& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  auto spec = counter_page("counter.approve", view, ui);
  spec.heading = ui.t(s.done ? "counter.approve.heading_done" : "counter.approve.heading");
  spec.lead = ui.t(s.done ? "counter.reset.lead_done" : "counter.approve.lead");
  spec.back = !s.done;
  spec.primary = ui.t(s.done ? "counter.to_queue" : s.busy ? "counter.busy" : "counter.approve.go");
  spec.primary_icon = s.done ? ui::Icon::Next : ui::Icon::Shield;
  spec.primary_enabled = !s.busy;
  auto page = ui.page(spec);
  draw_notices(view.model, ui);
  {
    auto split = ui.split(0.45f);
    {
      auto left = ui.column();
      if (s.photo)
        ui.picture("new-photo", ui.t("counter.approve.photo"), {s.photo, false}, {170});
      else
        ui.notice("no-photo", ui.t("counter.approve.photo_loading"), ui::Tone::Info, ui::Icon::FaceFrame);
    }
    auto card = ui.card();
    draw_reset_fields(s.reset, view, ui);
  }
  if (s.done && ui.button("print-slip", ui.t("counter.reset.print"), {.icon = ui::Icon::Printer, .shortcut = "F10"}))
    intent = Intent{PrintSlip{}};
  if (page.primary) intent = s.done ? Intent{CloseCase{}} : Intent{Approve{}};
  if (page.back) intent = Intent{CloseCase{}};
  return intent;
}

}  // namespace kiosk::screen
