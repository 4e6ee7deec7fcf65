// Replay: what an event that came back (from the second copy or the centre) did to the rows, done again from its header
// and its opened payload. Rows that later events have moved on are left as they are: an event changes only what it
// would have changed then. It writes no event; what only rows knew and no event says (log-in failures, sessions, an
// open interview's questions) is not made up. Thread, errors: those of the transaction.
#pragma once
#include <string>

#include "events/event.h"
#include "node/store/store.h"

namespace kiosk::branch {

// `place`: the event's in the file. A payload that cannot be read leaves the rows and is logged.
Result<Done> replay(store::Tx& tx, const events::Header& header, const std::string& payload, std::int64_t place);
// The same for an event that stands in the file; its payload is opened here.
Result<Done> replay_at(store::Tx& tx, std::int64_t place);

// Numbers that may have been given in a time nobody remembers are not given again: today's series go on `skip` later.
Result<Done> skip_numbers(store::Tx& tx, WallTime now, int skip);

}  // namespace kiosk::branch
