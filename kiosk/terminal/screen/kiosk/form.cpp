// Where the money goes: NPWP, bank and account in the person's own name, phone, and what will be paid.
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

KioskIntent draw(const page::EnterNpwp& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  const bool needed = v.eligibility && v.eligibility->npwp_needed;
  auto spec = entry_page("claim.npwp", "claim.npwp", ui::Art::Documents, view, ui);
  spec.primary_enabled = !v.npwp.empty();
  auto page = ui.page(spec);
  const auto ready_made = [&] {
    auto row = ui.grid({100}, 2);
    if (ui.button("use-nik", ui.t("claim.npwp.use_nik"), {.icon = ui::Icon::Card, .wide = true})) intent = Other{};
    if (!needed && ui.button("no-npwp", ui.t("claim.npwp.none"), {.icon = ui::Icon::Skip, .wide = true}))
      intent = Third{};
  };
  if (ui.portrait()) ready_made();
  if (auto text = ui.digits("npwp", ui.t("claim.npwp"), v.npwp.view(),
                            {.max = 16, .group = 4, .problem = words_of(p.error, ui)}))
    intent = Enter{std::move(*text)};
  if (!ui.portrait()) {
    auto under = ui.under_field();
    ready_made();
  }
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::ChooseBank&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("claim.bank", "claim.bank", view, ui);
  spec.art = ui::Art::Bank;
  auto page = ui.page(spec);
  {
    auto grid = ui.grid({100}, 2);
    int hue = 0;
    for (const auto& bank : banks())
      if (ui.tile("bank-" + std::string(bank.code), ui::Icon::Bank, bank.name, {.hue = hue++ % 8, .grow = false}))
        intent = Choose{std::string(bank.code)};
    if (ui.tile("bank-other", ui::Icon::Person, ui.t("claim.bank.other"),
                {.detail = ui.t("claim.bank.other.detail"), .hue = hue % 8, .grow = false}))
      intent = Choose{"other"};
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::EnterAccount& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto page = ui.page(entry_page("claim.account", "claim.account", ui::Art::Bank, view, ui));
  const auto* bank = bank_by_code(v.bank);
  if (ui.portrait()) ui.personal(v.person_name(), ui::TextKind::Strong);
  const auto label = ui.t("claim.account", {{"bank", std::string(bank ? bank->name : "")}});
  if (auto text =
          ui.digits("account", label, v.account.view(), {.max = 20, .group = 4, .problem = words_of(p.error, ui)}))
    intent = Enter{std::move(*text)};
  if (!ui.portrait()) {
    auto under = ui.under_field();
    ui.personal(v.person_name(), ui::TextKind::Strong);
  }
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::EnterPhone& p, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(entry_page("claim.phone", "claim.phone", ui::Art::Bank, view, ui));
  const auto known = view.visit().record_phone();
  const auto ready_made = [&] {
    if (!known.empty() && ui.button("use-record", ui.t("claim.phone.use", {{"phone", masked_end(known)}}),
                                    {.icon = ui::Icon::Phone, .wide = true, .personal = true}))
      intent = Other{};
  };
  if (ui.portrait()) ready_made();
  if (auto text = ui.digits("phone", ui.t("claim.phone"), view.visit().phone.view(),
                            {.max = 14, .group = 4, .problem = words_of(p.error, ui)}))
    intent = Enter{std::move(*text)};
  if (!ui.portrait()) {
    auto under = ui.under_field();
    ready_made();
  }
  return outcome(page, std::move(intent));
}

KioskIntent draw(const page::Amounts&, const KioskView& view, ui::Ui& ui) {
  const auto& v = view.visit();
  const auto a = amounts(v, view.today, view.rules);
  const auto* rule = view.rules.cause(v.cause);
  const auto* m = v.chosen();
  auto spec = kiosk_page("claim.amounts", "claim.amounts", view, ui);
  spec.art = ui::Art::Bank;
  spec.primary = ui.t("kiosk.next");
  auto page = ui.page(spec);
  {
    auto card = ui.card(ui::Tone::Good);
    draw_money(ui.t("claim.amounts.net"), a.net, ui);
  }
  {
    auto card = ui.card();
    std::vector<ui::FieldRow> rows;
    if (m) rows.push_back({ui.t("claim.amounts.balance"), ui.lang().rupiah(m->balance)});
    if (rule && rule->percent < 100)
      rows.push_back(
          {ui.t("claim.amounts.part", {{"percent", std::to_string(rule->percent)}}), ui.lang().rupiah(a.gross)});
    else
      rows.push_back({ui.t("claim.amounts.gross"), ui.lang().rupiah(a.gross)});
    rows.push_back({ui.t("claim.amounts.tax"), ui.lang().rupiah(a.tax)});
    rows.push_back({ui.t("claim.amounts.net"), ui.lang().rupiah(a.net), ui::Tone::Good});
    ui.fields("amounts", rows);
  }
  const char* why = a.regime == domain::TaxRegime::Article17 ? "claim.amounts.why_art17"
                    : a.tax.value == 0                       ? "claim.amounts.why_none"
                                                             : "claim.amounts.why_final";
  ui.text(ui.t(why, {{"free", ui.lang().rupiah(view.rules.tax_free)},
                     {"percent", ui.lang().decimal(view.rules.tax_final_permille / 10.0, 0)}}));
  if (v.found && v.found->as_of)
    ui.text(ui.t("kiosk.as_of", {{"date", ui.lang().date(Date::at(*v.found->as_of, view.utc_offset))}}),
            ui::TextKind::Soft);
  ui.text(ui.t("claim.amounts.centre"), ui::TextKind::Soft);
  return outcome(page);
}

}  // namespace kiosk::screen
