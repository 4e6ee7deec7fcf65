// A branch node made whole again while none runs: from a backup, from a second copy, from the present file as far as it
// can be read, or from keys and copy alone. The present file is moved aside, never deleted. A new random epoch begins
// (event node.restored) that continues the newest event found; what the centre has beyond it comes back when the node
// is next on line (node/sync/recovery.cpp); what no copy has is reported, never guessed.
// Thread: one, no node on the home. Blocks: disk. Owns, while it works: HOME/lock and HOME/restoring.
// Errors: refused node_running, backup_unreadable, copy_missing, copy_ambiguous, nothing_to_restore, not_enrolled (no
//   centre has anything of this home), those of from_centre; damaged
//   keys_wrong, store_corrupt, chain_broken, copy_state. On any of them the home is as it was.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "node/store/epochs.h"

namespace kiosk::branch {

struct RestoreAsked {
  std::string home;
  std::string backup;  // file; empty: none
  std::string copy;    // folder of second copies; empty: none
  // Brings back what the centre holds, into the store that is being made; nothing takes its place before it has. With
  // neither backup nor copy the node is the one that HOME/centre-word tells of (centre_word.h).
  std::function<Result<std::int64_t>(store::Store&)> from_centre;
  const Clock* clock = nullptr;
  Random* random = nullptr;
};
struct Restored {
  std::string branch, node, epoch, aside;  // aside: where the present file went; empty: there was none
  std::int64_t events = 0;                 // in the file now
  std::int64_t from_backup = 0, from_copy = 0, from_present = 0, from_centre = 0;
  std::int64_t blobs = 0;  // that came from copy or present file
  std::vector<store::Gap> missing;
  std::vector<std::string> damaged;  // files of the copy that end before their end
};
Result<Restored> restore(const RestoreAsked& asked, const crypto::KeyRing& keys);

// Lets a node that the centre stopped as a copy (or whose chain forks from the centre's) go on: when it is next on line
// it leaves the fork; what it made there is sealed again in a new epoch. Refused node_running.
Result<Done> rejoin(const std::string& home, crypto::KeyRing keys);

}  // namespace kiosk::branch
