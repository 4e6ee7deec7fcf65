// The claim's first half: three green checks, cause, data of membership.
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

namespace {
struct CauseLook {
  std::string_view code;
  ui::Icon icon;
};
constexpr CauseLook looks[] = {{"RESIGN", ui::Icon::Logout},  {"PHK", ui::Icon::Bag},     {"USIA56", ui::Icon::Elder},
                               {"PKWT", ui::Icon::Document},  {"P10", ui::Icon::Percent}, {"BPU", ui::Icon::Pause},
                               {"PKB", ui::Icon::Users},      {"P30", ui::Icon::Home},    {"DEATH", ui::Icon::Heart},
                               {"CTT", ui::Icon::Wheelchair}, {"LEAVE", ui::Icon::Plane}};
ui::Icon icon_of(std::string_view cause) {
  for (const auto& look : looks)
    if (look.code == cause) return look.icon;
  return ui::Icon::Document;
}
}  // namespace

KioskIntent draw(const page::ThreeChecks&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto checks = three_checks(view.visit(), view.rules);
  bool all = true;
  for (const auto& c : checks) all = all && c.passed;
  auto spec = kiosk_page("claim.checks", "claim.checks", view, ui);
  spec.lead = ui.t(all ? "claim.checks.all" : "claim.checks.some");
  spec.art = all ? ui::Art::Success : ui::Art::OfficerHelps;
  spec.primary = ui.t("kiosk.next");
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    auto own = ui.own();
    for (const auto& c : checks) {
      const auto key = "claim.check." + c.code;
      ui.check(
          c.code,
          ui.t(key + (c.passed ? ".yes" : ".no"), {{"ceiling", ui.lang().rupiah(view.rules.self_service_ceiling)}}),
          c.passed, c.passed ? std::string{} : ui.t(key + ".hint"));
    }
    draw_as_of(view, ui);
  }
  if (!all && ui.button("officer", ui.t("kiosk.take_number"), {.icon = ui::Icon::Ticket, .wide = true}))
    intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::ChooseCause&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(kiosk_page("claim.cause", "claim.cause", view, ui));
  {
    auto grid = ui.grid({100}, 2);
    int hue = 0;
    for (const auto* rule : causes_shown(view.rules))
      if (ui.tile("cause-" + rule->code, icon_of(rule->code), ui.t("claim.cause." + rule->code),
                  {.detail = rule->officer_only ? ui.t("claim.cause.with_officer") : std::string{},
                   .hue = hue++ % 8,
                   .grow = false}))
        intent = Choose{rule->code};
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::OfficerCause&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("claim.officer", "claim.officer", view, ui);
  spec.lead = ui.t("claim.officer.lead", {{"cause", ui.t("claim.cause." + v.cause)}});
  spec.art = ending_picture(view);
  spec.primary = ui.t("kiosk.take_number");
  spec.primary_is = ui::PrimaryIs::Acting;
  spec.primary_icon = ui::Icon::Ticket;
  auto page = ui.page(spec);
  if (const auto* rule = view.rules.cause(v.cause)) draw_documents(rule->documents, ui);
  if (v.cause == "DEATH" && ui.button("heir", ui.t("claim.officer.heir"), {.icon = ui::Icon::Users, .wide = true}))
    intent = Third{};
  if (ui.button("another", ui.t("claim.another_cause"), {.icon = ui::Icon::Edit, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::NotEligible&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("claim.not_yet", "claim.not_yet", view, ui);
  spec.art = ending_picture(view);
  spec.primary = ui.t("kiosk.take_number");
  spec.primary_is = ui::PrimaryIs::Acting;
  spec.primary_icon = ui::Icon::Ticket;
  auto page = ui.page(spec);
  if (v.eligibility) {
    auto card = ui.card();
    auto own = ui.own();
    for (const auto& c : v.eligibility->checks)
      if (!c.passed) ui.check("check-" + c.code, ui.t("claim.reason." + c.reason), false);
  }
  if (ui.button("another", ui.t("claim.another_cause"), {.icon = ui::Icon::Edit, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::Membership&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("claim.data", "claim.data", view, ui);
  spec.art = ui::Art::IdCard;
  spec.primary = ui.t("claim.data.right");
  spec.primary_icon = ui::Icon::Check;
  auto page = ui.page(spec);
  const auto* r = v.record();
  if (!r) return outcome(page, intent);
  {
    auto card = ui.card();
    const auto* m = v.chosen();
    std::vector<ui::FieldRow> rows = {{ui.t("claim.data.name"), r->name},
                                      {ui.t("identify.birth"), ui.lang().date(r->birth)}};
    if (r->memberships.size() == 1 && m) {
      rows.push_back({ui.t("identify.kpj"), grouped(m->kpj.digits())});
      rows.push_back({ui.t("claim.data.employer"), m->employer});
      rows.push_back({ui.t("claim.data.status"), ui.t("membership." + std::string(domain::code(m->status)))});
    }
    ui.fields("data", rows);
    draw_as_of(view, ui);
  }
  if (r->memberships.size() > 1) {
    ui.text(ui.t("claim.data.which"), ui::TextKind::Strong);
    for (std::size_t i = 0; i < r->memberships.size(); ++i) {
      const auto& m = r->memberships[i];
      if (ui.choice(
              "kpj-" + std::to_string(i), m.employer, v.membership == i,
              ui.t("claim.data.kpj_line", {{"kpj", grouped(m.kpj.digits())},
                                           {"status", ui.t("membership." + std::string(domain::code(m.status)))}}),
              ui::Icon::None, true))
        intent = Choose{std::to_string(i)};
    }
  }
  if (v.eligibility && v.eligibility->channel == domain::Channel::Officer)
    ui.notice("with-officer", ui.t("claim.data.with_officer"), ui::Tone::Info, ui::Icon::Person);
  if (ui.button("wrong", ui.t("claim.data.wrong"), {.icon = ui::Icon::Help, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

}  // namespace kiosk::screen
