// Two running copies of one home are noticed, and one is stopped. Every start of a node draws a random instance id and
// says it with each request. A new id takes over at once, so that an honest restart waits for nothing. The one before
// is then asked for proof that it still runs: to answer a challenge that was made after the take-over, which no request
// that was late or doubled on its way can do. Two that run are a clone: the one whose chain is the centre's goes on
// (when both are: the earlier), the other is refused `clone` from then on.
// Thread: any. Errors: refused superseded (detail: "<challenge> <epoch> <seq>"), clone.
#pragma once
#include <optional>
#include <string>

#include "central/centre.h"

namespace kiosk::central {

struct InstanceSaid {
  std::string instance;              // 16 hex
  std::string alive;                 // the challenge, answered; empty: none was made
  std::optional<crypto::Hash> head;  // of the event that the challenge named; none: the node does not have it
};
// "<instance>" and, of X-Kiosk-Alive, "<challenge> <head in hex, or none>".
Result<InstanceSaid> read_instance(const std::string& instance, const std::string& alive);

}  // namespace kiosk::central
