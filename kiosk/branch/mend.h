// The store of a home at the start of its node: one that is damaged, behind what was committed or gone is made again
// from the second copy, when there is one; what the centre has comes back when the node is next on line (restore.h).
// The damaged file is moved aside, never deleted. Without a copy it is refused by name. Thread: one, no node on the
// home. Blocks: disk. Errors: those of Store::open and of restore().
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "branch/restore.h"
#include "store/store.h"

namespace kiosk::branch {

struct StoreOpened {
  std::unique_ptr<store::Store> store;
  std::string damage;              // why it was made again; empty: it was not
  std::optional<Restored> mended;  // how
};
// `copy`: the folder of second copies; empty: none.
Result<StoreOpened> open_or_mend(const store::Store::Options& options, const crypto::KeyRing& keys,
                                 const std::string& copy);

}  // namespace kiosk::branch
