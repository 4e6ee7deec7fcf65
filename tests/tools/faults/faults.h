// kiosk-faults: the product is broken on purpose, run after run from a seed, and what it acknowledged is counted
// afterwards. Each fault is one file; the list is in kiosk_faults_main.cpp.
// A run with the same seed does the same steps; a failure names seed and step, and `--runs 1 --seed S` replays it.
// Runs are spread over processes, so that a run that crashes is a failure with a seed too.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/ids.h"

namespace kiosk::faults {

struct Options {
  int runs = 100;
  std::uint64_t seed = 1;
  int jobs = 1;
  bool trace = false;  // every step on standard error
  std::string bin;     // where the programs are
  std::string dir;     // empty folder for homes; removed afterwards
};

struct Outcome {  // of one run
  std::int64_t lost = 0, doubled = 0, damaged = 0;
  std::string what;                          // the first trouble, with its step
  std::map<std::string, std::int64_t> more;  // what the figure needs: events, blobs, crashes
  void trouble(std::int64_t Outcome::*kind, const std::string& text) {
    ++(this->*kind);
    if (what.empty()) what = text;
  }
  bool clean() const { return lost + doubled + damaged == 0; }
  void add(const Outcome& o);
};

using Run = std::function<Outcome(std::uint64_t seed)>;

struct Trial {
  const char* name;
  const char* what;
  // What all runs share is prepared here, before they are spread; none: it cannot be tried on this machine (says why).
  std::function<Run(const Options&)> prepare;
  int runs;  // the default
};

struct Sum {
  int runs = 0;
  Outcome all;
  double seconds = 0;
};
// Seeds seed, seed + 1, ... spread over `jobs` processes; progress and failures on standard error.
Sum run_all(const Trial& trial, const Options& options);
std::string to_line(const std::string& name, const Options& options, const Sum& sum);

Trial network();
Trial disk_full();
Trial power();
Trial kill();
Trial clock_jumps();
Trial restore();
Trial rot();

}  // namespace kiosk::faults
