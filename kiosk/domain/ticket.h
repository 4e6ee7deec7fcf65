// A queue ticket: states, the next-state table, the order of calling. Terms follow Qmatic. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace kiosk::domain {

enum class TicketState { Created, Waiting, Called, Serving, Parked, Served, NoShow, Left, Transferred };
enum class Priority { Normal, Elderly, Disabled, Pregnant, WithInfant, Appointment, Blocked };
enum class TicketAct { Enqueue, Call, Recall, Begin, Park, NoShow, Finish, Leave, Transfer, Requeue };

std::string_view code(TicketState);
std::string_view code(Priority);
std::string_view code(TicketAct);
// Transferred waits like Waiting, in the queue of its new service; Enqueue makes it Waiting there. Served, NoShow, Left
// are ends.
bool is_live(TicketState);     // not ended
bool is_waiting(TicketState);  // Waiting or Transferred: may be called next
// nullopt: the act is not allowed in that state.
std::optional<TicketState> next_state(TicketState state, TicketAct act);

struct Service {
  std::string code;    // "JHT", "ISO", "INFO"
  std::string name;    // Indonesian
  std::string letter;  // number series: A-012
  bool open = true;
};

struct Ticket {
  Uuid id;
  std::string number;  // "A-012"
  std::string service;
  Priority priority = Priority::Normal;
  TicketState state = TicketState::Waiting;
  std::string counter;  // empty until called
  std::string officer;  // number; empty until called
  int calls = 0;
  std::string reason;   // why parked, transferred, ended
  std::string purpose;  // what it is for: "claim:<id>", "blocked:<case id>"; empty for plain tickets
  WallTime issued_at{};
  std::optional<WallTime> called_at, started_at, ended_at;
};

// How many minutes of waiting a class is worth. Bounded, so that nobody starves: a ticket can be overtaken only by
// those who came at most that much later.
int head_start_min(Priority);
// Index of the ticket to call next, among waiting ones of `services` (empty: all); nullopt when none.
// Weighted classes without starvation: each minute waited raises any ticket. Ties: earlier issue, then id.
std::optional<std::size_t> next_ticket(const std::vector<Ticket>& waiting, const std::vector<std::string>& services,
                                       WallTime now);

}  // namespace kiosk::domain
