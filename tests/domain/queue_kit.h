// Tickets and times for the tests of the queue.
#pragma once
#include <chrono>
#include <string>

#include "domain/queue/ticket.h"

namespace queue_kit {
using namespace kiosk;
using namespace kiosk::domain;
using std::chrono::minutes;

// Friday 2027-01-15, 08:00 WIB.
inline const WallTime k_morning = from_ms(1'799'974'800'000);

inline WallTime at(int minute) { return k_morning + minutes{minute}; }

inline Ticket ticket(int n, int minute, Priority p = Priority::Normal, std::string service = "JHT") {
  Ticket t;
  std::uint8_t id[16] = {};
  id[14] = static_cast<std::uint8_t>(n >> 8);
  id[15] = static_cast<std::uint8_t>(n);
  t.id = Uuid::from_bytes(id);
  t.number = "A-" + std::to_string(n);
  t.service = std::move(service);
  t.priority = p;
  t.issued_at = at(minute);
  return t;
}
}  // namespace queue_kit
