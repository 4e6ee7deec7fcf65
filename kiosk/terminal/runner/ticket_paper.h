// A ticket as it is printed, the same at the kiosk and at a counter. Pure.
#pragma once
#include "api/verbs/branch.h"
#include "terminal/paper/paper.h"

namespace kiosk::runner {

// What the QR holds, on paper and on the glass.
inline std::string ticket_code(const Uuid& ticket) { return "ticket:" + ticket.str(); }

inline paper::TicketPaper ticket_paper(const verbs::TicketIssued& t, const std::string& service_name) {
  return {.number = t.ticket.number,
          .service = service_name,
          .priority = t.ticket.priority,
          .people_ahead = t.people_ahead,
          .wait_low_min = t.wait_low_min,
          .wait_high_min = t.wait_high_min,
          .slot_from = t.slot_from,
          .slot_to = t.slot_to,
          .issued_at = t.ticket.issued_at,
          .qr = ticket_code(t.ticket.id)};
}

}  // namespace kiosk::runner
