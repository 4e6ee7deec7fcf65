// Where the sync engine puts what the centre says: verdicts and acknowledgements of pushed events, and items of the
// pull feed. Everything is written by local transactions (facts of the centre are no events of this node) and announced
// to terminals. Thread: any; one writer at a time by the store. Blocks: disk. Errors: those of the store. An item that
// cannot be read is logged, skipped and counted (meta "feed_skipped"): one bad item
//   must not stop all those behind it.
#pragma once
#include <map>
#include <string_view>
#include <vector>

#include "api/protocol/central_api.h"
#include "api/protocol/held.h"
#include "base/result.h"

namespace kiosk::branch {

struct Core;

class FeedSink {
 public:
  explicit FeedSink(Core& core) : core_(core) {}

  // Bodies by kind: rules = RuleBook, branch = FeedBranch, services = list of Service, officers = list of FeedOfficer
  // (the whole list), person and account = FeedPerson, person_gone = {"person":key}, claim_stage = FeedClaimStage,
  // verdict = Verdict, notices = list of FeedNotice (the whole list, those of the branch itself stay). One item, opened
  // when it was sealed. The feed's cursor moves in the same transaction; an unknown kind moves it only.
  Result<Done> apply(const protocol::FeedItem& item);
  Result<std::int64_t> cursor();  // pass as `after`

  // The centre's answer to a push, its signature already checked: cursor, verdicts and what follows from them (a
  // rejected record becomes an officer's task, an accepted reset its usable_from, an accepted claim its stage) in one
  // transaction.
  Result<Done> on_push_reply(const events::Ack& ack, const std::vector<protocol::Verdict>& verdicts);
  // The feed has nothing more: officers and rules are known to be current now, though nothing of them changed.
  Result<Done> up_to_date();
  // A verdict that comes later, by the feed.
  Result<Done> on_verdict(std::int64_t seq, const protocol::Verdict& verdict);

  // After a restore, of what the centre holds of this node and the file does not: events into their places, rows by
  // replaying, verdicts as at a push, also of those that are here and were not answered. Never of the present epoch.
  // Returns how many came back. Errors: damaged event_elsewhere.
  Result<std::int64_t> put_back(const protocol::HeldEvents& held, const crypto::Key& shared);
  // A chain of the centre's that is not here: its place is made before the present epoch.
  Result<Done> add_epoch(const std::string& epoch, const crypto::Hash& base);
  // Events from that one on stand where the centre holds others (a clone's, or a file that was put back by hand): they
  // are sealed again in the present epoch, or in a new one when they are of it (store/epochs.h).
  Result<std::int64_t> reappend(const std::string& epoch, std::int64_t seq, const std::string& why);
  // The same for what can never be sent where it stands, given how far the centre holds each epoch: behind a gap that
  // nobody has, or of an epoch that the node has gone on from.
  Result<std::int64_t> seal_again_late(const std::map<std::string, std::int64_t>& held);

  // A person who was looked up on request; kept until expires_ms.
  Result<Done> remember(const protocol::FeedPerson& person);

  // Centre minus node, as measured; stands in the headers of later events.
  void note_skew(std::int64_t skew_ms);
  // The same, heard just now from the centre itself: the node's time is trusted by it.
  void heard_time(std::int64_t skew_ms);
  void place_changed();  // the enrolment noted it

  // For changes of the sync engine's own state (topic "sync").
  void announce(std::string_view topic, std::string_view id = {});

 private:
  Result<Done> apply_item(const protocol::FeedItem& item);

  Core& core_;
};

}  // namespace kiosk::branch
