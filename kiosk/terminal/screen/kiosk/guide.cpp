// The guide: the claim as a drawn flow, its steps as moving pictures, the papers of each cause.
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

namespace {

constexpr ui::Icon k_icons[kGuideSteps] = {ui::Icon::Card, ui::Icon::Check, ui::Icon::Route,   ui::Icon::Camera,
                                           ui::Icon::Bank, ui::Icon::Claim, ui::Icon::Printer, ui::Icon::Wallet};

std::string step_key(int step) { return "guide." + std::to_string(step + 1); }

}  // namespace

KioskIntent draw(const page::Guide&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("guide", "guide", view, ui);
  spec.primary = ui.t("guide.begin");
  spec.primary_icon = ui::Icon::Play;
  auto page = ui.page(spec);
  std::vector<ui::WayBox> boxes;
  for (int k = 0; k < kGuideSteps; ++k) {
    const auto key = step_key(k) + ".aside";
    auto aside = ui.t(key);
    if (aside == key) aside.clear();
    boxes.push_back({k_icons[k], ui.t(step_key(k) + ".heading"), std::move(aside)});
  }
  ui.way("way", boxes);
  if (ui.button("papers", ui.t("guide.papers"), {.icon = ui::Icon::Document, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::GuideStep& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const bool last = p.step + 1 == kGuideSteps;
  auto spec = kiosk_page("guide.step." + std::to_string(p.step + 1), step_key(p.step), view, ui);
  spec.step = p.step + 1;
  spec.steps = kGuideSteps;
  spec.primary = ui.t(last ? "kiosk.done" : "kiosk.next");
  spec.primary_is = last ? ui::PrimaryIs::Leaving : ui::PrimaryIs::GoingOn;
  if (last) spec.primary_icon = ui::Icon::Done;
  spec.done = !last;
  const bool large = ui.settings().size >= ui::TextSize::Percent150;
  spec.lead_last = large;
  auto page = ui.page(spec);
  {
    auto split = ui.split(0.42f, true, true);
    {
      auto moving = ui.column();
      ui.art(ui::guide_art(p.step, p.shown), {ui.portrait()       ? (large ? 75.f : 165.f)
                                              : large || ui.low() ? 60.f
                                                                  : 90.f});
    }
    {
      // What each picture shows stands beside them all the time: nobody has to read against the clock.
      auto words = ui.column();
      using enum ui::TimelineRow::State;
      std::vector<ui::TimelineRow> rows;
      for (int k = 0; k < kGuidePictures; ++k)
        rows.push_back({k < p.shown    ? Past
                        : k == p.shown ? Now
                                       : Future,
                        ui.t(step_key(p.step) + ".picture." + std::to_string(k + 1))});
      ui.timeline("pictures", rows);
    }
  }
  if (!p.next_at && ui.button("again", ui.t("guide.again"), {.icon = ui::Icon::Play, .wide = true})) intent = Third{};
  return outcome(page, intent);
}

KioskIntent draw(const page::GuideCauses&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(kiosk_page("guide.causes", "guide.causes", view, ui));
  for (const auto* rule : causes_shown(view.rules))
    if (ui.tile("papers-" + rule->code, ui::Icon::Document, ui.t("claim.cause." + rule->code),
                {.hue = 2, .grow = false}))
      intent = Choose{rule->code};
  return outcome(page, intent);
}

KioskIntent draw(const page::GuidePapers& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("guide.papers", "guide.papers", view, ui);
  spec.heading = ui.t("claim.cause." + p.cause);
  spec.primary = ui.t("guide.papers.another");
  spec.primary_icon = ui::Icon::Back;
  auto page = ui.page(spec);
  if (const auto* rule = view.rules.cause(p.cause)) draw_documents(rule->documents, ui);
  if (ui.button("officer", ui.t("kiosk.ask_officer"), {.icon = ui::Icon::Ticket, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

}  // namespace kiosk::screen
