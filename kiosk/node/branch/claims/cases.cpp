// The officer's work list and one case on one page, opened through a live ticket, a task or a recorded reason.
#include <algorithm>

#include "api/protocol/payload.h"
#include "api/verbs/picture_judge.h"
#include "base/picture_shape.h"
#include "node/branch/core.h"
#include "node/store/claims.h"
#include "node/store/interviews.h"
#include "node/store/outbox.h"
#include "node/store/resets.h"
#include "node/store/tasks.h"
#include "node/store/tickets.h"

namespace kiosk::branch {
namespace {

constexpr int kTimelineShown = 100;
constexpr std::size_t kReasonBound = 500;

bool by_word(std::string_view kind) {  // an officer's word ends it, whatever it is about
  return kind == "rejected" || kind == "officer_ended" || kind == "intake" || kind == "erasure" || kind == "help" ||
         kind == "scan_again";  // the paper may be gone for good
}

// Up to where the acts of an ended officer were looked at, as every copy of this node's records counts.
Result<Done> tell_until(sqlite::Db& db, const store::TaskRow& row, protocol::TaskPayload& payload) {
  if (!row.looked_until) return Done{};
  const auto e = store::event_at(db, *row.looked_until);
  if (!e) return Done{};  // sealed again elsewhere since: the task can be finished all the same
  TRY(const auto header, events::decode_header(e->sealed.header));
  payload.until_epoch = header.epoch;
  payload.until_seq = header.seq;
  return Done{};
}

Result<Done> check_picture(verbs::FaceJudge& judge, ByteView file) {
  if (auto* decoder = dynamic_cast<verbs::PictureJudge*>(&judge)) return decoder->check_picture(file);
  TRY_DONE(picture_shape(file));
  return Done{};
}

}  // namespace

verbs::Task task_view(const store::TaskRow& r) {
  return {r.id, r.kind, r.subject, r.masked, "", r.reason, r.at, r.done, r.finished_reason, r.finished_by};
}

Result<Done> give_task(Core& core, WriteOperation& op, const char* kind, const std::string& subject,
                       const crypto::Hash& index, const domain::PersonId& person, const std::string& reason) {
  store::TaskRow task;
  task.id = core.store.ids().next();
  task.kind = kind;
  task.subject = subject;
  task.person = index;
  TRY(task.masked, masked(core, op.tx(), index, person));
  task.reason = reason;
  task.at = op.now();
  op.changed("task", task.id.str());
  return store::put_task(op.tx(), task);
}

namespace {

constexpr const char* k_confirm_day = "confirm_day";

// A computer that was switched off does not know for how long. Until the centre is heard somebody has to say that
// today's date is right, or yesterday's numbers go on: a task whose subject is the date, for as long as nobody knows.
Result<Done> ask_for_day(Core& core) {
  const bool unheard = core.clock_state() == "unheard";
  TRY(const Today today, core.today());
  std::vector<std::string> stale;
  bool asked = false;
  {
    TRY(auto read, core.store.read());
    TRY(const auto rows, store::open_tasks(read));
    for (const auto& r : rows) {
      if (r.kind != k_confirm_day) continue;
      if (unheard && r.subject == today.day)
        asked = true;
      else
        stale.push_back(r.subject);  // heard meanwhile, or the clock was set
    }
    TRY(const auto last, last_given(read.db()));
    asked = asked || !unheard || !last || last->day == today.date;  // nothing waits for it
  }
  if (asked && stale.empty()) return Done{};
  TRY(auto tx, core.store.begin());
  for (const auto& subject : stale) TRY_DONE(store::finish_tasks(tx, k_confirm_day, subject));
  if (!asked) {
    store::TaskRow task;
    task.id = core.store.ids().next();
    task.kind = k_confirm_day;
    task.subject = today.day;
    task.reason = "clock_unheard";
    task.at = today.at;
    TRY_DONE(store::put_task(tx, task));
  }
  return tx.commit_local();
}

}  // namespace

Result<std::vector<verbs::Task>> Node::on(const verbs::Actor& actor, const verbs::ListTasks&) {
  TRY_DONE(ask_for_day(*core_));
  TRY(auto read, core_->store.read());
  TRY(const Session session, core_->session(read, actor, "", false));
  TRY(const auto rows, store::open_tasks(read));
  std::vector<verbs::Task> out;
  for (const auto& r : rows) {
    if (r.kind == "approve_reset" && !session.may("approve") && !session.may("reset")) continue;
    out.push_back(task_view(r));
  }
  return out;
}

Result<verbs::Task> Node::on(const verbs::Actor& actor, const verbs::FinishTask& asked) {
  if (asked.reason.size() > kReasonBound) return bad_input("reason_too_long", "reason", "at most 500 characters");
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  TRY(const Session session, op.officer(""));
  TRY(auto row, store::task(tx, asked.id));
  if (!row) return refused("unknown_task", "no task has this id", "id");
  if (row->done) return task_view(*row);  // the answer was lost
  bool may = by_word(row->kind);
  if (row->kind == "claim_review") {
    TRY(const Uuid claim_id, Uuid::parse(row->subject, "id"));
    TRY(const auto claim, store::claim(tx, claim_id));
    may = claim && claim->state == domain::ClaimState::Accepted;
  }
  const bool day = row->kind == k_confirm_day;
  if (day) {
    TRY(const Today today, core_->today());
    if (row->subject != today.day) return refused("day_differs", "by this clock it is " + today.day, "id");
    may = true;
  }
  if (!may) return refused("task_by_act", "it ends by what it asks for", "id");
  row->done = true;
  row->finished_by = session.officer.number;
  row->finished_reason = asked.reason;
  TRY([[maybe_unused]] const bool finished,
      store::finish_task(tx, row->kind, row->subject, row->finished_by, row->finished_reason));
  const bool of_person = row->person != crypto::Hash{};
  auto d = make_event(events::TaskFinished{});
  d.header.subject = asked.id.str();
  d.header.reason = row->reason;
  protocol::TaskPayload payload{row->kind, row->subject, of_person ? to_hex(ByteView(row->person)) : std::string(),
                                row->finished_reason};
  TRY_DONE(tell_until(tx.db(), *row, payload));
  d.payload = protocol::encode(payload);
  op.append_event(std::move(d), of_person ? std::optional(row->person) : std::nullopt);
  op.changed("task", asked.id.str());
  if (row->kind == "help") op.changed("help", row->subject);
  TRY_DONE(op.commit());
  if (day) core_->heard_time(Millis{0});  // his word, with his name in the records, is as good as the centre's
  return task_view(*row);
}

Result<verbs::CaseView> Node::on(const verbs::Actor& actor, const verbs::OpenCase& request) {
  if (request.reason.size() > kReasonBound) return bad_input("reason_too_long", "reason", "at most 500 characters");
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  TRY(const Session session, op.officer(""));
  verbs::CaseView v;
  std::optional<crypto::Hash> index;
  std::string way;
  if (!request.ticket.is_nil()) {
    TRY(const auto row, store::ticket(tx.db(), request.ticket));
    if (!row) return refused("unknown_ticket", "no ticket has this id", "ticket");
    if (!domain::is_live(row->ticket.state) || row->ticket.officer != session.officer.number)
      return refused("ticket_not_yours", "call the ticket first", "ticket");
    v.ticket = row->ticket;
    index = row->person;
    way = "ticket";
    // A ticket without a person: the officer asks for the number, and the ticket is the reason.
    if (!index && request.person) index = core_->index_of(*request.person);
  } else if (!request.task.is_nil()) {
    TRY(const auto row, store::task(tx, request.task));
    if (!row || row->done) return refused("unknown_task", "no open task has this id", "task");
    if (row->person != crypto::Hash{}) index = row->person;
    way = "task";
  } else {
    if (!request.person) return bad_input("person_missing", "person", "a ticket, a task or a person with a reason");
    if (request.reason.empty()) return refused("reason_missing", "say why the case is opened", "reason");
    index = core_->index_of(*request.person);
    way = "reason_given";
  }
  if (!index) return v;  // a plain ticket: nobody is opened
  TRY(auto person, person_of(*core_, tx, *index));
  if (!person && request.person && core_->index_of(*request.person) == *index) person = request.person;
  TRY_DONE(store::add_opening(tx, session.row.token, *index, op.now()));
  auto d = make_event(events::CaseOpened{});
  d.header.reason = way;
  if (v.ticket) d.header.ticket = v.ticket->id.str();
  if (!request.task.is_nil()) d.header.subject = request.task.str();
  if (person) d.payload = protocol::encode(protocol::PersonPayload{person->key(), request.reason});
  op.append_event(std::move(d), index);
  TRY_DONE(op.commit());

  TRY(auto read, core_->store.read());
  v.person = person;
  if (person) {
    TRY(v.masked_name, masked(*core_, read, *index, *person));
  }
  TRY(v.account, account_view(*core_, read, *index, true));
  TRY(auto known, known_person(*core_, read, *index));
  TRY(const auto interviewing, store::interview_case(read.db(), *index));
  // Blind: who will ask must not have read the answers. After a passed interview the record shows again.
  const bool blind = interviewing || v.account->account.state == domain::AccountState::Blocked;
  if (known) v.as_of = from_ms(known->person.as_of_ms);
  if (known && !blind) v.record = std::move(known->person.participant);
  TRY(v.claims, claim_views_of(*core_, read, *index));
  TRY(v.resets, reset_views_of(*core_, read, *index));
  TRY(v.intakes, intake_views_of(*core_, read, *index));
  TRY(v.draft, draft_of(read, *index, core_->now()));
  if (v.draft && (blind || !v.draft->for_officer)) v.draft.reset();
  if (blind)
    for (auto& i : v.intakes) i.answers.clear();
  TRY(const auto facts, sync_facts(*core_, read.db()));
  TRY(const auto timeline, store::timeline_of(read.db(), *index, kTimelineShown));
  for (const auto& t : timeline) {
    TRY(const auto sync, sync_of(read.db(), facts, t.seq));
    v.timeline.push_back({t.at, std::string(events::present_name(t.kind)), t.officer, sync.state});
  }
  return v;
}

Result<Bytes> Node::on(const verbs::Actor& actor, const verbs::GetPhoto& asked) {
  TRY(auto read, core_->store.read());
  TRY(const Session session, core_->session(read, actor, ""));
  TRY(const auto person, store::person_of_blob(read.db(), asked.blob));
  if (!person) return refused("unknown_blob", "no photo has this name", "blob");
  TRY_DONE(core_->may_open(read, session, *person));
  return core_->store.open_blob(asked.blob);
}

Result<std::string> Node::on(const verbs::Actor& actor, const verbs::PutBlob& asked) {
  if (asked.kind.empty() || asked.kind.size() > 32 || !std::all_of(asked.kind.begin(), asked.kind.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
      }))
    return bad_input("kind_invalid", "kind", "a short code in small letters");
  if (asked.bytes.empty()) return bad_input("blob_empty", "bytes", "nothing to store");
  if (asked.bytes.size() > kPhotoBound) return bad_input("blob_too_large", "bytes", "at most 8 MiB");
  if (!actor.session.empty()) {
    TRY(auto read, core_->store.read());
    TRY_DONE(core_->session(read, actor, ""));
  }
  // A cut document would be found out by whoever decides the claim.
  TRY_DONE(check_picture(core_->judge, asked.bytes));
  return core_->store.put_blob(asked.kind, asked.bytes);
}

}  // namespace kiosk::branch
