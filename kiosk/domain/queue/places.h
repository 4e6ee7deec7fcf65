// One person at a counter, one counter an officer: whoever is called, served or written up keeps both from the others,
// whatever the windows that call at the same instant believe. Pure: the caller gathers who is held in the transaction
// that keeps the answer.
#pragma once
#include "domain/queue/acts.h"

namespace kiosk::domain {

bool keeps_counter(TicketState);  // Called, Serving or WrapUp
// The act brings the ticket to a counter: a call, somebody without a ticket, a recall from another counter.
bool takes_counter(const Ticket&, const Move&);
// Refused counter_busy (detail: the number that the counter has) or officer_busy (the number that the officer has at
// another counter). `held`: tickets that keep a counter; the moved one itself may be among them.
Result<Done> may_take_counter(const Ticket&, const Move&, const std::vector<Ticket>& held);

}  // namespace kiosk::domain
