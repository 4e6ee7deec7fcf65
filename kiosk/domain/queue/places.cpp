#include "domain/queue/places.h"

namespace kiosk::domain {

bool keeps_counter(TicketState s) {
  return s == TicketState::Called || s == TicketState::Serving || s == TicketState::WrapUp;
}

bool takes_counter(const Ticket& t, const Move& m) {
  if (m.act == TicketAct::Recall) return !m.counter.empty() && m.counter != t.counter;
  return m.act == TicketAct::Call || (m.act == TicketAct::Begin && t.state == TicketState::Created);
}

Result<Done> may_take_counter(const Ticket& t, const Move& m, const std::vector<Ticket>& held) {
  if (!takes_counter(t, m)) return Done{};
  const Ticket* elsewhere = nullptr;
  for (const auto& other : held) {
    if (other.id == t.id || !keeps_counter(other.state)) continue;
    if (other.counter == m.counter) return refused("counter_busy", other.number, "counter");
    // A recall stays with the officer who called.
    if (m.act != TicketAct::Recall && !m.officer.empty() && other.officer == m.officer) elsewhere = &other;
  }
  if (elsewhere) return refused("officer_busy", elsewhere->number, "counter");
  return Done{};
}

}  // namespace kiosk::domain
