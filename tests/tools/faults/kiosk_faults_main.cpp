// kiosk-faults NAME [--runs N] [--seed S]: one JSON line on standard output; exit 1 unless nothing was lost, doubled or
// damaged.
#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "faults.h"

namespace {
using namespace kiosk;
using namespace kiosk::faults;

void remove_tree(const std::string& path) {
  ::nftw(
      path.c_str(), [](const char* p, const struct stat*, int, FTW*) { return ::remove(p); }, 16, FTW_DEPTH | FTW_PHYS);
}

std::string own_folder() {
  char path[4096];
  const auto n = ::readlink("/proc/self/exe", path, sizeof path);
  const std::string self(path, n > 0 ? static_cast<std::size_t>(n) : 0);
  return self.substr(0, self.rfind('/'));
}
}  // namespace

int main(int argc, char** argv) {
  CLI::App cli("Breaks the product on purpose and counts what it had acknowledged.");
  cli.footer(
      "Examples:\n  kiosk-faults network --runs 10000 --seed 1\n"
      "  kiosk-faults network --runs 1 --seed 4711 --trace     replays one run, every step on standard error\n"
      "Prints one JSON line (runs lost doubled damaged ...); exit status 0 only when the three are zero.");
  Options options;
  options.jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  options.bin = own_folder();
  std::string where = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  const Trial trials[] = {network(), kill(), disk_full(), power(), clock_jumps(), restore(), rot()};
  const Trial* chosen = nullptr;
  cli.require_subcommand(1);
  options.runs = 0;
  for (const auto& f : trials) {
    auto* sub = cli.add_subcommand(f.name, f.what);
    sub->add_option("--runs", options.runs,
                    "how many, each with the next seed (default " + std::to_string(f.runs) + ")")
        ->check(CLI::Range(1, 10'000'000));
    sub->add_option("--seed", options.seed, "of the first run");
    sub->add_option("--jobs", options.jobs, "processes (default: one a processor)")->check(CLI::Range(1, 256));
    sub->add_option("--dir", where, "a folder for the homes (default " + where + ")");
    sub->add_flag("--trace", options.trace, "every step on standard error");
    sub->callback([&chosen, &f] { chosen = &f; });
  }
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return cli.exit(e) == 0 ? 0 : static_cast<int>(FaultKind::BadInput);
  }
  // What the parts say about troubles made on purpose is of use in a replay only.
  log::init("kiosk-faults", options.trace ? log::Level::Info : log::Level::Error);
  if (options.runs == 0) options.runs = chosen->runs;
  options.dir = where + "/kiosk-faults-XXXXXX";
  if (::mkdtemp(options.dir.data()) == nullptr) {
    std::fprintf(stderr, "kiosk-faults: --dir: no folder can be made in %s\n", where.c_str());
    return static_cast<int>(FaultKind::BadInput);
  }
  const Sum sum = run_all(*chosen, options);
  remove_tree(options.dir);
  std::printf("%s\n", to_line(chosen->name, options, sum).c_str());
  return sum.all.clean() && sum.runs == options.runs ? 0 : 1;
}
