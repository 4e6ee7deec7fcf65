// HOME/centre-word: what the centre is known to have of this node, kept outside of the database: its last signed
// acknowledgement, with the epochs and the enrolment, sealed under the data key (the state of a second copy,
// node/store/copy.h). A file that lacks what the centre has acknowledged is noticed by it at the start; a home whose
// data are gone is made again from the centre by it. Written behind each acknowledgement and not synced then: it is
// never ahead of the database, and an older one is true as well. Thread: any, one at a time. Blocks: disk. Errors:
// damaged word_damaged; those of the store.
#pragma once
#include <optional>
#include <string>

#include "base/crypto/crypto.h"
#include "node/store/copy.h"
#include "node/store/store.h"

namespace kiosk::branch {

// Nothing is written of a node that was never enrolled, nor by a store that is behind the word (store_behind).
// `durable`: when this returns, it outlives a power cut.
Result<Done> keep_centre_word(store::Store& store, bool durable);
// None: there is no such file.
Result<std::optional<store::CopyState>> centre_word(const std::string& home, const crypto::KeyRing& keys);
// The store has all that the centre has acknowledged as far as this home knows: damaged store_behind. A word that is
// damaged or gone says nothing.
Result<Done> compare_with_centre(store::Store& store);

}  // namespace kiosk::branch
