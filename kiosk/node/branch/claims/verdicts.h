// What follows here from the centre's verdict on an event: a claim's state and stage, a reset's hour, an officer's
// task. Whatever the centre did not simply take is looked at by somebody: nothing is dropped in silence. Thread,
// errors: those of the act's transaction.
#pragma once
#include "api/protocol/central_api.h"
#include "node/branch/core.h"
#include "node/store/claims.h"

namespace kiosk::branch {

// From here on a verdict's seq is the event's place in the file.
protocol::Verdict at_place(protocol::Verdict v, std::int64_t base);
Result<Done> follow(Core& core, WriteOperation& op, const protocol::Verdict& v);
// Of a claim that is known already; also for a plain acknowledgement, which names no event.
Result<Done> claim_verdict(Core& core, WriteOperation& op, store::ClaimRow claim, const protocol::Verdict& v);

}  // namespace kiosk::branch
