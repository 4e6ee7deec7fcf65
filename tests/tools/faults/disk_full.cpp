// A disk that is full or broken at the n-th operation, at the branch or at the centre, while people act and the engine
// runs: what was refused left nothing behind, what was acknowledged stays, and with room again everything goes on.
#include <unistd.h>

#include <cstdio>

#include "faults.h"
#include "sim_people.h"
#include "tests/support/fault_vfs.h"

namespace kiosk::faults {
namespace {

using test::FaultVfs;

struct Trouble {
  const char* name;
  unsigned kinds;
  int code;
};
constexpr Trouble troubles[] = {
    {"full at a write", FaultVfs::Write, SQLITE_FULL},
    {"a write fails", FaultVfs::Write, SQLITE_IOERR_WRITE},
    {"a sync fails", FaultVfs::Sync, SQLITE_IOERR_FSYNC},
    {"a truncation fails", FaultVfs::Truncate, SQLITE_IOERR_TRUNCATE},
    {"a file cannot be opened", FaultVfs::Open, SQLITE_CANTOPEN},
    {"everything fails", FaultVfs::Write | FaultVfs::Sync | FaultVfs::Truncate | FaultVfs::Open | FaultVfs::Delete,
     SQLITE_IOERR},
};

class DiskFull {
 public:
  DiskFull(const Template& t, const std::string& dir, std::uint64_t seed, bool trace)
      : seed_(seed), trace_(trace), world_(t, dir, seed), truth_(world_, outcome_), people_(t, world_, truth_) {}

  Outcome go() {
    for (int i = 0; i < 24 && outcome_.clean(); ++i) step(i);
    if (outcome_.clean()) {
      settle(world_, truth_, people_);
      truth_.finish();
    }
    outcome_.more["events"] += truth_.events();
    outcome_.more["photos"] += truth_.blobs();
    outcome_.more["failed_operations"] += failed_;
    outcome_.more["resubmitted"] += people_.resubmitted;
    return std::move(outcome_);
  }

 private:
  std::uint64_t below(std::uint64_t n) { return world_.random.below(n); }

  void step(int i) {
    const bool at_branch = below(3) != 0;
    const auto& trouble = troubles[below(std::size(troubles))];
    // The seed walks through the operations one by one; the steps of a run spread over them.
    const long from = static_cast<long>((seed_ * 5 + static_cast<std::uint64_t>(i) * 3) % 41);
    const bool once = below(2) == 0;
    FaultVfs::fail(trouble.kinds, from, trouble.code, once);
    FaultVfs::fail_under = at_branch ? world_.branches[0]->home : world_.centre_home;
    std::string what = !at_branch || below(3) == 0 ? sync() : below(8) == 0 ? restart() : people_.act(0);
    failed_ += FaultVfs::failed;
    FaultVfs::heal();
    what = "step " + std::to_string(i) + ", " + (at_branch ? "branch" : "centre") + ", " + trouble.name + " from " +
           std::to_string(from) + (once ? " once" : "") + ": " + what;
    if (trace_) std::fprintf(stderr, "%s\n", what.c_str());
    truth_.after_step(what);
    if (below(4) == 0) {
      world_.crash(0);
      world_.open(0);
    }
    std::string after = people_.resubmit(0) + ", " + people_.ticket(0);
    if (trace_) std::fprintf(stderr, "  then %s\n", after.c_str());
    if (after.find("store_") != std::string::npos)
      outcome_.trouble(&Outcome::damaged, what + ": with room again it says " + after);
    truth_.after_step(what + ", then " + after);
  }

  std::string sync() {
    for (int i = 0; i < 4; ++i) {
      world_.branches[0]->engine->nudge();
      world_.branches[0]->engine->run_due();
      world_.time.advance(Millis{130'000});
    }
    return "sync";
  }

  // Ends and starts again while the trouble lasts, and once more without it.
  std::string restart() {
    auto& b = *world_.branches[0];
    world_.close(0);
    {
      store::Store::Options o;
      o.home = b.home;
      o.clock = &b.clock;
      o.random = &world_.random;
      o.vfs = FaultVfs::name;
      o.fill_log = false;
      const auto opened = store::Store::open(o, b.keys.clone());
    }
    failed_ += FaultVfs::failed;
    FaultVfs::heal();
    world_.open(0);
    return "restart";
  }

  const std::uint64_t seed_;
  const bool trace_;
  Outcome outcome_;
  World world_;
  Truth truth_;
  People people_;
  std::int64_t failed_ = 0;
};

}  // namespace

Trial disk_full() {
  return {"disk-full",
          "errors at every n-th write, sync, truncation and opening of the branch's and the centre's files",
          [](const Options& o) -> Run {
            const auto world = std::make_shared<const Template>(make_template(o.dir + "/template", 1));
            return [world, o](std::uint64_t seed) {
              return DiskFull(*world, o.dir + "/run" + std::to_string(::getpid()), seed, o.trace).go();
            };
          },
          1'000};
}

}  // namespace kiosk::faults
