// The officer's queue: whom this counter takes, what happens to the ticket at it, and what is asked before an act.
#include <algorithm>

#include "domain/queue/places.h"
#include "terminal/flow/counter/step.h"

namespace kiosk::flow::counter {
namespace {

using domain::TicketAct;
using domain::TicketState;

bool is_held(const domain::Ticket& t) { return domain::keeps_counter(t.state); }

// The node has spoken: what it refuses, it has not done. Anything else leaves open whether it was done.
bool is_answer(const Result<domain::Ticket>& r) {
  return r.ok() || r.fault().kind == FaultKind::Refused || r.fault().kind == FaultKind::BadInput;
}

}  // namespace

void Stepper::operator()(const Refreshed& e) {
  m_.node_away = false;
  m_.services = e.services;
  m_.tickets = e.tickets;
  m_.missed = e.missed;
  m_.tasks = e.tasks;
  m_.approvals = e.approvals;
  m_.sync = e.sync;
  if (m_.arriving) arrived();
  note_break(e.breaks);
  // Whoever stands at this counter now came by the request whose answer was lost.
  if (m_.current()) m_.call_asked = m_.walk_in_asked = {};
  close_stale_sheet();
  if (auto* s = in<ResetAsked>()) refresh_reset(s->reset);
  if (auto* s = in<Approving>(); s && s->done) refresh_reset(s->reset);
}
// A terminal that was cut off in the middle finds the person its officer was serving, at whichever counter that was.
void Stepper::arrived() {
  m_.arriving = false;
  const auto* t = m_.current();
  if (!t) t = m_.elsewhere();
  if (!t) return;
  m_.counter = t->counter;
  tell("counter.notice.found_serving", false, t->number, t->counter);
}
// The ticket it asks about may have been taken by another counter meanwhile.
void Stepper::close_stale_sheet() {
  auto* s = in<AtQueue>();
  if (!s || !s->sheet || s->sheet->ticket.is_nil()) return;
  const auto* t = m_.ticket(s->sheet->ticket);
  const bool at_other = t && is_held(*t) && t->counter != m_.counter;
  if (t && !at_other) return;
  s->sheet.reset();
  tell("counter.notice.ticket_moved", true, t ? t->number : std::string(), t ? t->counter : std::string());
}

void Stepper::operator()(const ShowTab& e) {
  if (auto* s = in<AtQueue>()) {
    s->tab = e.tab;
    refresh();
  }
}

// ---- another person at this counter ----
bool Stepper::may_take() {
  auto* s = in<AtQueue>();
  if (!s || s->busy || !m_.may("call")) return false;
  if (m_.current()) return tell("counter.notice.finish_first", true), false;
  if (m_.resting) return tell("counter.notice.end_break_first", true), false;
  if (const auto* t = m_.elsewhere())
    return tell("counter.notice.serving_elsewhere", true, t->number, t->counter), false;
  return true;
}
void Stepper::call(std::string number, const Uuid& request) {
  if (!may_take()) return;
  std::get<AtQueue>(m_.state).busy = true;
  m_.notice.reset();
  if (m_.call_asked.is_nil()) m_.call_asked = request;
  fx_.push_back(DoCall{m_.counter, std::move(number), m_.call_asked});
}
void Stepper::operator()(const CallNext& e) { call({}, e.request); }
void Stepper::operator()(const CallNumber& e) { call(e.number, e.request); }
void Stepper::operator()(const TakeWalkIn& e) {
  if (!may_take()) return;
  std::get<AtQueue>(m_.state).busy = true;
  m_.notice.reset();
  if (m_.walk_in_asked.is_nil()) m_.walk_in_asked = e.request;
  verbs::IssueTicket request{.id = m_.walk_in_asked, .service = e.service};
  request.counter = m_.counter;
  fx_.push_back(DoWalkIn{std::move(request)});
}
void Stepper::operator()(const TicketTaken& e) {
  if (!m_.session) return;
  set_busy(false);
  if (is_answer(e.ticket)) {
    if (e.request == m_.call_asked) m_.call_asked = {};
    if (e.request == m_.walk_in_asked) m_.walk_in_asked = {};
  }
  if (!e.ticket) {
    // Another window was faster: this one sees whom the counter, or the officer, has.
    if (const auto& code = e.ticket.fault().code; code == "counter_busy" || code == "officer_busy") refresh();
    return (*this)(Failed{e.ticket.fault()});
  }
  m_.node_away = false;
  take_over(*e.ticket);
  refresh();
}
void Stepper::take_over(const domain::Ticket& t) {
  const auto same = [&](const auto& one) { return one.id == t.id; };
  std::erase_if(m_.tickets, same);
  std::erase_if(m_.missed, same);
  if (domain::is_live(t.state)) m_.tickets.push_back(t);
  if (t.state == TicketState::NoShow) m_.missed.push_back(t);
  if (auto* s = in<AtQueue>()) s->sheet.reset();
}

// ---- the ticket at this counter, or one of the lists ----
void Stepper::operator()(const ActOnTicket& e) {
  const auto* t = e.ticket.is_nil() ? m_.current() : m_.ticket(e.ticket);
  if (!t || is_busy() || !m_.may("call") || !domain::next_state(t->state, e.act)) return;
  if (is_held(*t) && t->counter != m_.counter) return;  // another officer's
  set_busy(true);
  m_.notice.reset();
  verbs::TicketRef ref;
  ref.ticket = t->id;
  ref.counter = m_.counter;
  ref.reason = e.reason;
  fx_.push_back(DoAct{e.act, std::move(ref)});
}
void Stepper::operator()(const TicketChanged& e) {
  set_busy(false);
  m_.node_away = false;
  take_over(e.ticket);
  if (auto* s = in<AtCase>(); s && s->view.ticket && s->view.ticket->id == e.ticket.id) {
    s->view.ticket = e.ticket;
    if (!is_held(e.ticket)) to_queue();
  }
  refresh();
}

// ---- what is asked before an act ----
Sheet* Stepper::sheet(SheetKind kind) {
  auto* s = in<AtQueue>();
  return s && !s->busy && s->sheet && s->sheet->kind == kind ? &*s->sheet : nullptr;
}
void Stepper::operator()(const OpenSheet& e) {
  if (is_busy() || !m_.may("call") || (!in<AtQueue>() && !in<AtCase>())) return;
  Sheet next{.kind = e.kind, .ticket = e.ticket, .to_service = {}, .to_counter = {}};
  switch (e.kind) {
    case SheetKind::Listed:
      if (!m_.ticket(e.ticket)) return;
      break;
    case SheetKind::Park:
    case SheetKind::NoShow:
    case SheetKind::Transfer: {
      const auto* t = e.ticket.is_nil() ? m_.current() : m_.ticket(e.ticket);
      const auto act = e.kind == SheetKind::Park     ? TicketAct::Park
                       : e.kind == SheetKind::NoShow ? TicketAct::NoShow
                                                     : TicketAct::Transfer;
      if (!t || !domain::next_state(t->state, act)) return;
      next.ticket = t->id;
      break;
    }
    case SheetKind::WalkIn:
    case SheetKind::Break:
      if (m_.current()) return tell("counter.notice.finish_first", true);
      break;
  }
  if (!in<AtQueue>()) to_queue();
  m_.notice.reset();
  std::get<AtQueue>(m_.state).sheet = std::move(next);
}
void Stepper::operator()(const CloseSheet&) {
  if (auto* s = in<AtQueue>(); s && !s->busy) s->sheet.reset();
}
void Stepper::operator()(const ChooseTarget& e) {
  if (auto* s = sheet(SheetKind::Transfer)) {
    s->to_service = e.service;
    s->to_counter = e.counter;
  }
}
void Stepper::operator()(const ChoosePlace& e) {
  if (auto* s = sheet(SheetKind::Transfer)) s->place = e.place;
}
void Stepper::operator()(const TransferThere&) {
  auto* s = sheet(SheetKind::Transfer);
  if (!s) return;
  if (s->to_service.empty() && s->to_counter.empty()) return tell("fault.transfer_nowhere", true);
  verbs::TicketRef ref;
  ref.ticket = s->ticket;
  ref.counter = m_.counter;
  ref.to_service = s->to_service;
  ref.to_counter = s->to_counter;
  ref.place = s->place;
  set_busy(true);
  m_.notice.reset();
  fx_.push_back(DoAct{TicketAct::Transfer, std::move(ref)});
}
void Stepper::operator()(const PrintNumber& e) {
  if (!in<AtQueue>() || is_busy() || !m_.ticket(e.ticket)) return;
  set_busy(true);
  m_.notice.reset();
  fx_.push_back(DoPrintNumber{e.ticket});
}

// ---- the counter rests ----
void Stepper::operator()(const TakeBreak& e) {
  auto* s = in<AtQueue>();
  if (!s || s->busy || m_.current() || m_.resting) return;
  s->busy = true;
  m_.notice.reset();
  fx_.push_back(DoRest{{m_.counter, true, e.reason}});
}
void Stepper::operator()(const EndBreak&) {
  auto* s = in<AtQueue>();
  if (!s || s->busy || !m_.resting) return;
  s->busy = true;
  m_.notice.reset();
  fx_.push_back(DoRest{{m_.counter, false}});
}
void Stepper::operator()(const BreaksChanged& e) {
  if (!m_.session) return;
  set_busy(false);
  m_.node_away = false;
  note_break(e.breaks);
  if (auto* s = in<AtQueue>(); s && s->sheet && s->sheet->kind == SheetKind::Break) s->sheet.reset();
}
void Stepper::note_break(const std::vector<verbs::CounterBreak>& lasting) {
  m_.resting.reset();
  for (const auto& b : lasting)
    if (b.counter == m_.counter) m_.resting = Break{b.reason, b.since};
}

const domain::Ticket* Model::current() const {
  for (const auto& t : tickets)
    if (t.counter == counter && is_held(t)) return &t;
  return nullptr;
}
const domain::Ticket* Model::elsewhere() const {
  for (const auto& t : tickets)
    if (session && t.officer == session->officer.number && t.counter != counter && is_held(t)) return &t;
  return nullptr;
}
const domain::Ticket* Model::ticket(const Uuid& id) const {
  for (const auto* list : {&tickets, &missed})
    for (const auto& t : *list)
      if (t.id == id) return &t;
  return nullptr;
}

}  // namespace kiosk::flow::counter
