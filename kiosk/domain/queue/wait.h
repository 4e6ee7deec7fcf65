// How long somebody will wait, as a range, from what the counters really needed lately; for the slip, the screen and
// the report, which says how often reality fell inside. Pure, integers only.
//
// Method: people ahead x service time / counters, the steady queue's balance of work (Kleinrock, Queueing Systems I,
// 1975), with its spread. Work ahead is the sum of the services' mean times; the call in progress counts with the time
// until the first of c busy counters is free: m/(c+1) when services take equally long, m/c when they are memoryless,
// between the two by the squared coefficient of variation. The variances of these, and of the means themselves (few
// samples: wider), add up; the range is the mean -+ 0.842 standard deviations (p20 to p80 of a normal law), rounded
// outward to whole steps. Promise: reality falls inside in at least 60 % of forecasts. Known limits: it knows nothing
// of who comes later and goes before (priority), of counters that also work for other queues, nor of breaks and
// counters that open or close. Units: seconds in, minutes out.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/queue/rules.h"

namespace kiosk::domain {

// How long a ticket kept a counter: from its call until the counter could call again (a no-show, wrap-up included).
struct ServiceSample {
  std::string service;
  int hour = 0;  // local, of the call
  Seconds occupied{0};
};
struct OpenCounter {
  WorkProfile profile;
  bool busy = true;
};
struct WaitRule {
  static constexpr int promised_percent = 60;
  std::size_t min_samples = 8;   // of a service, else nothing is said about it
  std::size_t max_samples = 60;  // the latest count
  int step_min = 5;
  bool sound() const { return min_samples >= 2 && max_samples >= min_samples && step_min >= 1; }
};
struct WaitRange {
  int low_min = 0;
  int high_min = 0;
  bool operator==(const WaitRange&) const = default;
};

// `ahead`: the services of those called before, wherever the counters that serve `service` take them from (ahead_of).
// `samples`: the newest last; those of `hour` are used when there are enough of them, else those of every hour.
// `counters`: really open, whatever they serve. nullopt: too few samples or no counter serves it; say "people ahead".
std::optional<WaitRange> forecast_wait(const std::string& service, const std::vector<std::string>& ahead, int hour,
                                       const std::vector<ServiceSample>& samples,
                                       const std::vector<OpenCounter>& counters, const WaitRule&);
// Both ends count as inside.
bool forecast_hit(const WaitRange&, Millis waited);

}  // namespace kiosk::domain
