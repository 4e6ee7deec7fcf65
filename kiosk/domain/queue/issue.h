// May this ticket be given, and which number has it: opening hours, quota, time slots on full days, appointments, one
// live ticket a person and service, the number series. For the kiosk, the reception and check-in alike. Pure: the
// caller gathers the facts in the transaction that keeps the answer.
// Units: wall time; minutes of the local day (0..1440); `offset` of the branch's zone at that time (Zone::offset).
#pragma once
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/zone.h"
#include "domain/queue/ticket.h"

namespace kiosk::domain {

using std::chrono::minutes;
WallTime local_midnight(Date, minutes offset);
int local_hour(WallTime, minutes offset);  // 0 to 23

// ---- opening hours ----
struct Period {
  int from_min = 0;
  int to_min = 0;  // exclusive
};
struct OpeningHours {
  std::array<std::vector<Period>, 7> week;      // Monday first; ascending, not overlapping
  std::map<Date, std::vector<Period>> special;  // instead of the weekday's; none: closed (a holiday)
  const std::vector<Period>& on(Date) const;
};
bool is_open(const OpeningHours&, WallTime, minutes offset);
// The next moment from `now` on at which the branch is open; nullopt when none within 60 days.
std::optional<WallTime> opens_at(const OpeningHours&, WallTime now, minutes offset);

// ---- number series: a letter and three digits, A-001 to A-999 and round again ----
inline constexpr int k_last_number = 999;
struct Series {
  Date day;
  int last = 0;
  bool round = false;  // a number after `last` may have been given that day
};
struct NextNumber {
  int number = 0;
  Series series;  // to be kept
};
std::string number_text(const std::string& letter, int number);
// A later day begins at 1. A day before the series' own is a clock set back: the series goes on, so that no number of
// today is given twice. Skips live numbers; nullopt when all 999 are live.
std::optional<NextNumber> next_number(const Series&, Date today, const std::vector<int>& live);

// ---- appointments and slots ----
struct Window {
  WallTime from{}, to{};  // [from, to)
};
struct CheckInRule {
  int early_min = 15;  // before its begin: in time
  int late_min = 15;   // after its begin
};
enum class CheckIn { Early, InTime, Late };
// Both ends count as in time. `begin` of an appointment, or of the slot that a Created ticket comes back for.
CheckIn check_in(WallTime begin, WallTime now, const CheckInRule&);
// In time: class appointment (Blocked stays, it is worth as much and says more). Early or late: the person's own.
Priority class_at_check_in(CheckIn, Priority own);

struct SlotRule {
  int full_from = 0;  // so many waiting for the service make a full day; 0: no slots
  int slot_min = 30;
  int per_slot = 8;  // people
};
// The first slot after `now` within today's opening hours with room; taken: people by the slot's begin. nullopt: none.
std::optional<Window> next_slot(const SlotRule&, const OpeningHours&, const std::map<WallTime, int>& taken,
                                WallTime now, minutes offset);

// ---- the decision ----
struct IssueRules {
  OpeningHours hours;
  Zone zone;
  std::map<std::string, int> quota;  // by service, tickets a day; absent: none
  std::map<std::string, SlotRule> slots;
  CheckInRule check_in;
};
// bad_input "issue_rules_invalid" with the field: periods within a day, ascending and not overlapping; quotas of 0 or
// more; slots of 5..480 min for at least one person; windows of 0..1440 min.
Result<Done> check(const IssueRules&);
// The reception and the counter are officers: hours, quota and full days bind the kiosk only.
enum class IssuedAt { Kiosk, Reception, Counter };

struct IssueAsked {
  std::string service;
  Priority priority = Priority::Normal;
  IssuedAt at = IssuedAt::Kiosk;
  std::optional<WallTime> appointment;  // its begin
};
struct IssueFacts {
  WallTime now{};
  std::vector<Service> services;
  std::string live_number;  // of the same person and service; empty: none
  int issued_today = 0;     // of the service
  int waiting = 0;          // for the service
  std::map<WallTime, int> slots_taken;
  Series series;
  // The day whose numbers go on: today, or an earlier one while no clock is trusted that a day is over.
  std::optional<Date> number_day = {};
  // Of the series, whatever their day, and of no-shows who may still come back: at least the run that comes next.
  std::vector<int> live_numbers;
};

enum class IssueRefusal {
  UnknownService,
  ServiceClosed,
  TicketExists,      // number
  TooEarly,          // at: when to come back for the appointment
  BranchClosed,      // at: opens, when known
  QuotaReached,      // count: the quota; at: opens on a later day, when known
  DayFull,           // no slot is left; at: opens on a later day, when known
  NumbersExhausted,  // 999 tickets of the letter are live
};
std::string_view code(IssueRefusal);
struct Refused {
  IssueRefusal why{};
  std::optional<WallTime> at;
  std::string number;
  int count = 0;
};
struct Issue {
  std::string number;
  Priority priority = Priority::Normal;
  TicketState state = TicketState::Waiting;  // Created: comes back in its slot; Serving is the counter's next act
  std::optional<Window> slot;
  bool late = false;  // for the appointment: joins the walk-ins
  Series series;
};
// An appointment passes quota and slots, it had its place already; late for it, the person joins the walk-ins.
std::variant<Issue, Refused> decide_issue(const IssueAsked&, const IssueFacts&, const IssueRules&);

}  // namespace kiosk::domain
