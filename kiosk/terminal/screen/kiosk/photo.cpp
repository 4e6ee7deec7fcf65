// The photograph: consent with the way without a camera, coaching one sentence at a time, and what an officer compares
// by eye.
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

namespace {
KioskIntent no_camera(ui::Ui& ui) {
  if (ui.button("no-camera", ui.t("face.no_camera"), {.icon = ui::Icon::Person, .wide = true, .acts = true}))
    return Other{};
  return std::nullopt;
}
}  // namespace

KioskIntent draw(const page::CameraConsent&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("face.consent", "face.consent", view, ui);
  spec.art = ui::Art::NoAccessories;
  spec.primary = ui.t("face.consent.yes");
  spec.primary_is = ui::PrimaryIs::Binding;
  spec.primary_icon = ui::Icon::Camera;
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    ui.check("why", ui.t("face.consent.why"), true);
    ui.check("kept", ui.t("face.consent.kept"), true);
    ui.check("free", ui.t("face.consent.free"), true);
  }
  if (ui.button("no-camera", ui.t("face.no_camera"), {.icon = ui::Icon::Person, .wide = true, .acts = true}))
    intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::Photo& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("face.photo", "face.photo", view, ui);
  // With large letters the sentence and the picture still stand together on the glass.
  const bool large = ui.settings().size >= ui::TextSize::Percent150;
  if (p.last == "no_match") spec.lead = ui.t("face.photo.again");  // this one waits for a touch
  spec.lead_last = large;
  const float height = ui.portrait() ? (large ? 85.f : 195.f) : ui.low() || large ? 64.f : 105.f;
  spec.primary = ui.t("face.take");
  spec.primary_is = ui::PrimaryIs::Acting;
  spec.primary_icon = ui::Icon::Camera;
  spec.primary_enabled = p.ready;
  auto page = ui.page(spec);
  const bool beside = !ui.portrait() && !ui.low() && !large;
  {
    auto split = ui.split(0.42f, true, true);
    {
      auto words = ui.column();
      if (p.last == "no_match")
        ui.notice("last", ui.t("face.no_match", {{"left", ui.lang().number(v.attempts_left)}}), ui::Tone::Attention,
                  ui::Icon::Info);
      else if (p.last == "poor")
        ui.notice("last", ui.t("face.poor"), ui::Tone::Info, ui::Icon::Info);
      // The sentence stands above the picture, near the camera the person looks at.
      if (p.camera_away)
        ui.notice("camera", ui.t("face.camera_away"), ui::Tone::Attention, ui::Icon::Camera);
      else if (!view.preview || p.advice.empty())
        ui.notice("camera", ui.t("face.camera_starting"), ui::Tone::Info, ui::Icon::Camera);
      else
        ui.notice("coach", ui.t(p.takes_at ? "face.by_itself" : p.advice),
                  p.ready ? ui::Tone::Good : ui::Tone::Attention, p.ready ? ui::Icon::Check : ui::Icon::FaceFrame);
      if (beside) intent = no_camera(ui);
    }
    {
      auto glass = ui.column();
      if (view.preview && !p.camera_away) {
        const auto guide = ui::face_guide(p.ready ? ui::Tone::Good : ui::Tone::Attention, p.held);
        ui.picture("preview", ui.t("face.preview"), {view.preview, true}, {height}, guide);
      }
    }
  }
  if (!beside) intent = no_camera(ui);
  if (!intent && page.primary) intent = TakePhoto{};
  return outcome(page, intent);
}

KioskIntent draw(const page::FaceKept& p, const KioskView& view, ui::Ui& ui) {
  const auto& v = view.visit();
  auto spec = kiosk_page("face.kept", p.photo_kept ? "face.kept" : "face.kept_unsaved", view, ui);
  spec.art = ui::Art::OfficerHelps;
  spec.primary = ui.t("kiosk.next");
  auto page = ui.page(spec);
  if (v.ticket) {
    auto card = ui.card();
    draw_ticket(view, ui);
  }
  draw_printing("printing", v.ticket_print, ui);
  return outcome(page, ask_paper(view, ui));
}

}  // namespace kiosk::screen
