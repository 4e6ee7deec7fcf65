// The officer's home: the ticket at this counter with what may be done to it, and the waiting, the tasks, the
// approvals.
#include "screen/counter_screens.h"

namespace kiosk::screen {

using namespace flow::counter;
using domain::TicketAct;

namespace {

std::optional<CounterIntent> draw_current(const domain::Ticket* t, const AtQueue& s, const CounterView& view,
                                          ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  auto card = ui.card(t ? ui::Tone::Info : ui::Tone::Neutral);
  if (!t) {
    ui.heading(ui.t("counter.queue.free"));
    ui.text(ui.t("counter.queue.free_lead"), ui::TextKind::Soft);
    if (ui.button("call-next", ui.t("counter.call_next"),
                  {.kind = ui::ButtonKind::Primary,
                   .icon = ui::Icon::Bell,
                   .enabled = !s.busy && view.model.may("call"),
                   .shortcut = "F2",
                   .wide = true}))
      intent = Event{CallNext{}};
    return intent;
  }
  ui.big_number("current", ui.t("counter.queue.now"), t->number);
  const std::vector<ui::FieldRow> rows{
      {ui.t("counter.ticket.service"), ui.t("service." + t->service), ui::Tone::Neutral},
      {ui.t("counter.ticket.priority"), ui.t("priority." + std::string(domain::code(t->priority))),
       t->priority == domain::Priority::Normal ? ui::Tone::Neutral : ui::Tone::Attention},
      {ui.t("counter.ticket.state"), ui.t("ticket.state." + std::string(domain::code(t->state))), ui::Tone::Neutral},
      {ui.t("counter.ticket.issued"), when(t->issued_at, view, ui), ui::Tone::Neutral},
  };
  ui.fields("current-fields", rows);
  const bool called = t->state == domain::TicketState::Called;
  {
    auto grid = ui.grid({45}, 2);
    if (called) {
      if (ui.button("begin", ui.t("counter.begin"),
                    {.kind = ui::ButtonKind::Primary, .icon = ui::Icon::Play, .enabled = !s.busy, .shortcut = "F4"}))
        intent = Event{ActOnTicket{TicketAct::Begin, {}, {}}};
      if (ui.button("recall", ui.t("counter.recall"), {.icon = ui::Icon::Bell, .enabled = !s.busy, .shortcut = "F3"}))
        intent = Event{ActOnTicket{TicketAct::Recall, {}, {}}};
      if (ui.button("no-show", ui.t("counter.no_show"), {.icon = ui::Icon::Skip, .enabled = !s.busy, .shortcut = "F6"}))
        intent = Event{ActOnTicket{TicketAct::NoShow, "called_in_vain", {}}};
    } else {
      if (ui.button(
              "open-case", ui.t("counter.open_case"),
              {.kind = ui::ButtonKind::Primary, .icon = ui::Icon::Document, .enabled = !s.busy, .shortcut = "F5"}))
        intent = Event{OpenCurrent{}};
      if (ui.button("finish", ui.t("counter.finish"), {.icon = ui::Icon::Done, .enabled = !s.busy, .shortcut = "F8"}))
        intent = Event{ActOnTicket{TicketAct::Finish, "served", {}}};
      if (ui.button("park", ui.t("counter.park"), {.icon = ui::Icon::Pause, .enabled = !s.busy, .shortcut = "F7"}))
        intent = Event{ActOnTicket{TicketAct::Park, "waits_for_documents", {}}};
    }
  }
  return intent;
}

std::optional<CounterIntent> draw_waiting(const AtQueue& s, const CounterView& view, ui::Ui& ui) {
  std::vector<const domain::Ticket*> waiting;
  for (const auto& t : view.model.tickets)
    if (t.state == domain::TicketState::Waiting || t.state == domain::TicketState::Parked) waiting.push_back(&t);
  if (waiting.empty()) {
    ui.art(ui::Art::Waiting, {28});
    ui.text(ui.t("counter.queue.nobody"), ui::TextKind::Soft);
    return std::nullopt;
  }
  const std::vector<ui::Column> columns{{ui.t("counter.ticket.number"), 1.1f},
                                        {ui.t("counter.ticket.service"), 1.6f},
                                        {ui.t("counter.ticket.priority"), 1.6f},
                                        {ui.t("counter.ticket.state"), 1.2f},
                                        {ui.t("counter.ticket.waited"), 1.2f, true}};
  std::vector<ui::TableRow> rows;
  for (const auto* t : waiting) {
    const auto waited = std::chrono::duration_cast<Seconds>(view.now - t->issued_at);
    rows.push_back(
        {t->number,
         {t->number, ui.t("service." + t->service), ui.t("priority." + std::string(domain::code(t->priority))),
          ui.t("ticket.state." + std::string(domain::code(t->state))),
          ui.lang().duration(std::max(waited, Seconds{0}))},
         t->priority == domain::Priority::Normal ? ui::Tone::Neutral : ui::Tone::Attention});
  }
  ui.text(ui.t("counter.queue.hint"), ui::TextKind::Small);
  if (auto row = ui.table("waiting", columns, rows, {}, !s.busy)) return Event{CallNumber{waiting[*row]->number}};
  return std::nullopt;
}

std::optional<CounterIntent> draw_tasks(const CounterView& view, ui::Ui& ui) {
  std::vector<const verbs::Task*> open;
  for (const auto& t : view.model.tasks)
    if (!t.done) open.push_back(&t);
  if (open.empty()) {
    ui.text(ui.t("counter.tasks.none"), ui::TextKind::Soft);
    return std::nullopt;
  }
  const std::vector<ui::Column> columns{{ui.t("counter.task.kind"), 2},
                                        {ui.t("counter.task.person"), 1.4f},
                                        {ui.t("counter.task.reason"), 1.6f},
                                        {ui.t("counter.task.at"), 0.8f, true}};
  std::vector<ui::TableRow> rows;
  for (const auto* t : open)
    rows.push_back({t->id.str(),
                    {ui.t("counter.task." + t->kind), t->person_masked,
                     t->reason.empty() ? "" : ui.t("counter.reason." + t->reason), when(t->at, view, ui)},
                    t->kind == "rejected" ? ui::Tone::Bad : ui::Tone::Neutral});
  if (auto row = ui.table("tasks", columns, rows)) return Event{OpenTask{open[*row]->id}};
  return std::nullopt;
}

std::optional<CounterIntent> draw_approvals(const CounterView& view, ui::Ui& ui) {
  std::vector<const verbs::ResetView*> pending;
  for (const auto& r : view.model.approvals)
    if (r.state == domain::AccountState::ResetPending) pending.push_back(&r);
  if (pending.empty()) {
    ui.text(ui.t("counter.approvals.none"), ui::TextKind::Soft);
    return std::nullopt;
  }
  const std::vector<ui::Column> columns{{ui.t("counter.reset.person"), 1.6f},
                                        {ui.t("counter.reset.officer"), 1},
                                        {ui.t("counter.reset.reason"), 1.6f},
                                        {ui.t("counter.task.at"), 0.8f, true}};
  std::vector<ui::TableRow> rows;
  for (const auto* r : pending)
    rows.push_back({r->id.str(),
                    {r->person_masked, r->officer, ui.t("counter.reason." + r->reason), when(r->at, view, ui)},
                    ui::Tone::Attention});
  if (auto row = ui.table("approvals", columns, rows)) return Event{OpenApproval{pending[*row]->id}};
  return std::nullopt;
}

}  // namespace

std::optional<CounterIntent> draw(const AtQueue& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  const auto& m = view.model;
  auto page = ui.page(counter_page("counter.queue", view, ui));
  draw_notices(m, ui);
  draw_sync_alert(m.sync, ui);
  auto split = ui.split(0.36f);
  {
    auto left = ui.column();
    intent = draw_current(m.current(), s, view, ui);
    {
      auto card = ui.card();
      ui.text(ui.t("counter.sync"), ui::TextKind::Strong);
      const bool all_sent = m.sync.pending == 0 && m.sync.pending_blobs == 0;
      ui.check("sync-state",
               all_sent ? ui.t("sync.all_sent") : ui.t("sync.pending", {{"count", ui.lang().number(m.sync.pending)}}),
               all_sent, m.sync.why.empty() ? "" : ui.t("sync.why." + m.sync.why));
      if (m.sync.oldest_unsent_s && !all_sent)
        ui.text(ui.t("sync.oldest", {{"age", ui.lang().duration(Seconds{*m.sync.oldest_unsent_s})}}),
                ui::TextKind::Small);
      if (ui.button("sync", ui.t("counter.sync.open"),
                    {.icon = ui::Icon::Cloud, .enabled = !s.busy, .shortcut = "F10", .wide = true}))
        intent = Event{ShowSync{}};
    }
    if (ui.button("log-out", ui.t("counter.log_out"),
                  {.kind = ui::ButtonKind::Quiet, .icon = ui::Icon::Logout, .shortcut = "F12"}))
      intent = Event{LogOut{}};
  }
  {
    auto card = ui.card();
    int waiting = 0, approvals = 0, tasks = 0;
    for (const auto& t : m.tickets)
      waiting += t.state == domain::TicketState::Waiting || t.state == domain::TicketState::Parked;
    for (const auto& r : m.approvals) approvals += r.state == domain::AccountState::ResetPending;
    for (const auto& t : m.tasks) tasks += !t.done;
    const std::vector<ui::TabSpec> tabs{
        {"tab-waiting", ui.t("counter.tab.waiting"), ui::Icon::Users, std::to_string(waiting)},
        {"tab-tasks", ui.t("counter.tab.tasks"), ui::Icon::Document, std::to_string(tasks)},
        {"tab-approvals", ui.t("counter.tab.approvals"), ui::Icon::Shield, std::to_string(approvals)}};
    if (auto tab = ui.tabs("tabs", tabs, static_cast<std::size_t>(s.tab)))
      intent = Event{ShowTab{static_cast<Tab>(*tab)}};
    std::optional<CounterIntent> row;
    switch (s.tab) {
      case Tab::Waiting:
        row = draw_waiting(s, view, ui);
        break;
      case Tab::Tasks:
        row = draw_tasks(view, ui);
        break;
      case Tab::Approvals:
        row = draw_approvals(view, ui);
        break;
    }
    if (row) intent = std::move(row);
  }
  return intent;
}

}  // namespace kiosk::screen
