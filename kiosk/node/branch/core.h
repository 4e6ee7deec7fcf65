// What the verbs of the node share: its parts, the institution's rules of today, sessions, and WriteOperation, the
// shape of every writing verb. Inside this room. Thread: any.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/queue/branch_place.h"
#include "domain/rules/time_trust.h"
#include "events/kinds.h"
#include "node/branch/change_feed.h"
#include "node/branch/node.h"
#include "node/branch/queue/presence.h"
#include "node/branch/queue/queue_cache.h"
#include "node/branch/queue/queue_clock.h"
#include "node/branch/queue/visits.h"
#include "node/store/accounts.h"
#include "node/store/copy.h"
#include "node/store/officers.h"
#include "node/store/outbox.h"
#include "node/store/rows.h"
#include "node/store/tasks.h"

namespace kiosk::branch {

// The branch's local day: by its own zone, and by the time that is believed (domain/rules/time_trust.h).
struct Today {
  std::shared_ptr<const domain::Rules> rules;
  Date date;
  std::string day;  // ISO
  WallTime at{};    // the moment, as it is believed
  std::shared_ptr<const domain::BranchPlace> place;
  std::chrono::minutes offset{0};  // of the zone, at that moment
};

// An officer's session that may act.
struct Session {
  store::SessionRow row;
  store::OfficerRow officer;
  bool may(std::string_view right) const;
};

// The day of the last number, and the moment it was given. None: not yet, or not since this file is here.
struct LastGiven {
  Date day;
  domain::Anchor at;
};
Result<std::optional<LastGiven>> last_given(sqlite::Db& db);
// What is kept of the branch's place; `book`: of the time when the zone was a rule.
Result<domain::BranchPlace> place_kept(sqlite::Db& db, const domain::RuleBook& book, WallTime now);

struct Core {
  Core(store::Store& s, verbs::FaceJudge& j, const Clock& c, Settings set);

  store::Store& store;
  verbs::FaceJudge& judge;
  const Clock& clock;
  const Settings settings;
  ChangeFeed changes;
  FeedSink sink;
  std::atomic<verbs::SyncPort*> centre{nullptr};
  std::atomic<verbs::Copier*> copier{nullptr};
  std::atomic<verbs::TerminalAuthority*> door{nullptr};
  Presence presence;
  Visits visits;
  AnnouncerLease announcer;
  std::atomic<std::int64_t> skew_ms{0};
  QueueClock queue_clock;
  QueueCache queue_book;

  // Second copies: the own one on another disk, and terminals that keep one by asking for it.
  void note_follower(const std::string& terminal, store::CopyPoint point);
  std::vector<verbs::CopyView> copies();
  // The centre works with another copy of this node's data: what is decided here could never be accepted.
  Result<Done> not_a_clone(sqlite::Db& db);

  bool enrolled() const { return store.identity().branch != "LOCAL"; }
  std::shared_ptr<const domain::RuleBook> book();
  void set_book(domain::RuleBook book);
  Result<Today> today();
  // The time that is believed: every act happens, and every time limit runs, by it. A wall clock that was set wrong
  // leaves nothing behind that way.
  WallTime now() const;
  // Reads what is kept of the branch's place anew, after the enrolment or the feed brought it.
  void reload_place();
  // What the centre said of the clock just now: it is believed from here on.
  void heard_time(Millis centre_minus_node);
  std::string clock_state();  // as verbs::SyncStatus::clock
  // The day whose numbers go on with the next ticket (core_time.cpp); begins today's when a day may begin.
  Result<Date> number_day(store::Tx& tx, const Today& today);
  Result<Done> number_given(store::Tx& tx, Date number_day);  // keeps the moment of it
  crypto::Hash index_of(const domain::PersonId& person) const { return store.person_index(person.key()); }
  crypto::Hash index_of_kpj(const std::string& digits) const { return store.person_index("kpj:" + digits); }

  // Refused not_logged_in, session_ended, officer_not_valid, right_missing. `right` empty: any officer.
  // `counts_as_use`: lists that terminals re-read by themselves do not keep a session awake.
  Result<Session> session(store::Rows rows, const verbs::Actor& actor, std::string_view right,
                          bool counts_as_use = true);
  // The smallest right: this session opened the person, serves the person's ticket, or an open task is about the
  // person. Refused case_not_open.
  Result<Done> may_open(store::Rows rows, const Session& session, const crypto::Hash& person);
  void forget_session(const crypto::Hash& token);
  verbs::OfficerView view(const store::OfficerRow& row) const;

 private:
  std::mutex mutex_;
  std::shared_ptr<const domain::RuleBook> book_;
  std::optional<Today> today_;
  std::shared_ptr<const domain::BranchPlace> place_;
  mutable std::mutex trust_mutex_;
  mutable std::optional<domain::TimeTrust> trust_;  // moves on with each look
  domain::Steady steady() const;
  void read_kept_rules(sqlite::Db& db);
  std::map<crypto::Hash, WallTime> used_;  // sessions' last use, finer than the row's
  struct Follower {
    store::CopyPoint point;
    WallTime at{};
  };
  std::map<std::string, Follower> followers_;  // by terminal
};

// One writing verb: a transaction, the events that say what happened, and what to announce once both are durable.
class WriteOperation {
 public:
  static Result<WriteOperation> begin(Core& core, const verbs::Actor& actor);

  store::Tx& tx() { return tx_; }
  WallTime now() const { return now_; }
  const verbs::Actor& actor() const { return actor_; }
  // Who acts: set once the session is known; empty for participants. Also notes the session's use.
  Result<Session> officer(std::string_view right);
  const std::string& officer_number() const { return officer_; }

  // An event of this act, about `person` when given; returns the sequence number it will have. The terminal and the
  // officer are filled in.
  std::int64_t append_event(events::Draft draft, const std::optional<crypto::Hash>& person = std::nullopt);
  void set_payload(std::int64_t seq,
                   std::string payload);  // of one that was said in this act: what it could not yet know
  void changed(std::string topic, std::string id = {});
  Result<Done> commit();        // rows and events; then announces
  Result<Done> commit_local();  // rows that are no event

 private:
  WriteOperation(Core& core, const verbs::Actor& actor, store::Tx tx);
  void announce();

  Core* core_;
  verbs::Actor actor_;
  store::Tx tx_;
  WallTime now_;
  std::int64_t first_seq_;
  std::string officer_;
  std::vector<events::Draft> drafts_;
  std::vector<std::optional<crypto::Hash>> about_;
  std::vector<verbs::Change> changed_;
};

// An event of that kind; what it is about stands in its header.
template <events::IsKind K>
events::Draft make_event(K) {
  events::Draft d;
  d.header.kind = K::kind.name;
  return d;
}

// Notes in the store's metadata (times in milliseconds).
constexpr std::string_view kTimeTrust = "time_trust";  // the day of the last number, and the domain::Anchor of it
constexpr std::string_view kOfficersAt = "officers_at", kRulesAt = "rules_at";  // when the feed last brought them

// Where a record is on its way, computed from facts: the cursor, the centre's verdict, the blobs.
struct SyncFacts {
  std::int64_t acknowledged = 0;
  bool sending = false;
  std::string why;  // why not sent yet
};
struct SyncAnswer {
  domain::SyncState state = domain::SyncState::Saved;
  std::string why;
  std::string reason, detail;  // of the centre's verdict
};
Result<SyncFacts> sync_facts(Core& core, sqlite::Db& db);
Result<SyncAnswer> sync_of(sqlite::Db& db, const SyncFacts& facts, std::int64_t seq,
                           const std::vector<std::string>& blobs = {});

// ---- people and tickets, used across verbs ----
struct KnownPerson {
  protocol::FeedPerson person;
  verbs::Source source = verbs::Source::Cache;
};
Result<std::optional<KnownPerson>> known_person(Core& core, store::Rows rows, const crypto::Hash& index);
// When the centre's word of this person was last heard, by the centre's clock; nullopt: not in the cache.
Result<std::optional<std::int64_t>> heard_at(Core& core, store::Rows rows, const crypto::Hash& index);
// "B*** S***" when the person is known, else the masked number.
Result<std::string> masked(Core& core, store::Rows rows, const crypto::Hash& index, const domain::PersonId& person);
Result<std::optional<domain::PersonId>> person_of(Core& core, store::Rows rows, const crypto::Hash& index);

struct NewTicket {
  Uuid id;
  std::string service;
  std::optional<crypto::Hash> person;
  domain::Priority priority = domain::Priority::Normal;
  std::string purpose;
  domain::IssuedAt at = domain::IssuedAt::Reception;
  std::optional<WallTime> appointment = {};  // its begin
};
// Refused not_enrolled or what domain::IssueRefusal says (detail: the number, the time to come back, the quota). Says
// ticket.issued.
Result<domain::Ticket> issue(Core& core, WriteOperation& op, const Today& today, const NewTicket& request);
Result<verbs::TicketIssued> issued_view(Core& core, sqlite::Db& db, const domain::Ticket& ticket);
// The ticket that hands a person over to an officer: the one an officer already serves, the waiting one (raised when
// the priority is Blocked), or a new one. nullopt when the branch has no open service.
Result<std::optional<domain::Ticket>> hand_over(Core& core, WriteOperation& op, const Today& today,
                                                const crypto::Hash& person, const std::string& purpose,
                                                domain::Priority priority);

// ---- accounts and claims, used across verbs ----
Result<verbs::AccountView> account_view(Core& core, store::Rows rows, const crypto::Hash& person, bool with_photos);
// Opens the case of a block: task "blocked"; the account's row carries its id. Says nothing; the caller does.
Result<Done> open_block(Core& core, WriteOperation& op, const crypto::Hash& person, store::AccountRow& account);
Result<verbs::ClaimView> claim_view(Core& core, store::Rows rows, const Uuid& id, bool whole);
Result<std::vector<verbs::ClaimView>> claim_views_of(Core& core, store::Rows rows, const crypto::Hash& person);
Result<verbs::ResetView> reset_view(Core& core, store::Rows rows, const Uuid& id);
Result<std::vector<verbs::ResetView>> reset_views_of(Core& core, store::Rows rows, const crypto::Hash& person);

// ---- what people tell and are told, used across verbs ----
verbs::Task task_view(const store::TaskRow& row);
// Those that hold now, the newest first, as many as the board shows.
Result<std::vector<verbs::Notice>> notices_now(sqlite::Db& db, WallTime now);
Result<std::optional<verbs::DraftView>> draft_of(store::Rows rows, const crypto::Hash& person, WallTime now);
Result<std::vector<verbs::ConsentView>> consents_of(sqlite::Db& db, const crypto::Hash& person);
Result<Done> may_use_camera(sqlite::Db& db, const crypto::Hash& person);  // refused consent_withdrawn
Result<std::vector<verbs::IntakeView>> intake_views_of(Core& core, store::Rows rows, const crypto::Hash& person);
// A task for an officer about a person, announced.
Result<Done> give_task(Core& core, WriteOperation& op, const char* kind, const std::string& subject,
                       const crypto::Hash& index, const domain::PersonId& person, const std::string& reason);

constexpr std::string_view kCentre = "centre";  // by whom a notice of the centre is

constexpr std::size_t kPhotoBound = 8u << 20;
Result<Done> check_photo_size(ByteView photo);

}  // namespace kiosk::branch
