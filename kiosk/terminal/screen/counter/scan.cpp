// A damaged document or photo of a claim, taken once more: the paper before the camera, or the person.
#include "terminal/screen/counter/screens.h"

namespace kiosk::screen {

using namespace flow::counter;

std::optional<CounterIntent> draw(const ScanningAgain& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  const bool aiming = s.stage == PhotoStage::Aiming, person = s.scan.of_person();
  auto spec = counter_page("counter.scan", view, ui);
  spec.heading = ui.t("counter.scan.heading", {{"document", scan_words(s.scan.kind, ui)}});
  spec.lead = ui.t(!aiming ? "counter.scan.lead_taken" : person ? "counter.photo.lead" : "counter.scan.lead");
  spec.back = true;
  spec.primary = ui.t(aiming                           ? "counter.photo.take"
                      : s.stage == PhotoStage::Sending ? "counter.busy"
                                                       : "counter.scan.send");
  spec.primary_icon = aiming ? ui::Icon::Camera : ui::Icon::Send;
  spec.primary_enabled = aiming ? s.frame && (!person || s.live.usable) : s.stage == PhotoStage::Taken;
  auto page = ui.page(spec);
  draw_notices(view.model, ui);
  ui.text(s.view.masked_name, ui::TextKind::Strong);
  if (s.camera_away || !s.frame) {
    ui.notice("camera", ui.t(s.camera_away ? "counter.photo.no_camera" : "counter.photo.starting"),
              s.camera_away ? ui::Tone::Attention : ui::Tone::Info, ui::Icon::Camera);
  } else {
    const auto guide = ui::face_guide(s.live.usable ? ui::Tone::Good : ui::Tone::Attention);
    ui.picture("preview", ui.t("counter.photo.preview"), {s.frame, aiming && person}, {120},
               aiming && person ? std::optional(guide) : std::nullopt);
  }
  if (aiming && person && s.frame) {
    const auto advice = s.live.first_advice();
    ui.notice("coach", advice.empty() ? ui.t("counter.photo.good") : ui.t(advice),
              advice.empty() ? ui::Tone::Good : ui::Tone::Attention,
              advice.empty() ? ui::Icon::Check : ui::Icon::FaceFrame);
  }
  if (s.stage == PhotoStage::Taken &&
      ui.button("retake", ui.t("counter.photo.retake"), {.icon = ui::Icon::Refresh, .shortcut = "F3"}))
    intent = Intent{RetakePhoto{}};
  if (page.primary) intent = aiming ? Intent{TakePhoto{}} : Intent{SendScan{}};
  if (page.back) intent = Intent{CloseCase{}};
  return intent;
}

}  // namespace kiosk::screen
