// What the centre holds of a node, brought into a store that is being made again (node/branch/recovery/mend.h): a node
// and its sync for as long as that takes, with nobody served. Thread: the caller's. Blocks: network and disk; a centre
// that is away is given up after about 6 s. Errors: unreachable; refused centre_not_asked (never enrolled), clone;
// those of node/sync/session.h.
#pragma once
#include "api/verbs/ports.h"
#include "node/branch/recovery/mend.h"
#include "programs/shared/settings.h"

namespace kiosk::programs {

branch::FromCentre from_centre(const Settings& settings, verbs::FaceJudge& judge, const Clock& clock, Random& random);

}  // namespace kiosk::programs
