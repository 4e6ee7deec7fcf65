// The store of a home at the start of its node: one that is damaged, behind what was committed or acknowledged, or gone
// is made again from the second copy, when there is one (what the centre has beyond it comes back when the node is next
// on line, restore.h), else from the centre itself. The damaged file is moved aside, never deleted. Where neither helps
// it is refused by name and left as it is. Thread: one, no node on the home. Blocks: disk; on the network as long as
// `from_centre` does. Errors: those of Store::open and of restore().
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "node/branch/recovery/restore.h"
#include "node/store/store.h"

namespace kiosk::branch {

struct StoreOpened {
  std::unique_ptr<store::Store> store;
  std::string damage;              // why it was made again; empty: it was not
  std::optional<Restored> mended;  // how
};
using FromCentre = std::function<Result<std::int64_t>(store::Store&)>;  // RestoreAsked::from_centre
// `copy`: the folder of second copies; empty: none. No `from_centre`: the centre is not asked.
Result<StoreOpened> open_or_mend(const store::Store::Options& options, const crypto::KeyRing& keys,
                                 const std::string& copy, const FromCentre& from_centre = {});

// HOME/mended: that the data were made again, when and from what; for doctor and store check. Empty: never.
void note_mended(const std::string& home, WallTime at, const std::string& text);
std::string noted_mended(const std::string& home);

}  // namespace kiosk::branch
