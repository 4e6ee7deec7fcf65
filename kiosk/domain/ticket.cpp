#include "domain/ticket.h"

#include <algorithm>

namespace kiosk::domain {

// Created -> Waiting -> Called -> Serving -> Served, with Parked and Transferred as places to wait again:
//   Waiting, Transferred, Parked --Call--> Called --Begin--> Serving --Finish--> Served
//   Called --NoShow--> NoShow;  any live state --Leave--> Left
std::optional<TicketState> next_state(TicketState state, TicketAct act) {
  using S = TicketState;
  using A = TicketAct;
  switch (state) {
    case S::Created:
      if (act == A::Enqueue) return S::Waiting;
      if (act == A::Leave) return S::Left;
      return std::nullopt;
    case S::Waiting:
      if (act == A::Call) return S::Called;
      if (act == A::Transfer) return S::Transferred;
      if (act == A::Leave) return S::Left;
      return std::nullopt;
    case S::Transferred:
      if (act == A::Enqueue || act == A::Requeue) return S::Waiting;
      if (act == A::Call) return S::Called;
      if (act == A::Transfer) return S::Transferred;
      if (act == A::Leave) return S::Left;
      return std::nullopt;
    case S::Called:
      if (act == A::Recall) return S::Called;
      if (act == A::Begin) return S::Serving;
      if (act == A::Park) return S::Parked;
      if (act == A::NoShow) return S::NoShow;
      if (act == A::Finish) return S::Served;  // short matters are done before anybody presses "begin"
      if (act == A::Transfer) return S::Transferred;
      if (act == A::Requeue) return S::Waiting;
      if (act == A::Leave) return S::Left;
      return std::nullopt;
    case S::Serving:
      if (act == A::Park) return S::Parked;
      if (act == A::Finish) return S::Served;
      if (act == A::Transfer) return S::Transferred;
      if (act == A::Requeue) return S::Waiting;
      if (act == A::Leave) return S::Left;
      return std::nullopt;
    case S::Parked:
      if (act == A::Call) return S::Called;
      if (act == A::Requeue) return S::Waiting;
      if (act == A::Transfer) return S::Transferred;
      if (act == A::Leave) return S::Left;
      return std::nullopt;
    case S::Served:
    case S::NoShow:
    case S::Left:
      return std::nullopt;
  }
  return std::nullopt;
}

bool is_live(TicketState s) { return s != TicketState::Served && s != TicketState::NoShow && s != TicketState::Left; }
bool is_waiting(TicketState s) { return s == TicketState::Waiting || s == TicketState::Transferred; }

int head_start_min(Priority p) {
  switch (p) {
    case Priority::Normal:
      return 0;
    case Priority::Elderly:
      return 20;
    case Priority::WithInfant:
      return 20;
    case Priority::Disabled:
      return 25;
    case Priority::Pregnant:
      return 25;
    case Priority::Appointment:
      return 30;
    case Priority::Blocked:
      return 30;
  }
  return 0;
}

std::optional<std::size_t> next_ticket(const std::vector<Ticket>& waiting, const std::vector<std::string>& services,
                                       WallTime now) {
  // Minutes waited plus head start; a clock that stepped back must not turn waiting into a debt.
  const auto score = [&](const Ticket& t) {
    return std::max(now - t.issued_at, Millis{0}) + std::chrono::minutes{head_start_min(t.priority)};
  };
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const auto& t = waiting[i];
    if (!is_waiting(t.state)) continue;
    if (!services.empty() && std::find(services.begin(), services.end(), t.service) == services.end()) continue;
    if (best) {
      const auto& b = waiting[*best];
      const auto mine = score(t), other = score(b);
      if (mine < other) continue;
      if (mine == other && (t.issued_at > b.issued_at || (t.issued_at == b.issued_at && t.id > b.id))) continue;
    }
    best = i;
  }
  return best;
}

}  // namespace kiosk::domain
