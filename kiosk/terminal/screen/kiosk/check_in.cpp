// Here for an appointment or with a code: shown to the camera, typed, or found by who the person is.
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

KioskIntent draw(const page::CheckIn& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("check_in", "check_in", view, ui);
  spec.primary = ui.t("check_in.no_code");
  const bool large = ui.settings().size >= ui::TextSize::Percent150;
  auto page = ui.page(spec);
  if (!p.error.empty()) ui.notice("code-problem", words_of(p.error, ui), ui::Tone::Attention, ui::Icon::Info);
  if (p.camera_away)
    ui.notice("camera", ui.t("check_in.camera_away"), ui::Tone::Attention, ui::Icon::Camera);
  else if (view.preview)
    ui.picture("preview", ui.t("face.preview"), {view.preview, true},
               {large           ? 70.f
                : ui.portrait() ? 150.f
                : ui.low()      ? 55.f
                                : 90.f});
  else
    ui.notice("camera", ui.t("face.camera_starting"), ui::Tone::Info, ui::Icon::Camera);
  if (ui.button("type-code", ui.t("check_in.type"), {.icon = ui::Icon::Keypad, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::CheckInCode& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(entry_page("check_in.code", "check_in.code", ui::Art::None, view, ui));
  if (auto text = ui.digits("code", ui.t("check_in.code"), view.visit().code.view(),
                            {.max = 48, .group = 0, .problem = words_of(p.error, ui), .letters = true}))
    intent = Enter{std::move(*text)};
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::ChooseAppointment&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(kiosk_page("check_in.choose", "check_in.choose", view, ui));
  const auto& v = view.visit();
  if (v.found)
    for (const auto& a : v.found->appointments) {
      if (Date::at(a.at, view.utc_offset) != view.today) continue;
      // The hour is what tells them apart, so it is part of what is read aloud.
      if (ui.tile("appointment-" + a.id, ui::Icon::Calendar,
                  hour_words(a.at, view, ui) + "  " + ui.t("service." + a.service), {.grow = false}))
        intent = Choose{a.id};
    }
  return outcome(page, intent);
}

}  // namespace kiosk::screen
