#include "domain/queue/wait.h"

#include <doctest/doctest.h>

#include <cmath>

#include "queue_kit.h"

using namespace queue_kit;

namespace {
std::vector<ServiceSample> steady(std::string service, int n, int minutes_each, int hour = 9) {
  return std::vector<ServiceSample>(static_cast<std::size_t>(n), {service, hour, Seconds{60 * minutes_each}});
}
std::vector<OpenCounter> open(int n, bool busy = true) {
  return std::vector<OpenCounter>(static_cast<std::size_t>(n), {{"", {}}, busy});
}
std::vector<std::string> people(int n, std::string service = "JHT") {
  return std::vector<std::string>(static_cast<std::size_t>(n), service);
}

// A branch of `counters` for one service, some days long: Poisson arrivals, gamma service times, 5 % no-shows, 15 %
// elderly who overtake. Every forecast is kept and compared with what came.
struct Outcome {
  int forecasts = 0, hits = 0, silent = 0;
  std::int64_t width_min = 0, wait_min = 0;
  int narrow_hits = 0;  // of a range of half the width: shows that the range is not merely wide
  double share() const { return forecasts == 0 ? 0 : static_cast<double>(hits) / forecasts; }
};
struct Branch {
  SeededRandom random;
  int counters;
  int shape;  // of the gamma law: 1 memoryless, 8 nearly equal
  double load;

  double uniform() { return (static_cast<double>(random.below(1'000'000)) + 0.5) / 1'000'000; }
  std::int64_t exponential_s(double mean) { return static_cast<std::int64_t>(-std::log(uniform()) * mean); }
  std::int64_t service_s() {
    if (random.below(100) < 5) return 120;
    std::int64_t sum = 30;
    for (int i = 0; i < shape; ++i) sum += exponential_s(570.0 / shape);
    return sum;
  }
  void day(Outcome& out) {
    const WorkProfile profile{"1", {}};
    std::vector<Ticket> q;
    std::vector<WaitRange> promised(4000, WaitRange{-1, -1});
    std::vector<ServiceSample> samples;
    std::vector<std::int64_t> free_at(static_cast<std::size_t>(counters), 0);
    std::vector<std::pair<std::int64_t, ServiceSample>> running;
    std::int64_t arrival = 0;
    int n = 0;
    for (std::int64_t s = 0; s < 7 * 3600; ++s) {
      std::erase_if(running, [&](const auto& r) {
        if (r.first > s) return false;
        samples.push_back(r.second);
        return true;
      });
      while (arrival <= s) {
        arrival += 1 + exponential_s(600.0 / counters / load);
        auto t = ticket(n++, 0, random.below(100) < 15 ? Priority::Elderly : Priority::Normal);
        t.issued_at = k_morning + Seconds{s};
        q.push_back(t);
        const auto ahead = ahead_of(t, q, profile, {}, t.issued_at);
        std::vector<OpenCounter> now;
        for (const auto f : free_at) now.push_back({{"", {}}, f > s});
        const auto f = forecast_wait("JHT", people(static_cast<int>(ahead.size())), 9, samples, now, {});
        if (f)
          promised[static_cast<std::size_t>(n - 1)] = *f;
        else
          ++out.silent;
      }
      for (auto& f : free_at) {
        if (f > s) continue;
        const auto next = next_ticket(q, profile, {}, k_morning + Seconds{s});
        if (!next) break;
        const auto t = q[*next];
        q.erase(q.begin() + static_cast<std::ptrdiff_t>(*next));
        const auto took = service_s();
        f = s + took;
        running.push_back({f, {"JHT", 9, Seconds{took}}});
        const auto range = promised[static_cast<std::size_t>(t.id.bytes()[14] * 256 + t.id.bytes()[15])];
        if (range.low_min < 0) continue;
        const auto waited = k_morning + Seconds{s} - t.issued_at;
        ++out.forecasts;
        out.hits += forecast_hit(range, waited) ? 1 : 0;
        out.width_min += range.high_min - range.low_min;
        out.wait_min += std::chrono::duration_cast<minutes>(waited).count();
        const auto quarter = minutes{range.high_min - range.low_min} / 4.0;
        if (waited >= minutes{range.low_min} + quarter && waited <= minutes{range.high_min} - quarter)
          ++out.narrow_hits;
      }
    }
  }
};
}  // namespace

TEST_CASE("wait: too few samples, or nobody who serves it, and nothing is promised") {
  const WaitRule rule;
  CHECK_FALSE(forecast_wait("JHT", people(3), 9, steady("JHT", 7, 10), open(2), rule).has_value());
  CHECK(forecast_wait("JHT", people(3), 9, steady("JHT", 8, 10), open(2), rule).has_value());
  CHECK_FALSE(forecast_wait("JHT", people(3), 9, steady("ISO", 50, 10), open(2), rule).has_value());
  CHECK_FALSE(forecast_wait("JHT", people(3), 9, steady("JHT", 50, 10), {}, rule).has_value());
  CHECK_FALSE(
      forecast_wait("JHT", people(3), 9, steady("JHT", 50, 10), {{{"1", {{"ISO", 0}}}, true}}, rule).has_value());
  // Somebody ahead wants a service of which nothing is known.
  CHECK_FALSE(forecast_wait("JHT", people(1, "ISO"), 9, steady("JHT", 50, 10), open(2), rule).has_value());
  auto odd = steady("JHT", 8, 10);
  odd[0].occupied = Seconds{-5};
  CHECK_FALSE(forecast_wait("JHT", people(3), 9, odd, open(2), rule).has_value());
  WaitRule broken;
  broken.step_min = 0;
  CHECK_FALSE(forecast_wait("JHT", people(3), 9, steady("JHT", 50, 10), open(2), broken).has_value());
}

TEST_CASE("wait: people ahead times service time by counters") {
  const auto ten = steady("JHT", 30, 10);
  CHECK(forecast_wait("JHT", {}, 9, ten, open(1, false), {}) == WaitRange{0, 5});
  const auto one = forecast_wait("JHT", people(6), 9, ten, open(1), {});  // 60 and half a service
  CHECK(one == WaitRange{60, 70});
  const auto three = forecast_wait("JHT", people(6), 9, ten, open(3), {});  // 20 and a quarter of one
  CHECK(three == WaitRange{20, 25});
  // Only those counters count that serve it.
  auto mixed = open(1);
  mixed.push_back({{"2", {{"ISO", 0}}}, true});
  CHECK(forecast_wait("JHT", people(6), 9, ten, mixed, {}) == one);
  // What stands ahead counts with its own time.
  auto both = ten;
  for (auto& s : steady("INFO", 30, 2)) both.push_back(s);
  CHECK(forecast_wait("JHT", people(6, "INFO"), 9, both, open(1), {}) == WaitRange{10, 20});
}

TEST_CASE("wait: the hour's own pace is used when it is known, else the service's") {
  auto s = steady("JHT", 30, 5, 8);
  for (auto& x : steady("JHT", 8, 20, 11)) s.push_back(x);
  CHECK(forecast_wait("JHT", people(6), 8, s, open(1), {})->high_min <= 35);
  CHECK(forecast_wait("JHT", people(6), 11, s, open(1), {})->low_min >= 120);
  const auto other = forecast_wait("JHT", people(6), 14, s, open(1), {});
  CHECK(other->low_min > 25);
  CHECK(other->high_min < 120);
}

TEST_CASE("wait: fewer samples make a wider range") {
  const auto mixed = [](int n) {
    std::vector<ServiceSample> out;
    for (int i = 0; i < n; ++i) out.push_back({"JHT", 9, Seconds{i % 2 ? 300 : 900}});
    return out;
  };
  const auto few = *forecast_wait("JHT", people(20), 9, mixed(8), open(1), {});
  const auto many = *forecast_wait("JHT", people(20), 9, mixed(60), open(1), {});
  CHECK(few.high_min - few.low_min > many.high_min - many.low_min);
}

TEST_CASE("wait: both ends of a range are inside") {
  CHECK(forecast_hit({5, 10}, minutes{5}));
  CHECK(forecast_hit({5, 10}, minutes{10}));
  CHECK_FALSE(forecast_hit({5, 10}, minutes{5} - Millis{1}));
  CHECK_FALSE(forecast_hit({5, 10}, minutes{10} + Millis{1}));
}

TEST_CASE("wait: reality falls inside at least as often as promised") {
  for (const int counters : {1, 2, 4})
    for (const int shape : {1, 2, 6})
      for (const double load : {0.8, 1.05}) {
        Outcome out;
        Branch b{SeededRandom(static_cast<std::uint64_t>(counters * 100 + shape)), counters, shape, load};
        for (int day = 0; day < 20; ++day) b.day(out);
        INFO("counters ", counters, " shape ", shape, " load ", load, ": ", out.forecasts, " forecasts, inside ",
             out.share(), ", mean width ", out.width_min / out.forecasts, " min, mean wait ",
             out.wait_min / out.forecasts, " min, half as wide ", static_cast<double>(out.narrow_hits) / out.forecasts);
        CHECK(out.forecasts > 300);
        CHECK(out.silent > 0);  // each day begins without samples
        CHECK(out.share() * 100 >= WaitRule::promised_percent);
        CHECK(static_cast<double>(out.narrow_hits) / out.forecasts < 0.6);
      }
}
