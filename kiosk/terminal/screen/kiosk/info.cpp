// What can be read without an officer: balance, KPJ numbers, the way of a claim, the drawn guide.
#include <algorithm>

#include "terminal/flow/kiosk/taken.h"
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

KioskIntent draw(const page::ChooseKpj&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto page = ui.page(kiosk_page("balance.kpj", "balance.kpj", view, ui));
  const auto* r = view.visit().record();
  draw_as_of(view, ui);
  for (std::size_t i = 0; r && i < r->memberships.size(); ++i) {
    const auto& m = r->memberships[i];
    if (ui.tile("kpj-" + std::to_string(i), ui::Icon::Card, m.employer,
                {.detail = ui.t("claim.data.kpj_line",
                                {{"kpj", grouped(m.kpj.digits())},
                                 {"status", ui.t("membership." + std::string(domain::code(m.status)))}}),
                 .hue = static_cast<int>(i % 8),
                 .grow = false,
                 .personal = true}))
      intent = Choose{std::to_string(i)};
  }
  return outcome(page, intent);
}

namespace {
constexpr std::size_t k_years_shown = 6;

// The years side by side, JHT and JP; the largest is as tall as the plot.
void draw_years(const domain::Membership& m, ui::Ui& ui) {
  const std::size_t first = m.years.size() > k_years_shown ? m.years.size() - k_years_shown : 0;
  std::int64_t top = 1;
  for (std::size_t i = first; i < m.years.size(); ++i) top = std::max({top, m.years[i].jht.value, m.years[i].jp.value});
  const auto part = [&](Rupiah r) { return static_cast<float>(r.value) / static_cast<float>(top); };
  std::vector<ui::Bar> bars;
  for (std::size_t i = first; i < m.years.size(); ++i)
    bars.push_back({std::to_string(m.years[i].year), part(m.years[i].jht), part(m.years[i].jp)});
  const std::string names[] = {"JHT", "JP"};
  auto card = ui.card();
  ui.bars("years-plot", ui.t("balance.plot"), names, bars, {45});
}
}  // namespace

KioskIntent draw(const page::Balance&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("balance", "balance", view, ui);
  spec.primary = ui.t("kiosk.done");
  spec.primary_is = ui::PrimaryIs::Leaving;
  spec.primary_icon = ui::Icon::Done;
  spec.done = false;
  auto page = ui.page(spec);
  const auto* m = view.visit().chosen();
  if (!m) return outcome(page, intent);
  {
    auto card = ui.card(ui::Tone::Good);
    draw_money(ui.t("balance.now"), m->balance, ui);
    draw_as_of(view, ui);
  }
  {
    auto card = ui.card();
    const ui::FieldRow rows[] = {
        {ui.t("identify.kpj"), grouped(m->kpj.digits())},
        {ui.t("claim.data.employer"), m->employer},
        {ui.t("claim.data.status"), ui.t("membership." + std::string(domain::code(m->status)))}};
    ui.fields("membership", rows);
  }
  if (!m->years.empty()) {
    ui.heading(ui.t("balance.years"));
    draw_years(*m, ui);
    const ui::Column columns[] = {{ui.t("balance.year"), 0.7f, false}, {"JHT", 1.2f, true}, {"JP", 1.2f, true}};
    std::vector<ui::TableRow> rows;
    const std::size_t first = m->years.size() > k_years_shown ? m->years.size() - k_years_shown : 0;
    for (std::size_t i = m->years.size(); i > first; --i) {
      const auto& y = m->years[i - 1];
      rows.push_back(
          {std::to_string(y.year), {std::to_string(y.year), ui.lang().rupiah(y.jht), ui.lang().rupiah(y.jp)}});
    }
    ui.table("years", columns, rows, {}, false);
  }
  if (ui.button("officer", ui.t("kiosk.ask_officer"), {.icon = ui::Icon::Ticket, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::KpjList&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("kpj", "kpj", view, ui);
  spec.primary = ui.t("kiosk.done");
  spec.primary_is = ui::PrimaryIs::Leaving;
  spec.primary_icon = ui::Icon::Done;
  spec.done = false;
  auto page = ui.page(spec);
  const auto* r = view.visit().record();
  for (std::size_t i = 0; r && i < r->memberships.size(); ++i) {
    const auto& m = r->memberships[i];
    auto card = ui.card();
    ui.personal(grouped(m.kpj.digits()), ui::TextKind::Title);
    const ui::FieldRow rows[] = {
        {ui.t("claim.data.employer"), m.employer},
        {ui.t("claim.data.status"), ui.t("membership." + std::string(domain::code(m.status)))}};
    ui.fields("kpj-" + std::to_string(i), rows);
  }
  draw_as_of(view, ui);
  const auto printing = view.visit().slip_print;
  draw_printing("printing", printing, ui);
  if (auto said = ask_paper(view, ui)) intent = said;
  if (printing != PrintState::Printing && printing != PrintState::Unsure &&
      ui.button("print", ui.t("kpj.print"), {.icon = ui::Icon::Printer, .wide = true, .acts = true}))
    intent = Third{};
  if (ui.button("officer", ui.t("kiosk.ask_officer"), {.icon = ui::Icon::Ticket, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::Track&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("track", "track", view, ui);
  if (v.claims.empty()) spec.lead = ui.t("track.none");
  // The stages are the centre's word; they are as new as its last answer.
  if (!v.claims.empty() && view.state.sync && view.state.sync->last_success)
    spec.lead = as_of_words(*view.state.sync->last_success, view, ui);
  spec.primary = ui.t("kiosk.done");
  spec.primary_is = ui::PrimaryIs::Leaving;
  spec.primary_icon = ui::Icon::Done;
  spec.done = false;
  auto page = ui.page(spec);
  // Who came to claim and has claimed already.
  if (v.purpose == Purpose::Claim) ui.notice("exists", ui.t("claim.exists"), ui::Tone::Info, ui::Icon::Document);
  for (std::size_t i = 0; i < v.claims.size(); ++i) {
    const auto& c = v.claims[i];
    const auto said = verbs::said_of(c);
    auto card = ui.card();
    auto own = ui.own();
    ui.text(ui.t("claim.cause." + c.cause), ui::TextKind::Strong);
    ui.personal(c.receipt, ui::TextKind::Soft);
    draw_claim_sync(c, view, ui);
    std::vector<ui::TimelineRow> rows;
    bool reached = said.code == "rejected" || said.officer;  // it goes no further, or not before an officer saw it
    if (said.officer) ui.text(ui.t("track.officer"), ui::TextKind::Strong);
    for (auto stage : {domain::Stage::Agenda, domain::Stage::Penetapan, domain::Stage::Persetujuan,
                       domain::Stage::Pembayaran, domain::Stage::Selesai}) {
      const auto at =
          std::find_if(c.stages.begin(), c.stages.end(), [&](const auto& s) { return s.stage == stage && s.at; });
      ui::TimelineRow row{ui::TimelineRow::State::Future, ui.t("stage." + std::string(domain::code(stage))), {}};
      if (at != c.stages.end()) {
        row.state = ui::TimelineRow::State::Past;
        row.detail = ui.lang().date(Date::at(*at->at, view.utc_offset));
      } else if (!reached) {
        row.state = ui::TimelineRow::State::Now;
        reached = true;
      }
      rows.push_back(std::move(row));
    }
    ui.timeline("claim-" + std::to_string(i), rows);
    if (c.deadline && said.deadline)
      ui.text(ui.t("track.deadline", {{"date", ui.lang().date(*c.deadline)}}), ui::TextKind::Strong);
  }
  if (ui.button("officer", ui.t("kiosk.ask_officer"), {.icon = ui::Icon::Ticket, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

}  // namespace kiosk::screen
