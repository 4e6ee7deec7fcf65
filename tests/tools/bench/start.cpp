// kiosk-bench start: from exec to the first frame a person can touch, with a running node, against the bare start of
// the same program (--version: loading and linking only).
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/tools/bench/bench.h"
#include "tests/tools/process/process.h"

namespace kiosk::tools {

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

bool there(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0;
}

}  // namespace

Result<Measured> bench_start(const BenchOptions& options) {
  const int n = options.n > 0 ? options.n : 10;
  const std::string home = options.dir + "/home", shots = options.dir + "/shots", script = options.dir + "/script.txt";
  ::mkdir(home.c_str(), 0700);
  ::mkdir(shots.c_str(), 0700);
  std::ofstream(script) << "tree first\n";
  const std::string port = options.dir + "/port";
  TRY(Process node, Process::start({.argv = {program_dir() + "/kiosk-branch", "--home", home, "--listen", "127.0.0.1:0",
                                             "--port-file", port},
                                    .env = {},
                                    .input = {},
                                    .out_path = {},
                                    .err_path = options.dir + "/node.log"}));
  const auto patience = Clock::now();
  while (!there(port)) {
    if (!node.running()) return unreachable("bench_no_node", "kiosk-branch ended: see its log");
    if (ms_since(patience) > 30'000) return unreachable("bench_no_node", "kiosk-branch did not listen within 30 s");
    std::this_thread::sleep_for(Millis{5});
  }

  std::vector<double> ours, limit;
  for (int k = 0; k < n; ++k) {
    const std::string first = shots + "/first.json";
    ::remove(first.c_str());
    auto start = Clock::now();
    TRY(Process kiosk, Process::start({.argv = {program_dir() + "/kiosk", "--role", "kiosk", "--home", home,
                                                "--headless", "--script", script, "--shots", shots},
                                       .env = {},
                                       .input = {},
                                       .out_path = {},
                                       .err_path = options.dir + "/kiosk.log"}));
    while (!there(first)) {
      if (!kiosk.running() && !there(first)) return unreachable("bench_no_frame", "kiosk ended before its first frame");
      if (ms_since(start) > 30'000) return unreachable("bench_no_frame", "no frame within 30 s");
      std::this_thread::sleep_for(std::chrono::microseconds{500});
    }
    ours.push_back(ms_since(start));
    if (!kiosk.wait(Millis{10'000})) return unreachable("bench_no_end", "kiosk did not end after its script");
    start = Clock::now();
    TRY(const Finished bare,
        run({.argv = {program_dir() + "/kiosk", "--version"}, .env = {}, .input = {}, .out_path = {}, .err_path = {}},
            Millis{10'000}));
    if (bare.status != 0) return unreachable("bench_no_start", "kiosk --version failed");
    limit.push_back(ms_since(start));
  }
  node.signal(15);
  (void)node.wait(Millis{5000});

  Measured m;
  m.unit = "ms";
  m.ours = percentile(ours, 0.5);
  m.limit = percentile(limit, 0.5);
  m.more = {{"target_ms", 1000}, {"p99_ms", percentile(ours, 0.99)}, {"runs", static_cast<double>(n)}};
  return m;
}

}  // namespace kiosk::tools
