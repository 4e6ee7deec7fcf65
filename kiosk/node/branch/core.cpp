#include "node/branch/core.h"

#include <algorithm>

#include "api/protocol/central_api.h"
#include "api/protocol/payload.h"
#include "base/log.h"
#include "base/picture_shape.h"
#include "node/store/claims.h"
#include "node/store/people.h"
#include "node/store/tasks.h"
#include "node/store/tickets.h"
#include "node/store/turns.h"

namespace kiosk::branch {
namespace {

constexpr Seconds kUseWritten{5 * 60};  // a session's use is written at most this often

// Differs between runs, also when the clock stood still: time in the high bits, chance in the low.
std::int64_t run_start(store::Store& store, const Clock& clock) {
  const auto id = store.ids().next();
  const auto low = static_cast<std::int64_t>(id.bytes()[15]) | (static_cast<std::int64_t>(id.bytes()[14] & 3) << 8);
  return (to_ms(clock.now()) << 10) | low;
}

}  // namespace

bool Session::may(std::string_view right) const {
  return std::find(officer.rights.begin(), officer.rights.end(), right) != officer.rights.end();
}

Core::Core(store::Store& s, verbs::FaceJudge& j, const Clock& c, Settings set)
    : store(s),
      judge(j),
      clock(c),
      settings(std::move(set)),
      changes(run_start(s, c)),
      sink(*this),
      presence(c.steady()) {
  book_ = std::make_shared<domain::RuleBook>(settings.rules.value_or(domain::RuleBook::defaults()));
  std::optional<domain::Anchor> kept;
  if (auto read = store.read()) {
    read_kept_rules(read->db());
    if (const auto last = last_given(read->db()); last && *last) kept = (*last)->at;
  }
  trust_.emplace(kept, steady(), clock.now());
  reload_place();
}

void Core::read_kept_rules(sqlite::Db& db) {
  const auto text = store::meta(db, "rules");
  if (!text || text->empty()) return;
  if (auto rules = protocol::decode<domain::RuleBook>(*text))
    book_ = std::make_shared<domain::RuleBook>(std::move(*rules));
  else
    log::error("the kept rules cannot be read; the built-in ones hold", {{"code", rules.fault().code}});
}

std::shared_ptr<const domain::RuleBook> Core::book() {
  std::lock_guard lock(mutex_);
  return book_;
}

void Core::set_book(domain::RuleBook book) {
  {
    std::lock_guard lock(mutex_);
    book_ = std::make_shared<domain::RuleBook>(std::move(book));
  }
  reload_place();
}

Result<Session> Core::session(store::Rows rows, const verbs::Actor& actor, std::string_view right, bool counts_as_use) {
  if (actor.session.empty()) return refused("not_logged_in");
  Session s;
  const crypto::Hash token = crypto::hash(as_bytes(actor.session));
  TRY(auto row, store::session(rows.db(), token));
  if (!row || row->terminal != actor.terminal) return refused("session_ended");
  s.row = *row;
  const WallTime now = this->now();
  {
    std::lock_guard lock(mutex_);
    WallTime& used = used_.try_emplace(token, s.row.used_at).first->second;
    used = std::max(used, s.row.used_at);
    // Longer than any session lasts: it was begun while the clock was ahead.
    const bool of_false_time = s.row.until - now > settings.session_length + domain::TimeTrust::k_jump;
    if (of_false_time || now >= s.row.until || now - used > settings.session_idle) return refused("session_ended");
    if (counts_as_use) used = now;
  }
  TRY(auto officer, store::officer(rows, s.row.officer));
  if (!officer || !officer->listed) return refused("officer_not_valid");
  TRY(const Today t, today());
  if (officer->valid_until && *officer->valid_until < t.date) return refused("officer_not_valid");
  s.officer = std::move(*officer);
  s.officer.rights = view(s.officer).rights;
  if (!right.empty() && !s.may(right))
    return refused("right_missing", "needs the right \"" + std::string(right) + "\"");
  return s;
}

Result<Done> Core::may_open(store::Rows rows, const Session& session, const crypto::Hash& person) {
  TRY(const bool opened, store::has_opening(rows.db(), session.row.token, person));
  if (opened) return Done{};
  TRY(const auto tickets, store::live_tickets_of(rows.db(), person));
  for (const auto& t : tickets)
    if (t.ticket.officer == session.officer.number && !domain::is_waiting(t.ticket.state)) return Done{};
  TRY(const auto tasks, store::open_tasks_of(rows, person));
  if (!tasks.empty()) return Done{};
  return refused("case_not_open", "a person is opened through a live ticket, a task or a recorded reason");
}

void Core::forget_session(const crypto::Hash& token) {
  std::lock_guard lock(mutex_);
  used_.erase(token);
}

verbs::OfficerView Core::view(const store::OfficerRow& row) const {
  verbs::OfficerView v;
  v.number = row.number;
  v.name = row.name;
  v.role = row.role;
  v.rights = row.rights;
  if (v.rights.empty())
    if (const auto it = settings.role_rights.find(row.role); it != settings.role_rights.end()) v.rights = it->second;
  v.valid_until = row.valid_until;
  // A lock lasts a day at most: one of longer was made while the clock was ahead (officers.cpp).
  const Millis locked_for = row.locked_until ? *row.locked_until - now() : Millis{0};
  v.locked = locked_for > Millis{0} && locked_for <= std::chrono::hours(24) + domain::TimeTrust::k_jump;
  return v;
}

// ---- WriteOperation ----

WriteOperation::WriteOperation(Core& core, const verbs::Actor& actor, store::Tx tx)
    : core_(&core), actor_(actor), tx_(std::move(tx)), now_(core.now()), first_seq_(tx_.next_place()) {}

Result<WriteOperation> WriteOperation::begin(Core& core, const verbs::Actor& actor) {
  TRY(store::Tx tx, core.store.begin());
  return WriteOperation(core, actor, std::move(tx));
}

Result<Session> WriteOperation::officer(std::string_view right) {
  TRY(Session s, core_->session(tx_, actor_, right));
  officer_ = s.officer.number;
  if (now_ - s.row.used_at >= kUseWritten) TRY_DONE(store::touch_session(tx_, s.row.token, now_));
  return s;
}

std::int64_t WriteOperation::append_event(events::Draft draft, const std::optional<crypto::Hash>& person) {
  draft.header.terminal = actor_.terminal.substr(0, 64);
  if (draft.header.officer.empty()) draft.header.officer = officer_;
  if (draft.header.at == WallTime{}) draft.header.at = now_;
  // A wall clock that is not followed says nothing of the difference either.
  const bool followed = std::chrono::abs(core_->clock.now() - now_) <= domain::TimeTrust::k_jump;
  draft.header.skew_ms = followed ? core_->skew_ms.load(std::memory_order_relaxed) : 0;
  // The header alone feeds the board: whoever calls a ticket announces the call.
  const auto& h = draft.header;
  events::visit_kind(h.kind, [&]<class K>() {
    if (K::kind.changes == events::Changes::Queue) changed("ticket", h.ticket);
    if (K::kind.changes == events::Changes::Claim) changed("claim", h.subject);
    if (K::kind.changes == events::Changes::Account) changed("account");
  });
  if (events::is<events::TicketCalled>(h.kind) || events::is<events::TicketRecalled>(h.kind))
    changed_.push_back({0, "call", h.ticket, verbs::BoardState::Call{h.subject, h.counter, now_}});
  drafts_.push_back(std::move(draft));
  about_.push_back(person);
  return first_seq_ + static_cast<std::int64_t>(drafts_.size()) - 1;
}

void WriteOperation::set_payload(std::int64_t seq, std::string payload) {
  drafts_[static_cast<std::size_t>(seq - first_seq_)].payload = std::move(payload);
}

void WriteOperation::changed(std::string topic, std::string id) {
  const auto same = [&](const verbs::Change& c) { return c.topic == topic && c.id == id && !c.call; };
  if (std::none_of(changed_.begin(), changed_.end(), same)) changed_.push_back({0, std::move(topic), std::move(id)});
}

void WriteOperation::announce() { core_->changes.announce(std::exchange(changed_, {})); }

Result<Done> WriteOperation::commit() {
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    if (!about_[i]) continue;
    const auto& h = drafts_[i].header;
    TRY_DONE(
        store::add_timeline(tx_, *about_[i], {first_seq_ + static_cast<std::int64_t>(i), now_, h.kind, h.officer}));
  }
  for (const auto& change : changed_) {
    if (!change.call) continue;
    TRY(const Uuid ticket, Uuid::parse(change.id));
    TRY_DONE(store::put_call_from(tx_, {ticket, core_->presence.stays(actor_.terminal) ? actor_.terminal : ""}));
  }
  TRY_DONE(tx_.commit(std::move(drafts_)));
  announce();
  if (auto* centre = core_->centre.load()) centre->nudge();
  if (auto* copier = core_->copier.load()) copier->nudge();
  return Done{};
}

Result<Done> WriteOperation::commit_local() {
  TRY_DONE(tx_.commit_local());
  announce();
  return Done{};
}

// ---- people ----

Result<std::optional<KnownPerson>> known_person(Core& core, store::Rows rows, const crypto::Hash& index) {
  TRY(auto row, store::person(rows, index, core.now()));
  if (!row) return std::optional<KnownPerson>();
  auto person = protocol::decode<protocol::FeedPerson>(row->body);
  wipe(row->body);
  if (!person) return damaged("store_corrupt", "people: " + person.fault().code + " " + person.fault().field);
  KnownPerson k{std::move(*person), row->source == "centre" ? verbs::Source::Centre : verbs::Source::Cache};
  return std::optional(std::move(k));
}

Result<std::optional<std::int64_t>> heard_at(Core& core, store::Rows rows, const crypto::Hash& index) {
  TRY(auto row, store::person(rows, index, core.now()));
  if (!row) return std::optional<std::int64_t>();
  wipe(row->body);
  return std::optional(to_ms(row->as_of));
}

Result<std::string> masked(Core& core, store::Rows rows, const crypto::Hash& index, const domain::PersonId& person) {
  TRY(const auto known, known_person(core, rows, index));
  return known ? domain::mask_name(known->person.participant.name) : person.masked();
}

Result<std::optional<domain::PersonId>> person_of(Core& core, store::Rows rows, const crypto::Hash& index) {
  TRY(const auto account, store::account(rows, index));
  if (account) {
    TRY(auto id, domain::PersonId::from_key(account->person_key));
    return std::optional(std::move(id));
  }
  TRY(const auto known, known_person(core, rows, index));
  if (known) return std::optional(known->person.participant.id);
  TRY(const auto claims, store::claims_of(rows, index, 1));
  if (claims.empty()) return std::optional<domain::PersonId>();
  TRY(const auto payload, protocol::decode_payload<protocol::ClaimPayload>(claims.front().body));
  TRY(auto id, domain::PersonId::from_key(payload.person));
  return std::optional(std::move(id));
}

// Size and shape: whether it is a whole picture is asked before anything is looked up.
Result<Done> check_photo_size(ByteView photo) {
  TRY_DONE(picture_shape(photo, {.max_bytes = kPhotoBound}));
  return Done{};
}

}  // namespace kiosk::branch
