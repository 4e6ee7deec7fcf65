// The officer's home: this counter, and the lists of those who wait, of no-shows, tasks and approvals.
#include <algorithm>

#include "terminal/screen/counter/queue.h"

namespace kiosk::screen {

using namespace flow::counter;
using domain::TicketState;

namespace {

// May be called, put back or checked in from the list.
bool is_listed(const domain::Ticket& t) {
  return domain::is_waiting(t.state) || t.state == TicketState::Parked || t.state == TicketState::Created;
}

std::optional<CounterIntent> draw_tickets(const char* id, const std::vector<const domain::Ticket*>& tickets,
                                          const AtQueue& s, const CounterView& view, ui::Ui& ui) {
  const std::vector<ui::Column> columns{{ui.t("counter.ticket.number"), 1.1f},
                                        {ui.t("counter.ticket.service"), 1.6f},
                                        {ui.t("counter.ticket.priority"), 1.6f},
                                        {ui.t("counter.ticket.state"), 1.2f},
                                        {ui.t("counter.ticket.waited"), 1.2f, true}};
  std::vector<ui::TableRow> rows;
  for (const auto* t : tickets) {
    const auto waited = std::chrono::duration_cast<Seconds>(view.now - t->issued_at);
    rows.push_back(
        {t->number,
         {t->number, ui.t("service." + t->service), ui.t("priority." + std::string(domain::code(t->priority))),
          ui.t("ticket.state." + std::string(domain::code(t->state))),
          ui.lang().duration(std::max(waited, Seconds{0}))},
         t->priority == domain::Priority::Normal ? ui::Tone::Neutral : ui::Tone::Attention});
  }
  if (auto row = ui.table(id, columns, rows, {}, !s.busy && view.model.may("call")))
    return Intent{OpenSheet{SheetKind::Listed, tickets[*row]->id}};
  return std::nullopt;
}

std::optional<CounterIntent> draw_waiting(const AtQueue& s, const CounterView& view, ui::Ui& ui) {
  std::vector<const domain::Ticket*> waiting;
  for (const auto& t : view.model.tickets)
    if (is_listed(t)) waiting.push_back(&t);
  if (waiting.empty()) {
    ui.art(ui::Art::Waiting, {28});
    ui.text(ui.t("counter.queue.nobody"), ui::TextKind::Soft);
    return std::nullopt;
  }
  ui.text(ui.t("counter.queue.hint"), ui::TextKind::Small);
  return draw_tickets("waiting", waiting, s, view, ui);
}

std::optional<CounterIntent> draw_missed(const AtQueue& s, const CounterView& view, ui::Ui& ui) {
  if (view.model.missed.empty()) {
    ui.text(ui.t("counter.missed.none"), ui::TextKind::Soft);
    return std::nullopt;
  }
  std::vector<const domain::Ticket*> missed;
  for (const auto& t : view.model.missed) missed.push_back(&t);
  ui.text(ui.t("counter.missed.hint"), ui::TextKind::Small);
  return draw_tickets("missed", missed, s, view, ui);
}

// What to do; of a document to be scanned again also which: the task's subject ends with its kind.
std::string task_words(const verbs::Task& task, ui::Ui& ui) {
  const std::string words = ui.t("counter.task." + task.kind);
  if (task.kind == "confirm_day") return day_asked(task, ui);
  const auto colon = task.subject.rfind(':');
  if (task.kind != "scan_again" || colon == std::string::npos) return words;
  return words + ": " + scan_words(task.subject.substr(colon + 1), ui);
}

std::optional<CounterIntent> draw_tasks(const CounterView& view, ui::Ui& ui) {
  std::vector<const verbs::Task*> open;
  for (const auto& t : view.model.tasks)
    if (!t.done && t.kind != "help") open.push_back(&t);
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
                    {task_words(*t, ui), t->person_masked, t->reason.empty() ? "" : ui.t("counter.reason." + t->reason),
                     when(t->at, view, ui)},
                    t->kind == "rejected" ? ui::Tone::Bad : ui::Tone::Neutral});
  if (auto row = ui.table("tasks", columns, rows)) return Intent{OpenTask{open[*row]->id}};
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
  if (auto row = ui.table("approvals", columns, rows)) return Intent{OpenApproval{pending[*row]->id}};
  return std::nullopt;
}

// Somebody stands at a kiosk and waits for a person: the oldest call first.
std::optional<CounterIntent> draw_help(const Model& m, ui::Ui& ui) {
  const auto call =
      std::find_if(m.tasks.begin(), m.tasks.end(), [](const auto& t) { return t.kind == "help" && !t.done; });
  if (call == m.tasks.end()) return std::nullopt;
  auto card = ui.card(ui::Tone::Attention);
  auto row = ui.row();
  ui.icon(ui::Icon::Bell, ui::Tone::Attention);
  ui.text(ui.t("counter.help.asked", {{"terminal", call->subject}}), ui::TextKind::Strong);
  if (ui.button("help-going", ui.t("counter.help.going"),
                {.kind = ui::ButtonKind::Primary, .icon = ui::Icon::Person, .shortcut = "Ctrl+B"}))
    return Intent{AnswerHelp{call->id}};
  return std::nullopt;
}

}  // namespace

std::optional<CounterIntent> draw(const AtQueue& s, const CounterView& view, ui::Ui& ui) {
  std::optional<CounterIntent> intent;
  const auto& m = view.model;
  if (s.sheet) return draw_sheet(*s.sheet, s.busy, view, ui);
  auto page = ui.page(counter_page("counter.queue", view, ui));
  draw_notices(m, ui);
  if (auto going = draw_help(m, ui)) intent = std::move(going);
  draw_sync_alert(m.sync, ui);
  auto split = ui.split(0.36f);
  {
    auto left = ui.column();
    if (auto act = draw_current(s, view, ui)) intent = std::move(act);
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
        intent = Intent{ShowSync{}};
    }
    if (ui.button("log-out", ui.t("counter.log_out"),
                  {.kind = ui::ButtonKind::Quiet, .icon = ui::Icon::Logout, .shortcut = "F12"}))
      intent = Intent{LogOut{}};
  }
  {
    auto card = ui.card();
    int waiting = 0, approvals = 0, tasks = 0;
    for (const auto& t : m.tickets) waiting += is_listed(t);
    for (const auto& r : m.approvals) approvals += r.state == domain::AccountState::ResetPending;
    for (const auto& t : m.tasks) tasks += !t.done && t.kind != "help";
    const std::vector<ui::TabSpec> tabs{
        {"tab-waiting", ui.t("counter.tab.waiting"), ui::Icon::Users, std::to_string(waiting)},
        {"tab-missed", ui.t("counter.tab.missed"), ui::Icon::Skip, {}},
        {"tab-tasks", ui.t("counter.tab.tasks"), ui::Icon::Document, std::to_string(tasks)},
        {"tab-approvals", ui.t("counter.tab.approvals"), ui::Icon::Shield, std::to_string(approvals)}};
    if (auto tab = ui.tabs("tabs", tabs, static_cast<std::size_t>(s.tab)))
      intent = Intent{ShowTab{static_cast<Tab>(*tab)}};
    std::optional<CounterIntent> row;
    switch (s.tab) {
      case Tab::Waiting:
        row = draw_waiting(s, view, ui);
        break;
      case Tab::Missed:
        row = draw_missed(s, view, ui);
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
