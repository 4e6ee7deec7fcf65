#include "domain/queue/issue.h"

#include <algorithm>
#include <cstdio>

namespace kiosk::domain {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr int k_days_ahead = 60;
constexpr int k_day_min = 1440;

std::size_t weekday(Date d) {
  const sys_days day{std::chrono::year{d.year()} / d.month() / d.day()};
  return std::chrono::weekday{day}.iso_encoding() - 1;
}

WallTime local(Date d, int minute, minutes offset) { return local_midnight(d, offset) + minutes{minute}; }

std::optional<WallTime> opens_on_a_later_day(const OpeningHours& hours, WallTime now, minutes offset) {
  return opens_at(hours, local_midnight(Date::at(now, offset).plus_days(1), offset), offset);
}

const Service* find(const std::vector<Service>& services, const std::string& code) {
  const auto it = std::find_if(services.begin(), services.end(), [&](const auto& s) { return s.code == code; });
  return it == services.end() ? nullptr : &*it;
}

// What binds who comes to the kiosk without an appointment. nullopt: nothing.
std::optional<Refused> kiosk_limits(const IssueAsked& asked, const IssueFacts& f, const IssueRules& rules,
                                    std::optional<Window>& slot) {
  const auto offset = rules.zone.offset(f.now);
  const auto quota = rules.quota.find(asked.service);
  if (quota != rules.quota.end() && f.issued_today >= quota->second)
    return Refused{IssueRefusal::QuotaReached, opens_on_a_later_day(rules.hours, f.now, offset), {}, quota->second};
  const auto rule = rules.slots.find(asked.service);
  if (rule == rules.slots.end() || rule->second.full_from <= 0 || f.waiting < rule->second.full_from)
    return std::nullopt;
  slot = next_slot(rule->second, rules.hours, f.slots_taken, f.now, offset);
  if (slot) return std::nullopt;
  return Refused{IssueRefusal::DayFull, opens_on_a_later_day(rules.hours, f.now, offset), {}, 0};
}

bool sound(const std::vector<Period>& day) {
  int after = 0;
  for (const auto& p : day) {
    if (p.from_min < after || p.to_min <= p.from_min || p.to_min > k_day_min) return false;
    after = p.to_min;
  }
  return true;
}

bool within(int n, int low, int high) { return n >= low && n <= high; }

Fault invalid(std::string field, std::string expected) {
  return bad_input("issue_rules_invalid", std::move(field), std::move(expected));
}

}  // namespace

Result<Done> check(const IssueRules& rules) {
  const std::string periods = "periods within a day, ascending, not overlapping";
  for (std::size_t d = 0; d < rules.hours.week.size(); ++d)
    if (!sound(rules.hours.week[d])) return invalid("hours." + std::to_string(d + 1), periods);
  for (const auto& [day, list] : rules.hours.special)
    if (!sound(list)) return invalid("hours." + day.iso(), periods);
  for (const auto& [service, quota] : rules.quota)
    if (quota < 0) return invalid("quota." + service, "0 or more");
  for (const auto& [service, slot] : rules.slots)
    if (slot.full_from < 0 || !within(slot.slot_min, 5, 480) || slot.per_slot < 1)
      return invalid("slots." + service, "5 to 480 minutes for at least one person");
  if (!within(rules.check_in.early_min, 0, k_day_min) || !within(rules.check_in.late_min, 0, k_day_min))
    return invalid("check_in", "0 to 1440 minutes");
  return Done{};
}

int local_hour(WallTime t, minutes offset) {
  const auto local = t + offset;
  return static_cast<int>(
      std::chrono::floor<std::chrono::hours>(local - std::chrono::floor<std::chrono::days>(local)).count());
}

WallTime local_midnight(Date d, minutes offset) {
  return WallTime{sys_days{std::chrono::year{d.year()} / d.month() / d.day()}.time_since_epoch()} - offset;
}

const std::vector<Period>& OpeningHours::on(Date d) const {
  const auto it = special.find(d);
  return it == special.end() ? week[weekday(d)] : it->second;
}

bool is_open(const OpeningHours& hours, WallTime now, minutes offset) {
  const auto today = Date::at(now, offset);
  for (const auto& p : hours.on(today))
    if (local(today, p.from_min, offset) <= now && now < local(today, p.to_min, offset)) return true;
  return false;
}

std::optional<WallTime> opens_at(const OpeningHours& hours, WallTime now, minutes offset) {
  auto day = Date::at(now, offset);
  for (int i = 0; i <= k_days_ahead; ++i, day = day.plus_days(1))
    for (const auto& p : hours.on(day))
      if (p.from_min < p.to_min && now < local(day, p.to_min, offset))
        return std::max(now, local(day, p.from_min, offset));
  return std::nullopt;
}

std::string number_text(const std::string& letter, int number) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%03d", number);
  return letter + "-" + digits;
}

std::optional<NextNumber> next_number(const Series& series, Date today, const std::vector<int>& live) {
  std::array<bool, k_last_number + 1> taken{};
  for (const int n : live)
    if (n > 0 && n <= k_last_number) taken[static_cast<std::size_t>(n)] = true;
  Series s = today > series.day ? Series{today} : series;
  for (int tried = 0; tried < k_last_number; ++tried) {
    if (s.last < 0 || s.last >= k_last_number) {
      s.last = 0;
      s.round = true;
    }
    ++s.last;
    if (!taken[static_cast<std::size_t>(s.last)]) return NextNumber{s.last, s};
  }
  return std::nullopt;
}

CheckIn check_in(WallTime begin, WallTime now, const CheckInRule& rule) {
  if (now < begin - minutes{rule.early_min}) return CheckIn::Early;
  return now > begin + minutes{rule.late_min} ? CheckIn::Late : CheckIn::InTime;
}

Priority class_at_check_in(CheckIn when, Priority own) {
  return when == CheckIn::InTime && own != Priority::Blocked ? Priority::Appointment : own;
}

std::optional<Window> next_slot(const SlotRule& rule, const OpeningHours& hours, const std::map<WallTime, int>& taken,
                                WallTime now, minutes offset) {
  if (rule.slot_min <= 0) return std::nullopt;
  const auto today = Date::at(now, offset);
  for (const auto& p : hours.on(today))
    for (int m = p.from_min; m + rule.slot_min <= p.to_min; m += rule.slot_min) {
      const Window w{local(today, m, offset), local(today, m + rule.slot_min, offset)};
      if (w.from <= now) continue;
      const auto it = taken.find(w.from);
      if ((it == taken.end() ? 0 : it->second) < rule.per_slot) return w;
    }
  return std::nullopt;
}

std::string_view code(IssueRefusal r) {
  switch (r) {
    case IssueRefusal::UnknownService:
      return "unknown_service";
    case IssueRefusal::ServiceClosed:
      return "service_closed";
    case IssueRefusal::TicketExists:
      return "ticket_exists";
    case IssueRefusal::TooEarly:
      return "too_early";
    case IssueRefusal::BranchClosed:
      return "branch_closed";
    case IssueRefusal::QuotaReached:
      return "quota_reached";
    case IssueRefusal::DayFull:
      return "day_full";
    case IssueRefusal::NumbersExhausted:
      return "numbers_exhausted";
  }
  return "?";
}

std::variant<Issue, Refused> decide_issue(const IssueAsked& asked, const IssueFacts& f, const IssueRules& rules) {
  const Service* service = find(f.services, asked.service);
  if (service == nullptr) return Refused{IssueRefusal::UnknownService, {}, {}, 0};
  if (!service->open) return Refused{IssueRefusal::ServiceClosed, {}, {}, 0};
  if (!f.live_number.empty()) return Refused{IssueRefusal::TicketExists, {}, f.live_number, 0};
  const auto offset = rules.zone.offset(f.now);
  Issue issue;
  issue.priority = asked.priority;
  if (asked.appointment) {
    const auto when = check_in(*asked.appointment, f.now, rules.check_in);
    if (when == CheckIn::Early && asked.at == IssuedAt::Kiosk)
      return Refused{IssueRefusal::TooEarly, *asked.appointment - minutes{rules.check_in.early_min}, {}, 0};
    issue.late = when == CheckIn::Late;
    issue.priority = class_at_check_in(when, asked.priority);
  }
  if (asked.at == IssuedAt::Kiosk) {
    if (!is_open(rules.hours, f.now, offset))
      return Refused{IssueRefusal::BranchClosed, opens_at(rules.hours, f.now, offset), {}, 0};
    if (!asked.appointment)
      if (auto no = kiosk_limits(asked, f, rules, issue.slot)) return *std::move(no);
  }
  const auto number = next_number(f.series, f.number_day.value_or(Date::at(f.now, offset)), f.live_numbers);
  if (!number) return Refused{IssueRefusal::NumbersExhausted, {}, {}, 0};
  issue.number = number_text(service->letter, number->number);
  issue.series = number->series;
  if (issue.slot || asked.at == IssuedAt::Counter) issue.state = TicketState::Created;
  return issue;
}

}  // namespace kiosk::domain
