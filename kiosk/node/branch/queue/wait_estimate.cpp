#include "node/branch/queue/wait_estimate.h"

#include <algorithm>
#include <set>

#include "node/store/tickets.h"
#include "node/store/turns.h"

namespace kiosk::branch {
namespace {

using domain::OpenCounter;
using domain::Ticket;
using domain::WorkProfile;

constexpr Seconds kAtWork{30 * 60};  // a counter that ended nothing for so long is closed
constexpr int kSamples = 200;        // of a service, at most; those of the hour are chosen among them

bool may_call(const WorkProfile& p, const std::string& service) {
  return p.serves.empty() ||
         std::any_of(p.serves.begin(), p.serves.end(), [&](const auto& s) { return s.service == service; });
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
std::vector<std::string> all_ahead(const std::map<std::string, int>& waiting,
                                   const std::vector<WorkProfile>& profiles) {
  std::vector<std::string> out;
  for (const auto& [service, people] : waiting)
    if (std::any_of(profiles.begin(), profiles.end(), [&s = service](const auto& p) { return may_call(p, s); }))
      out.insert(out.end(), static_cast<std::size_t>(people), service);
  return out;
}

std::vector<OpenCounter> at_work(const store::Counters& counters, const domain::QueueSettings& settings, WallTime now) {
  std::vector<OpenCounter> open;
  for (const auto& counter : counters.holding) open.push_back({settings.profile(counter), true});
  for (const auto& [counter, ended] : counters.ended)
    if (ended >= now - kAtWork && !counters.holding.contains(counter) && !counters.resting.contains(counter))
      open.push_back({settings.profile(counter), false});
  return open;
}

store::PaceAsked pace_now(const domain::QueueSettings& settings, const Today& today, WallTime now) {
  store::PaceAsked pace;
  pace.offset = today.offset;
  pace.hour = domain::local_hour(now, pace.offset);
  pace.enough = static_cast<int>(settings.wait.max_samples);
  pace.most = kSamples;
  return pace;
}

std::set<std::string> with_mine(const std::vector<std::string>& ahead, const Ticket& mine) {
  std::set<std::string> services(ahead.begin(), ahead.end());
  services.insert(mine.service);
  return services;
}

}  // namespace

Result<WaitEstimate> outlook(Core& core, sqlite::Db& db, const Today& today, const Ticket& mine, WallTime queue) {
  WaitEstimate out;
  if (!domain::is_waiting(mine.state)) return out;
  const auto& settings = core.settings.queue;
  const WallTime now = core.now();
  TRY(const auto counters, store::counters(db, today.day));
  const auto open = at_work(counters, settings, now);
  TRY(const auto ahead, weighed_ahead(db, today, profiles_for(settings, open, mine), settings.rules, mine, queue));
  out.people_ahead = static_cast<int>(ahead.size());
  if (open.empty()) return out;
  auto pace = pace_now(settings, today, now);
  std::vector<domain::ServiceSample> samples;
  for (const auto& service : with_mine(ahead, mine)) {
    pace.service = service;
    TRY(const auto times, store::service_times(db, pace));
    samples.insert(samples.end(), times.begin(), times.end());
  }
  out.wait = domain::forecast_wait(mine.service, ahead, pace.hour, samples, open, settings.wait);
  return out;
}

Result<WaitEstimate> outlook_of_new(Core& core, store::Tx& tx, const Today& today, const Ticket& mine, WallTime queue) {
  WaitEstimate out;
  if (!domain::is_waiting(mine.state)) return out;
  const auto& settings = core.settings.queue;
  const WallTime now = core.now();
  TRY(const auto* const page, core.queue_book.page(tx, today.day));
  const auto open = at_work(page->counters, settings, now);
  const auto profiles = profiles_for(settings, open, mine);
  const bool last = !page->directed && std::all_of(profiles.begin(), profiles.end(), [&](const auto& p) {
    return domain::comes_last(mine, p, settings.rules);
  });
  if (!last) return outlook(core, tx.db(), today, mine, queue);
  const auto ahead = all_ahead(page->waiting, profiles);
  out.people_ahead = static_cast<int>(ahead.size());
  if (open.empty()) return out;
  auto pace = pace_now(settings, today, now);
  std::vector<domain::ServiceSample> samples;
  for (const auto& service : with_mine(ahead, mine)) {
    pace.service = service;
    TRY(const auto* const times, core.queue_book.times(tx, pace));
    samples.insert(samples.end(), times->begin(), times->end());
  }
  out.wait = domain::forecast_wait(mine.service, ahead, pace.hour, samples, open, settings.wait);
  return out;
}

}  // namespace kiosk::branch
