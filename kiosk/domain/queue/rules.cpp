#include "domain/queue/rules.h"

#include <algorithm>
#include <set>

namespace kiosk::domain {
namespace {

using std::chrono::minutes;

// nullopt: the service is not this counter's.
std::optional<int> rank_of(const WorkProfile& profile, const std::string& service) {
  if (profile.serves.empty()) return 0;
  for (const auto& s : profile.serves)
    if (s.service == service) return std::max(s.rank, 0);
  return std::nullopt;
}

}  // namespace

WallTime QueueClock::at(WallTime wall) {
  if (wall + ahead < last) ahead = last - wall;
  return last = wall + ahead;
}

Result<Done> check(const QueueRules& rules) {
  constexpr int day_min = 1440, most = 20;
  for (std::size_t i = 0; i < QueueRules::classes; ++i) {
    const auto& c = rules.by_class[i];
    const std::string name(code(static_cast<Priority>(i)));
    if (c.head_start_min < 0 || c.head_start_min > day_min)
      return bad_input("queue_rules_invalid", name + ".head_start_min", "0 to 1440 minutes");
    if (c.call_by_min < 1 || c.call_by_min > day_min)
      return bad_input("queue_rules_invalid", name + ".call_by_min", "1 to 1440 minutes");
  }
  if (rules.recycle.recalls_before_no_show < 0 || rules.recycle.recalls_before_no_show > most)
    return bad_input("queue_rules_invalid", "recalls_before_no_show", "0 to 20");
  if (rules.recycle.returns < 0 || rules.recycle.returns > most)
    return bad_input("queue_rules_invalid", "returns", "0 to 20");
  return Done{};
}

Result<Done> check(const WorkProfile& profile) {
  if (profile.counter.empty()) return bad_input("work_profile_invalid", "counter", "the counter's name");
  std::set<std::string> seen;
  for (const auto& s : profile.serves) {
    if (s.service.empty() || !seen.insert(s.service).second)
      return bad_input("work_profile_invalid", "service." + s.service, "every service once");
    if (s.rank < 0 || s.rank > 9) return bad_input("work_profile_invalid", "rank." + s.service, "0 to 9");
  }
  return Done{};
}

std::optional<Standing> standing(const Ticket& t, const WorkProfile& profile, const QueueRules& rules, WallTime now) {
  if (!is_waiting(t.state)) return std::nullopt;
  const auto& c = rules.of(t.priority);
  const WallTime since = t.queued_at.value_or(t.issued_at);
  const WallTime due = since + minutes{c.call_by_min};
  const bool overdue = now >= due;
  auto rank = rank_of(profile, t.service);
  if (!t.to_counter.empty()) {
    if (t.to_counter == profile.counter)
      rank = 0;
    else if (!overdue)
      rank.reset();
  }
  if (!rank) return std::nullopt;
  if (overdue) return Standing{0, false, due, since, t.id};
  return Standing{1 + *rank, !t.first, since - minutes{c.head_start_min}, since, t.id};
}

std::optional<std::size_t> next_ticket(const std::vector<Ticket>& waiting, const WorkProfile& profile,
                                       const QueueRules& rules, WallTime now) {
  std::optional<std::size_t> best;
  Standing best_standing;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const auto mine = standing(waiting[i], profile, rules, now);
    if (!mine || (best && !(*mine < best_standing))) continue;
    best = i;
    best_standing = *mine;
  }
  return best;
}

std::vector<std::size_t> call_order(const std::vector<Ticket>& waiting, const WorkProfile& profile,
                                    const QueueRules& rules, WallTime now) {
  std::vector<std::pair<Standing, std::size_t>> line;
  for (std::size_t i = 0; i < waiting.size(); ++i)
    if (const auto s = standing(waiting[i], profile, rules, now)) line.emplace_back(*s, i);
  std::sort(line.begin(), line.end());
  std::vector<std::size_t> out;
  out.reserve(line.size());
  for (const auto& [s, i] : line) out.push_back(i);
  return out;
}

std::vector<std::size_t> ahead_of(const Ticket& mine, const std::vector<Ticket>& waiting, const WorkProfile& profile,
                                  const QueueRules& rules, WallTime now) {
  std::vector<std::size_t> out;
  const auto my_place = standing(mine, profile, rules, now);
  if (!my_place) return out;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const auto other = standing(waiting[i], profile, rules, now);
    if (other && *other < *my_place) out.push_back(i);
  }
  return out;
}

bool comes_last(const Ticket& mine, const WorkProfile& profile, const QueueRules& rules) {
  if (mine.first || !mine.to_counter.empty()) return false;
  for (const auto& c : rules.by_class)
    if (c.head_start_min < rules.of(mine.priority).head_start_min) return false;
  const auto rank = rank_of(profile, mine.service);
  return rank &&
         std::all_of(profile.serves.begin(), profile.serves.end(), [&](const auto& s) { return s.rank <= *rank; });
}

bool out_of_order(Uuid called, const std::vector<Ticket>& waiting, const WorkProfile& profile, const QueueRules& rules,
                  WallTime now) {
  const auto next = next_ticket(waiting, profile, rules, now);
  return next && waiting[*next].id != called;
}

}  // namespace kiosk::domain
