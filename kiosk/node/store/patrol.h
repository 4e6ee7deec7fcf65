// Patrol: reads everything that is stored again and again while the node works, a slice at a time: each table with the
// checksums of its pages, the chain, the blobs, the mark. What it finds is kept (damage(), HOME/damaged) until the
// store is whole again at a start. It holds a read snapshot for the length of a slice and no lock. Thread: one calls
// step(); damage() any. Blocks: step() on the disk.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/sqlite/met.h"
#include "node/store/store.h"

namespace kiosk::store {

class Patrol {
 public:
  struct Options {
    Seconds every{50 * 60};  // from the beginning of one round to that of the next
  };
  Patrol(Store& store, Options options) : store_(store), options_(options) {}

  // One slice when one is due; false: nothing is. Faults: what the slice found (damaged), or why it could not be read.
  Result<bool> step();
  // Code and text of what is damaged; empty: nothing is known to be.
  std::string damage() const;
  // Somebody has met damage since the last round began: everything is read now, without pauses.
  bool hurries() const;

 private:
  Result<Done> plan();
  Result<Done> look(const std::string& slice);
  Fault found(const std::string& slice, const Fault& fault);

  Store& store_;
  const Options options_;
  std::vector<std::string> slices_;  // left of this round
  std::optional<SteadyTime> began_;
  std::uint64_t met_ = sqlite::damage_met();  // when the last round began
  bool hurried_ = false;                      // this round
  mutable std::mutex mutex_;
  std::string damage_;
};

// What an earlier run has noted in the home; empty: nothing.
std::string noted_damage(const std::string& home);
void forget_damage(const std::string& home);

}  // namespace kiosk::store
