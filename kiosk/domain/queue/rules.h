// Who is called next, as data: what each class of people is worth, by when everyone is called, which services a counter
// serves. Used by the branch for calls and by screens for the order shown. Pure; O(tickets x services of the profile).
//
// The order at a counter, first difference decides:
//   1. overdue tickets (waited `call_by` of their class), earliest due time first, whatever their service's rank;
//   2. services of a lower rank (0 primary, 1 secondary, ...) before those of a higher;
//   3. tickets an officer placed first;
//   4. since - head start of the class, then since, then id (UUIDv7: the order of issue).
// A ticket directed to a counter is called there with rank 0, elsewhere only when overdue: no closed counter keeps it.
//
// No starvation. Let W(x) be `call_by` of x's class. While x waits and this counter may call it, x is overtaken only by
// tickets whose waiting began less than W(x) after x's. Proof: when y is called before x and x is not overdue, y was
// there before now < since(x) + W(x). When x is overdue, y must be overdue and due no later:
// since(y) + W(y) <= since(x) + W(x), and W(y) > 0. So a finite crowd stands before x, and every call makes it smaller
// but for those that officers put back with the place they had (Requeue, Transfer).
//
// Units: minutes; `now` and queued_at are of the queue's clock.
#pragma once
#include <array>
#include <compare>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/queue/ticket.h"

namespace kiosk::domain {

// A wall clock that steps back would turn waiting into a debt; this one stands still for a moment and goes on from
// there. A value: kept with the queue, it survives a restart. Forget it when a day begins.
struct QueueClock {
  Millis ahead{0};  // of the wall clock
  WallTime last{};
  WallTime at(WallTime wall);  // never less than before
};

struct ClassRule {
  int head_start_min = 0;  // how many minutes of waiting the class is worth
  int call_by_min = 120;   // waited so long: called before all that are not overdue. At least 1
};

struct RecycleRule {
  int recalls_before_no_show = 2;  // besides the first call
  int returns = 1;                 // how often a no-show may come back on the same day
};

struct QueueRules {
  static constexpr std::size_t classes = 7;
  // By Priority. A class is due its head start earlier than the normal one, so that being overdue changes no order
  // among the classes: it saves directed tickets and those of secondary services.
  std::array<ClassRule, classes> by_class = {{
      {0, 120},   // Normal
      {20, 100},  // Elderly: 60 and over
      {25, 95},   // Disabled
      {25, 95},   // Pregnant
      {20, 100},  // WithInfant
      {30, 90},   // Appointment
      {30, 90},   // Blocked
  }};
  RecycleRule recycle;
  const ClassRule& of(Priority p) const { return by_class[static_cast<std::size_t>(p)]; }
  ClassRule& of(Priority p) { return by_class[static_cast<std::size_t>(p)]; }
};
// bad_input "queue_rules_invalid" with the field: a head start of 0..1440 min, call_by of 1..1440, counts of 0..20.
Result<Done> check(const QueueRules&);

// What a counter serves. No services: every one, with rank 0.
struct Serves {
  std::string service;
  int rank = 0;
};
struct WorkProfile {
  std::string counter;
  std::vector<Serves> serves;
};
// bad_input "work_profile_invalid" with the field: a counter, every service named once, ranks of 0..9.
Result<Done> check(const WorkProfile&);

// Where a waiting ticket stands at a counter: the smaller is called first. A total order at any instant.
struct Standing {
  int tier = 0;               // 0 overdue, 1 + rank
  bool behind_placed = true;  // false for those an officer placed first
  WallTime due{};
  WallTime since{};
  Uuid id;
  auto operator<=>(const Standing&) const = default;
};
// nullopt: this counter may not call it (not waiting, another's service, directed elsewhere).
std::optional<Standing> standing(const Ticket&, const WorkProfile&, const QueueRules&, WallTime now);

// Index of the ticket to call next; nullopt when nobody waits for this counter.
std::optional<std::size_t> next_ticket(const std::vector<Ticket>& waiting, const WorkProfile&, const QueueRules&,
                                       WallTime now);
// Indices of all that the counter may call, in calling order.
std::vector<std::size_t> call_order(const std::vector<Ticket>& waiting, const WorkProfile&, const QueueRules&,
                                    WallTime now);
// Those called before `mine` if nobody else comes; `mine` itself may stand in the list. 0 when it does not wait here.
std::vector<std::size_t> ahead_of(const Ticket& mine, const std::vector<Ticket>& waiting, const WorkProfile&,
                                  const QueueRules&, WallTime now);
// Nobody who came before it stands behind it at this counter, but for tickets directed to a counter: whoever joins now
// need not be weighed against each.
bool comes_last(const Ticket& mine, const WorkProfile&, const QueueRules&);
// A call of this ticket is not what the rules would have chosen: allowed, and worth a line in the record.
bool out_of_order(Uuid called, const std::vector<Ticket>& waiting, const WorkProfile&, const QueueRules&, WallTime now);

}  // namespace kiosk::domain
