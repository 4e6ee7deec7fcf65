// How many stand before a ticket and how long it will wait, from what the counters at work needed lately. Inside this
// room. Thread, errors: those of the snapshot or transaction they are given.
#pragma once
#include "domain/queue/wait.h"
#include "node/branch/core.h"

namespace kiosk::branch {

struct WaitEstimate {
  int people_ahead = 0;
  std::optional<domain::WaitRange> wait;  // none: too few samples, or no counter at work serves it
};
// `mine` may stand in the queue already; `queue`: the queue's clock. Nobody is ahead of who does not wait.
Result<WaitEstimate> outlook(Core& core, sqlite::Db& db, const Today& today, const domain::Ticket& mine,
                             WallTime queue);
// Of one that joins now, after all who stand there, and is not in its place yet.
Result<WaitEstimate> outlook_of_new(Core& core, store::Tx& tx, const Today& today, const domain::Ticket& mine,
                                    WallTime queue);

}  // namespace kiosk::branch
