// What is said of a claim as a verb answers it, and whether it stands in the way of another
// (domain/claims/claim_said.h). Pure.
#pragma once
#include "api/verbs/claims.h"
#include "domain/claims/claim_said.h"

namespace kiosk::verbs {

inline std::optional<domain::Stage> reached(const ClaimView& c) {
  std::optional<domain::Stage> last;
  for (const auto& s : c.stages)
    if (s.at && (!last || *last < s.stage)) last = s.stage;
  return last;
}
inline domain::ClaimSaid said_of(const ClaimView& c) { return domain::said_of({c.state, c.sync, reached(c)}); }
inline bool stands_in_the_way(const ClaimView& c) { return domain::stands_in_the_way(c.state, reached(c)); }

}  // namespace kiosk::verbs
