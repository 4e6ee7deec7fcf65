// Finding a person with a little patience: what the branch knows is the answer at once; only for somebody it does not
// know, and only when it has asked the centre, the centre's answer is waited for, and then what is known counts.
// Thread: any but a UI's. Blocks: at most `patience` beside the node's answers. Errors: those of the verb.
#pragma once
#include "api/verbs/branch.h"
#include "base/clock.h"

namespace kiosk::runner {

constexpr Millis kFindPatience{3'000};

Result<verbs::ParticipantFound> find_person(verbs::Branch& branch, const verbs::Actor& actor,
                                            const verbs::FindParticipant& request, const Clock& clock,
                                            Millis patience = kFindPatience);

}  // namespace kiosk::runner
