// kiosk-bench: each benchmark measures the product against the bare limit of the same machine in the same run, because
// ratios travel between machines and absolute times do not. One function each, listed in main.cpp.
// Output: one JSON line: name ours limit ratio unit target, then what the figure needs to be understood.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace kiosk::tools {

struct BenchOptions {
  int n = 0;          // repetitions; 0: the benchmark's own
  int events = 0;     // commit: of the large store; 0: 1,000,000
  std::string store;  // of the centre: empty or "sqlite", else postgresql://...; "postgresql": a server of its own
  int branches = 325, instances = 2;  // storm
  std::string dir;                    // an empty folder on the disk to be measured; removed afterwards
};

struct Measured {
  double ours = 0, limit = 0;
  std::string unit;         // of both: "us", "ms"
  double target = 0;        // the ratio that is promised; 0: none
  double least = 0;         // where ours is a rate, what is promised of it; 0: none
  std::optional<bool> met;  // where several figures are promised, in `more` beside them
  std::vector<std::pair<std::string, double>> more;
  double ratio() const { return limit > 0 ? ours / limit : 0; }
};

struct Benchmark {
  const char* name;
  const char* what;
  Result<Measured> (*run)(const BenchOptions&);
};

Result<Measured> bench_backlog(const BenchOptions&);
Result<Measured> bench_commit(const BenchOptions&);
Result<Measured> bench_drain(const BenchOptions&);
Result<Measured> bench_frame(const BenchOptions&);
Result<Measured> bench_journey(const BenchOptions&);  // n: identifications
Result<Measured> bench_queue(const BenchOptions&);    // n: visits
Result<Measured> bench_storm(const BenchOptions&);    // n: unsent events of each branch; store empty: "postgresql"
Result<Measured> bench_start(const BenchOptions&);

// The p-th part (0 to 1) of the values, nearest rank; sorts them.
double percentile(std::vector<double>& values, double p);
// JSON, one line without its end.
std::string to_line(const Benchmark&, const Measured&);

}  // namespace kiosk::tools
