#include "terminal/screen/kiosk/parts.h"

#include "terminal/flow/kiosk/taken.h"
#include "terminal/screen/sync_words.h"

namespace kiosk::screen {

using namespace flow::kiosk;

std::string journey_title(const KioskView& view, ui::Ui& ui) {
  switch (view.visit().purpose) {
    case Purpose::None:
      return ui.t("kiosk.title");
    case Purpose::Ticket:
      return ui.t("home.ticket");
    case Purpose::Claim:
      return ui.t("home.claim");
    case Purpose::Blocked:
      return ui.t("home.blocked");
    case Purpose::Balance:
      return ui.t("home.balance");
    case Purpose::FindKpj:
      return ui.t("home.kpj");
    case Purpose::Track:
      return ui.t("home.track");
    case Purpose::Simulate:
      return ui.t("home.simulate");
    case Purpose::Guide:
      return ui.t("other.guide");
    case Purpose::CheckIn:
      return ui.t("other.appointment");
    case Purpose::Card:
      return ui.t("other.card");
    case Purpose::Update:
      return ui.t("other.update");
    case Purpose::Account:
      return ui.t("other.account");
    case Purpose::Privacy:
      return ui.t("other.privacy");
    case Purpose::Intake:
      return ui.t("intake.topic." + view.visit().topic);
  }
  return {};
}

ui::PageSpec kiosk_page(std::string id, std::string_view key, const KioskView& view, ui::Ui& ui) {
  ui::PageSpec spec;
  spec.id = std::move(id);
  // An officer who is logged in beside the person stands on every page by number.
  spec.title =
      view.state.officer ? ui.t("assisted.by", {{"number", view.state.officer->number}}) : journey_title(view, ui);
  const auto at = progress(view.state);
  spec.step = at.step;
  spec.steps = at.of;
  spec.heading = ui.t(std::string(key) + ".heading");
  const auto lead = std::string(key) + ".lead";
  spec.lead = ui.t(lead);
  if (spec.lead == lead) spec.lead.clear();
  return spec;
}

ui::PageSpec entry_page(std::string id, std::string_view key, ui::Art art, const KioskView& view, ui::Ui& ui) {
  auto spec = kiosk_page(std::move(id), key, view, ui);
  spec.primary = ui.t("kiosk.next");
  if (ui.settings().size < ui::TextSize::Percent150)
    spec.art = art;
  else
    spec.lead_last = true;
  return spec;
}

KioskIntent outcome(const ui::Page& page, KioskIntent own) {
  if (own) return own;
  if (page.primary) return Next{};
  if (page.back) return Back{};
  if (page.help) return AskHelp{};
  if (page.done) return Finish{};
  return std::nullopt;
}

std::string words_of(std::string_view error, ui::Ui& ui) {
  if (error.empty()) return {};
  return ui.lang().fault(Fault{FaultKind::BadInput, std::string(error), {}, {}});
}

std::string grouped(std::string_view digits, std::size_t group) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && i % group == 0) out += ' ';
    out += digits[i];
  }
  return out;
}

std::string masked_end(std::string_view digits) {
  if (digits.size() <= 4) return std::string(digits);
  return "**** " + std::string(digits.substr(digits.size() - 4));
}

std::string hour_words(WallTime at, const KioskView& view, ui::Ui& ui) {
  return ui.lang().time(at, view.utc_offset) + " " + view.zone;
}

std::string moment_words(WallTime at, const KioskView& view, ui::Ui& ui) {
  return ui.lang().date_time(at, view.utc_offset) + " " + view.zone;
}

std::string as_of_words(WallTime at, const KioskView& view, ui::Ui& ui) {
  return ui.t("kiosk.as_of", {{"date", ui.lang().date_time(at, view.utc_offset)}});
}

void draw_as_of(const KioskView& view, ui::Ui& ui) {
  const auto& v = view.visit();
  if (v.found && v.found->as_of) ui.text(as_of_words(*v.found->as_of, view, ui), ui::TextKind::Soft);
}

void draw_claim_sync(const verbs::ClaimView& c, const KioskView&, ui::Ui& ui) {
  ui.check("sync-" + c.id.str(), way_words(c, ui), verbs::said_of(c).way == "received",
           why_words(c.sync, c.sync_why, c.reason, ui));
}

void draw_printing(std::string_view id, PrintState state, ui::Ui& ui) {
  switch (state) {
    case PrintState::None:
      return;
    case PrintState::Printing:
      ui.notice(id, ui.t("print.printing"), ui::Tone::Info, ui::Icon::Printer);
      return;
    case PrintState::Printed:
      ui.notice(id, ui.t("print.printed"), ui::Tone::Good, ui::Icon::Printer);
      return;
    case PrintState::Unsure:
      return;  // ask_paper asks
    case PrintState::Failed:
      ui.notice(id, ui.t("print.failed"), ui::Tone::Attention, ui::Icon::Printer);
      return;
  }
}

KioskIntent ask_paper(const KioskView& view, ui::Ui& ui) {
  const auto& v = view.visit();
  const bool slip = v.slip_print == PrintState::Unsure;
  if (v.ticket_print != PrintState::Unsure && v.receipt_print != PrintState::Unsure && !slip) return {};
  auto card = ui.card(ui::Tone::Attention);
  ui.text(ui.t("print.came"), ui::TextKind::Title);
  KioskIntent intent;
  if (ui.button(flow::kiosk::kPaperCame, ui.t("print.came.yes"), {.icon = ui::Icon::Check, .wide = true}))
    intent = flow::kiosk::Choose{std::string(flow::kiosk::kPaperCame)};
  if (ui.button(flow::kiosk::kPaperMissing, ui.t("print.came.no"), {.icon = ui::Icon::Printer, .wide = true}))
    intent = flow::kiosk::Choose{std::string(flow::kiosk::kPaperMissing)};
  return intent;
}

void draw_money(std::string_view label, Rupiah amount, ui::Ui& ui) {
  ui.text(label, ui::TextKind::Soft);
  ui.personal(ui.lang().rupiah(amount), ui::TextKind::Title, ui::Tone::Good);
}

std::string wait_words(const verbs::TicketIssued& t, ui::Ui& ui) {
  std::string words = t.people_ahead == 0 ? ui.t("ticket.ahead.none")
                                          : ui.t("ticket.ahead", {{"count", ui.lang().number(t.people_ahead)}});
  if (t.wait_low_min && t.wait_high_min)
    words += " " + ui.t("ticket.wait", {{"range", ui.lang().minutes_range(*t.wait_low_min, *t.wait_high_min)}});
  return words;
}

namespace {
// Where the ticket stands now: its slot, its counter, or the queue.
std::string place_words(const verbs::TicketIssued& issued, const KioskView& view, ui::Ui& ui) {
  const auto& t = issued.ticket;
  if (issued.slot_from && issued.slot_to)
    return ui.t("ticket.slot", {{"from", ui.lang().time(*issued.slot_from, view.utc_offset)},
                                {"to", hour_words(*issued.slot_to, view, ui)}});
  if (t.state == domain::TicketState::Called || t.state == domain::TicketState::Serving)
    return ui.t("ticket.called_now", {{"counter", t.counter}});
  if (t.state == domain::TicketState::Parked) return ui.t("ticket.parked_now");
  return wait_words(issued, ui);
}
}  // namespace

void draw_ticket_code(const KioskView& view, ui::Ui& ui) {
  if (view.visit().ticket_print != PrintState::Failed || !view.ticket_code) return;
  ui.text(ui.t("ticket.photograph"), ui::TextKind::Strong);
  ui.picture("ticket-code", ui.t("ticket.code"), {view.ticket_code, false}, {70});
}

void draw_ticket(const KioskView& view, ui::Ui& ui) {
  const auto& v = view.visit();
  if (!v.ticket) return;
  const auto& t = v.ticket->ticket;
  ui.big_number("ticket-number", ui.t("ticket.your_number"), t.number);
  ui.text(place_words(*v.ticket, view, ui), ui::TextKind::Strong);
  if (!v.appointment.empty() && t.priority == domain::Priority::Normal)
    ui.notice("late", ui.t("ticket.appointment_late"), ui::Tone::Info, ui::Icon::Clock);
  if (t.priority == domain::Priority::Normal || t.priority == domain::Priority::Blocked) return;
  auto own = ui.own();
  ui.text(ui.t("ticket.priority_kept", {{"priority", ui.t("priority." + std::string(domain::code(t.priority)))}}),
          ui::TextKind::Soft);
}

void draw_documents(const std::vector<std::string>& documents, ui::Ui& ui) {
  if (documents.empty()) return;
  ui.heading(ui.t("documents.heading"));
  for (const auto& code : documents) ui.check("document-" + code, ui.t("document." + code), true);
}

}  // namespace kiosk::screen
