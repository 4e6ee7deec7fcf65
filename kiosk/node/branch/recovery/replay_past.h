// What the files of a replay share (see replay.h): one past event and the rows it speaks of. For this room only.
#pragma once
#include <chrono>
#include <string>

#include "base/zone.h"
#include "events/event.h"
#include "node/store/store.h"

namespace kiosk::branch {

struct Past {
  store::Tx& tx;
  const events::Header& h;
  const std::string& payload;
  std::int64_t place;
};

Zone zone(store::Tx& tx, WallTime at);  // the branch's; the default when what is kept cannot be read
Result<Date> local_day(store::Tx& tx, WallTime at);
Result<crypto::Hash> index_of(const Past& p, const std::string& key);
Result<std::string> masked(const Past& p, const crypto::Hash& index, const std::string& key);
Result<Done> remember(const Past& p, const crypto::Hash& person);  // in the person's timeline
Result<Done> add_task(const Past& p, const char* kind, const std::string& subject, const crypto::Hash& person,
                      std::string name, const std::string& reason);

// One kind of event each.
Result<Done> ticket_issued(const Past& p);
Result<Done> ticket_moved(const Past& p);
Result<Done> break_begun(const Past& p);
Result<Done> break_ended(const Past& p);
Result<Done> notice_posted(const Past& p);
Result<Done> notice_removed(const Past& p);
Result<Done> consent_said(const Past& p);
Result<Done> intake_submitted(const Past& p);
Result<Done> help_asked(const Past& p);
Result<Done> claim_submitted(const Past& p);
Result<Done> claim_reviewed(const Past& p);
Result<Done> document_replaced(const Past& p);
Result<Done> document_damaged(const Past& p);
Result<Done> face_attempted(const Past& p);
Result<Done> face_compared(const Past& p);
Result<Done> account_blocked(const Past& p);
Result<Done> interview_judged(const Past& p);
Result<Done> reset_requested(const Past& p);
Result<Done> reset_approved(const Past& p);

}  // namespace kiosk::branch
