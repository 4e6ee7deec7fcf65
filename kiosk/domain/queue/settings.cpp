#include "domain/queue/settings.h"

#include <algorithm>
#include <set>

namespace kiosk::domain {

QueueSettings::QueueSettings() {
  rules.recycle.recalls_before_no_show = 0;
  for (auto& day : issue.hours.week) day = {{0, 1440}};
}

WorkProfile QueueSettings::profile(const std::string& counter) const {
  const auto it = std::find_if(profiles.begin(), profiles.end(), [&](const auto& p) { return p.counter == counter; });
  return it == profiles.end() ? WorkProfile{counter, {}} : *it;
}

Result<Done> check(const QueueSettings& s) {
  TRY_DONE(check(s.rules));
  TRY_DONE(check(s.issue));
  if (s.counters < 1 || s.counters > 40) return bad_input("queue_rules_invalid", "counters", "1 to 40");
  std::set<std::string> counters;
  for (const auto& p : s.profiles) {
    TRY_DONE(check(p));
    if (!counters.insert(p.counter).second)
      return bad_input("work_profile_invalid", "counter." + p.counter, "every counter once");
  }
  if (!s.wait.sound())
    return bad_input("queue_rules_invalid", "wait", "at least 2 samples, steps of at least 1 minute");
  return Done{};
}

}  // namespace kiosk::domain
