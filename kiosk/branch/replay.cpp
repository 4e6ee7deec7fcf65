#include "branch/replay.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/log.h"
#include "branch/ticket_moves.h"
#include "protocol/central_api.h"
#include "protocol/payload.h"
#include "store/accounts.h"
#include "store/claims.h"
#include "store/interviews.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/resets.h"
#include "store/tasks.h"
#include "store/tickets.h"

namespace kiosk::branch {
namespace {

using domain::AccountState;
using domain::ClaimState;
using domain::TicketState;

struct Past {
  store::Tx& tx;
  const event::Header& h;
  const std::string& payload;
  std::int64_t place;
};

// Of the branch's zone; WIB when the rules cannot be read.
std::chrono::minutes offset(store::Tx& tx, WallTime at) {
  const auto text = store::meta(tx.db(), "rules");
  const auto book = !text || text->empty() ? Result<domain::RuleBook>(domain::RuleBook::defaults())
                                           : protocol::decode<domain::RuleBook>(*text);
  if (!book) return domain::k_wib;
  const auto rules = book->at(Date::at(at, domain::k_wib));
  return rules ? std::chrono::minutes(rules->utc_offset_min) : domain::k_wib;
}
Result<Date> local_day(store::Tx& tx, WallTime at) { return Date::at(at, offset(tx, at)); }

Result<crypto::Hash> index_of(const Past& p, const std::string& key) {
  TRY(const auto id, domain::PersonId::from_key(key));
  return p.tx.store().person_index(id.key());
}

Result<std::string> masked(const Past& p, const crypto::Hash& index, const std::string& key) {
  TRY(const auto known, store::person(p.tx, index, p.h.at));
  if (known)
    if (const auto person = protocol::decode<protocol::FeedPerson>(known->body))
      return domain::mask_name(person->participant.name);
  TRY(const auto id, domain::PersonId::from_key(key));
  return id.masked();
}

Result<Done> remember(const Past& p, const crypto::Hash& person) {
  TRY(const auto there, store::person_of_event(p.tx.db(), p.place));
  if (there) return Done{};
  return store::add_timeline(p.tx, person, {p.place, p.h.at, p.h.kind, p.h.officer});
}

Result<Done> add_task(const Past& p, const char* kind, const std::string& subject, const crypto::Hash& person,
                      std::string name, const std::string& reason) {
  store::TaskRow t;
  t.id = p.tx.store().ids().next();
  t.kind = kind;
  t.subject = subject;
  t.person = person;
  t.masked = std::move(name);
  t.reason = reason;
  t.at = p.h.at;
  return store::put_task(p.tx, t);
}

// ---- tickets ----

int number_of(const std::string& text) {
  const auto dash = text.rfind('-');
  int n = 0;
  if (dash != std::string::npos) std::from_chars(text.data() + dash + 1, text.data() + text.size(), n);
  return n;
}

Result<Done> ticket_issued(const Past& p) {
  TRY(const Uuid id, Uuid::parse(p.h.ticket, "ticket"));
  TRY(const auto there, store::ticket(p.tx.db(), id));
  if (there) return Done{};
  protocol::TicketPayload more;
  if (!p.payload.empty()) {
    TRY(more, protocol::decode_payload<protocol::TicketPayload>(p.payload));
  }
  store::TicketRow row;
  auto& t = row.ticket;
  t.id = id;
  t.number = p.h.subject;
  t.service = p.h.service;
  t.priority = domain::from_code<domain::Priority>(p.h.reason).value_or(domain::Priority::Normal);
  t.state = more.state == code(TicketState::Created) ? TicketState::Created : TicketState::Waiting;
  t.purpose = more.purpose;
  t.issued_at = p.h.at;
  if (t.state == TicketState::Waiting) t.queued_at = more.queue_ms ? from_ms(*more.queue_ms) : p.h.at;
  if (more.slot_from_ms && more.slot_to_ms) row.slot = {from_ms(*more.slot_from_ms), from_ms(*more.slot_to_ms)};
  if (more.forecast_low && more.forecast_high) row.forecast = {*more.forecast_low, *more.forecast_high};
  TRY(const Date day, local_day(p.tx, p.h.at));
  row.day = day.iso();
  if (const auto raw = from_hex(more.person_index); raw && raw->size() == 32) row.person = store::to_hash(*raw);
  TRY_DONE(store::number_given(p.tx, t.service, row.day, number_of(t.number)));
  if (row.person) {
    // One live ticket a person and service: one of later days stays, this one has ended.
    TRY(const auto live, store::live_ticket_of(p.tx.db(), *row.person, t.service));
    if (live) t.state = TicketState::Left;
    TRY_DONE(remember(p, *row.person));
  }
  return store::insert_ticket(p.tx, row);
}

Result<Done> ticket_moved(const Past& p) {
  TRY(const Uuid id, Uuid::parse(p.h.ticket, "ticket"));
  TRY(auto row, store::ticket(p.tx.db(), id));
  if (!row) return Done{};  // its beginning is missing
  auto& t = row->ticket;
  const WallTime newest = std::max({t.issued_at, t.called_at.value_or(t.issued_at), t.started_at.value_or(t.issued_at),
                                    t.ended_at.value_or(t.issued_at)});
  if (row->person) TRY_DONE(remember(p, *row->person));
  if (p.h.at < newest) return Done{};  // it has moved on since
  protocol::TicketPayload more;
  if (!p.payload.empty()) {
    TRY(more, protocol::decode_payload<protocol::TicketPayload>(p.payload));
  }
  const std::string what = p.h.kind.substr(7);
  if (what == "raised") {
    if (!domain::is_live(t.state)) return Done{};
    t.priority = domain::from_code<domain::Priority>(p.h.reason).value_or(t.priority);
    if (!p.payload.empty()) t.purpose = more.purpose;
    return store::update_ticket(p.tx, *row);
  }
  const auto act = what == "called" ? domain::TicketAct::Call
                   : what == "left" ? domain::TicketAct::Leave
                                    : domain::from_code<domain::TicketAct>(what);
  if (!act || !domain::next_state(t.state, *act)) return Done{};
  domain::Move m;
  m.act = *act;
  m.wall = p.h.at;
  m.queue = more.queue_ms ? from_ms(*more.queue_ms) : p.h.at;
  m.counter = p.h.counter;
  m.officer = p.h.officer;
  m.reason = more.reason;
  const bool overnight = p.h.reason == kDayEnded;
  if (overnight) {
    TRY(m.wall, end_of_its_day(row->day, offset(p.tx, p.h.at), p.h.at));
    m.reason = kDayEnded;
  }
  if (m.act == domain::TicketAct::Park && m.reason.empty()) m.reason = "not_recorded";  // events of old versions
  if (m.act == domain::TicketAct::Transfer) {
    m.to_service = p.h.service;
    m.to_counter = more.to_counter;
    m.place = more.place == "first"  ? domain::Place::First
              : more.place == "last" ? domain::Place::Last
                                     : domain::Place::Fair;
  }
  if (m.act == domain::TicketAct::Enqueue)
    t.priority = domain::from_code<domain::Priority>(p.h.reason).value_or(t.priority);
  // It was allowed when it happened, whatever the settings say now.
  domain::QueueRules any;
  any.recycle = {0, std::numeric_limits<int>::max()};
  return move_ticket(p.tx, *row, m, any, overnight);
}

// ---- claims ----

Result<Done> claim_submitted(const Past& p) {
  TRY(const auto c, protocol::decode_payload<protocol::ClaimPayload>(p.payload));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "claim"));
  TRY(const auto there, store::claim(p.tx, id));
  if (there) return Done{};
  TRY(const auto index, index_of(p, c.person));
  store::ClaimRow row;
  row.id = id;
  row.person = index;
  row.kpj = p.tx.store().person_index("kpj:" + c.kpj);
  row.body = p.payload;
  row.cause = c.cause;
  row.state = domain::from_code<ClaimState>(c.state).value_or(ClaimState::Saved);
  row.photo = c.photo_blob;
  if (!c.attempt.empty()) {
    TRY(row.attempt, Uuid::parse(c.attempt, "attempt"));
  }
  row.officer = p.h.officer;
  row.terminal = p.h.terminal;
  row.reason = p.h.reason;
  row.saved_at = p.h.at;
  row.seq = p.place;
  // The earlier claim of a KPJ is the claim; one that was made while it was forgotten waits for the centre's verdict.
  TRY(auto later, store::open_claim_of_kpj(p.tx, row.kpj));
  if (later) {
    later->open = false;
    if (later->state == ClaimState::Saved) later->state = ClaimState::NeedsOfficer;
    later->reason = "claimed_before";
    TRY_DONE(store::update_claim(p.tx, *later));
    TRY_DONE(add_task(p, "claim_review", later->id.str(), index, domain::mask_name(c.name), "claimed_before"));
  }
  std::vector<store::ClaimDocument> documents;
  for (const auto& d : c.documents) documents.push_back({d.kind, d.blob});
  TRY_DONE(store::insert_claim(p.tx, row, documents));
  TRY_DONE(remember(p, index));
  if (row.state == ClaimState::Saved) return Done{};
  return add_task(p, row.state == ClaimState::Unverified ? "unverified" : "claim_review", row.id.str(), index,
                  domain::mask_name(c.name), row.reason);
}

Result<Done> claim_reviewed(const Past& p) {
  TRY(const Uuid id, Uuid::parse(p.h.subject, "claim"));
  TRY(auto row, store::claim(p.tx, id));
  if (!row) return Done{};
  TRY_DONE(remember(p, row->person));
  if (row->state != ClaimState::NeedsOfficer && row->state != ClaimState::Unverified) return Done{};
  const bool accepted = p.h.reason == domain::code(domain::FaceVerdict::Accept);
  row->compare_id = p.h.id;
  row->reason = accepted ? (row->state == ClaimState::Unverified ? "unverified" : "") : "face_no_match";
  if (accepted && row->state == ClaimState::NeedsOfficer) row->state = ClaimState::Saved;
  TRY_DONE(store::update_claim(p.tx, *row));
  if (!accepted) return Done{};
  TRY_DONE(store::finish_tasks(p.tx, "claim_review", p.h.subject));
  return store::finish_tasks(p.tx, "unverified", p.h.subject);
}

// ---- accounts ----

// The account's row when this event is newer than what it knows; made when the person has none yet.
Result<std::optional<store::AccountRow>> account_before(const Past& p, const crypto::Hash& index,
                                                        const std::string& key) {
  TRY(auto row, store::account(p.tx, index));
  if (!row) {
    row.emplace();
    row->person_key = key;
  }
  if (row->last_seq >= p.place) return std::optional<store::AccountRow>();
  row->account = domain::at(row->account, p.h.at);
  row->last_seq = p.place;
  return row;
}

Result<Done> count(const Past& p, const crypto::Hash& index, const std::string& key, domain::FaceVerdict verdict,
                   bool counted) {
  if (!counted && verdict != domain::FaceVerdict::Accept) return Done{};
  TRY(auto account, account_before(p, index, key));
  if (!account || account->account.state != AccountState::Active) return Done{};
  account->account.failed = counted ? account->account.failed + 1 : 0;
  return store::put_account(p.tx, index, *account);
}

Result<Done> face_attempted(const Past& p) {
  TRY(const auto f, protocol::decode_payload<protocol::FacePayload>(p.payload));
  TRY(const auto index, index_of(p, f.person));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "attempt"));
  TRY(const auto there, store::attempt(p.tx.db(), id));
  if (there) return Done{};
  const auto verdict = domain::from_code<domain::FaceVerdict>(f.verdict).value_or(domain::FaceVerdict::Officer);
  store::AttemptRow row;
  row.id = id;
  row.person = index;
  row.at = p.h.at;
  row.verdict = verdict;
  row.score = f.score;
  row.counted = f.counted;
  if (verdict == domain::FaceVerdict::PoorPhoto) row.reason = p.h.reason;
  if (!p.h.blobs.empty()) row.photo = p.h.blobs.front();
  row.terminal = p.h.terminal;
  row.seq = p.place;
  TRY_DONE(store::insert_attempt(p.tx, row));
  TRY_DONE(remember(p, index));
  return count(p, index, f.person, verdict, f.counted);
}

Result<Done> face_compared(const Past& p) {
  TRY(const auto f, protocol::decode_payload<protocol::FacePayload>(p.payload));
  TRY(const auto index, index_of(p, f.person));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "attempt"));
  TRY_DONE(remember(p, index));
  const auto verdict = domain::from_code<domain::FaceVerdict>(f.verdict);
  TRY(auto row, store::attempt(p.tx.db(), id));
  if (row && verdict && !row->compared) {
    row->compared = verdict;
    row->compared_by = p.h.officer;
    row->counted = row->counted || f.counted;
    row->compare_id = p.h.id;
    TRY_DONE(store::set_compared(p.tx, *row));
  }
  return verdict ? count(p, index, f.person, *verdict, f.counted) : Result<Done>(Done{});
}

Result<Done> account_blocked(const Past& p) {
  TRY(const auto x, protocol::decode_payload<protocol::PersonPayload>(p.payload));
  TRY(const auto index, index_of(p, x.person));
  TRY_DONE(remember(p, index));
  TRY(auto account, account_before(p, index, x.person));
  if (!account) return Done{};
  account->account.state = AccountState::Blocked;
  account->account.reason = p.h.reason;
  account->account.blocked_at = p.h.at;
  account->account.usable_from.reset();
  TRY(account->case_id, Uuid::parse(p.h.subject, "case"));
  TRY_DONE(store::put_account(p.tx, index, *account));
  TRY(auto name, masked(p, index, x.person));
  return add_task(p, "blocked", p.h.subject, index, std::move(name), p.h.reason);
}

Result<Done> interview_judged(const Past& p) {
  TRY(const auto x, protocol::decode_payload<protocol::PersonPayload>(p.payload));
  TRY(const auto index, index_of(p, x.person));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "interview"));
  TRY(const auto there, store::interview(p.tx.db(), id));
  if (there) return Done{};
  TRY_DONE(remember(p, index));
  return store::insert_interview(
      p.tx, {id, index, p.h.officer, p.h.terminal, p.h.at, {x.asked, x.correct, p.h.reason == "passed"}, p.place});
}

Result<Done> reset_requested(const Past& p) {
  TRY(const auto r, protocol::decode_payload<protocol::ResetPayload>(p.payload));
  TRY(const auto index, index_of(p, r.person));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "reset"));
  TRY(const auto there, store::reset(p.tx.db(), id));
  if (there) return Done{};
  TRY_DONE(remember(p, index));
  store::ResetRow row;
  row.id = id;
  row.person = index;
  TRY(row.interview, Uuid::parse(r.interview, "interview"));
  row.officer = p.h.officer;
  row.terminal = p.h.terminal;
  row.reason = r.reason;
  row.photo = r.photo_blob;
  row.at = p.h.at;
  row.requested_seq = p.place;
  TRY(const auto interview, store::interview(p.tx.db(), row.interview));
  // A reset is only ever asked for after a passed interview; this one's own record has not come back.
  if (!interview)
    TRY_DONE(store::insert_interview(p.tx,
                                     {row.interview, index, p.h.officer, p.h.terminal, p.h.at, {0, 0, true}, p.place}));
  TRY_DONE(store::insert_reset(p.tx, row));
  TRY(auto account, account_before(p, index, r.person));
  if (account) {
    account->account.state = AccountState::ResetPending;
    TRY_DONE(store::put_account(p.tx, index, *account));
  }
  TRY(auto name, masked(p, index, r.person));
  return add_task(p, "approve_reset", p.h.subject, index, std::move(name), row.reason);
}

Result<Done> reset_approved(const Past& p) {
  TRY(const auto r, protocol::decode_payload<protocol::ResetPayload>(p.payload));
  TRY(const auto index, index_of(p, r.person));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "reset"));
  TRY(auto row, store::reset(p.tx.db(), id));
  TRY_DONE(remember(p, index));
  if (row && row->state == AccountState::ResetPending) {
    row->second_officer = p.h.officer;
    row->second_terminal = p.h.terminal;
    row->same_terminal = row->terminal == p.h.terminal;
    row->state = AccountState::ResetWaiting;
    row->approved_seq = p.place;
    TRY_DONE(store::update_reset(p.tx, *row));
  }
  TRY_DONE(store::finish_tasks(p.tx, "approve_reset", p.h.subject));
  TRY(auto account, account_before(p, index, r.person));
  if (!account) return Done{};
  account->account = domain::after_reset_approved(account->account);
  account->reference = r.reference;
  account->reference_local = true;
  account->case_id = Uuid{};
  TRY_DONE(store::put_account(p.tx, index, *account));
  return store::finish_tasks_of(p.tx, "blocked", index);
}

// Whom it was about, for the timeline; most other kinds say no more than that.
Result<Done> about_person(const Past& p) {
  if (p.payload.empty()) return Done{};
  const auto x = protocol::decode_payload<protocol::PersonPayload>(p.payload);
  if (!x || x->person.empty()) return Done{};
  TRY(const auto index, index_of(p, x->person));
  return remember(p, index);
}

Result<Done> replay_one(const Past& p) {
  const std::string& k = p.h.kind;
  if (k == "ticket.issued") return ticket_issued(p);
  if (k.starts_with("ticket.")) return ticket_moved(p);
  if (k == "claim.submitted") return claim_submitted(p);
  if (k == "claim.reviewed") return claim_reviewed(p);
  if (k == "face.attempted") return face_attempted(p);
  if (k == "face.compared") return face_compared(p);
  if (k == "account.blocked") return account_blocked(p);
  if (k == "interview.judged") return interview_judged(p);
  if (k == "account.reset_requested") return reset_requested(p);
  if (k == "account.reset") return reset_approved(p);
  return about_person(p);
}

}  // namespace

Result<Done> replay(store::Tx& tx, const event::Header& header, const std::string& payload, std::int64_t place) {
  auto done = replay_one({tx, header, payload, place});
  if (done || done.fault().kind != FaultKind::BadInput) return done;
  // The record is kept and goes to the centre; only this node's view of it stays behind.
  log::warn("an event that came back does not tell its row",
            {{"place", place}, {"kind", header.kind}, {"code", done.fault().code}, {"field", done.fault().field}});
  return Done{};
}

Result<Done> replay_at(store::Tx& tx, std::int64_t place) {
  TRY(const auto e, store::event_at(tx.db(), place));
  TRY(const auto header, event::decode_header(e.sealed.header));
  TRY(auto payload, event::open_payload(e.sealed, tx.store().keys().data));
  auto done = replay(tx, header, payload, place);
  wipe(payload);
  return done;
}

Result<Done> skip_numbers(store::Tx& tx, WallTime now, int skip) {
  TRY(const Date day, local_day(tx, now));
  return store::skip_numbers(tx, day.iso(), skip);
}

}  // namespace kiosk::branch
