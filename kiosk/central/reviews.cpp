// Claims after they were taken: the review by an officer of the branch, and the stages that follow. Before the review
// nothing is decided: the claim stays where it is, and the days within which it is paid do not run.
#include "api/protocol/payload.h"
#include "central/centre_impl.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_waits =
    "SELECT stage, stage_at FROM claim WHERE id = ?1 AND branch = ?2 AND needs_officer = 1";
constexpr std::string_view q_reviewed = "UPDATE claim SET needs_officer = 0, deadline = ?2 WHERE id = ?1";
constexpr std::string_view q_claim =
    "SELECT branch, person, kpj, cause, gross, stage, needs_officer FROM claim WHERE id = ?1";
constexpr std::string_view q_set_stage = "UPDATE claim SET stage = ?2, stage_at = ?3 WHERE id = ?1";

}  // namespace

// A match that an officer saw ends the waiting. Anything else leaves the claim where it was, as at the branch.
Result<protocol::Verdict> Centre::Impl::project_review(Db& db, const Incoming& in) {
  const std::int64_t seq = in.header.seq;
  const auto p = protocol::decode_payload<protocol::FacePayload>(in.payload);
  if (!p) return protocol::Verdict{seq, "flagged", "payload_invalid", std::nullopt, "", p.fault().field};
  const protocol::Verdict taken{seq, "accepted", "", std::nullopt, ""};
  if (p->verdict != domain::code(domain::FaceVerdict::Accept) || in.header.officer.empty()) return taken;
  TRY(const bool ended, officer_ended(db, in, in.header.officer));
  if (ended) return taken;  // flagged by project(), and no review
  auto& q = db.prepared(q_waits).bind_all(in.header.subject, in.node.branch);
  TRY(const bool waits, q.step());
  const auto stage = waits ? domain::from_code<domain::Stage>(q.text(0)) : std::nullopt;
  const std::int64_t stage_at = waits ? q.integer(1) : 0;
  q.reset();
  if (!waits || !stage) return taken;
  TRY(const auto rules, rules_at(db, in.node.branch, in.received_at));
  const std::string deadline = add_working_days(rules.day, rules.payment_working_days).iso();
  TRY_DONE(db.prepared(q_reviewed).bind_all(in.header.subject, deadline).run());
  const protocol::FeedClaimStage item{in.header.subject, *stage, stage_at, deadline};
  TRY_DONE(tell_branch(db, in.node.branch, "claim_stage", in.header.subject + ":" + std::string(domain::code(*stage)),
                       protocol::encode(item)));
  return taken;
}

Result<domain::Stage> Centre::advance(const std::string& claim, domain::Stage stage) {
  auto done = impl_->write([&](Db& db) -> Result<domain::Stage> {
    auto& q = db.prepared(q_claim).bind_all(claim);
    TRY(const bool there, q.step());
    if (!there) {
      q.reset();
      return refused("claim_unknown", "the centre has accepted no such claim", "claim");
    }
    const std::string branch = q.text(0);
    const crypto::Hash person_index = to_hash(q.blob(1)), kpj = to_hash(q.blob(2));
    const std::string cause = q.text(3);
    const Rupiah gross{q.integer(4)};
    const auto current = domain::from_code<domain::Stage>(q.text(5));
    const bool waits = q.integer(6) != 0;
    q.reset();
    if (waits)
      return refused("review_missing", "an officer of branch " + branch + " must see this claim first", "claim");
    if (current && *current >= stage)
      return refused("stage_passed", "the claim stands at " + std::string(domain::code(*current)), "stage");
    const auto now = impl_->now();
    TRY_DONE(db.prepared(q_set_stage).bind_all(claim, std::string(domain::code(stage)), to_ms(now)).run());
    const protocol::FeedClaimStage item{claim, stage, to_ms(now), std::nullopt};
    TRY_DONE(impl_->tell_branch(db, branch, "claim_stage", claim + ":" + std::string(domain::code(stage)),
                                protocol::encode(item)));
    if (stage == domain::Stage::Selesai) {
      // Paid: what the person has left, and what counts for later tax, change with it.
      TRY(auto row, known(impl_->person(db, person_index)));
      TRY(const auto rules, impl_->rules_at(db, branch, now));
      const auto* rule = rules.cause(cause);
      const bool whole = !rule || rule->percent >= 100;
      for (auto& m : row.record.memberships)
        if (impl_->index_of(m.kpj) == kpj) m.balance = whole ? Rupiah{} : m.balance - gross;
      row.record.already_paid += gross;
      if (!row.record.first_paid) row.record.first_paid = rules.day;
      row.record.partial_taken = row.record.partial_taken || !whole;
      row.updated_at = now;
      TRY_DONE(impl_->save_person(db, row));
      TRY_DONE(impl_->tell(db, "person", person_index));
    }
    return stage;
  });
  impl_->ring();
  return done;
}

}  // namespace kiosk::central
