// A queue number: service, who (may be skipped), priority, and the number itself.
#include "terminal/screen/kiosk/parts.h"

namespace kiosk::screen {

using namespace flow::kiosk;

namespace {

struct ServiceLook {
  std::string_view code;
  ui::Icon icon;
};
constexpr ServiceLook looks[] = {{"JHT", ui::Icon::Claim}, {"ISO", ui::Icon::Unlock}, {"JSU", ui::Icon::Person},
                                 {"INFO", ui::Icon::Info}, {"CSO", ui::Icon::Users},  {"DATA", ui::Icon::Refresh},
                                 {"BPU", ui::Icon::Bag},   {"JKK", ui::Icon::Factory}};

ui::Icon icon_of(std::string_view service) {
  for (const auto& look : looks)
    if (look.code == service) return look.icon;
  return ui::Icon::Ticket;
}

struct PriorityLook {
  const char* id;
  ui::Icon icon;
};
constexpr PriorityLook priorities[] = {{"none", ui::Icon::Person},
                                       {"elderly", ui::Icon::Elder},
                                       {"disabled", ui::Icon::Wheelchair},
                                       {"pregnant", ui::Icon::Pregnant},
                                       {"infant", ui::Icon::Infant}};

}  // namespace

KioskIntent draw(const page::ChooseService&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("ticket.service", "ticket.service", view, ui);
  spec.art = ui::Art::Ticket;
  auto page = ui.page(spec);
  if (view.state.services.empty())
    ui.notice("no-services", ui.t("node_away.short"), ui::Tone::Attention, ui::Icon::WifiOff);
  {
    auto grid = ui.grid({100}, 2);
    int hue = 0;
    for (const auto& s : view.state.services) {
      if (!s.open) continue;
      // The branch's own name in Indonesian; a translation where there is one.
      const auto key = "service." + s.code;
      const bool translated = ui.lang().code() != "id" && ui.lang().has(key);
      if (ui.tile("service-" + s.code, icon_of(s.code), translated ? ui.t(key) : s.name,
                  {.hue = hue++ % 8, .grow = false}))
        intent = Choose{s.code};
    }
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::OfferIdentify&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("ticket.identify", "ticket.identify", view, ui);
  spec.art = ui::Art::IdCard;
  spec.primary = ui.t("ticket.identify.yes");
  auto page = ui.page(spec);
  if (ui.button("skip", ui.t("ticket.identify.skip"), {.icon = ui::Icon::Skip, .wide = true})) intent = Other{};
  return outcome(page, intent);
}

KioskIntent draw(const page::AskPriority&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  auto spec = kiosk_page("ticket.priority", "ticket.priority", view, ui);
  auto page = ui.page(spec);
  {
    auto grid = ui.grid({100}, 2, true);
    int hue = 0;
    for (const auto& p : priorities)
      if (ui.tile(p.id, p.icon, ui.t(std::string("ticket.priority.") + p.id), {.hue = hue++})) intent = Choose{p.id};
  }
  return outcome(page, intent);
}

KioskIntent draw(const page::TicketShown&, const KioskView& view, ui::Ui& ui) {
  KioskIntent intent;
  const auto& v = view.visit();
  const bool slot = v.ticket && v.ticket->slot_from;
  auto spec = kiosk_page("ticket.shown",
                         slot     ? "ticket.slot_given"
                         : v.held ? "ticket.held"
                                  : "ticket.shown",
                         view, ui);
  const bool code = v.ticket_print == PrintState::Failed;  // its picture takes the place of the drawing
  spec.art = v.ticket_print == PrintState::Unsure ? ui::Art::None : ending_picture(view);
  spec.primary = ui.t("kiosk.done");
  spec.primary_is = ui::PrimaryIs::Leaving;
  spec.primary_icon = ui::Icon::Done;
  spec.back = spec.done = false;
  auto page = ui.page(spec);
  {
    auto card = ui.card();
    draw_ticket(view, ui);
  }
  draw_printing("printing", v.ticket_print, ui);
  if (auto said = ask_paper(view, ui)) intent = said;
  draw_ticket_code(view, ui);
  const bool may_print =
      code || (v.held && v.ticket_print != PrintState::Printing && v.ticket_print != PrintState::Unsure);
  if (may_print && ui.button("print-again", ui.t(code ? "print.again" : "ticket.print"),
                             {.icon = ui::Icon::Printer, .wide = true, .acts = true}))
    intent = Other{};
  if (!slot) ui.text(ui.t("ticket.watch_board"));
  ui.text(ui.t("kiosk.free"), ui::TextKind::Soft);
  return outcome(page, intent);
}

}  // namespace kiosk::screen
