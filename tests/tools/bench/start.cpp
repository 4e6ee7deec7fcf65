// kiosk-bench start: from exec to the first frame a person can touch, with a running node, against the bare start of
// the same program (--version: loading and linking only).
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/support/wait_until.h"
#include "tests/tools/bench/bench.h"
#include "tests/tools/process/process.h"

namespace kiosk::tools {

namespace {

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
  test::wait_until([&] { return there(port) || !node.running(); }, Millis{30'000});
  if (!there(port)) return unreachable("bench_no_node", "kiosk-branch did not listen within 30 s: see its log");

  std::vector<double> ours, limit;
  for (int k = 0; k < n; ++k) {
    const std::string first = shots + "/first.json";
    ::remove(first.c_str());
    const test::Stopwatch start;
    TRY(Process kiosk, Process::start({.argv = {program_dir() + "/kiosk", "--role", "kiosk", "--home", home,
                                                "--headless", "--script", script, "--shots", shots},
                                       .env = {},
                                       .input = {},
                                       .out_path = {},
                                       .err_path = options.dir + "/kiosk.log"}));
    double shown_ms = 0;
    const auto shown = [&] {
      shown_ms = start.ms();
      return there(first) || !kiosk.running();
    };
    test::wait_until(shown, Millis{30'000}, Millis{1});
    if (!there(first)) return unreachable("bench_no_frame", "kiosk ended or drew no frame within 30 s");
    ours.push_back(shown_ms);
    if (!kiosk.wait(Millis{10'000})) return unreachable("bench_no_end", "kiosk did not end after its script");
    const test::Stopwatch bare_start;
    TRY(const Finished bare,
        run({.argv = {program_dir() + "/kiosk", "--version"}, .env = {}, .input = {}, .out_path = {}, .err_path = {}},
            Millis{10'000}));
    if (bare.status != 0) return unreachable("bench_no_start", "kiosk --version failed");
    limit.push_back(bare_start.ms());
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
