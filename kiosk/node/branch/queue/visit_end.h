// The end of a visit, as the terminal tells it: from then on nothing about that person is answered there without an
// officer, neither by the facts that agreed (visits.h) nor as the claim that was sent last. Kept in the file, so that a
// restart of the node opens nothing again. Thread: any. Blocks: disk. Errors: those of the store.
#pragma once
#include <string>

#include "node/branch/core.h"

namespace kiosk::branch {

Result<Done> end_visit(Core& core, const std::string& terminal);
// Whether the visit in which that terminal sent this claim, its last, has ended.
Result<bool> visit_over(sqlite::Db& db, const std::string& terminal, const Uuid& last_claim);

}  // namespace kiosk::branch
