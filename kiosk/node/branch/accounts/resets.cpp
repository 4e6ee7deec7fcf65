// Biometric reset: one officer asks after a passed interview, another approves in a session of his own elsewhere, and
// only the centre says from when the account may be used.
#include "node/store/resets.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "api/protocol/payload.h"
#include "node/branch/core.h"
#include "node/store/interviews.h"
#include "node/store/tasks.h"

namespace kiosk::branch {
namespace {

using domain::AccountState;

constexpr int kListed = 200;
constexpr std::chrono::hours kInterviewHolds{24};
constexpr std::array<std::string_view, 5> kReasons = {"face_changed", "light", "accessories", "data_differs", "other"};

// Who may reset must be known freshly: an officer dismissed last month must not.
Result<Done> check_officer_list(Core& core, sqlite::Db& db, const Today& today) {
  TRY(const std::string at, store::meta(db, kOfficersAt));
  std::int64_t ms = 0;
  std::from_chars(at.data(), at.data() + at.size(), ms);
  const auto age = core.now() - from_ms(ms);
  // A list from the future came while the clock was ahead: nobody knows how old it is.
  const bool of_false_time = age < -std::chrono::hours(24);
  if (of_false_time || age > std::chrono::hours(24) * today.rules->officer_list_max_age_days)
    return refused("officers_outdated", "the list of officers is older than " +
                                            std::to_string(today.rules->officer_list_max_age_days) + " days");
  return Done{};
}

}  // namespace

Result<verbs::ResetView> reset_view(Core& core, store::Rows rows, const Uuid& id) {
  TRY(const auto row, store::reset(rows.db(), id));
  if (!row) return refused("unknown_reset", "no reset has this id", "id");
  verbs::ResetView v;
  v.id = row->id;
  v.officer = row->officer;
  v.second_officer = row->second_officer;
  v.reason = row->reason;
  v.state = row->state;
  v.same_terminal = row->same_terminal;
  v.photo_blob = row->photo;
  v.usable_from = row->usable_from;
  v.at = row->at;
  if (v.state == AccountState::ResetWaiting && v.usable_from && *v.usable_from <= core.now())
    v.state = AccountState::Active;
  TRY(const auto interview, store::interview(rows.db(), row->interview));
  v.interview_passed = interview && interview->verdict.passed;
  TRY(const auto person, person_of(core, rows, row->person));
  if (person) {
    TRY(v.person_masked, masked(core, rows, row->person, *person));
  }
  TRY(const auto facts, sync_facts(core, rows.db()));
  TRY(const auto sync, sync_of(rows.db(), facts, row->approved_seq.value_or(row->requested_seq), {row->photo}));
  v.sync = sync.state;
  return v;
}

Result<std::vector<verbs::ResetView>> reset_views_of(Core& core, store::Rows rows, const crypto::Hash& person) {
  TRY(const auto found, store::resets_of(rows.db(), person, 20));
  std::vector<verbs::ResetView> out;
  for (const auto& row : found) {
    TRY(auto v, reset_view(core, rows, row.id));
    out.push_back(std::move(v));
  }
  return out;
}

Result<verbs::ResetView> Node::on(const verbs::Actor& actor, const verbs::ResetAccount& request) {
  TRY_DONE(check_photo_size(request.photo));
  if (std::find(kReasons.begin(), kReasons.end(), request.reason) == kReasons.end())
    return bad_input("reason_unknown", "reason", "face_changed, light, accessories, data_differs or other");
  TRY(const Today today, core_->today());
  const crypto::Hash index = core_->index_of(request.person);
  const auto allowed = [&](store::Rows rows, const Session& session) -> Result<Done> {
    TRY_DONE(core_->may_open(rows, session, index));
    TRY_DONE(core_->not_a_clone(rows.db()));
    TRY_DONE(check_officer_list(*core_, rows.db(), today));
    TRY(const auto interview, store::interview(rows.db(), request.interview));
    if (!interview || interview->person != index)
      return refused("interview_unknown", "no interview of this person has this id", "interview");
    if (!interview->verdict.passed) return refused("interview_not_passed", {}, "interview");
    if (core_->now() - interview->at > kInterviewHolds)
      return refused("interview_expired", "it is older than a day", "interview");
    TRY(const auto others, store::resets_of(rows.db(), index, 20));
    for (const auto& r : others) {
      if (r.state == AccountState::ResetPending) return refused("reset_exists", "one waits for approval");
      if (r.interview == request.interview) return refused("interview_used", "it served another reset", "interview");
    }
    return Done{};
  };
  {
    TRY(auto read, core_->store.read());
    TRY(const Session session, core_->session(read, actor, "reset"));
    if (!request.id.is_nil()) {
      TRY(const auto first, store::reset(read.db(), request.id));
      if (first && first->person != index) return refused("id_taken", "another record has this id", "id");
      if (first) return reset_view(*core_, read, first->id);
    }
    TRY_DONE(allowed(read, session));
  }
  TRY(const auto report, core_->judge.inspect(request.photo, true));
  if (!report.usable) return refused("photo_poor", report.first_advice(), "photo");
  store::ResetRow row;
  TRY(row.photo, core_->store.put_blob("reference", request.photo));
  row.id = request.id.is_nil() ? core_->store.ids().next() : request.id;
  row.person = index;
  row.interview = request.interview;
  row.terminal = actor.terminal;
  row.reason = request.reason;

  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  TRY(const Session session, op.officer("reset"));
  TRY(const auto again, store::reset(tx.db(), row.id));
  if (again) return reset_view(*core_, tx, row.id);
  TRY_DONE(allowed(tx, session));
  row.officer = op.officer_number();
  row.at = op.now();
  auto d = make_event(events::ResetRequested{});
  d.header.subject = row.id.str();
  d.header.reason = row.reason;
  d.header.blobs = {row.photo};
  d.payload = protocol::encode(
      protocol::ResetPayload{request.person.key(), request.interview.str(), request.reason, row.photo});
  row.requested_seq = op.append_event(std::move(d), index);
  TRY_DONE(store::insert_reset(tx, row));

  TRY(auto account, store::account(tx, index));
  if (!account) {
    account.emplace();
    account->person_key = request.person.key();
  }
  account->account = domain::at(account->account, op.now());
  account->account.state = AccountState::ResetPending;
  account->last_seq = row.requested_seq;
  TRY_DONE(store::put_account(tx, index, *account));

  store::TaskRow task;
  task.id = core_->store.ids().next();
  task.kind = "approve_reset";
  task.subject = row.id.str();
  task.person = index;
  TRY(task.masked, masked(*core_, tx, index, request.person));
  task.reason = row.reason;
  task.at = op.now();
  TRY_DONE(store::put_task(tx, task));
  op.changed("task", task.id.str());
  op.changed("reset", row.id.str());
  TRY_DONE(op.commit());
  TRY(auto read, core_->store.read());
  return reset_view(*core_, read, row.id);
}

Result<verbs::ResetView> Node::on(const verbs::Actor& actor, const verbs::ApproveReset& asked) {
  TRY(const Today today, core_->today());
  // nullopt: done before by this very officer; the answer was lost.
  const auto allowed = [&](store::Rows rows, const Session& session) -> Result<std::optional<store::ResetRow>> {
    TRY(auto row, store::reset(rows.db(), asked.id));
    if (!row) return refused("unknown_reset", "no reset has this id", "reset");
    if (row->state != AccountState::ResetPending) {
      if (row->second_officer == session.officer.number) return std::optional<store::ResetRow>();
      return refused("reset_done", "it waits for nobody", "reset");
    }
    if (row->officer == session.officer.number)
      return refused("same_officer", "another officer approves what one officer asked for");
    if (row->terminal == session.row.terminal && !core_->settings.same_terminal_approval)
      return refused("same_terminal", "the second officer approves at another terminal");
    TRY_DONE(core_->not_a_clone(rows.db()));
    TRY_DONE(check_officer_list(*core_, rows.db(), today));
    return row;
  };
  std::optional<domain::FaceTemplate> reference;
  {
    std::string photo;
    {
      TRY(auto read, core_->store.read());
      TRY(const Session session, core_->session(read, actor, "approve"));
      TRY(const auto row, allowed(read, session));
      if (!row) return reset_view(*core_, read, asked.id);
      photo = row->photo;
    }
    if (core_->judge.ready()) {
      TRY(auto bytes, core_->store.open_blob(photo));
      auto made = core_->judge.enrol(bytes);
      wipe(bytes);
      if (!made) return std::move(made).fault();
      reference = std::move(*made);
    }
  }
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  TRY(const Session session, op.officer("approve"));
  TRY(auto row, allowed(tx, session));
  if (!row) return reset_view(*core_, tx, asked.id);
  TRY(auto account, store::account(tx, row->person));
  if (!account) return damaged("store_corrupt", "accounts: a reset without its account");

  row->second_officer = session.officer.number;
  row->second_terminal = actor.terminal;
  row->same_terminal = row->terminal == actor.terminal;
  row->state = AccountState::ResetWaiting;
  auto d = make_event(events::AccountReset{});
  d.header.subject = row->id.str();
  d.header.reason = row->same_terminal ? row->reason + ",same_terminal" : row->reason;
  d.header.blobs = {row->photo};
  d.header.duration_ms = (op.now() - row->at).count();
  protocol::ResetPayload payload{account->person_key, row->interview.str(), row->reason, row->photo, reference};
  payload.officer = row->officer;
  TRY(payload.as_of_ms, heard_at(*core_, tx, row->person));
  d.payload = protocol::encode(payload);
  row->approved_seq = op.append_event(std::move(d), row->person);
  TRY_DONE(store::update_reset(tx, *row));
  account->account = domain::after_reset_approved(account->account);
  // The new reference replaces the old one; without a recogniser there is none, and a person compares.
  account->reference = std::move(reference);
  account->reference_local = true;
  account->last_seq = *row->approved_seq;
  account->case_id = Uuid{};
  TRY_DONE(store::put_account(tx, row->person, *account));
  TRY_DONE(store::finish_tasks(tx, "approve_reset", row->id.str()));
  TRY_DONE(store::finish_tasks_of(tx, "blocked", row->person));
  op.changed("task");
  op.changed("reset", row->id.str());
  TRY_DONE(op.commit());
  TRY(auto read, core_->store.read());
  return reset_view(*core_, read, asked.id);
}

Result<std::vector<verbs::ResetView>> Node::on(const verbs::Actor& actor, const verbs::ListResets& asked) {
  TRY(auto read, core_->store.read());
  TRY_DONE(core_->session(read, actor, "", false));
  TRY(const auto rows, store::resets(read.db(), asked.pending_only, kListed));
  std::vector<verbs::ResetView> out;
  for (const auto& row : rows) {
    TRY(auto v, reset_view(*core_, read, row.id));
    out.push_back(std::move(v));
  }
  return out;
}

}  // namespace kiosk::branch
