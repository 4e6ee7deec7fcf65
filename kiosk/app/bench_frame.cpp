// kiosk-bench frame: the home screen at 1080 x 1920 drawn without a GPU, against one copy of as many pixels; then what
// an idle terminal costs.
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include "app/bench.h"
#include "app/terminal.h"

namespace kiosk::app {

namespace {

double cpu_ms(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

double resident_mb() {
  long total = 0, resident = 0;
  if (std::FILE* f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%ld %ld", &total, &resident) != 2) resident = 0;
    std::fclose(f);
  }
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

}  // namespace

Result<Measured> bench_frame(const BenchOptions& options) {
  const int n = options.n > 0 ? options.n : 200;
  TerminalOptions terminal;
  terminal.home = options.dir;  // no node: the home screen says so and stays usable
  terminal.headless = true;
  terminal.width_px = 1080;
  terminal.height_px = 1920;
  TRY(const auto t, Terminal::open(terminal));
  for (int k = 0; k < 20; ++k) t->frame(Millis{0});
  const ui::Node* page = t->ui().tree().by_id("page");
  if (page == nullptr || t->ui().tree().nodes.size() < 8)
    return refused("bench_no_page", "the home screen did not come");

  std::vector<double> ours, limit;
  const std::size_t bytes = std::size_t{1080} * 1920 * 4;
  std::vector<std::uint8_t> from(bytes, 0x5A), to(bytes);
  for (int k = 0; k < n; ++k) {
    double start = cpu_ms(CLOCK_THREAD_CPUTIME_ID);
    t->frame(Millis{0});
    ours.push_back(cpu_ms(CLOCK_THREAD_CPUTIME_ID) - start);
    from[static_cast<std::size_t>(k)] = static_cast<std::uint8_t>(k);
    start = cpu_ms(CLOCK_THREAD_CPUTIME_ID);
    std::memcpy(to.data(), from.data(), bytes);
    asm volatile("" : : "r"(to.data()) : "memory");  // the copy is not optimised away
    limit.push_back(cpu_ms(CLOCK_THREAD_CPUTIME_ID) - start);
  }

  // Idle: the whole process, its workers too, over some seconds without input.
  const std::uint64_t frames_before = t->frames();
  const double idle_cpu = cpu_ms(CLOCK_PROCESS_CPUTIME_ID), idle_wall = cpu_ms(CLOCK_MONOTONIC);
  while (cpu_ms(CLOCK_MONOTONIC) - idle_wall < 5000) t->wait(Millis{1000});
  const double idle = (cpu_ms(CLOCK_PROCESS_CPUTIME_ID) - idle_cpu) / (cpu_ms(CLOCK_MONOTONIC) - idle_wall) * 100;

  Measured m;
  m.unit = "ms";
  m.ours = percentile(ours, 0.5);
  m.limit = percentile(limit, 0.5);
  m.more = {{"target_ms", 4},
            {"p99_ms", percentile(ours, 0.99)},
            {"idle_percent_of_core", idle},
            {"idle_percent_target", 2},
            {"idle_frames", static_cast<double>(t->frames() - frames_before)},
            {"resident_mb", resident_mb()},
            {"resident_target_mb", 150}};
  return m;
}

}  // namespace kiosk::app
