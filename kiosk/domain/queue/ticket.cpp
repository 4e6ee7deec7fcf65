#include "domain/queue/ticket.h"

#include "domain/queue/rules.h"

namespace kiosk::domain {

// Created -> Waiting -> Called -> Serving -> WrapUp -> Served, with Parked and Transferred as places to wait again:
//   Waiting, Transferred, Parked --Call--> Called --Begin--> Serving --WrapUp--> WrapUp --Finish--> Served
//   Serving --Finish--> Served;  Created --Begin--> Serving is somebody without a ticket, taken at the counter
//   Called --NoShow--> NoShow --Recycle--> Waiting;  any live state but WrapUp --Leave--> Left
std::optional<TicketState> next_state(TicketState state, TicketAct act) {
  using S = TicketState;
  using A = TicketAct;
  switch (state) {
    case S::Created:
      if (act == A::Enqueue) return S::Waiting;
      if (act == A::Begin) return S::Serving;
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
      if (act == A::WrapUp) return S::WrapUp;
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
    case S::WrapUp:
      if (act == A::Finish) return S::Served;
      if (act == A::Begin) return S::Serving;  // the person is still there, or there again
      return std::nullopt;
    case S::NoShow:
      if (act == A::Recycle) return S::Waiting;
      return std::nullopt;
    case S::Served:
    case S::Left:
      return std::nullopt;
  }
  return std::nullopt;
}

bool is_live(TicketState s) { return s != TicketState::Served && s != TicketState::NoShow && s != TicketState::Left; }
bool is_waiting(TicketState s) { return s == TicketState::Waiting || s == TicketState::Transferred; }

TicketState end_of_day(TicketState s) {
  if (!is_live(s)) return s;
  return s == TicketState::Serving || s == TicketState::WrapUp ? TicketState::Served : TicketState::Left;
}

int head_start_min(Priority p) { return QueueRules{}.of(p).head_start_min; }

std::optional<std::size_t> next_ticket(const std::vector<Ticket>& waiting, const std::vector<std::string>& services,
                                       WallTime now) {
  WorkProfile profile;
  for (const auto& s : services) profile.serves.push_back({s, 0});
  return next_ticket(waiting, profile, QueueRules{}, now);
}

}  // namespace kiosk::domain
