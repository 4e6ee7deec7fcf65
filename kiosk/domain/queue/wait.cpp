#include "domain/queue/wait.h"

#include <algorithm>
#include <cstdint>
#include <map>

namespace kiosk::domain {
namespace {

using Int = std::int64_t;
constexpr Int k_longest_s = Int{8} * 3600;  // a counter forgotten over night says nothing about service times

struct Pace {
  Int mean_s = 0, variance = 0;  // of one service
  Int samples = 0;
};

Int root(Int n) {
  if (n < 2) return std::max<Int>(n, 0);
  Int x = n, y = (x + 1) / 2;
  while (y < x) {
    x = y;
    y = (x + n / x) / 2;
  }
  return x;
}

std::vector<Int> latest(const std::vector<ServiceSample>& samples, const std::string& service, std::optional<int> hour,
                        std::size_t most) {
  std::vector<Int> out;
  for (auto s = samples.rbegin(); s != samples.rend() && out.size() < most; ++s) {
    const Int t = s->occupied.count();
    if (s->service == service && (!hour || s->hour == *hour) && t >= 0 && t <= k_longest_s) out.push_back(t);
  }
  return out;
}

std::optional<Pace> pace_of(const std::vector<ServiceSample>& samples, const std::string& service, int hour,
                            const WaitRule& rule) {
  auto times = latest(samples, service, hour, rule.max_samples);
  if (times.size() < rule.min_samples) times = latest(samples, service, std::nullopt, rule.max_samples);
  if (times.size() < rule.min_samples) return std::nullopt;
  Pace p;
  p.samples = static_cast<Int>(times.size());
  for (const Int t : times) p.mean_s += t;
  p.mean_s /= p.samples;
  for (const Int t : times) p.variance += (t - p.mean_s) * (t - p.mean_s);
  p.variance /= p.samples - 1;
  return p;
}

bool serves(const WorkProfile& p, const std::string& service) {
  return p.serves.empty() ||
         std::any_of(p.serves.begin(), p.serves.end(), [&](const auto& s) { return s.service == service; });
}

WaitRange rounded(Int low_s, Int high_s, int step_min) {
  const Int step_s = Int{60} * step_min;
  const Int low = std::max<Int>(low_s, 0) / step_s;
  const Int high = std::max((std::max<Int>(high_s, 0) + step_s - 1) / step_s, low + 1);
  return {static_cast<int>(low * step_min), static_cast<int>(high * step_min)};
}

}  // namespace

std::optional<WaitRange> forecast_wait(const std::string& service, const std::vector<std::string>& ahead, int hour,
                                       const std::vector<ServiceSample>& samples,
                                       const std::vector<OpenCounter>& counters, const WaitRule& rule) {
  if (!rule.sound()) return std::nullopt;
  Int c = 0, idle = 0;
  for (const auto& counter : counters)
    if (serves(counter.profile, service)) {
      ++c;
      idle += counter.busy ? 0 : 1;
    }
  if (c == 0) return std::nullopt;
  const auto mine = pace_of(samples, service, hour, rule);
  if (!mine) return std::nullopt;
  if (idle > static_cast<Int>(ahead.size())) return rounded(0, 0, rule.step_min);

  std::map<std::string, Int> people;
  for (const auto& s : ahead) ++people[s];
  Int work_s = 0, variance = 0;
  for (const auto& [code, n] : people) {
    const auto p = pace_of(samples, code, hour, rule);
    if (!p) return std::nullopt;
    work_s += n * p->mean_s;
    variance += n * p->variance + n * n * p->variance / p->samples;
  }
  // Until the first of the busy counters is free. cv2 in thousandths.
  const Int m = mine->mean_s, cv2 = m == 0 ? 0 : std::min<Int>(mine->variance * 1000 / (m * m), 4000);
  const Int free_s = m / (c + 1) + m * cv2 / (1000 * c * (c + 1));
  const Int free_variance = m * m / (4 * (c + 2)) + m * m / 1000 * cv2 / (c * c);
  const Int middle_s = work_s / c + free_s;
  const Int half_s = root(variance / (c * c) + free_variance) * 842 / 1000;
  return rounded(middle_s - half_s, middle_s + half_s, rule.step_min);
}

bool forecast_hit(const WaitRange& r, Millis waited) {
  return waited >= std::chrono::minutes{r.low_min} && waited <= std::chrono::minutes{r.high_min};
}

}  // namespace kiosk::domain
