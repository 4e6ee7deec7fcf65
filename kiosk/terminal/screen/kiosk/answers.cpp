// Everything once more before it is saved, with "Ubah" beside each answer; and what was saved.
#include "terminal/flow/kiosk/taken.h"
#include "terminal/screen/kiosk/parts.h"
#include "terminal/screen/sync_words.h"

namespace kiosk::screen {

using namespace flow::kiosk;

namespace {

struct Row {
  std::string id, label, value;
  bool can_edit = true;
};

std::vector<Row> answers(const KioskView& view, ui::Ui& ui) {
  const auto& v = view.visit();
  const auto* bank = bank_by_code(v.bank);
  std::string npwp = ui.t("claim.npwp.none");
  if (v.nik_is_npwp) npwp = ui.t("claim.npwp.nik");
  if (!v.npwp.empty()) npwp = grouped(v.npwp.view());
  const char* photo = v.no_camera                             ? "claim.photo.none"
                      : v.face == domain::FaceVerdict::Accept ? "claim.photo.done"
                                                              : "claim.photo.officer";
  return {
      {"cause", ui.t("claim.row.cause"), ui.t("claim.cause." + v.cause)},
      {"kpj", ui.t("claim.row.kpj"), grouped(v.chosen_kpj())},
      {"photo", ui.t("claim.row.photo"), ui.t(photo), v.no_camera},
      {"npwp", ui.t("claim.row.npwp"), npwp},
      {"bank", ui.t("claim.row.bank"),
       (bank ? std::string(bank->name) + " " : std::string()) + grouped(v.account.view())},
      {"phone", ui.t("claim.row.phone"), grouped(v.phone.view())},
      // An unverified person's sum is the centre's to say.
      {"amount", ui.t("claim.amounts.net"),
       v.record() ? ui.lang().rupiah(amounts(v, view.today, view.rules).net) : ui.t("claim.amount_by_centre"), false}};
}

}  // namespace

KioskIntent draw(const page::CheckAnswers&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("claim.answers", "claim.answers", view, ui);
  spec.primary = ui.t("claim.confirm");
  spec.primary_is = ui::PrimaryIs::Binding;
  spec.primary_icon = ui::Icon::Check;
  auto page = ui.page(spec);
  ui.personal(view.visit().person_name(), ui::TextKind::Title);
  {
    auto grid = ui.grid({100}, 2);
    for (const auto& row : answers(view, ui)) {
      auto card = ui.card();
      ui.text(row.label, ui::TextKind::Small);
      ui.personal(row.value, ui::TextKind::Strong);
      if (row.can_edit &&
          ui.button("edit-" + row.id, ui.t("claim.edit." + row.id), {.icon = ui::Icon::Edit, .wide = true}))
        intent = Edit{row.id};
    }
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::Saved&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("claim.saved", "claim.saved", view, ui);
  spec.primary = ui.t("kiosk.done");
  spec.primary_is = ui::PrimaryIs::Leaving;
  spec.primary_icon = ui::Icon::Done;
  spec.back = spec.done = false;
  const bool officer = v.claim && verbs::said_of(*v.claim).officer;
  const auto how = ending(view.state.page, v);
  // With large letters the number stands first, before any picture.
  if (!officer || ui.settings().size < ui::TextSize::Percent150) spec.art = picture_of(how);
  const bool returned = how == Ending::Returned;
  if (returned) spec.heading = ui.t("claim.said.rejected");
  auto page = ui.page(spec);
  if (!v.claim) return outcome(page, intent);
  const auto& c = *v.claim;
  if (officer) {  // what comes now stands first
    auto card = ui.card(ui::Tone::Info);
    ui.text(ui.t(c.state == domain::ClaimState::Unverified ? "claim.saved.unverified" : "claim.saved.officer"));
    draw_ticket(view, ui);
    if (!v.ticket && !v.number_held.empty()) ui.big_number("ticket-number", ui.t("ticket.your_number"), v.number_held);
  }
  {
    auto card = ui.card();
    ui.text(ui.t("claim.saved.code"), ui::TextKind::Soft);
    ui.personal(c.receipt, ui::TextKind::Title);
    std::vector<ui::FieldRow> rows;
    if (c.net.value > 0) rows.push_back({ui.t("claim.amounts.net"), ui.lang().rupiah(c.net)});
    rows.push_back(
        {ui.t("claim.saved.state"), said_words(c, ui), officer || returned ? ui::Tone::Attention : ui::Tone::Good});
    rows.push_back({ui.t("claim.saved.sync"), way_words(c, ui)});
    if (!c.sync_why.empty()) rows.push_back({ui.t("claim.saved.why"), ui.t("sync.why." + c.sync_why)});
    if (c.deadline && verbs::said_of(c).deadline)
      rows.push_back({ui.t("claim.saved.deadline"), ui.lang().date(*c.deadline)});
    ui.fields("saved", rows);
  }
  if (!officer) ui.text(ui.t(c.sync == domain::SyncState::Accepted ? "claim.saved.next_sent" : "claim.saved.next"));
  if (const auto& sync = view.state.sync; sync && !sync->alert.empty() && c.sync != domain::SyncState::Accepted)
    ui.notice("sync-late", ui.t(sync->alert == "export" ? "kiosk.sync.late_carried" : "kiosk.sync.late_saved"),
              ui::Tone::Info, ui::Icon::Shield);
  draw_printing("printing", v.receipt_print, ui);
  if (auto said = ask_paper(view, ui)) intent = said;
  if (v.ticket_print == PrintState::Failed) draw_printing("printing-number", v.ticket_print, ui);
  draw_ticket_code(view, ui);
  const bool failed = v.receipt_print == PrintState::Failed || v.ticket_print == PrintState::Failed;
  const bool no_number = officer && !v.ticket && v.ticket_no == 0 && v.number_held.empty();
  if (failed && ui.button("print-again", ui.t("print.again"), {.icon = ui::Icon::Printer, .wide = true, .acts = true}))
    intent = Other{};
  if (no_number && ui.button("ask-number", ui.t("kiosk.take_number"), {.icon = ui::Icon::Ticket, .wide = true}))
    intent = Other{};
  return outcome(page, intent);
}

}  // namespace kiosk::screen
