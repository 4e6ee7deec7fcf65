// Finding a participant: a name appears only masked until the facts agree, and guessing is counted.
#include "node/store/people.h"

#include "api/protocol/payload.h"
#include "domain/rules/lengths.h"
#include "node/branch/core.h"
#include "node/store/intakes.h"
#include "node/store/interviews.h"

namespace kiosk::branch {
namespace {
constexpr std::chrono::minutes kFresh{10};
constexpr Millis kStillExpected{std::chrono::hours(12)};  // who comes late still has the appointment

// Whom it is about, by the number that was given; nobody when this branch has no record of the card.
Result<std::optional<crypto::Hash>> index_asked(Core& core, sqlite::Db& db, const verbs::FindParticipant& r) {
  if (r.person) return std::optional(core.index_of(*r.person));
  TRY(const auto kpj, domain::Kpj::parse(r.kpj));
  return store::person_of_kpj(db, core.index_of_kpj(kpj.digits()));
}
}  // namespace

Result<verbs::ParticipantFound> Node::on(const verbs::Actor& actor, const verbs::FindParticipant& request) {
  if (request.reason.size() > 500) return bad_input("reason_too_long", "reason", "at most 500 characters");
  TRY_DONE(domain::fits(request.mother, "mother", "name_too_long"));
  TRY(const Today today, core_->today());
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  TRY(const auto whom, index_asked(*core_, tx.db(), request));
  core_->visits.end(actor.terminal);  // whoever asks now is somebody else until the facts agree
  if (!whom) return verbs::ParticipantFound{};
  const crypto::Hash& index = *whom;
  Session session;
  if (!actor.session.empty()) {
    TRY(session, op.officer(""));
    if (request.reason.empty()) TRY_DONE(core_->may_open(tx, session, index));
  }
  TRY(const int wrong_today, store::find_failures(tx.db(), index, today.day));
  // Guessing at the screen closes for this person and day; an officer has the KTP before him and goes on in his name.
  if (actor.session.empty() && wrong_today >= today.rules->find_attempts_per_day)
    return refused("find_closed", "too many wrong answers today", "birth");

  verbs::ParticipantFound found;
  TRY(auto known, known_person(*core_, tx, index));
  // What is known is said at once; when it is not of these minutes, the centre's answer comes later.
  if (auto* centre = core_->centre.load())
    if (!known || op.now() - from_ms(known->person.as_of_ms) > kFresh)
      if (known || request.person)
        found.asking = centre->look_up(request.person ? *request.person : known->person.participant.id);
  if (!known) return found;
  auto& record = known->person.participant;
  const std::string person_key = record.id.key();
  found.source = known->source;
  found.as_of = from_ms(known->person.as_of_ms);
  found.masked_name = domain::mask_name(record.name);
  found.facts_agree =
      record.birth == request.birth && (request.mother.empty() || domain::same_name(record.mother, request.mother));
  if (!found.facts_agree) {
    TRY(const int wrong, store::count_find_failure(tx, index, today.day));
    if (!actor.session.empty() || wrong < today.rules->find_attempts_per_day) {
      TRY_DONE(op.commit_local());
      return found;
    }
    auto d = make_event(events::PersonFindClosed{});
    d.payload = protocol::encode(protocol::PersonPayload{person_key, {}});
    op.append_event(std::move(d), index);
    TRY_DONE(op.commit());
    return found;
  }
  for (const auto& a : known->person.appointments)
    if (from_ms(a.at_ms) > op.now() - kStillExpected) found.appointments.push_back({a.id, a.service, from_ms(a.at_ms)});
  TRY(found.consents, consents_of(tx.db(), index));
  if (!request.mother.empty()) {
    TRY(found.draft, draft_of(tx, index, op.now()));
    core_->visits.begin(actor.terminal, index, core_->clock.steady());  // a NIK alone tells the birth date
  }
  TRY(const bool expired, store::any_draft_expired(tx.db(), op.now()));
  if (expired) TRY_DONE(store::forget_expired_drafts(tx, op.now()));
  if (actor.session.empty()) {
    found.record = std::move(record);
    if (expired) TRY_DONE(op.commit_local());
    return found;
  }
  // An officer's look is an act with a name and a reason.
  TRY_DONE(store::add_opening(tx, session.row.token, index, op.now()));
  auto d = make_event(events::CaseOpened{});
  d.header.reason = request.reason.empty() ? "found" : "reason_given";
  d.payload = protocol::encode(protocol::PersonPayload{person_key, request.reason});
  op.append_event(std::move(d), index);
  TRY(const auto interviewing, store::interview_case(tx.db(), index));
  TRY_DONE(op.commit());
  if (interviewing)  // stays blind
    found.draft.reset();
  else
    found.record = std::move(record);
  return found;
}

}  // namespace kiosk::branch
