// Face attempts: only a good photo that clearly did not match counts; the last one blocks the account and hands the
// person to an officer with a priority ticket, all in one transaction.
#include <algorithm>

#include "api/protocol/payload.h"
#include "node/branch/core.h"
#include "node/store/claims.h"
#include "node/store/people.h"
#include "node/store/tasks.h"
#include "node/store/tickets.h"

namespace kiosk::branch {
namespace {

using domain::AccountState;
using domain::FaceVerdict;

constexpr int kAttemptsShown = 10;

struct Judged {
  FaceVerdict verdict = FaceVerdict::Officer;
  std::optional<double> score;
  std::string advice;  // when poor
};

Result<Judged> judge(verbs::FaceJudge& judge, ByteView photo, const std::optional<domain::FaceTemplate>& reference) {
  Judged out;
  if (reference && judge.ready() && reference->profile == judge.profile()) {
    TRY(const auto match, judge.compare(photo, *reference));
    out.verdict = match.verdict;
    if (match.verdict == FaceVerdict::PoorPhoto)
      out.advice = match.report.first_advice();
    else
      out.score = match.score;
    return out;
  }
  // Nothing to compare with: quality is coached, a person compares.
  TRY(const auto report, judge.inspect(photo, false));
  if (!report.usable) {
    out.verdict = FaceVerdict::PoorPhoto;
    out.advice = report.first_advice();
  }
  return out;
}

// The last counted failure: case, task, event, priority ticket. Whoever counted it, recogniser or officer.
Result<std::optional<domain::Ticket>> block(Core& core, WriteOperation& op, const Today& today,
                                            const crypto::Hash& index, store::AccountRow& account) {
  TRY_DONE(open_block(core, op, index, account));
  auto blocked = make_event(events::AccountBlocked{});
  blocked.header.subject = account.case_id.str();
  blocked.header.reason = "face_failed";
  protocol::PersonPayload about{account.person_key, {}};
  TRY(about.as_of_ms, heard_at(core, op.tx(), index));
  blocked.payload = protocol::encode(about);
  account.last_seq = op.append_event(std::move(blocked), index);
  return hand_over(core, op, today, index, "blocked:" + account.case_id.str(), domain::Priority::Blocked);
}

// The class of a ticket for an officer's comparison: the grey zone is nobody's fault; without a recogniser everybody
// comes.
Result<domain::Priority> class_for(Core& core, store::Rows rows, const Today& today, const crypto::Hash& index,
                                   FaceVerdict verdict) {
  if (verdict == FaceVerdict::Grey) return domain::Priority::Blocked;
  TRY(const auto known, known_person(core, rows, index));
  const bool elderly =
      known && known->person.participant.birth.full_years_until(today.date) >= today.rules->priority_age_years;
  return elderly ? domain::Priority::Elderly : domain::Priority::Normal;
}

Result<verbs::AttemptResult> attempt_view(Core& core, store::Rows rows, const store::AttemptRow& row,
                                          bool with_photos) {
  verbs::AttemptResult r;
  r.attempt = row.id;
  r.verdict = row.compared.value_or(row.verdict);
  r.score = row.score;
  r.counted = row.counted;
  r.reason = row.reason;
  r.photo_blob = row.photo;
  TRY(r.account, account_view(core, rows, row.person, with_photos));
  if (!row.ticket.is_nil()) {
    TRY(const auto t, store::ticket(rows.db(), row.ticket));
    if (t) {
      TRY(r.ticket, issued_view(core, rows.db(), t->ticket));
    }
  }
  return r;
}

}  // namespace

Result<verbs::AccountView> account_view(Core& core, store::Rows rows, const crypto::Hash& person, bool with_photos) {
  TRY(const Today today, core.today());
  TRY(const auto row, store::account(rows, person));
  verbs::AccountView v;
  if (row)
    v.account = domain::at(row->account, core.now());
  else
    v.account.state = AccountState::Unknown;
  const bool may_try = v.account.state == AccountState::Active || !row;
  v.attempts_left = may_try ? std::max(0, today.rules->face_attempts - v.account.failed) : 0;
  if (row && !row->case_id.is_nil()) v.purpose = "blocked:" + row->case_id.str();
  TRY(v.as_of, store::person_as_of(rows.db(), person));
  TRY(const auto attempts, store::attempts_of(rows.db(), person, kAttemptsShown));
  for (const auto& a : attempts)
    v.attempts.push_back(
        {a.id, a.at, a.compared.value_or(a.verdict), a.counted, a.reason, with_photos ? a.photo : std::string()});
  if (row && row->last_seq > 0) {
    TRY(const auto facts, sync_facts(core, rows.db()));
    TRY(const auto sync, sync_of(rows.db(), facts, row->last_seq));
    v.sync = sync.state;
  } else {
    v.sync = domain::SyncState::Accepted;  // nothing of this branch is waiting
  }
  return v;
}

Result<Done> open_block(Core& core, WriteOperation& op, const crypto::Hash& person, store::AccountRow& account) {
  TRY(const auto id, domain::PersonId::from_key(account.person_key));
  account.case_id = core.store.ids().next();
  store::TaskRow task;
  task.id = core.store.ids().next();
  task.kind = "blocked";
  task.subject = account.case_id.str();
  task.person = person;
  TRY(task.masked, masked(core, op.tx(), person, id));
  task.reason = account.account.reason;
  task.at = op.now();
  TRY_DONE(store::put_task(op.tx(), task));
  op.changed("task", task.id.str());
  return Done{};
}

Result<verbs::AccountView> Node::on(const verbs::Actor& actor, const verbs::GetAccount& asked) {
  TRY(auto read, core_->store.read());
  const crypto::Hash index = core_->index_of(asked.person);
  bool with_photos = false;
  if (!actor.session.empty()) {
    TRY(const Session s, core_->session(read, actor, ""));
    with_photos = core_->may_open(read, s, index).ok();
  }
  return account_view(*core_, read, index, with_photos);
}

Result<verbs::AttemptResult> Node::on(const verbs::Actor& actor, const verbs::AttemptFace& request) {
  TRY_DONE(check_photo_size(request.photo));
  TRY(const Today today, core_->today());
  const crypto::Hash index = core_->index_of(request.person);
  std::optional<domain::FaceTemplate> reference;
  {
    TRY(auto read, core_->store.read());
    if (!request.id.is_nil()) {
      TRY(const auto first, store::attempt(read.db(), request.id));
      if (first && first->person != index) return refused("id_taken", "another record has this id", "id");
      if (first) return attempt_view(*core_, read, *first, false);
    }
    if (!actor.session.empty()) TRY_DONE(core_->session(read, actor, ""));
    TRY_DONE(may_use_camera(read.db(), index));
    TRY(auto account, store::account(read, index));
    if (account) reference = std::move(account->reference);
  }
  // Judged outside the transaction: it takes longer than anything that may hold the writer.
  TRY(Judged judged, judge(core_->judge, request.photo, reference));
  store::AttemptRow row;
  row.id = request.id.is_nil() ? core_->store.ids().next() : request.id;
  row.person = index;
  row.terminal = actor.terminal;
  if (judged.verdict != FaceVerdict::PoorPhoto) {
    auto photo = core_->store.put_blob("face", request.photo);
    if (photo)
      row.photo = std::move(*photo);
    else if (photo.fault().code == "disk_low")  // no evidence can be kept: nothing counts, an officer looks
      judged = {FaceVerdict::Officer, std::nullopt, photo.fault().code};
    else
      return std::move(photo).fault();
  }
  row.verdict = judged.verdict;
  row.score = judged.score;
  row.reason = judged.advice;

  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  if (!actor.session.empty()) TRY_DONE(op.officer(""));
  TRY(const auto again, store::attempt(tx.db(), row.id));  // the same request arrived twice at once
  if (again) return attempt_view(*core_, tx, *again, false);
  TRY_DONE(may_use_camera(tx.db(), index));
  TRY(auto account, store::account(tx, index));
  row.at = op.now();

  std::optional<domain::AttemptOutcome> outcome;
  AccountState before{};
  if (account) {
    const auto then = domain::at(account->account, op.now());
    before = then.state;
    outcome = domain::after_attempt(then, judged.verdict, op.now(), *today.rules);
    row.counted = outcome->counted;
  }
  auto attempted = make_event(events::FaceAttempted{});
  attempted.header.subject = row.id.str();
  attempted.header.reason =
      judged.verdict == FaceVerdict::PoorPhoto ? judged.advice : std::string(code(judged.verdict));
  if (!row.photo.empty()) attempted.header.blobs = {row.photo};
  protocol::FacePayload face{request.person.key(), std::string(code(judged.verdict)), judged.score};
  face.counted = row.counted;
  TRY(face.as_of_ms, heard_at(*core_, tx, index));
  attempted.payload = protocol::encode(face);
  row.seq = op.append_event(std::move(attempted), index);

  std::optional<domain::Ticket> ticket;
  if (account) {
    account->account = outcome->account;
    account->last_seq = row.seq;
    const bool blocked_now = outcome->account.state == AccountState::Blocked && before != AccountState::Blocked;
    if (blocked_now) {
      row.reason = "face_failed";
      TRY(ticket, block(*core_, op, today, index, *account));
    }
    TRY_DONE(store::put_account(tx, index, *account));
    op.changed("account");
  }
  if (judged.verdict == FaceVerdict::Grey || judged.verdict == FaceVerdict::Officer) {
    TRY(const auto priority, class_for(*core_, tx, today, index, judged.verdict));
    TRY(ticket, hand_over(*core_, op, today, index, "face:" + row.id.str(), priority));
  }
  if (ticket) row.ticket = ticket->id;
  if (ticket || row.reason == "face_failed") {
    if (ticket) face.ticket = ticket->id.str();
    if (row.reason == "face_failed") face.reason = row.reason;
    op.set_payload(row.seq, protocol::encode(face));
  }
  TRY_DONE(store::insert_attempt(tx, row));
  TRY_DONE(op.commit());
  TRY(auto read, core_->store.read());
  return attempt_view(*core_, read, row, false);
}

// The officer's eye. `attempt` is an attempt or, for the way without camera, the claim itself.
Result<verbs::AttemptResult> Node::on(const verbs::Actor& actor, const verbs::CompareFace& request) {
  if (request.verdict != FaceVerdict::Accept && request.verdict != FaceVerdict::NoMatch)
    return bad_input("verdict_invalid", "verdict", "accept or no_match");
  TRY(const Today today, core_->today());
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  TRY(const Session session, op.officer(""));
  if (!session.may("claim") && !session.may("interview"))
    return refused("right_missing", "needs the right \"claim\" or \"interview\"");
  TRY(auto row, store::attempt(tx.db(), request.attempt));
  std::vector<store::ClaimRow> claims;
  if (row) {
    TRY(claims, store::claims_of_attempt(tx, row->id));
  } else {
    TRY(auto claim, store::claim(tx, request.attempt));
    if (!claim || !claim->attempt.is_nil()) return refused("unknown_attempt", "no attempt has this id", "attempt");
    claims.push_back(std::move(*claim));
  }
  const crypto::Hash index = row ? row->person : claims.front().person;
  const Uuid compare_id = request.id.is_nil() ? core_->store.ids().next() : request.id;
  const bool again = row ? row->compare_id == compare_id : claims.front().compare_id == compare_id;
  if (!again) TRY_DONE(core_->may_open(tx, session, index));  // a repeated request finds its task done
  if (row && row->verdict == FaceVerdict::PoorPhoto) return refused("photo_poor", row->reason, "attempt");
  if (!again) {
    TRY(const auto person, person_of(*core_, tx, index));
    const std::string key = person ? person->key() : std::string();
    // The officer's eye judges like a match or a clear no match, once an attempt: without a recogniser it is what
    // counts.
    TRY(auto account, store::account(tx, index));
    const bool accepted = request.verdict == FaceVerdict::Accept;
    const bool first_look = !row || (!row->compared && !row->counted);
    std::optional<domain::AttemptOutcome> outcome;
    AccountState before{};
    if (account && (accepted || (row && first_look))) {
      const auto then = domain::at(account->account, op.now());
      before = then.state;
      outcome = domain::after_attempt(then, request.verdict, op.now(), *today.rules);
    }
    auto compared = make_event(events::FaceCompared{});
    compared.header.subject = request.attempt.str();
    compared.header.reason = std::string(code(request.verdict));
    protocol::FacePayload face{key, std::string(code(request.verdict)), std::nullopt};
    face.counted = outcome && outcome->counted;
    TRY(face.as_of_ms, heard_at(*core_, tx, index));
    face.compare = compare_id.str();
    compared.payload = protocol::encode(face);
    const auto seq = op.append_event(std::move(compared), index);
    for (auto& claim : claims) {
      if (claim.state != domain::ClaimState::NeedsOfficer && claim.state != domain::ClaimState::Unverified) continue;
      claim.compare_id = compare_id;
      claim.reason = accepted ? "" : "face_no_match";
      if (accepted) claim.state = domain::ClaimState::Saved;
      TRY_DONE(store::update_claim(tx, claim));
      if (accepted) {
        TRY_DONE(store::finish_tasks(tx, "claim_review", claim.id.str()));
        TRY_DONE(store::finish_tasks(tx, "unverified", claim.id.str()));
      }
      auto reviewed = make_event(events::ClaimReviewed{});
      reviewed.header.subject = claim.id.str();
      reviewed.header.reason = std::string(code(request.verdict));
      reviewed.payload = protocol::encode(protocol::FacePayload{
          .person = key, .verdict = std::string(code(request.verdict)), .score = {}, .compare = compare_id.str()});
      op.append_event(std::move(reviewed), index);
      op.changed("task");
    }
    if (outcome) {
      account->account = outcome->account;
      account->last_seq = seq;
      if (row) row->counted = outcome->counted;
      if (outcome->account.state == AccountState::Blocked && before != AccountState::Blocked) {
        if (row) row->reason = "face_failed";
        TRY(const auto ticket, block(*core_, op, today, index, *account));
        if (row && ticket) row->ticket = ticket->id;
        face.ticket = ticket ? ticket->id.str() : std::string();
        face.reason = "face_failed";
        op.set_payload(seq, protocol::encode(face));
      }
      TRY_DONE(store::put_account(tx, index, *account));
    }
    if (row) {
      row->compared = request.verdict;
      row->compared_by = op.officer_number();
      row->compare_id = compare_id;
      TRY_DONE(store::set_compared(tx, *row));
    }
    op.changed("account");
    TRY_DONE(op.commit());
  }
  TRY(auto read, core_->store.read());
  if (row) return attempt_view(*core_, read, *row, true);
  verbs::AttemptResult r;
  r.verdict = request.verdict;
  TRY(r.account, account_view(*core_, read, index, true));
  return r;
}

}  // namespace kiosk::branch
