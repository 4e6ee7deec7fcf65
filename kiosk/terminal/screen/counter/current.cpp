// The card of the ticket at this counter with all that may be done to it; without one, how to get one; and the break.
#include "terminal/screen/counter/queue.h"

namespace kiosk::screen {

using namespace flow::counter;
using domain::TicketAct;
using domain::TicketState;

namespace {

using Wish = std::optional<CounterIntent>;

Wish draw_free(const AtQueue& s, const CounterView& view, ui::Ui& ui) {
  Wish intent;
  const bool may = !s.busy && view.model.may("call");
  ui.heading(ui.t("counter.queue.free"));
  ui.text(ui.t("counter.queue.free_lead"), ui::TextKind::Soft);
  if (!view.model.call_asked.is_nil() && !s.busy)
    ui.notice("unanswered", ui.t("counter.unanswered"), ui::Tone::Attention, ui::Icon::Bell);
  if (ui.button(
          "call-next", ui.t("counter.call_next"),
          {.kind = ui::ButtonKind::Primary, .icon = ui::Icon::Bell, .enabled = may, .shortcut = "F2", .wide = true}))
    intent = Intent{CallNext{}};
  auto grid = ui.grid({45}, 2);
  if (ui.button("walk-in", ui.t("counter.walk_in"), {.icon = ui::Icon::Person, .enabled = may, .shortcut = "F9"}))
    intent = Intent{OpenSheet{SheetKind::WalkIn}};
  if (ui.button("break", ui.t("counter.break"), {.icon = ui::Icon::Pause, .enabled = may, .shortcut = "F11"}))
    intent = Intent{OpenSheet{SheetKind::Break}};
  return intent;
}

Wish draw_break(const Break& rest, const CounterView& view, ui::Ui& ui) {
  ui.heading(ui.t("counter.break"));
  ui.text(ui.t("counter.break.lead"), ui::TextKind::Soft);
  const std::vector<ui::FieldRow> rows{
      {ui.t("counter.break.reason"), ui.t("counter.break." + rest.reason), ui::Tone::Neutral},
      {ui.t("counter.break.since"), when(rest.since, view, ui), ui::Tone::Neutral}};
  ui.fields("break-fields", rows);
  if (ui.button("end-break", ui.t("counter.break.end"),
                {.kind = ui::ButtonKind::Primary, .icon = ui::Icon::Play, .shortcut = "F2", .wide = true}))
    return Intent{EndBreak{}};
  return std::nullopt;
}

std::string written_for(Seconds time, ui::Ui& ui) {
  const auto s = std::max<std::int64_t>(0, time.count());
  if (s < 60) return ui.t("counter.wrap_up.time", {{"seconds", std::to_string(s)}});
  return ui.t("counter.wrap_up.time_long", {{"minutes", std::to_string(s / 60)}, {"seconds", std::to_string(s % 60)}});
}

Wish draw_acts(const domain::Ticket& t, const AtQueue& s, const CounterView& view, ui::Ui& ui) {
  Wish intent;
  const bool may = !s.busy && view.model.may("call");
  const auto button = [&](const char* id, const std::string& label, ui::Icon icon, const char* key, Intent wanted,
                          ui::ButtonKind kind = ui::ButtonKind::Secondary) {
    if (ui.button(id, label, {.kind = kind, .icon = icon, .enabled = may, .shortcut = key})) intent = std::move(wanted);
  };
  auto grid = ui.grid({45}, 2);
  if (t.state == TicketState::Called) {
    button("begin", ui.t("counter.begin"), ui::Icon::Play, "F4", ActOnTicket{TicketAct::Begin},
           ui::ButtonKind::Primary);
    button("recall", ui.t("counter.recall"), ui::Icon::Bell, "F3", ActOnTicket{TicketAct::Recall});
    button("no-show", ui.t("counter.no_show"), ui::Icon::Skip, "F6", OpenSheet{SheetKind::NoShow});
  } else {
    button("open-case", ui.t("counter.open_case"), ui::Icon::Document, "F5", OpenCurrent{},
           t.state == TicketState::Serving ? ui::ButtonKind::Primary : ui::ButtonKind::Secondary);
  }
  if (t.state == TicketState::WrapUp) {
    button("finish", ui.t("counter.wrap_up.end"), ui::Icon::Done, "F8", ActOnTicket{TicketAct::Finish, "served"},
           ui::ButtonKind::Primary);
    button("begin", ui.t("counter.wrap_up.back"), ui::Icon::Play, "F4", ActOnTicket{TicketAct::Begin});
    return intent;
  }
  if (t.state == TicketState::Serving)
    button("wrap-up", ui.t("counter.finish"), ui::Icon::Done, "F8", ActOnTicket{TicketAct::WrapUp});
  button("park", ui.t("counter.park"), ui::Icon::Pause, "F7", OpenSheet{SheetKind::Park});
  button("transfer", ui.t("counter.transfer"), ui::Icon::Transfer, "F9", OpenSheet{SheetKind::Transfer});
  return intent;
}

}  // namespace

Wish draw_current(const AtQueue& s, const CounterView& view, ui::Ui& ui) {
  const auto* t = view.model.current();
  auto card = ui.card(t ? ui::Tone::Info : view.model.resting ? ui::Tone::Attention : ui::Tone::Neutral);
  if (!t && view.model.resting) return draw_break(*view.model.resting, view, ui);
  if (!t) return draw_free(s, view, ui);
  const bool writing = t->state == TicketState::WrapUp;
  ui.big_number("current", ui.t(writing ? "counter.wrap_up" : "counter.queue.now"), t->number);
  if (writing) {
    const auto since = t->wrap_up_at.value_or(view.now);
    ui.text(written_for(std::chrono::duration_cast<Seconds>(view.now - since), ui), ui::TextKind::Title);
    ui.text(ui.t("counter.wrap_up.lead"), ui::TextKind::Soft);
  } else {
    draw_ticket_fields("current-fields", *t, view, ui);
  }
  return draw_acts(*t, s, view, ui);
}

void draw_ticket_fields(std::string_view id, const domain::Ticket& t, const CounterView& view, ui::Ui& ui) {
  std::vector<ui::FieldRow> rows{
      {ui.t("counter.ticket.service"), ui.t("service." + t.service), ui::Tone::Neutral},
      {ui.t("counter.ticket.priority"), ui.t("priority." + std::string(domain::code(t.priority))),
       t.priority == domain::Priority::Normal ? ui::Tone::Neutral : ui::Tone::Attention},
      {ui.t("counter.ticket.state"), ui.t("ticket.state." + std::string(domain::code(t.state))), ui::Tone::Neutral},
      {ui.t("counter.ticket.issued"), when(t.issued_at, view, ui), ui::Tone::Neutral}};
  if (t.state == TicketState::Called)
    rows.push_back({ui.t("counter.ticket.calls"), ui.t("counter.ticket.times", {{"count", std::to_string(t.calls)}}),
                    ui::Tone::Neutral});
  if (!t.to_counter.empty())
    rows.push_back({ui.t("counter.ticket.for_counter"), ui.t("counter.login.counter", {{"number", t.to_counter}}),
                    ui::Tone::Neutral});
  if (const auto why = "counter.park." + t.reason; t.state == TicketState::Parked && ui.t(why) != why)
    rows.push_back({ui.t("counter.ticket.why"), ui.t(why), ui::Tone::Neutral});
  ui.fields(id, rows);
}

}  // namespace kiosk::screen
