#include "branch/outlook.h"

#include <algorithm>
#include <set>

#include "store/tickets.h"
#include "store/turns.h"

namespace kiosk::branch {
namespace {

using domain::OpenCounter;
using domain::Ticket;
using domain::WorkProfile;

constexpr Seconds kAtWork{30 * 60};  // a counter that ended nothing for so long is closed
constexpr int kSamples = 200;        // of a service; those of the hour are chosen among them

bool may_call(const WorkProfile& p, const std::string& service) {
  return p.serves.empty() ||
         std::any_of(p.serves.begin(), p.serves.end(), [&](const auto& s) { return s.service == service; });
}

int hour_of(WallTime t, std::chrono::minutes offset) {
  const auto local = t + offset;
  return static_cast<int>(
      std::chrono::floor<std::chrono::hours>(local - std::chrono::floor<std::chrono::days>(local)).count());
}

// Of the counters at work that may call mine. None: as if those of the settings were, else one that calls everybody.
std::vector<WorkProfile> profiles_for(const domain::QueueSettings& settings, const std::vector<OpenCounter>& open,
                                      const Ticket& mine) {
  std::vector<WorkProfile> profiles;
  for (const auto& c : open)
    if (may_call(c.profile, mine.service)) profiles.push_back(c.profile);
  if (profiles.empty())
    for (const auto& p : settings.profiles)
      if (may_call(p, mine.service)) profiles.push_back(p);
  if (profiles.empty()) profiles.push_back({mine.to_counter, {}});
  return profiles;
}

// The services of those who are called before mine, wherever the counters that may call mine take them from.
Result<std::vector<std::string>> weighed_ahead(sqlite::Db& db, const Today& today,
                                               const std::vector<WorkProfile>& profiles,
                                               const domain::QueueRules& rules, const Ticket& mine, WallTime queue) {
  TRY(const auto waiting, store::waiting_tickets(db, today.day));
  std::set<std::size_t> ahead;
  for (const auto& p : profiles)
    for (const auto i : domain::ahead_of(mine, waiting, p, rules, queue)) ahead.insert(i);
  std::vector<std::string> out;
  for (const auto i : ahead) out.push_back(waiting[i].service);
  return out;
}

// The same for one who comes last of all: counting is enough.
Result<std::vector<std::string>> all_ahead(sqlite::Db& db, const Today& today,
                                           const std::vector<WorkProfile>& profiles) {
  TRY(const auto waiting, store::waiting_by_service(db, today.day));
  std::vector<std::string> out;
  for (const auto& [service, people] : waiting)
    if (std::any_of(profiles.begin(), profiles.end(), [&s = service](const auto& p) { return may_call(p, s); }))
      out.insert(out.end(), static_cast<std::size_t>(people), service);
  return out;
}

Result<Outlook> look(Core& core, sqlite::Db& db, const Today& today, const Ticket& mine, WallTime queue, bool newest) {
  Outlook out;
  if (!domain::is_waiting(mine.state)) return out;
  const auto& settings = core.settings.queue;
  const WallTime now = core.clock.now();
  TRY(const auto at_work, store::counters_at_work(db, today.day, now - kAtWork));
  std::vector<OpenCounter> open;
  for (const auto& [counter, busy] : at_work) open.push_back({settings.profile(counter), busy});
  const auto profiles = profiles_for(settings, open, mine);
  bool last = newest && std::all_of(profiles.begin(), profiles.end(),
                                    [&](const auto& p) { return domain::comes_last(mine, p, settings.rules); });
  if (last) {
    TRY(const bool directed, store::any_directed(db));
    last = !directed;
  }
  TRY(const auto ahead,
      last ? all_ahead(db, today, profiles) : weighed_ahead(db, today, profiles, settings.rules, mine, queue));
  out.people_ahead = static_cast<int>(ahead.size());
  if (open.empty()) return out;

  const std::chrono::minutes offset(today.rules->utc_offset_min);
  std::set<std::string> asked(ahead.begin(), ahead.end());
  asked.insert(mine.service);
  std::vector<domain::ServiceSample> samples;
  for (const auto& service : asked) {
    TRY(const auto times, store::occupied(db, service, kSamples));
    for (const auto& t : times)
      samples.push_back({service, hour_of(t.called, offset), std::chrono::duration_cast<Seconds>(t.ended - t.called)});
  }
  out.wait = domain::forecast_wait(mine.service, ahead, hour_of(now, offset), samples, open, settings.wait);
  return out;
}

}  // namespace

Result<Outlook> outlook(Core& core, sqlite::Db& db, const Today& today, const Ticket& mine, WallTime queue) {
  return look(core, db, today, mine, queue, false);
}

Result<Outlook> outlook_of_new(Core& core, sqlite::Db& db, const Today& today, const Ticket& mine, WallTime queue) {
  return look(core, db, today, mine, queue, true);
}

}  // namespace kiosk::branch
