// What stands around a journey: consent and its taking back, an officer who comes, what was begun before.
#include <algorithm>

#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

KioskIntent draw(const page::DataConsent&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("consent.data", "consent.data", view, ui);
  spec.art = ui::Art::Documents;
  spec.primary = ui.t("consent.data.yes");
  spec.primary_is = ui::PrimaryIs::Binding;
  spec.primary_icon = ui::Icon::Check;
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    ui.check("what", ui.t("consent.data.what"), true);
    ui.check("how-long", ui.t("consent.data.how_long"), true);
    ui.check("officer-too", ui.t("consent.data.officer"), true);
  }
  if (ui.button("companion", ui.t("companion.button"), {.icon = ui::Icon::Users, .wide = true})) intent = Third{};
  if (ui.button("no-consent", ui.t("consent.data.no"), {.icon = ui::Icon::Person, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::Companion&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("companion", "companion", view, ui);
  spec.art = ui::Art::OfficerHelps;
  spec.primary = ui.t("companion.agreed");
  spec.primary_is = ui::PrimaryIs::Acting;
  spec.primary_icon = ui::Icon::Check;
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    ui.check("companion-may", ui.t("companion.may"), true);
    ui.check("person-does", ui.t("companion.person"), true);
    ui.check("secret", ui.t("companion.secret"), true);
  }
  if (ui.button("alone", ui.t("companion.alone"), {.icon = ui::Icon::Person, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::HandOver& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("hand_over", "hand_over", view, ui);
  spec.lead = ui.t(p.to == page::HandOver::To::Camera ? "hand_over.camera" : "hand_over.answers");
  spec.art = ui::Art::Welcome;
  spec.primary = ui.t("hand_over.here");
  spec.primary_icon = ui::Icon::Person;
  auto page = ui.page(spec);
  ui.notice("agree", ui.t("hand_over.agree"), ui::Tone::Info, ui::Icon::Shield);
  if (ui.button("absent", ui.t("hand_over.absent"), {.icon = ui::Icon::Users, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::NoNik&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(kiosk_page("no_nik", "no_nik", view, ui));
  for (const auto& [id, icon, hue] : {std::tuple{"foreigner", ui::Icon::Plane, 1}, {"heir", ui::Icon::Users, 4}})
    if (ui.tile(id, icon, ui.t(std::string("no_nik.") + id),
                {.detail = ui.t(std::string("no_nik.") + id + ".detail"), .hue = hue, .grow = false}))
      intent = Choose{id};
  return outcome(page, intent);
}

KioskIntent draw(const page::ResumeOffer&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("resume", "resume", view, ui);
  if (v.found && v.found->draft)
    spec.lead = ui.t("resume.lead", {{"time", ui.lang().time(v.found->draft->kept_at, view.utc_offset)}});
  spec.art = ui::Art::Documents;
  spec.primary = ui.t("resume.go_on");
  auto page = ui.page(spec);
  if (ui.button("anew", ui.t("resume.anew"), {.icon = ui::Icon::Refresh, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::Consents&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("privacy", "privacy", view, ui);
  spec.primary = ui.t("kiosk.done");
  spec.primary_is = ui::PrimaryIs::Leaving;
  spec.primary_icon = ui::Icon::Done;
  spec.done = false;
  auto page = ui.page(spec);
  // That somebody came along is recorded, but there is nothing to take back.
  const auto lasting = [](const auto& c) { return c.purpose != "companion"; };
  if (!v.found || std::none_of(v.found->consents.begin(), v.found->consents.end(), lasting)) {
    ui.notice("none", ui.t("privacy.none"), ui::Tone::Info, ui::Icon::Shield);
    return outcome(page, intent);
  }
  for (const auto& c : v.found->consents) {
    if (!lasting(c)) continue;
    auto card = ui.card();
    ui.check(
        "consent-" + c.purpose, ui.t("privacy." + c.purpose), c.given,
        ui.t(c.given ? "privacy.given" : "privacy.taken_back", {{"date", ui.lang().date_time(c.at, view.utc_offset)}}));
    if (c.given && ui.button("withdraw-" + c.purpose, ui.t("privacy.withdraw." + c.purpose),
                             {.icon = ui::Icon::Cross, .wide = true}))
      intent = Choose{c.purpose};
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::WithdrawAsk& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("withdraw", "withdraw", view, ui);
  spec.lead = ui.t("withdraw." + p.purpose);
  spec.primary = ui.t("withdraw.keep");
  spec.primary_icon = ui::Icon::Back;
  auto page = ui.page(spec);
  if (ui.button("withdraw", ui.t("withdraw.yes"),
                {.kind = ui::ButtonKind::Danger, .icon = ui::Icon::Cross, .wide = true, .acts = true}))
    intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::Withdrawn&, const KioskView& view, ui::Ui& ui) {
  auto spec = kiosk_page("withdrawn", "withdrawn", view, ui);
  spec.art = ending_picture(view);
  spec.primary = ui.t("kiosk.done");
  spec.primary_is = ui::PrimaryIs::Leaving;
  spec.primary_icon = ui::Icon::Done;
  spec.back = spec.done = false;
  auto page = ui.page(spec);
  return outcome(page);
}

KioskIntent draw(const page::HelpOffer&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("help", "help", view, ui);
  spec.primary_is = ui::PrimaryIs::Acting;  // without one: the place of those that act stays empty here
  spec.art = ui::Art::OfficerHelps;
  spec.help = false;
  auto page = ui.page(spec);
  ui.notice("kept", ui.t("help.kept"), ui::Tone::Info, ui::Icon::Shield);
  // It calls somebody, and every page leads here: it stands in no primary button's place.
  if (ui.button("call", ui.t("help.call"),
                {.kind = ui::ButtonKind::Primary, .icon = ui::Icon::Bell, .wide = true, .acts = true}))
    intent = Next{};
  if (ui.button("number", ui.t("help.number"), {.icon = ui::Icon::Ticket, .wide = true, .acts = true}))
    intent = Other{};
  ui.space({10});  // every page leads here, and a finger may still be where that page had its button
  return outcome(page, intent);
}

KioskIntent draw(const page::HelpCalled&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("help.called", "help.called", view, ui);
  spec.art = ui::Art::OfficerHelps;
  spec.help = false;
  spec.primary = ui.t("help.to_form");
  spec.primary_icon = ui::Icon::Back;
  auto page = ui.page(spec);
  if (view.visit().help_coming) ui.notice("coming", ui.t("help.coming"), ui::Tone::Good, ui::Icon::Person);
  if (ui.button("number", ui.t("help.number"), {.icon = ui::Icon::Ticket, .wide = true, .acts = true}))
    intent = Third{};
  if (ui.button("officer-here", ui.t(view.state.officer ? "help.officer_leaves" : "help.officer_here"),
                {.icon = view.state.officer ? ui::Icon::Logout : ui::Icon::Keypad, .wide = true, .acts = true}))
    intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::OfficerNumber& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("officer_number", "officer_number", view, ui);
  spec.help = false;
  spec.primary = ui.t("kiosk.next");
  auto page = ui.page(spec);
  if (auto text = ui.digits("officer-number", ui.t("officer_number.label"), view.visit().officer_number.view(),
                            {.max = 12, .group = 0, .problem = words_of(p.error, ui)}))
    intent = Enter{std::move(*text)};
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::OfficerPin&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("officer_pin", "officer_pin", view, ui);
  spec.help = false;
  spec.primary = ui.t("officer_pin.go");
  spec.primary_is = ui::PrimaryIs::Acting;
  spec.primary_icon = ui::Icon::Unlock;
  auto page = ui.page(spec);
  if (auto text = ui.digits("officer-pin", ui.t("officer_pin.label"), view.visit().pin.view(),
                            {.max = 12, .group = 0, .hidden = true}))
    intent = Enter{std::move(*text)};
  return outcome(page, std::move(intent));
}

}  // namespace kiosk::screen
