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

// Who is called before mine, wherever the counters that may call mine take them from. With no such counter at work:
// as if those of the settings were, else one that calls everybody.
std::vector<std::string> services_ahead(const domain::QueueSettings& settings, const std::vector<OpenCounter>& open,
                                        const Ticket& mine, const std::vector<Ticket>& waiting, WallTime queue) {
  std::vector<WorkProfile> profiles;
  for (const auto& c : open)
    if (may_call(c.profile, mine.service)) profiles.push_back(c.profile);
  if (profiles.empty())
    for (const auto& p : settings.profiles)
      if (may_call(p, mine.service)) profiles.push_back(p);
  if (profiles.empty()) profiles.push_back({mine.to_counter, {}});
  std::set<std::size_t> ahead;
  for (const auto& p : profiles)
    for (const auto i : domain::ahead_of(mine, waiting, p, settings.rules, queue)) ahead.insert(i);
  std::vector<std::string> out;
  for (const auto i : ahead) out.push_back(waiting[i].service);
  return out;
}

}  // namespace

Result<Outlook> outlook(Core& core, sqlite::Db& db, const Today& today, const Ticket& mine, WallTime queue) {
  Outlook out;
  if (!domain::is_waiting(mine.state)) return out;
  const auto& settings = core.settings.queue;
  const WallTime now = core.clock.now();
  TRY(const auto waiting, store::waiting_tickets(db, today.day));
  TRY(const auto at_work, store::counters_at_work(db, today.day, now - kAtWork));
  std::vector<OpenCounter> open;
  for (const auto& [counter, busy] : at_work) open.push_back({settings.profile(counter), busy});
  const auto ahead = services_ahead(settings, open, mine, waiting, queue);
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

}  // namespace kiosk::branch
