// The blind interview: the node chooses the questions and gives one verdict after all; nobody learns which answer was
// wrong.
#include "store/interviews.h"

#include <algorithm>

#include "branch/core.h"
#include "domain/lengths.h"
#include "protocol/payload.h"

namespace kiosk::branch {
namespace {

constexpr std::size_t kAnswersBound = 20;

// The open case of this person, opened now when there is none. Kept per case, so that asking again asks the same.
Result<store::InterviewCase> ensure_case(Core& core, Act& act, const domain::PersonId& who, bool& opened) {
  const crypto::Hash person = core.index_of(who);
  TRY(auto kept, store::interview_case(act.tx().db(), person));
  opened = !kept;
  if (kept) return *kept;
  store::InterviewCase c;
  const Uuid id = core.store.ids().next();
  const auto chance = id.bytes();
  for (std::size_t i = 8; i < 16; ++i) c.seed = (c.seed << 7) ^ chance[i];
  c.officer = act.officer_number();
  c.opened_at = act.now();
  TRY_DONE(store::open_interview_case(act.tx(), person, c));
  auto d = happened("interview.opened");
  d.payload = protocol::encode(protocol::PersonPayload{who.key(), {}});
  act.say(std::move(d), person);
  act.changed("account");
  return c;
}

}  // namespace

Result<std::vector<std::string>> Node::interview_questions(const verbs::Actor& actor, const domain::PersonId& person) {
  TRY(const Today today, core_->today());
  const crypto::Hash index = core_->index_of(person);
  TRY(Act act, Act::begin(*core_, actor));
  TRY(const Session session, act.officer("interview"));
  TRY_DONE(core_->may_open(act.tx(), session, index));
  TRY(const auto known, known_person(*core_, act.tx(), index));
  if (!known) return refused("person_unknown", "without a record there is nothing to compare answers with", "person");
  bool opened = false;
  TRY(const auto c, ensure_case(*core_, act, person, opened));
  auto questions =
      domain::interview_questions(static_cast<std::uint64_t>(c.seed), known->person.participant, *today.rules);
  if (opened) TRY_DONE(act.commit());
  return questions;
}

Result<verbs::InterviewResult> Node::submit_interview(const verbs::Actor& actor, const verbs::Interview& request) {
  if (request.answers.size() > kAnswersBound) return bad_input("too_many_answers", "answers", "at most 20");
  for (const auto& a : request.answers) TRY_DONE(domain::fits(a.text, "answers", "answer_too_long"));
  TRY(const Today today, core_->today());
  const crypto::Hash index = core_->index_of(request.person);
  TRY(Act act, Act::begin(*core_, actor));
  TRY(const Session session, act.officer("interview"));
  if (!request.id.is_nil()) {
    TRY(const auto first, store::interview(act.tx().db(), request.id));
    if (first && first->person != index) return refused("id_taken", "another record has this id", "id");
    if (first) return verbs::InterviewResult{first->id, first->verdict};
  }
  TRY_DONE(core_->may_open(act.tx(), session, index));
  TRY(const auto known, known_person(*core_, act.tx(), index));
  if (!known) return refused("person_unknown", "without a record there is nothing to compare answers with", "person");
  bool opened = false;
  TRY(const auto c, ensure_case(*core_, act, request.person, opened));
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
  row.officer = act.officer_number();
  row.terminal = actor.terminal;
  row.at = act.now();
  row.verdict = domain::judge_interview(known->person.participant, answers, *today.rules);
  for (auto& a : answers) wipe(a.text);
  auto d = happened("interview.judged");
  d.header.subject = row.id.str();
  d.header.reason = row.verdict.passed ? "passed" : "failed";
  d.header.duration_ms = (act.now() - c.opened_at).count();
  protocol::PersonPayload about{
      .person = request.person.key(), .reason = {}, .asked = row.verdict.asked, .correct = row.verdict.right};
  TRY(about.as_of_ms, heard_at(*core_, act.tx(), index));
  d.payload = protocol::encode(about);
  row.seq = act.say(std::move(d), index);
  TRY_DONE(store::insert_interview(act.tx(), row));
  act.changed("account");
  TRY_DONE(act.commit());
  return verbs::InterviewResult{row.id, row.verdict};
}

}  // namespace kiosk::branch
