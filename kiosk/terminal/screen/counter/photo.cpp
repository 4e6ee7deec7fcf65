// The new reference photo with coaching, and why the old one no longer serves.
#include "terminal/screen/counter/screens.h"

namespace kiosk::screen {

using namespace flow::counter;

std::optional<CounterIntent> draw(const Photographing& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  const bool aiming = s.stage == PhotoStage::Aiming;
  auto spec = counter_page("counter.photo", view, ui);
  spec.heading = ui.t(aiming ? "counter.photo.heading" : "counter.photo.heading_taken");
  spec.lead = ui.t(aiming ? "counter.photo.lead" : "counter.photo.lead_taken");
  spec.back = true;
  spec.primary = ui.t(aiming                           ? "counter.photo.take"
                      : s.stage == PhotoStage::Sending ? "counter.busy"
                                                       : "counter.photo.ask_reset");
  spec.primary_icon = aiming ? ui::Icon::Camera : ui::Icon::Send;
  spec.primary_enabled = aiming ? s.live.usable : s.stage == PhotoStage::Taken;
  auto page = ui.page(spec);
  draw_notices(view.model, ui);
  auto split = ui.split(0.55f);
  {
    auto left = ui.column();
    if (s.camera_away || !s.frame) {
      ui.notice("camera", ui.t(s.camera_away ? "counter.photo.no_camera" : "counter.photo.starting"),
                s.camera_away ? ui::Tone::Attention : ui::Tone::Info, ui::Icon::Camera);
    } else {
      const auto guide = ui::face_guide(s.live.usable ? ui::Tone::Good : ui::Tone::Attention);
      ui.picture("preview", ui.t("counter.photo.preview"), {s.frame, aiming}, {170},
                 aiming ? std::optional(guide) : std::nullopt);
    }
    if (aiming && s.frame) {
      const auto advice = s.live.first_advice();
      ui.notice("coach", advice.empty() ? ui.t("counter.photo.good") : ui.t(advice),
                advice.empty() ? ui::Tone::Good : ui::Tone::Attention,
                advice.empty() ? ui::Icon::Check : ui::Icon::FaceFrame);
    }
    if (s.stage == PhotoStage::Taken &&
        ui.button("retake", ui.t("counter.photo.retake"), {.icon = ui::Icon::Refresh, .shortcut = "F3"}))
      intent = Intent{RetakePhoto{}};
  }
  {
    auto card = ui.card();
    ui.text(ui.t("counter.photo.why"), ui::TextKind::Strong);
    for (const char* reason : {"face_changed", "light", "accessories", "data_differs", "other"})
      if (ui.choice(std::string("reason-") + reason, ui.t(std::string("counter.reason.") + reason), s.reason == reason))
        intent = Intent{ChooseReason{reason}};
  }
  if (page.primary) intent = aiming ? Intent{TakePhoto{}} : Intent{AskReset{}};
  if (page.back) intent = Intent{CloseCase{}};
  return intent;
}

}  // namespace kiosk::screen
