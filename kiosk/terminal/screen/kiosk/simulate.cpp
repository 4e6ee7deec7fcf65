// Simulation of the JHT balance: three numbers, then the years. The assumptions stand beneath.
#include <algorithm>

#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

namespace {

std::int64_t number(std::string_view digits) {
  std::int64_t n = 0;
  for (char c : digits) n = n * 10 + (c - '0');
  return n;
}

KioskIntent number_page(const char* id, const flow::Typed& typed, int max, std::string_view error, bool money,
                        const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto key = std::string("simulate.") + id;
  auto page = ui.page(entry_page(key, key, ui::Art::Bank, view, ui));
  if (auto text = ui.digits(id, ui.t(key), typed.view(),
                            {.max = max, .group = 0, .problem = words_of(error, ui), .money = money}))
    intent = Enter{std::move(*text)};
  return outcome(page, std::move(intent));
}

Rupiah thousands(Rupiah r) { return {r.value / 1000 * 1000}; }

}  // namespace

KioskIntent draw(const page::SimWage& p, const KioskView& view, ui::Ui& ui) {
  return number_page("wage", view.visit().wage, 9, p.error, true, view, ui);
}
KioskIntent draw(const page::SimYears& p, const KioskView& view, ui::Ui& ui) {
  return number_page("years", view.visit().years, 2, p.error, false, view, ui);
}
KioskIntent draw(const page::SimOpening&, const KioskView& view, ui::Ui& ui) {
  return number_page("opening", view.visit().opening, 10, {}, true, view, ui);
}

KioskIntent draw(const page::SimResult&, const KioskView& view, ui::Ui& ui) {
  const auto& v = view.visit();
  auto spec = kiosk_page("simulate.result", "simulate.result", view, ui);
  spec.primary = ui.t("kiosk.done");
  spec.primary_is = ui::PrimaryIs::Leaving;
  spec.primary_icon = ui::Icon::Done;
  spec.done = false;
  auto page = ui.page(spec);
  const auto result = domain::simulate({number(v.wage.view())}, static_cast<int>(number(v.years.view())),
                                       {number(v.opening.view())}, view.rules.development_bp, view.rules);
  if (!result) {
    ui.notice("problem", ui.lang().fault(result.fault()), ui::Tone::Attention, ui::Icon::Attention);
    return outcome(page);
  }
  {
    auto card = ui.card(ui::Tone::Good);
    draw_money(ui.t("simulate.balance", {{"years", std::string(v.years.view())}}), thousands(result->balance), ui);
    ui.text(ui.t("simulate.contributions", {{"sum", ui.lang().rupiah(thousands(result->contributions))}}),
            ui::TextKind::Soft);
  }
  // At most eight bars, evenly chosen; the last year is always there.
  const auto& years = result->yearly;
  const std::size_t every = (years.size() + 7) / 8;
  {
    auto card = ui.card();
    for (std::size_t i = 0; i < years.size(); ++i) {
      if ((years.size() - 1 - i) % std::max<std::size_t>(every, 1) != 0) continue;
      const auto& y = years[i];
      ui.progress(
          "year-" + std::to_string(y.year),
          ui.t("simulate.year", {{"year", std::to_string(y.year)}, {"sum", ui.lang().rupiah(thousands(y.balance))}}),
          static_cast<float>(y.balance.value) / static_cast<float>(std::max<std::int64_t>(result->balance.value, 1)));
    }
  }
  ui.text(ui.t("simulate.assumptions", {{"contribution", ui.lang().decimal(view.rules.contribution_bp / 100.0, 1)},
                                        {"rate", ui.lang().decimal(view.rules.development_bp / 100.0, 0)}}),
          ui::TextKind::Soft);
  return outcome(page);
}

}  // namespace kiosk::screen
