// What is asked before an act of the queue: which reason, which target, are you sure. A page each, back by Kembali.
#include <algorithm>

#include "terminal/screen/counter/queue.h"

namespace kiosk::screen {

using namespace flow::counter;
using domain::TicketAct;
using domain::TicketState;

namespace {

using Wish = std::optional<CounterIntent>;

struct Asked {
  const Sheet& sheet;
  const domain::Ticket* ticket;  // null for those about none
  bool busy;
  const CounterView& view;
};

ui::PageSpec sheet_page(const char* id, const std::string& heading, const Asked& a, ui::Ui& ui) {
  auto spec = counter_page(id, a.view, ui);
  spec.heading = heading;
  spec.back = true;
  return spec;
}
std::string number_of(const Asked& a) { return a.ticket ? a.ticket->number : std::string(); }

// Keys F2, F3, ... choose what stands in a list.
std::string key_of(std::size_t i) { return i < 8 ? "F" + std::to_string(i + 2) : std::string(); }

bool option(std::size_t i, const std::string& id, const std::string& label, ui::Icon icon, const Asked& a, ui::Ui& ui) {
  return ui.button(id, label, {.icon = icon, .enabled = !a.busy, .shortcut = key_of(i), .wide = true});
}

Wish draw_park(const Asked& a, ui::Ui& ui) {
  Wish intent;
  constexpr std::pair<const char*, ui::Icon> reasons[] = {{"waits_for_documents", ui::Icon::Document},
                                                          {"photocopy", ui::Icon::Printer},
                                                          {"waits_for_companion", ui::Icon::Users},
                                                          {"waits_for_centre", ui::Icon::Cloud},
                                                          {"personal", ui::Icon::Clock}};
  auto spec = sheet_page("counter.sheet.park", ui.t("counter.sheet.park", {{"number", number_of(a)}}), a, ui);
  spec.lead = ui.t("counter.sheet.park.lead");
  auto page = ui.page(spec);
  draw_notices(a.view.model, ui);
  auto grid = ui.grid({90}, 2);
  std::size_t i = 0;
  for (const auto& [reason, icon] : reasons)
    if (option(i++, reason, ui.t(std::string("counter.park.") + reason), icon, a, ui))
      intent = Intent{ActOnTicket{TicketAct::Park, reason, a.sheet.ticket}};
  if (page.back) intent = Intent{CloseSheet{}};
  return intent;
}

Wish draw_no_show(const Asked& a, ui::Ui& ui) {
  Wish intent;
  auto spec = sheet_page("counter.sheet.no_show", ui.t("counter.sheet.no_show", {{"number", number_of(a)}}), a, ui);
  spec.lead = ui.t("counter.sheet.no_show.lead", {{"count", std::to_string(a.ticket ? a.ticket->calls : 0)}});
  auto page = ui.page(spec);
  draw_notices(a.view.model, ui);
  auto grid = ui.grid({90}, 2);
  if (option(0, "no-show", ui.t("counter.sheet.no_show.go"), ui::Icon::Skip, a, ui))
    intent = Intent{ActOnTicket{TicketAct::NoShow, "called_in_vain", a.sheet.ticket}};
  if (option(1, "recall", ui.t("counter.recall"), ui::Icon::Bell, a, ui))
    intent = Intent{ActOnTicket{TicketAct::Recall, {}, a.sheet.ticket}};
  if (page.back) intent = Intent{CloseSheet{}};
  return intent;
}

Wish draw_transfer(const Asked& a, ui::Ui& ui) {
  Wish intent;
  const auto& to = a.sheet;
  auto spec = sheet_page("counter.sheet.transfer", ui.t("counter.sheet.transfer", {{"number", number_of(a)}}), a, ui);
  spec.primary = ui.t("counter.sheet.transfer.go");
  spec.primary_icon = ui::Icon::Transfer;
  spec.primary_enabled = !a.busy && (!to.to_service.empty() || !to.to_counter.empty());
  auto page = ui.page(spec);
  draw_notices(a.view.model, ui);
  auto split = ui.split(0.5f);
  {
    auto card = ui.card();
    ui.text(ui.t("counter.sheet.transfer.service"), ui::TextKind::Strong);
    auto grid = ui.grid({70}, 2);
    for (const auto& s : a.view.model.services)
      if (s.open && (!a.ticket || s.code != a.ticket->service) &&
          ui.choice("service-" + s.code, ui.t("service." + s.code), to.to_service == s.code))
        intent = Intent{ChooseTarget{s.code, {}}};
  }
  {
    auto right = ui.column();
    {
      auto card = ui.card();
      ui.text(ui.t("counter.sheet.transfer.counter"), ui::TextKind::Strong);
      auto grid = ui.grid({34}, 3);
      for (const auto& number : a.view.model.counters)
        if (a.view.model.counter != number &&
            ui.choice("counter-" + number, ui.t("counter.login.counter", {{"number", number}}),
                      to.to_counter == number))
          intent = Intent{ChooseTarget{{}, number}};
    }
    auto card = ui.card();
    ui.text(ui.t("counter.sheet.transfer.place"), ui::TextKind::Strong);
    constexpr std::pair<domain::Place, const char*> places[] = {
        {domain::Place::Fair, "fair"}, {domain::Place::First, "first"}, {domain::Place::Last, "last"}};
    for (const auto& [place, code] : places)
      if (ui.choice(std::string("place-") + code, ui.t(std::string("counter.place.") + code), to.place == place))
        intent = Intent{ChoosePlace{place}};
  }
  if (page.primary) intent = Intent{TransferThere{}};
  if (page.back) intent = Intent{CloseSheet{}};
  return intent;
}

Wish draw_walk_in(const Asked& a, ui::Ui& ui) {
  Wish intent;
  auto spec = sheet_page("counter.sheet.walk_in", ui.t("counter.sheet.walk_in"), a, ui);
  spec.lead = ui.t("counter.sheet.walk_in.lead");
  auto page = ui.page(spec);
  draw_notices(a.view.model, ui);
  auto grid = ui.grid({90}, 2);
  std::size_t i = 0;
  for (const auto& s : a.view.model.services)
    if (s.open && option(i++, "service-" + s.code, ui.t("service." + s.code), ui::Icon::Ticket, a, ui))
      intent = Intent{TakeWalkIn{s.code}};
  if (page.back) intent = Intent{CloseSheet{}};
  return intent;
}

Wish draw_break(const Asked& a, ui::Ui& ui) {
  Wish intent;
  constexpr std::pair<const char*, ui::Icon> reasons[] = {{"rest", ui::Icon::Pause},
                                                          {"prayer", ui::Icon::Clock},
                                                          {"called_away", ui::Icon::Users},
                                                          {"trouble", ui::Icon::Attention}};
  auto spec = sheet_page("counter.sheet.break", ui.t("counter.sheet.break"), a, ui);
  spec.lead = ui.t("counter.break.lead");
  auto page = ui.page(spec);
  auto grid = ui.grid({90}, 2);
  std::size_t i = 0;
  for (const auto& [reason, icon] : reasons)
    if (option(i++, reason, ui.t(std::string("counter.break.") + reason), icon, a, ui))
      intent = Intent{TakeBreak{reason}};
  if (page.back) intent = Intent{CloseSheet{}};
  return intent;
}

Wish draw_listed(const Asked& a, ui::Ui& ui) {
  Wish intent;
  const auto& t = *a.ticket;
  auto page = ui.page(sheet_page("counter.sheet.listed", ui.t("counter.sheet.listed", {{"number", t.number}}), a, ui));
  draw_notices(a.view.model, ui);
  auto split = ui.split(0.5f);
  {
    auto card = ui.card();
    draw_ticket_fields("listed-fields", t, a.view, ui);
  }
  auto card = ui.card();
  const auto button = [&](const char* id, const std::string& label, ui::Icon icon, const char* key, bool enabled,
                          Intent wanted, ui::ButtonKind kind = ui::ButtonKind::Secondary) {
    if (ui.button(id, label,
                  {.kind = kind, .icon = icon, .enabled = enabled && !a.busy, .shortcut = key, .wide = true}))
      intent = std::move(wanted);
  };
  const auto allowed = [&](TicketAct act) { return domain::next_state(t.state, act).has_value(); };
  if (allowed(TicketAct::Call)) {
    const bool free = !a.view.model.current() && !a.view.model.resting;
    ui.text(ui.t(free ? "counter.sheet.listed.call_now" : "counter.sheet.listed.finish_first"), ui::TextKind::Small);
    button("call", ui.t("counter.sheet.listed.call", {{"number", t.number}}), ui::Icon::Bell, "F2", free,
           CallNumber{t.number}, ui::ButtonKind::Primary);
  }
  if (allowed(TicketAct::Recycle))
    button("recycle", ui.t("counter.sheet.listed.recycle"), ui::Icon::Refresh, "F4", true,
           ActOnTicket{TicketAct::Recycle, {}, t.id}, ui::ButtonKind::Primary);
  if (t.state == TicketState::Parked)
    button("requeue", ui.t("counter.sheet.listed.requeue"), ui::Icon::Refresh, "F4", true,
           ActOnTicket{TicketAct::Requeue, {}, t.id});
  if (t.state == TicketState::Created)
    button("enqueue", ui.t("counter.sheet.listed.enqueue"), ui::Icon::Check, "F4", true,
           ActOnTicket{TicketAct::Enqueue, {}, t.id}, ui::ButtonKind::Primary);
  if (allowed(TicketAct::Transfer))
    button("transfer", ui.t("counter.transfer"), ui::Icon::Transfer, "F9", true, OpenSheet{SheetKind::Transfer, t.id});
  button("print", ui.t("counter.sheet.listed.print"), ui::Icon::Printer, "F10", true, PrintNumber{t.id});
  if (page.back) intent = Intent{CloseSheet{}};
  return intent;
}

}  // namespace

Wish draw_sheet(const Sheet& sheet, bool busy, const CounterView& view, ui::Ui& ui) {
  const Asked a{sheet, sheet.ticket.is_nil() ? nullptr : view.model.ticket(sheet.ticket), busy, view};
  switch (sheet.kind) {
    case SheetKind::Listed:
      return a.ticket ? draw_listed(a, ui) : std::nullopt;
    case SheetKind::Park:
      return draw_park(a, ui);
    case SheetKind::NoShow:
      return draw_no_show(a, ui);
    case SheetKind::Transfer:
      return draw_transfer(a, ui);
    case SheetKind::WalkIn:
      return draw_walk_in(a, ui);
    case SheetKind::Break:
      return draw_break(a, ui);
  }
  return std::nullopt;
}

}  // namespace kiosk::screen
