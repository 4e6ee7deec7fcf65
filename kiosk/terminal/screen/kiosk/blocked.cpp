// A blocked account: what happened, what comes now, never whose fault. Three failures are never a dead end.
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

KioskIntent draw(const page::BlockedIntro&, const KioskView& view, ui::Ui& ui) {
  auto spec = kiosk_page("blocked.intro", "blocked.intro", view, ui);
  spec.art = ui::Art::OfficerHelps;
  spec.primary = ui.t("kiosk.next");
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    const ui::TimelineRow rows[] = {
        {ui::TimelineRow::State::Now, ui.t("blocked.step.number"), ui.t("blocked.step.number.detail")},
        {ui::TimelineRow::State::Future, ui.t("blocked.step.interview"), ui.t("blocked.step.interview.detail")},
        {ui::TimelineRow::State::Future, ui.t("blocked.step.photo"), ui.t("blocked.step.photo.detail")},
        {ui::TimelineRow::State::Future, ui.t("blocked.step.usable"),
         ui.t("blocked.step.usable.detail", {{"hours", ui.lang().number(view.rules.reset_hours)}})}};
    ui.timeline("steps", rows);
  }
  return outcome(page);
}

KioskIntent draw(const page::BlockedConsent&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("blocked.consent", "blocked.consent", view, ui);
  spec.art = ui::Art::Interview;
  spec.primary = ui.t("blocked.consent.yes");
  spec.primary_is = ui::PrimaryIs::Binding;
  spec.primary_icon = ui::Icon::Check;
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    ui.check("number", ui.t("blocked.consent.number"), true);
    ui.check("officer", ui.t("blocked.consent.officer"), true);
    ui.check("face", ui.t("blocked.consent.face"), true);
  }
  if (ui.button("no-consent", ui.t("blocked.consent.no"), {.icon = ui::Icon::Person, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::BlockedDocuments&, const KioskView& view, ui::Ui& ui) {
  const auto& v = view.visit();
  auto spec = kiosk_page("blocked.documents", "blocked.documents", view, ui);
  spec.art = ui::Art::Documents;
  const bool known = v.account_view && v.account_view->account.state != domain::AccountState::Unknown;
  const bool blocked = v.account_view && v.account_view->account.state == domain::AccountState::Blocked;
  spec.primary = ui.t(blocked ? "blocked.take_number" : "kiosk.take_number");
  spec.primary_is = ui::PrimaryIs::Acting;
  spec.primary_icon = ui::Icon::Ticket;
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    for (const char* d : {"ktp", "kk", "member_card"}) ui.check(d, ui.t(std::string("document.") + d), true);
    ui.check("mother", ui.t("blocked.documents.mother"), true);
  }
  ui.text(ui.t("blocked.documents.missing"), ui::TextKind::Soft);
  if (!known) ui.notice("unknown", ui.t("blocked.not_checked"), ui::Tone::Info, ui::Icon::Info);
  auto own = ui.own();  // of the account
  if (v.account_view && v.account_view->account.state == domain::AccountState::Active)
    ui.notice("active", ui.t("blocked.seems_active"), ui::Tone::Info, ui::Icon::Info);
  if (v.account_view && v.account_view->as_of && v.account_view->sync == domain::SyncState::Accepted)
    ui.text(ui.t("blocked.account_as_of", {{"date", ui.lang().date_time(*v.account_view->as_of, view.utc_offset)}}),
            ui::TextKind::Soft);
  if (v.account_view && v.account_view->account.usable_from)
    ui.notice("usable",
              ui.t("blocked.usable_from", {{"time", moment_words(*v.account_view->account.usable_from, view, ui)}}),
              ui::Tone::Good, ui::Icon::Clock);
  return outcome(page);
}

KioskIntent draw(const page::BlockedNow&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  auto spec = kiosk_page("blocked.now", "blocked.now", view, ui);
  if (v.account_view && v.account_view->account.state == domain::AccountState::ResetPending)
    spec.lead = ui.t("blocked.now.pending");
  spec.art = ending_picture(view);
  spec.back = false;
  spec.done = !v.ticket;
  const bool blocked = v.account_view && v.account_view->account.state == domain::AccountState::Blocked;
  spec.primary = ui.t(v.ticket ? "kiosk.done" : blocked ? "blocked.take_number" : "kiosk.take_number");
  spec.primary_is = v.ticket ? ui::PrimaryIs::Leaving : ui::PrimaryIs::Acting;
  spec.primary_icon = v.ticket ? ui::Icon::Done : ui::Icon::Ticket;
  auto page = ui.page(spec);
  if (v.ticket) {
    auto card = ui.card(ui::Tone::Info);
    draw_ticket(view, ui);
  }
  draw_printing("printing", v.ticket_print, ui);
  if (auto said = ask_paper(view, ui)) intent = said;
  draw_ticket_code(view, ui);
  if (v.ticket_print == PrintState::Failed &&
      ui.button("print-again", ui.t("print.again"), {.icon = ui::Icon::Printer, .wide = true, .acts = true}))
    intent = Other{};
  {
    auto card = ui.card();
    ui.text(ui.t("blocked.now.ready"), ui::TextKind::Strong);
    ui.text(ui.t("blocked.now.documents"));
    ui.text(ui.t("blocked.now.usable", {{"hours", ui.lang().number(view.rules.reset_hours)}}), ui::TextKind::Soft);
  }
  return outcome(page, intent);
}

}  // namespace kiosk::screen
