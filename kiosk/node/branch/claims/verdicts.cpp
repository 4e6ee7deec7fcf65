#include "node/branch/claims/verdicts.h"

#include "base/log.h"
#include "node/store/accounts.h"
#include "node/store/outbox.h"
#include "node/store/resets.h"
#include "node/store/tasks.h"

namespace kiosk::branch {
namespace {

using domain::AccountState;
using domain::ClaimState;

Result<Done> add_task(Core& core, WriteOperation& op, const std::string& kind, const std::string& subject,
                      const crypto::Hash& person, const std::string& reason) {
  store::TaskRow task;
  task.id = core.store.ids().next();
  task.kind = kind;
  task.subject = subject;
  task.person = person;
  TRY(const auto id, person_of(core, op.tx(), person));
  if (id) {
    TRY(task.masked, masked(core, op.tx(), person, *id));
  }
  task.reason = reason;
  task.at = op.now();
  op.changed("task", task.id.str());
  return store::put_task(op.tx(), task);
}

Result<Done> reset_verdict(Core& core, WriteOperation& op, store::ResetRow row, const protocol::Verdict& v) {
  auto& tx = op.tx();
  TRY(auto account, store::account(tx, row.person));
  op.changed("reset", row.id.str());
  op.changed("account");
  const bool newest = account && account->last_seq <= v.seq;
  if (v.verdict == "rejected") {
    row.state = AccountState::Blocked;
    TRY_DONE(store::update_reset(tx, row));
    if (newest) {
      // The new photo is no reference; the centre's follows with its word.
      account->reference.reset();
      account->reference_local = false;
      if (v.usable_from_ms) {
        account->account = domain::after_centre_accepted(account->account, from_ms(*v.usable_from_ms));
      } else if (v.reason == "unblocked_meanwhile" || v.reason == "reset_elsewhere") {
        account->account = {};
      } else {
        account->account.state = AccountState::Blocked;
        account->account.reason = "centre";
        TRY_DONE(open_block(core, op, row.person, *account));
      }
      TRY_DONE(store::put_account(tx, row.person, *account));
    }
    return add_task(core, op, "rejected", row.id.str(), row.person, v.reason);
  }
  if (v.usable_from_ms) {
    row.usable_from = from_ms(*v.usable_from_ms);
    TRY_DONE(store::update_reset(tx, row));
    if (newest) {
      account->account = domain::after_centre_accepted(account->account, *row.usable_from);
      TRY_DONE(store::put_account(tx, row.person, *account));
    }
  }
  if (v.verdict == "flagged") return add_task(core, op, "rejected", row.id.str(), row.person, v.reason);
  return Done{};
}

// Acts of an officer who had been ended: one task for all of them, and another for those after somebody looked.
Result<Done> officer_task(Core& core, WriteOperation& op, std::int64_t place) {
  TRY(const auto e, store::event_at(op.tx().db(), place));
  TRY(const auto header, events::decode_header(e.sealed.header));
  store::TaskRow task;
  task.id = core.store.ids().next();
  task.kind = "officer_ended";
  task.subject = "officer:" + header.officer;
  task.masked = header.officer;
  task.reason = "officer_ended";
  task.at = op.now();
  task.looked_until = place;
  op.changed("task", task.id.str());
  return store::put_task(op.tx(), task);
}

}  // namespace

Result<Done> claim_verdict(Core& core, WriteOperation& op, store::ClaimRow claim, const protocol::Verdict& v) {
  auto& tx = op.tx();
  op.changed("claim", claim.id.str());
  if (v.verdict == "rejected") {
    claim.state = ClaimState::Rejected;
    claim.open = false;
    claim.reason = v.reason;
    TRY_DONE(store::update_claim(tx, claim));
    TRY_DONE(store::finish_tasks(tx, "claim_review", claim.id.str()));
    TRY_DONE(store::finish_tasks(tx, "unverified", claim.id.str()));
    return add_task(core, op, "rejected", claim.id.str(), claim.person, v.reason);
  }
  if (v.verdict == "flagged") {
    // Taken, and to be looked at; who had to be seen before is still to be seen.
    const bool unseen =
        claim.state == ClaimState::NeedsOfficer || (claim.state == ClaimState::Unverified && claim.officer.empty());
    claim.state = v.stage.empty() || unseen ? ClaimState::NeedsOfficer : ClaimState::Accepted;
    claim.reason = v.reason;
    TRY_DONE(store::update_claim(tx, claim));
    if (const auto stage = domain::from_code<domain::Stage>(v.stage))
      TRY_DONE(store::put_stage(tx, claim.id, {*stage, op.now()}));
    return add_task(core, op, "claim_review", claim.id.str(), claim.person, v.reason);
  }
  // A plain acknowledgement says the centre has it; work that waits for an officer here still waits.
  if (claim.state == ClaimState::Unverified && !v.stage.empty() && claim.officer.empty()) {
    claim.state = ClaimState::NeedsOfficer;  // the centre knows the person; whether it was this one an officer says
    TRY_DONE(store::update_claim(tx, claim));
  } else if (claim.state == ClaimState::Saved || (claim.state == ClaimState::Unverified && !v.stage.empty())) {
    claim.state = ClaimState::Accepted;
    claim.reason.clear();
    TRY_DONE(store::update_claim(tx, claim));
    TRY_DONE(store::finish_tasks(tx, "unverified", claim.id.str()));
  }
  const auto stage = domain::from_code<domain::Stage>(v.stage).value_or(domain::Stage::Agenda);
  return store::put_stage(tx, claim.id, {stage, op.now()});
}

protocol::Verdict at_place(protocol::Verdict v, std::int64_t base) {
  v.seq += base;
  return v;
}

Result<Done> follow(Core& core, WriteOperation& op, const protocol::Verdict& v) {
  store::EventVerdict row{v.seq, v.verdict, v.reason, {}};
  row.detail = v.detail;
  TRY_DONE(store::record_verdict(op.tx(), row));
  TRY(auto claim, store::claim_by_seq(op.tx(), v.seq));
  if (claim) return claim_verdict(core, op, std::move(*claim), v);
  TRY(auto reset, store::reset_by_seq(op.tx().db(), v.seq));
  if (reset) return reset_verdict(core, op, std::move(*reset), v);
  if (v.verdict == "accepted") return Done{};
  if (v.reason == "officer_ended") return officer_task(core, op, v.seq);
  // Never a silent drop: whatever it was, somebody looks at it.
  TRY(const auto person, store::person_of_event(op.tx().db(), v.seq));
  if (person) return add_task(core, op, "rejected", "event:" + std::to_string(v.seq), *person, v.reason);
  log::warn("the centre did not accept an event", {{"seq", v.seq}, {"verdict", v.verdict}, {"reason", v.reason}});
  return Done{};
}

}  // namespace kiosk::branch
