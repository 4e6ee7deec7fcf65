#include "domain/queue/acts.h"

namespace kiosk::domain {
namespace {

// Waiting again: nobody has it, and its next turn is called and counted anew.
void new_turn(Ticket& t) {
  t.counter.clear();
  t.officer.clear();
  t.calls = 0;
  t.called_at.reset();
  t.first_called_at.reset();
  t.started_at.reset();
  t.wrap_up_at.reset();
}

void at_counter(Ticket& t, const Move& m) {
  t.counter = m.counter;
  t.officer = m.officer;
}

void call(Ticket& t, const Move& m) {
  at_counter(t, m);
  t.calls += 1;
  t.called_at = m.wall;
  if (!t.first_called_at) t.first_called_at = m.wall;
}

void begin(Ticket& t, const Move& m) {
  if (t.state == TicketState::Created) {
    at_counter(t, m);
    t.queued_at = m.queue;
    t.called_at = t.first_called_at = m.wall;
  }
  // A turn that goes on after its wrap-up began where it began.
  if (t.state != TicketState::WrapUp) t.started_at = m.wall;
  t.wrap_up_at.reset();
  t.first = false;
  t.to_counter.clear();
}

void transfer(Ticket& t, const Move& m) {
  new_turn(t);
  if (!m.to_service.empty()) t.service = m.to_service;
  t.to_counter = m.to_counter;
  t.first = m.place == Place::First;
  if (m.place == Place::Last) t.queued_at = m.queue;
}

Result<Done> may(const Ticket& t, const Move& m, const QueueRules& rules) {
  if (!next_state(t.state, m.act)) return refused("act_not_allowed", "its state is " + std::string(code(t.state)));
  const bool takes = m.act == TicketAct::Call || (m.act == TicketAct::Begin && t.state == TicketState::Created);
  if (takes && m.counter.empty()) return bad_input("counter_missing", "counter", "the counter that takes the ticket");
  if (m.act == TicketAct::Park && m.reason.empty()) return bad_input("reason_missing", "reason", "why it is parked");
  if (m.act == TicketAct::Transfer && m.to_service.empty() && m.to_counter.empty())
    return bad_input("transfer_nowhere", "to_service", "a service or a counter");
  if (m.act == TicketAct::NoShow && t.calls <= rules.recycle.recalls_before_no_show)
    return refused("recall_first", "called " + std::to_string(t.calls) + " of " +
                                       std::to_string(rules.recycle.recalls_before_no_show + 1) + " times");
  if (m.act == TicketAct::Recycle && t.returns >= rules.recycle.returns)
    return refused("no_more_returns", "came back " + std::to_string(t.returns) + " times");
  return Done{};
}

}  // namespace

Result<Ticket> moved(Ticket t, const Move& m, const QueueRules& rules) {
  TRY_DONE(may(t, m, rules));
  switch (m.act) {
    case TicketAct::Enqueue:
      if (t.state == TicketState::Created) t.queued_at = m.queue;
      break;
    case TicketAct::Call:
      call(t, m);
      break;
    case TicketAct::Recall:
      t.calls += 1;
      t.called_at = m.wall;
      if (!m.counter.empty()) t.counter = m.counter;
      break;
    case TicketAct::Begin:
      begin(t, m);
      break;
    case TicketAct::Park:
      break;
    case TicketAct::WrapUp:
      t.wrap_up_at = m.wall;
      break;
    case TicketAct::NoShow:
    case TicketAct::Finish:
    case TicketAct::Leave:
      t.ended_at = m.wall;
      break;
    case TicketAct::Transfer:
      transfer(t, m);
      break;
    case TicketAct::Requeue:
      new_turn(t);
      t.first = t.first || m.place == Place::First;
      break;
    case TicketAct::Recycle:
      new_turn(t);
      t.returns += 1;
      t.queued_at = m.queue;  // who was not there when called waits behind those who are
      t.first = false;
      t.ended_at.reset();
      break;
  }
  t.state = *next_state(t.state, m.act);
  if (!m.reason.empty()) t.reason = m.reason;
  return t;
}

}  // namespace kiosk::domain
