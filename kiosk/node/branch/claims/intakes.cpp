// What people tell the kiosk for an officer to do, what they began and did not confirm, and their call for help.
// Nothing is decided here.
#include "node/store/intakes.h"

#include <algorithm>
#include <iterator>

#include "api/protocol/payload.h"
#include "domain/queue/issue.h"
#include "domain/rules/lengths.h"
#include "node/branch/core.h"

namespace kiosk::branch {
namespace {

constexpr std::size_t kAnswers = 40, kAnswerBound = 500, kCodeBound = 64;
constexpr int kIntakesShown = 10;
constexpr std::string_view kKinds[] = {"correction", "bpu_register", "bpu_payment", "accident",
                                       "complaint",  "account_help", "heir",        "foreigner"};

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= kCodeBound && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  });
}

Result<Done> check_answers(const std::map<std::string, std::string>& answers) {
  if (answers.size() > kAnswers) return bad_input("answers_too_long", "answers", "at most 40");
  for (const auto& [field, text] : answers) {
    if (!is_code(field)) return bad_input("answers_too_long", "answers", "a field is a code of 1 to 64 characters");
    if (domain::length_of(field) > 0) TRY_DONE(domain::fits(text, "answers." + field, "answers_too_long"));
    if (text.size() > kAnswerBound) return bad_input("answers_too_long", "answers." + field, "at most 500 bytes");
  }
  return Done{};
}

Result<verbs::IntakeView> view_of(const SyncFacts& facts, store::Rows rows, const store::IntakeRow& row) {
  TRY(auto payload, protocol::decode_payload<protocol::IntakePayload>(row.body));
  TRY(const auto task, store::open_task(rows, "intake", row.id.str()));
  TRY(const auto sync, sync_of(rows.db(), facts, row.seq));
  return verbs::IntakeView{row.id, row.kind, std::move(payload.answers), row.at, !task, sync.state};
}

// Whoever called has left before an officer came.
Result<verbs::Task> end_call(WriteOperation& op, store::TaskRow task) {
  TRY_DONE(store::finish_tasks(op.tx(), task.kind, task.subject));
  task.done = true;
  auto d = make_event(events::TaskFinished{});
  d.header.subject = task.id.str();
  d.header.reason = task.reason;
  d.payload = protocol::encode(protocol::TaskPayload{task.kind, task.subject, {}, {}});
  op.append_event(std::move(d));
  op.changed("task", task.id.str());
  TRY_DONE(op.commit());
  return task_view(task);
}

}  // namespace

Result<std::vector<verbs::IntakeView>> intake_views_of(Core& core, store::Rows rows, const crypto::Hash& person) {
  TRY(const auto found, store::intakes_of(rows, person, kIntakesShown));
  TRY(const auto facts, sync_facts(core, rows.db()));
  std::vector<verbs::IntakeView> out;
  for (const auto& row : found) {
    TRY(auto v, view_of(facts, rows, row));
    out.push_back(std::move(v));
  }
  return out;
}

Result<std::optional<verbs::DraftView>> draft_of(store::Rows rows, const crypto::Hash& person, WallTime now) {
  TRY(auto row, store::draft(rows, person, now));
  if (!row) return std::optional<verbs::DraftView>();
  auto kept = protocol::decode_payload<protocol::IntakePayload>(row->body);
  wipe(row->body);
  if (!kept) return damaged("store_corrupt", "drafts: " + kept.fault().code + " " + kept.fault().field);
  return std::optional(
      verbs::DraftView{std::move(kept->kind), std::move(kept->answers), row->for_officer, row->kept_at});
}

Result<Done> Node::on(const verbs::Actor& actor, const verbs::Draft& asked) {
  if (!is_code(asked.purpose)) return bad_input("purpose_invalid", "purpose", "a code of 1 to 64 characters");
  TRY_DONE(check_answers(asked.answers));
  TRY(const Today today, core_->today());
  const crypto::Hash index = core_->index_of(asked.person);
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  if (!actor.session.empty()) TRY_DONE(op.officer(""));
  TRY_DONE(store::forget_expired_drafts(op.tx(), op.now()));
  if (asked.answers.empty()) {
    TRY_DONE(store::forget_draft(op.tx(), index));
    return op.commit_local();
  }
  store::DraftRow row;
  row.body = protocol::encode(protocol::IntakePayload{asked.person.key(), asked.purpose, asked.answers});
  row.for_officer = asked.for_officer;
  row.kept_at = op.now();
  row.expires_at = asked.for_officer ? domain::local_midnight(today.date.plus_days(1), today.offset)
                                     : op.now() + verbs::k_draft_kept;
  TRY_DONE(store::put_draft(op.tx(), index, row));
  wipe(row.body);
  return op.commit_local();
}

Result<Done> Node::forget_drafts() {
  const WallTime now = core_->now();
  {
    TRY(auto read, core_->store.read());  // mostly none, and the writer is not asked
    TRY(const bool any, store::any_draft_expired(read.db(), now));
    if (!any) return Done{};
  }
  TRY(WriteOperation op, WriteOperation::begin(*core_, {"node", ""}));
  TRY_DONE(store::forget_expired_drafts(op.tx(), now));
  return op.commit_local();
}

Result<verbs::IntakeView> Node::on(const verbs::Actor& actor, const verbs::Intake& asked) {
  if (std::find(std::begin(kKinds), std::end(kKinds), asked.kind) == std::end(kKinds))
    return bad_input("intake_kind_invalid", "kind",
                     "correction, bpu_register, bpu_payment, accident, complaint, account_help, heir or foreigner");
  TRY_DONE(check_answers(asked.answers));
  const crypto::Hash index = core_->index_of(asked.person);
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  if (!actor.session.empty()) TRY_DONE(op.officer(""));
  if (!asked.id.is_nil()) {
    TRY(const auto first, store::intake(tx, asked.id));
    if (first && first->person != index) return refused("id_taken", "another record has this id", "id");
    TRY(const auto facts, sync_facts(*core_, tx.db()));
    if (first) return view_of(facts, tx, *first);
  }
  TRY_DONE(core_->not_a_clone(tx.db()));
  store::IntakeRow row;
  row.id = asked.id.is_nil() ? core_->store.ids().next() : asked.id;
  row.person = index;
  row.kind = asked.kind;
  row.body = protocol::encode(protocol::IntakePayload{asked.person.key(), asked.kind, asked.answers});
  row.at = op.now();
  auto d = make_event(events::IntakeSubmitted{});
  d.header.subject = row.id.str();
  d.header.reason = row.kind;
  d.payload = row.body;
  row.seq = op.append_event(std::move(d), index);
  TRY_DONE(store::insert_intake(tx, row));
  TRY_DONE(give_task(*core_, op, "intake", row.id.str(), index, asked.person, row.kind));
  TRY(const auto draft, draft_of(tx, index, op.now()));
  if (draft && draft->purpose == asked.kind) TRY_DONE(store::forget_draft(tx, index));  // confirmed by this
  TRY_DONE(op.commit());
  TRY(auto read, core_->store.read());
  TRY(const auto facts, sync_facts(*core_, read.db()));
  return view_of(facts, read, row);
}

Result<verbs::Task> Node::on(const verbs::Actor& actor, const verbs::HelpAsked& asked) {
  if (!asked.page.empty() && !is_code(asked.page))
    return bad_input("page_invalid", "page", "a code of 1 to 64 characters");
  const std::string terminal = actor.terminal.substr(0, kCodeBound);
  if (terminal.empty()) return bad_input("terminal_missing", "terminal", "1 to 64 characters");
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  if (!asked.id.is_nil()) {
    TRY(const auto first, store::task(tx, asked.id));
    if (first && (first->kind != "help" || first->subject != terminal))
      return refused("id_taken", "another record has this id", "id");
    if (first && (asked.wanted || first->done)) return task_view(*first);
  }
  TRY(auto open, store::open_task(tx, "help", terminal));
  if (!asked.wanted) {
    if (!open) return refused("unknown_task", "nobody has called from this terminal", "id");
    return end_call(op, *std::move(open));
  }
  if (open) return task_view(*open);
  store::TaskRow task;
  task.id = asked.id.is_nil() ? core_->store.ids().next() : asked.id;
  task.kind = "help";
  task.subject = terminal;
  task.reason = asked.page;
  task.at = op.now();
  TRY_DONE(store::put_task(tx, task));
  auto d = make_event(events::HelpAsked{});
  d.header.at = op.now();
  d.header.subject = task.id.str();
  d.header.reason = task.reason;
  op.append_event(std::move(d));
  op.changed("task", task.id.str());
  TRY_DONE(op.commit());
  return task_view(task);
}

}  // namespace kiosk::branch
