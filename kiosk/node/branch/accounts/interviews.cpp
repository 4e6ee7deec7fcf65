// The blind interview: the node chooses the questions and gives one verdict after all; nobody learns which answer was
// wrong.
#include "node/store/interviews.h"

#include <algorithm>

#include "api/protocol/payload.h"
#include "domain/rules/lengths.h"
#include "node/branch/core.h"

namespace kiosk::branch {
namespace {

constexpr std::size_t kAnswersBound = 20;

// The open case of this person, opened now when there is none. Kept per case, so that asking again asks the same.
Result<store::InterviewCase> ensure_case(Core& core, WriteOperation& op, const domain::PersonId& who, bool& opened) {
  const crypto::Hash person = core.index_of(who);
  TRY(auto kept, store::interview_case(op.tx().db(), person));
  opened = !kept;
  if (kept) return *kept;
  store::InterviewCase c;
  const Uuid id = core.store.ids().next();
  const auto chance = id.bytes();
  for (std::size_t i = 8; i < 16; ++i) c.seed = (c.seed << 7) ^ chance[i];
  c.officer = op.officer_number();
  c.opened_at = op.now();
  TRY_DONE(store::open_interview_case(op.tx(), person, c));
  auto d = make_event(events::InterviewOpened{});
  d.payload = protocol::encode(protocol::PersonPayload{who.key(), {}});
  op.append_event(std::move(d), person);
  return c;
}

}  // namespace

Result<std::vector<std::string>> Node::on(const verbs::Actor& actor, const verbs::ListQuestions& asked) {
  TRY(const Today today, core_->today());
  const crypto::Hash index = core_->index_of(asked.person);
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  TRY(const Session session, op.officer("interview"));
  TRY_DONE(core_->may_open(op.tx(), session, index));
  TRY(const auto known, known_person(*core_, op.tx(), index));
  if (!known) return refused("person_unknown", "without a record there is nothing to compare answers with", "person");
  bool opened = false;
  TRY(const auto c, ensure_case(*core_, op, asked.person, opened));
  auto questions =
      domain::interview_questions(static_cast<std::uint64_t>(c.seed), known->person.participant, *today.rules);
  if (opened) TRY_DONE(op.commit());
  return questions;
}

Result<verbs::InterviewResult> Node::on(const verbs::Actor& actor, const verbs::Interview& request) {
  if (request.answers.size() > kAnswersBound) return bad_input("too_many_answers", "answers", "at most 20");
  for (const auto& a : request.answers) TRY_DONE(domain::fits(a.text, "answers", "answer_too_long"));
  TRY(const Today today, core_->today());
  const crypto::Hash index = core_->index_of(request.person);
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  TRY(const Session session, op.officer("interview"));
  if (!request.id.is_nil()) {
    TRY(const auto first, store::interview(op.tx().db(), request.id));
    if (first && first->person != index) return refused("id_taken", "another record has this id", "id");
    if (first) return verbs::InterviewResult{first->id, first->verdict};
  }
  TRY_DONE(core_->may_open(op.tx(), session, index));
  TRY(const auto known, known_person(*core_, op.tx(), index));
  if (!known) return refused("person_unknown", "without a record there is nothing to compare answers with", "person");
  bool opened = false;
  TRY(const auto c, ensure_case(*core_, op, request.person, opened));
  // Only what was asked is judged, each once; a question without an answer is answered wrong.
  const auto asked =
      domain::interview_questions(static_cast<std::uint64_t>(c.seed), known->person.participant, *today.rules);
  std::vector<domain::Answer> answers;
  for (const auto& q : asked) {
    const auto it = std::find_if(request.answers.begin(), request.answers.end(),
                                 [&](const domain::Answer& a) { return a.question == q; });
    answers.push_back({q, it == request.answers.end() ? std::string() : it->text});
  }
  store::InterviewRow row;
  row.id = request.id.is_nil() ? core_->store.ids().next() : request.id;
  row.person = index;
  row.officer = op.officer_number();
  row.terminal = actor.terminal;
  row.at = op.now();
  row.verdict = domain::judge_interview(known->person.participant, answers, *today.rules);
  for (auto& a : answers) wipe(a.text);
  auto d = make_event(events::InterviewJudged{});
  d.header.subject = row.id.str();
  d.header.reason = row.verdict.passed ? "passed" : "failed";
  d.header.duration_ms = (op.now() - c.opened_at).count();
  protocol::PersonPayload about{
      .person = request.person.key(), .reason = {}, .asked = row.verdict.asked, .correct = row.verdict.right};
  TRY(about.as_of_ms, heard_at(*core_, op.tx(), index));
  d.payload = protocol::encode(about);
  row.seq = op.append_event(std::move(d), index);
  TRY_DONE(store::insert_interview(op.tx(), row));
  TRY_DONE(op.commit());
  return verbs::InterviewResult{row.id, row.verdict};
}

}  // namespace kiosk::branch
