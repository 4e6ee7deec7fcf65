// Branch: everything a terminal may ask of its branch node. One verb = one function = one transaction.
// The node implements it (branch::Node), lan::BranchClient is the same interface from afar; one suite of tests runs
// against both. Thread: any; calls may block on the node's disk, never on the network (an answer says its source and
// date instead). Errors: Fault codes are stable; `unreachable node_away` when the node is not there. Acks: when a verb
// that writes returns a value, its rows and its event are durable together ("tersimpan"). Idempotence: every writing
// request carries `id` (a UUIDv7 made by the caller once per intent; nil: the node makes one).
//   The same id again returns the first result and writes nothing.
#pragma once
#include <string>
#include <vector>

#include "api/verbs/accounts.h"
#include "api/verbs/claims.h"
#include "api/verbs/officers.h"
#include "api/verbs/operation.h"
#include "api/verbs/people.h"
#include "api/verbs/terminal.h"
#include "api/verbs/tickets.h"
#include "api/verbs/verb.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "domain/rules/rules.h"

namespace kiosk::verbs {

// Who acts. `session` is the token of log_in; empty for participants.
struct Actor {
  std::string terminal;  // "kiosk-1", "counter-2", "ctl-1002"
  std::string session;
};

using AllVerbs =
    Join<OperationVerbs, TicketsVerbs, PeopleVerbs, ClaimsVerbs, AccountsVerbs, OfficersVerbs, TerminalVerbs>::List;

class Branch : public Asks<AllVerbs> {
 public:
  template <IsVerb V>
  Result<typename V::Reply> ask(const Actor& who, const V& request) {
    return this->on(who, request);
  }
};
// Implements every verb by D::perform(actor, request).
template <class D>
using EveryVerb = Performs<D, Branch, AllVerbs>;

}  // namespace kiosk::verbs
