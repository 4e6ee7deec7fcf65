#include "terminal/runner/find_person.h"

#include <algorithm>

namespace kiosk::runner {

Result<verbs::ParticipantFound> find_person(verbs::Branch& branch, const verbs::Actor& actor,
                                            const verbs::FindParticipant& request, const Clock& clock,
                                            Millis patience) {
  const SteadyTime until = clock.steady() + patience;
  TRY(auto seen,
      branch.ask(actor, verbs::WaitChanges{0, Millis{0}}));  // before asking, so that no answer comes in between
  TRY(auto found, branch.ask(actor, request));
  while (found.source == verbs::Source::None && found.asking) {
    const auto left = std::chrono::ceil<Millis>(until - clock.steady());
    if (left <= Millis{0}) break;
    TRY(seen, branch.ask(actor, verbs::WaitChanges{seen.until, left}));
    const bool may_be_there = seen.reset || std::any_of(seen.changes.begin(), seen.changes.end(),
                                                        [](const auto& c) { return c.topic == "person"; });
    if (may_be_there) {
      TRY(found, branch.ask(actor, request));
    }
  }
  return found;
}

}  // namespace kiosk::runner
