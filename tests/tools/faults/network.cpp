#include "network.h"

#include <unistd.h>

#include <cstdio>

#include "sim_people.h"

namespace kiosk::faults {
namespace {

constexpr std::size_t branch_count = 3;

class Simulation {
 public:
  Simulation(const Template& t, const NetworkRun& run)
      : run_(run), world_(t, run.dir, run.seed), truth_(world_, outcome_), people_(t, world_, truth_) {
    people_.drop_tickets = run.mutation == Mutation::DropVerb;
    if (run_.trace) world_.net->trace = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
    mutate_network();
  }

  Outcome go() {
    const int steps = 60 + static_cast<int>(below(80));
    for (int i = 0; i < steps && outcome_.clean(); ++i) {
      step_ = "step " + std::to_string(i);
      const std::string what = step();
      if (run_.trace) std::fprintf(stderr, "%s: %s\n", step_.c_str(), what.c_str());
      bury();
      mutate(i);
      truth_.after_step(step_ + ", " + what);
    }
    if (outcome_.clean()) {
      settle(world_, truth_, people_);
      truth_.finish();
    }
    outcome_.more["events"] += truth_.events();
    outcome_.more["photos"] += truth_.blobs();
    outcome_.more["not_accepted"] += truth_.verdicts();
    outcome_.more["exchanges"] += world_.net->exchanges;
    outcome_.more["exchanges_failed"] += world_.net->failed;
    outcome_.more["late"] += world_.net->late_delivered;
    outcome_.more["node_crashes"] += world_.crashes;
    outcome_.more["centre_crashes"] += world_.centre_crashes;
    outcome_.more["resubmitted"] += people_.resubmitted;
    return std::move(outcome_);
  }

 private:
  std::uint64_t below(std::uint64_t n) { return world_.random.below(n); }
  bool chance(std::uint64_t percent) { return below(100) < percent; }

  // -- steps --

  std::string step() {
    const std::size_t b = below(world_.branches.size());
    const auto dice = below(100);
    if (dice < 2) return weather();
    if (dice < 6) return clock(b);
    if (dice < 8) return crash_node(b);
    if (dice < 10) return crash_centre();
    if (dice < 14) return late();
    if (dice < 20) return people_.operate();
    if (!world_.branches[b]->up()) {
      if (chance(40)) return sync(b);
      world_.open(b);
      return people_.resubmit(b);
    }
    // One verb or one round of sync in sixteen is a crash somewhere in its writing.
    if (chance(6)) world_.branches[b]->die_after_writes = static_cast<long>(below(14));
    if (dice < 62) return sync(b);
    return people_.act(b);
  }

  std::string weather() {
    for (auto& p : world_.net->places)
      if (chance(70)) p.weather = static_cast<Weather>(below(4));
    if (!world_.centre_up()) open_centre();
    return "weather";
  }

  std::string clock(std::size_t b) {
    const auto kind = below(8);
    if (kind == 0) {  // a wall clock that was set wrong, or put right
      auto& offset = world_.branches[b]->clock.offset;
      offset = chance(50) ? Millis{0} : Millis{static_cast<std::int64_t>(below(4 * 3600'000)) - 2 * 3600'000};
      return "clock of " + std::to_string(b) + " off by " + std::to_string(offset.count()) + " ms";
    }
    const std::int64_t limits[] = {2'000, 2'000, 60'000, 60'000, 300'000, 3'600'000, 12 * 3'600'000};
    const auto by = Millis{static_cast<std::int64_t>(below(static_cast<std::uint64_t>(limits[kind - 1])))};
    world_.time.advance(by);
    return "clock on by " + std::to_string(by.count()) + " ms";
  }

  std::string crash_node(std::size_t b) {
    if (!world_.branches[b]->up()) return "nothing";
    const Files before = run_.mutation == Mutation::LoseCommit ? kept_[b] : Files{};
    world_.crash(b);
    if (!before.empty()) put_files(world_.branches[b]->home, before);
    return "crash of " + std::to_string(b);
  }

  std::string crash_centre() {
    if (!world_.centre_up()) {
      open_centre();
      return "centre starts";
    }
    if (chance(50)) {
      world_.centre_dies_after_writes = static_cast<long>(below(30));
      return "centre will die";
    }
    world_.crash_centre();
    return "centre crashes";
  }

  void open_centre() {
    world_.open_centre();
    truth_.centre_restarted();
  }

  std::string late() { return world_.net->deliver_late() ? "late delivery" : "nothing"; }

  // Whoever died in this step is buried: its files are what they were at that instant.
  void bury() {
    for (std::size_t b = 0; b < world_.branches.size(); ++b) {
      auto& branch = *world_.branches[b];
      branch.die_after_writes = -1;
      if (!branch.at_death) continue;
      world_.crash(b);
      if (run_.trace) std::fprintf(stderr, "  branch %zu has died\n", b);
    }
    if (!world_.centre_at_death) return;
    world_.crash_centre();
    if (run_.trace) std::fprintf(stderr, "  the centre has died\n");
    if (chance(50)) open_centre();
  }

  std::string sync(std::size_t b) {
    if (!world_.branches[b]->up()) return "nothing";
    auto& engine = *world_.branches[b]->engine;
    const auto rounds = 1 + below(4);
    for (std::uint64_t i = 0; i < rounds && world_.net->places[b].alive; ++i) {
      if (chance(60)) engine.nudge();
      engine.run_due();
      world_.time.advance(Millis{static_cast<std::int64_t>(below(chance(20) ? 130'000 : 3'000))});
    }
    return "sync of " + std::to_string(b);
  }

  // -- proofs --

  void mutate_network() {
    if (run_.mutation == Mutation::PhotoNotTaken)
      world_.net->mutate = [](const net::Call& call, net::Response& r) {
        if (call.method == "PUT") r = net::Response{200, R"({"received":1,"complete":true})", "application/json", {}};
      };
    if (run_.mutation == Mutation::OtherVerdict)
      world_.net->mutate = [](const net::Call&, net::Response& r) {
        for (const std::string word : {"\"rejected\"", "\"flagged\""})
          if (const auto at = r.body.find(word); at != std::string::npos)
            r.body.replace(at, word.size(), "\"accepted\"");
      };
    if (run_.mutation == Mutation::SkipFeed)
      world_.net->mutate = [](const net::Call& call, net::Response& r) {
        if (!call.path.starts_with("/v1/feed")) return;
        const auto items = r.body.find("\"items\":["), end = r.body.rfind("],\"until\"");
        if (items != std::string::npos && end != std::string::npos) r.body.erase(items + 9, end - items - 9);
      };
  }

  void mutate(int step) {
    if (run_.mutation == Mutation::LoseCommit && step % 10 == 0) {
      kept_.resize(world_.branches.size());
      for (std::size_t b = 0; b < kept_.size(); ++b) kept_[b] = files_of(world_.branches[b]->home);
    }
    if (step != 50) return;
    const auto exec = [](const std::string& file, const std::string& sql) {
      auto db = sqlite::Db::open(file, {.create = false});
      if (db) (void)db->exec(sql);
    };
    if (run_.mutation == Mutation::TakeTwice)
      exec(world_.centre_home + "/centre.db",
           "INSERT INTO event (branch, epoch, seq, id, node, kind, at, received_at, header, ciphertext, wrap, head, "
           "verdict, reason, usable_from, stage) SELECT 'TWICE', epoch, seq, id, node, kind, at, received_at, header, "
           "ciphertext, wrap, head, verdict, reason, usable_from, stage FROM event ORDER BY n DESC LIMIT 1");
    if (run_.mutation == Mutation::ChangeEvent)
      for (auto& b : world_.branches)
        exec(b->home + "/branch.db", "UPDATE event SET header = replace(header, 'kiosk-1', 'kiosk-2')");
  }

  const NetworkRun run_;
  Outcome outcome_;
  World world_;
  Truth truth_;
  std::string step_;
  People people_;
  std::vector<Files> kept_;
};

}  // namespace

Outcome run_network(const Template& t, const NetworkRun& run) { return Simulation(t, run).go(); }

Trial network() {
  return {"network", "branches and centre in one process over a network that breaks in every way, with crashes",
          [](const Options& o) -> Run {
            const auto world = std::make_shared<const Template>(make_template(o.dir + "/template", branch_count));
            return [world, o](std::uint64_t seed) {
              return run_network(*world, {o.dir + "/run" + std::to_string(::getpid()), seed, Mutation::None, o.trace});
            };
          },
          1'000};
}

}  // namespace kiosk::faults
