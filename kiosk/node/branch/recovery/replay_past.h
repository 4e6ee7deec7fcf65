// What the files of a replay share (see replay.h): one past event and the rows it speaks of. For this room only.
#pragma once
#include <chrono>
#include <string>

#include "base/zone.h"
#include "domain/queue/ticket.h"
#include "events/event.h"
#include "events/kinds.h"
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

// What a restore does with an event, an overload a kind; about_person: only the person's timeline tells of it.
Result<Done> about_person(const Past& p);
Result<Done> ticket_moved(const Past& p, domain::TicketAct act);

Result<Done> replay_of(const Past& p, events::TicketIssued);
Result<Done> replay_of(const Past& p, events::TicketRaised);
inline Result<Done> replay_of(const Past& p, events::TicketCalled) { return ticket_moved(p, domain::TicketAct::Call); }
inline Result<Done> replay_of(const Past& p, events::TicketRecalled) {
  return ticket_moved(p, domain::TicketAct::Recall);
}
inline Result<Done> replay_of(const Past& p, events::TicketEnqueued) {
  return ticket_moved(p, domain::TicketAct::Enqueue);
}
inline Result<Done> replay_of(const Past& p, events::TicketBegun) { return ticket_moved(p, domain::TicketAct::Begin); }
inline Result<Done> replay_of(const Past& p, events::TicketParked) { return ticket_moved(p, domain::TicketAct::Park); }
inline Result<Done> replay_of(const Past& p, events::TicketNoShow) {
  return ticket_moved(p, domain::TicketAct::NoShow);
}
inline Result<Done> replay_of(const Past& p, events::TicketFinished) {
  return ticket_moved(p, domain::TicketAct::Finish);
}
inline Result<Done> replay_of(const Past& p, events::TicketLeft) { return ticket_moved(p, domain::TicketAct::Leave); }
inline Result<Done> replay_of(const Past& p, events::TicketTransferred) {
  return ticket_moved(p, domain::TicketAct::Transfer);
}
inline Result<Done> replay_of(const Past& p, events::TicketRequeued) {
  return ticket_moved(p, domain::TicketAct::Requeue);
}
inline Result<Done> replay_of(const Past& p, events::TicketWrappedUp) {
  return ticket_moved(p, domain::TicketAct::WrapUp);
}
inline Result<Done> replay_of(const Past& p, events::TicketRecycled) {
  return ticket_moved(p, domain::TicketAct::Recycle);
}
Result<Done> replay_of(const Past& p, events::BreakStarted);
Result<Done> replay_of(const Past& p, events::BreakEnded);
Result<Done> replay_of(const Past& p, events::NoticePosted);
Result<Done> replay_of(const Past& p, events::NoticeRemoved);
Result<Done> consent_said(const Past& p, bool given);
inline Result<Done> replay_of(const Past& p, events::ConsentGiven) { return consent_said(p, true); }
inline Result<Done> replay_of(const Past& p, events::ConsentWithdrawn) { return consent_said(p, false); }
Result<Done> replay_of(const Past& p, events::IntakeSubmitted);
Result<Done> replay_of(const Past& p, events::HelpAsked);
Result<Done> replay_of(const Past& p, events::TaskFinished);
Result<Done> replay_of(const Past& p, events::ClaimSubmitted);
Result<Done> replay_of(const Past& p, events::ClaimReviewed);
Result<Done> replay_of(const Past& p, events::ClaimDocumentReplaced);
Result<Done> replay_of(const Past& p, events::DocumentDamaged);
Result<Done> replay_of(const Past& p, events::FaceAttempted);
Result<Done> replay_of(const Past& p, events::FaceCompared);
Result<Done> replay_of(const Past& p, events::AccountBlocked);
Result<Done> replay_of(const Past& p, events::InterviewJudged);
Result<Done> replay_of(const Past& p, events::ResetRequested);
Result<Done> replay_of(const Past& p, events::AccountReset);
Result<Done> replay_of(const Past& p, events::TerminalRemoved);
inline Result<Done> replay_of(const Past& p, events::PersonFindClosed) { return about_person(p); }
inline Result<Done> replay_of(const Past& p, events::CaseOpened) { return about_person(p); }
inline Result<Done> replay_of(const Past& p, events::InterviewOpened) { return about_person(p); }
// Nothing but the chain tells of these.
inline Result<Done> replay_of(const Past&, events::OfficerLoggedIn) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::OfficerLoggedOut) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::OfficerLocked) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::OfficerLoginFailed) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::TerminalCodeMade) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::TerminalJoined) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::TerminalRenewed) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::SyncHeld) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::SyncResumed) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::BranchOpened) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::NodeRestored) { return Done{}; }
inline Result<Done> replay_of(const Past&, events::NodeRejoined) { return Done{}; }

}  // namespace kiosk::branch
