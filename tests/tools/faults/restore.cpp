// A branch's disk dies or is damaged, again and again, while people act and the network has showers. It is made again
// from a backup, its second copy, what is left of its file, or several of them, and goes on: what was at the centre or
// in a copy that was used is there once, in a chain that is whole, and only what no copy had is gone.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "faults.h"
#include "node/branch/recovery/restore.h"
#include "node/branch/recovery/second_copy.h"
#include "node/store/backup.h"
#include "sim_people.h"

namespace kiosk::faults {
namespace {

class RestoreRun {
 public:
  RestoreRun(const Template& t, const std::string& dir, std::uint64_t seed, bool trace)
      : trace_(trace), dir_(dir), world_(t, dir, seed), truth_(world_, outcome_), people_(t, world_, truth_) {
    sides_.resize(world_.branches.size());
    if (trace) world_.net->trace = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
    for (std::size_t b = 0; b < sides_.size(); ++b) {
      sides_[b].copy_folder = dir_ + "/copy" + std::to_string(b);
      sides_[b].backup_file = dir_ + "/backup" + std::to_string(b);
      std::filesystem::remove_all(sides_[b].copy_folder);  // of the run before in this process
      std::filesystem::create_directory(sides_[b].copy_folder);
      std::filesystem::remove(sides_[b].backup_file);
      world_.net->places[b].weather = Weather::Showers;
    }
  }

  Outcome go() {
    for (std::size_t b = 0; b < sides_.size(); ++b) copy(b);
    for (int i = 0; i < 60 && outcome_.clean(); ++i) {
      const auto b = below(world_.branches.size());
      std::string what;
      const auto dice = below(20);
      if (dice < 5)
        what = sync(b);
      else if (dice < 7)
        what = back_up(b);
      else if (dice < 9)
        what = disaster(b);
      else
        what = people_.act(b);
      what = "step " + std::to_string(i) + ", " + what;
      if (trace_) std::fprintf(stderr, "%s\n", what.c_str());
      truth_.after_step(what);
      if (!outcome_.clean()) break;
      world_.log_in(b);
      truth_.after_step(what + ", officers logged in");
      if (below(10) < 7) copy(b);
    }
    if (outcome_.clean()) {
      settle(world_, truth_, people_);
      truth_.after_step("settled");
      for (std::size_t b = 0; b < sides_.size(); ++b) world_.log_in(b);
      truth_.after_step("settled, officers logged in");
      settle(world_, truth_, people_);
      truth_.finish();
    }
    outcome_.more["events"] += truth_.events();
    outcome_.more["restores"] += restores_;
    outcome_.more["in_no_copy"] += truth_.gone();
    return std::move(outcome_);
  }

 private:
  struct Side {
    std::string copy_folder, backup_file;
    std::set<std::string> in_copy, in_backup;
    bool backup = false;
  };
  std::uint64_t below(std::uint64_t n) { return world_.random.below(n); }

  std::string sync(std::size_t b) {
    for (int i = 0; i < 4; ++i) {
      world_.branches[b]->engine->nudge();
      world_.branches[b]->engine->run_due();
      world_.time.advance(Millis{static_cast<std::int64_t>(below(20'000))});
    }
    return "sync of " + std::to_string(b);
  }

  void copy(std::size_t b) {
    branch::SecondCopy::Options o;
    o.folder = sides_[b].copy_folder;
    branch::SecondCopy second(*world_.branches[b]->store, o);
    if (const auto done = second.step(); !done)
      return outcome_.trouble(&Outcome::damaged, "the second copy: " + done.fault().code + " " + done.fault().detail);
    sides_[b].in_copy = truth_.known_ids(b);
  }

  std::string back_up(std::size_t b) {
    const auto made = store::back_up(world_.branches[b]->home, sides_[b].backup_file, true);
    if (!made) {
      outcome_.trouble(&Outcome::damaged, "no backup: " + made.fault().code + " " + made.fault().detail);
      return "backup";
    }
    sides_[b].in_backup = truth_.known_ids(b);
    sides_[b].backup = true;
    return "backup of " + std::to_string(b);
  }

  std::string disaster(std::size_t b) {
    Side& side = sides_[b];
    auto& branch = *world_.branches[b];
    world_.crash(b);
    const bool disk_dead = below(2) == 0;
    const bool use_backup = side.backup && below(3) != 0;
    const bool use_copy = !use_backup || below(3) != 0;
    std::string what = "disaster at " + std::to_string(b) + (disk_dead ? ", disk dead" : ", file damaged") +
                       (use_backup ? ", backup" : "") + (use_copy ? ", copy" : "");
    Files left = files_of(branch.home);
    if (disk_dead) {
      std::erase_if(left, [](const auto& f) { return f.first != "keys"; });
    } else {
      auto& db = left["branch.db"];
      for (int i = 0; i < 6; ++i)
        for (std::size_t k = 0, at = below(db.size()); k < 2'000 && at + k < db.size(); ++k)
          db[at + k] = static_cast<char>(below(256));
    }
    put_files(branch.home, left);
    branch::RestoreAsked asked;
    asked.home = branch.home;
    if (use_backup) asked.backup = side.backup_file;
    if (use_copy) asked.copy = side.copy_folder;
    asked.clock = &branch.clock;
    asked.random = &world_.random;
    const auto done = branch::restore(asked, branch.keys);
    if (!done) {
      outcome_.trouble(&Outcome::damaged, what + ": " + done.fault().code + " " + done.fault().detail);
      return what;
    }
    ++restores_;
    world_.open(b);
    std::set<std::string> copied;
    if (use_backup) copied = side.in_backup;
    if (use_copy) copied.insert(side.in_copy.begin(), side.in_copy.end());
    truth_.restored(b, copied);
    people_.resubmit(b);
    return what + ", " + std::to_string(done->events) + " events, " + std::to_string(done->missing.size()) + " gaps";
  }

  const bool trace_;
  const std::string dir_;
  Outcome outcome_;
  World world_;
  Truth truth_;
  People people_;
  std::vector<Side> sides_;
  std::int64_t restores_ = 0;
};

}  // namespace

Trial restore() {
  return {"restore", "disks that die or are damaged; branches made again from backups, second copies and what is left",
          [](const Options& o) -> Run {
            const auto world = std::make_shared<const Template>(make_template(o.dir + "/template", 2));
            return [world, o](std::uint64_t seed) {
              return RestoreRun(*world, o.dir + "/run" + std::to_string(::getpid()), seed, o.trace).go();
            };
          },
          1'000};
}

}  // namespace kiosk::faults
