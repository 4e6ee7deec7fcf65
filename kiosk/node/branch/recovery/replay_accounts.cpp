// Attempts, blocks, interviews and resets made again from their events.
#include "api/protocol/payload.h"
#include "node/branch/recovery/replay_past.h"
#include "node/store/accounts.h"
#include "node/store/interviews.h"
#include "node/store/resets.h"
#include "node/store/tasks.h"

namespace kiosk::branch {
namespace {

using domain::AccountState;

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

}  // namespace

Result<Done> replay_of(const Past& p, events::FaceAttempted) {
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
  row.reason = verdict == domain::FaceVerdict::PoorPhoto ? p.h.reason : f.reason;
  if (!f.ticket.empty()) {
    TRY(row.ticket, Uuid::parse(f.ticket, "ticket"));
  }
  if (!p.h.blobs.empty()) row.photo = p.h.blobs.front();
  row.terminal = p.h.terminal;
  row.seq = p.place;
  TRY_DONE(store::insert_attempt(p.tx, row));
  TRY_DONE(remember(p, index));
  return count(p, index, f.person, verdict, f.counted);
}

Result<Done> replay_of(const Past& p, events::FaceCompared) {
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
    row->compare_id = p.h.id;  // events of old versions do not tell the request
    if (!f.compare.empty()) {
      TRY(row->compare_id, Uuid::parse(f.compare, "compare"));
    }
    if (!f.reason.empty()) row->reason = f.reason;
    if (!f.ticket.empty()) {
      TRY(row->ticket, Uuid::parse(f.ticket, "ticket"));
    }
    TRY_DONE(store::set_compared(p.tx, *row));
  }
  return verdict ? count(p, index, f.person, *verdict, f.counted) : Result<Done>(Done{});
}

Result<Done> replay_of(const Past& p, events::AccountBlocked) {
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

Result<Done> replay_of(const Past& p, events::InterviewJudged) {
  TRY(const auto x, protocol::decode_payload<protocol::PersonPayload>(p.payload));
  TRY(const auto index, index_of(p, x.person));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "interview"));
  TRY(const auto there, store::interview(p.tx.db(), id));
  if (there) return Done{};
  TRY_DONE(remember(p, index));
  return store::insert_interview(
      p.tx, {id, index, p.h.officer, p.h.terminal, p.h.at, {x.asked, x.correct, p.h.reason == "passed"}, p.place});
}

Result<Done> replay_of(const Past& p, events::ResetRequested) {
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

Result<Done> replay_of(const Past& p, events::AccountReset) {
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

}  // namespace kiosk::branch
