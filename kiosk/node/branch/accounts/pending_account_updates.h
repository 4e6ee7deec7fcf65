// What the centre says of people and their accounts, merged with what this node has decided itself. A word does not
// hold where the centre had not heard of a block or a reset of ours that it has taken since: a newer one follows. While
// events of ours about the person are unanswered it waits in the store: nothing that was said is lost, whichever lane
// is faster. Thread, errors: those of the act's transaction.
#pragma once
#include <string>

#include "api/protocol/central_api.h"
#include "node/branch/core.h"

namespace kiosk::branch {

// A person's whole record; `source` says by which way it came: cache or centre. One older than what is known is left.
Result<Done> put_known(Core& core, WriteOperation& op, const protocol::FeedPerson& person, std::string source);
// The account alone changed: the record is as it was, and is known to be so now.
Result<Done> put_pending_account_update(Core& core, WriteOperation& op, const protocol::FeedAccount& account);
// After an answer: the words that waited for it, in the order in which the centre said them. Some wait again.
Result<Done> take_words(Core& core, WriteOperation& op);

}  // namespace kiosk::branch
