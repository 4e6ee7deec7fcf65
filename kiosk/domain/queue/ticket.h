// A queue ticket: its states and the next-state table. Terms follow Qmatic. Pure.
// What a move does to the ticket is in acts.h, who is called next in rules.h.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace kiosk::domain {

enum class TicketState { Created, Waiting, Called, Serving, Parked, Served, NoShow, Left, Transferred, WrapUp };
enum class Priority { Normal, Elderly, Disabled, Pregnant, WithInfant, Appointment, Blocked };
enum class TicketAct { Enqueue, Call, Recall, Begin, Park, NoShow, Finish, Leave, Transfer, Requeue, WrapUp, Recycle };

std::string_view code(TicketState);
std::string_view code(Priority);
std::string_view code(TicketAct);
// Created has a number but does not wait yet (a time slot to come back for). Transferred waits like Waiting, in the
// queue of its new service; Enqueue makes it Waiting there. WrapUp: the person has gone, the officer still writes.
// Served and Left are ends; NoShow too, unless the person comes back the same day (Recycle).
bool is_live(TicketState);     // not ended
bool is_waiting(TicketState);  // Waiting or Transferred: may be called next
// nullopt: the act is not allowed in that state.
std::optional<TicketState> next_state(TicketState state, TicketAct act);
// How a live ticket ends when its day is over: Served when it had been served, else Left.
TicketState end_of_day(TicketState);

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
  int calls = 0;        // of this turn: first call and recalls
  std::string reason;   // why parked, transferred, ended
  std::string purpose;  // what it is for: "claim:<id>", "blocked:<case id>"; empty for plain tickets
  WallTime issued_at{};
  std::optional<WallTime> called_at, started_at, ended_at;  // the latest call, the latest begin
  // What the rules of the queue know beyond that (rules.h).
  std::optional<WallTime> queued_at;        // by the queue's clock; unset: issued_at
  bool first = false;                       // placed before the others by an officer
  std::string to_counter;                   // only for this counter; empty: any that serves the service
  int returns = 0;                          // how often it came back from NoShow
  std::optional<WallTime> first_called_at;  // of this turn: the wait ends here, whatever recalls follow
  std::optional<WallTime> wrap_up_at;
};

// The default rules of rules.h: minutes of waiting a class is worth, and the index of the ticket to call next
// among waiting ones of `services` (empty: all); nullopt when none.
int head_start_min(Priority);
std::optional<std::size_t> next_ticket(const std::vector<Ticket>& waiting, const std::vector<std::string>& services,
                                       WallTime now);

}  // namespace kiosk::domain
