// kiosk-bench NAME [--n N] [--dir DIR]: one JSON line. Exit 0 also when a target is missed: the line says so.
#include <ftw.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/log.h"
#include "tests/tools/bench/bench.h"

namespace {
using namespace kiosk;
using namespace kiosk::tools;

constexpr std::array k_benchmarks = {
    Benchmark{"backlog", "a ticket with 30,000 unsent events and 20,000 unsent photos, against the first day's",
              bench_backlog},
    Benchmark{"commit", "a ticket issued and durable, sealed and chained, against one write + fdatasync", bench_commit},
    Benchmark{"drain", "unsent events a second to a centre over TLS, against the same centre fed with ready requests",
              bench_drain},
    Benchmark{"frame", "the home screen at 1080 x 1920 in software, against a copy of its pixels", bench_frame},
    Benchmark{"journey",
              "two facts to the person's page from the cache, against the bare question; touches of journeys",
              bench_journey},
    Benchmark{"queue", "a day's visits on one node: from a counter's call to the boards, against a bare hop and write",
              bench_queue},
    Benchmark{"storm", "every branch comes back at once to the centre, against a copy of the same rows", bench_storm},
    Benchmark{"start", "from exec to the first frame with a running node, against the bare start", bench_start},
};

void remove_tree(const std::string& path) {
  ::nftw(
      path.c_str(), [](const char* p, const struct stat*, int, FTW*) { return ::remove(p); }, 16, FTW_DEPTH | FTW_PHYS);
}
}  // namespace

int main(int argc, char** argv) {
  log::init("kiosk-bench", log::Level::Warn);
  CLI::App cli("Measures the product against the bare limit of the same machine in the same run.");
  std::string where = ".";
  BenchOptions options;
  const Benchmark* chosen = nullptr;
  cli.require_subcommand(1);
  for (const auto& b : k_benchmarks) {
    auto* sub = cli.add_subcommand(b.name, b.what);
    sub->add_option("--n", options.n, "repetitions")->check(CLI::Range(1, 1'000'000));
    sub->add_option("--dir", where, "a folder on the disk to measure (default: here)");
    const std::string_view name = b.name;
    if (name == "commit")
      sub->add_option("--events", options.events, "of the large store (default: 1000000)")
          ->check(CLI::Range(1, 10'000'000));
    if (name == "storm" || name == "drain")
      sub->add_option("--store", options.store, "sqlite, postgresql (a server of its own) or postgresql://...");
    if (name == "storm") {
      sub->add_option("--branches", options.branches, "how many")->check(CLI::Range(1, 1'000));
      sub->add_option("--instances", options.instances, "of the centre")->check(CLI::Range(1, 16));
    }
    sub->callback([&chosen, &b] { chosen = &b; });
  }
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return cli.exit(e) == 0 ? 0 : static_cast<int>(FaultKind::BadInput);
  }
  // Whole, because servers that are started for a benchmark have working folders of their own.
  if (char* whole = ::realpath(where.c_str(), nullptr)) {
    where = whole;
    std::free(whole);
  }
  options.dir = where + "/kiosk-bench-XXXXXX";
  if (::mkdtemp(options.dir.data()) == nullptr) {
    std::fprintf(stderr, "kiosk-bench: --dir: no folder can be made in %s\n", where.c_str());
    return static_cast<int>(FaultKind::BadInput);
  }
  const auto measured = chosen->run(options);
  remove_tree(options.dir);
  if (!measured) {
    std::fprintf(stderr, "kiosk-bench: %s: %s\n", measured.fault().code.c_str(), measured.fault().detail.c_str());
    return static_cast<int>(measured.fault().kind);
  }
  std::printf("%s\n", to_line(*chosen, *measured).c_str());
  return 0;
}
