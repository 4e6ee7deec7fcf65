// What an event means at the centre: a verdict and changed facts, in the transaction that takes the event.
// A verdict is about the record, never an error of the push: a record that cannot be judged is kept and flagged.
#include <algorithm>
#include <array>

#include "central/centre_impl.h"
#include "protocol/payload.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_membership = "SELECT person, claim, claim_branch FROM membership WHERE kpj = ?1";
constexpr std::string_view q_take_kpj =
    "UPDATE membership SET claim = ?2, claim_branch = ?3, claimed_at = ?4 WHERE kpj = ?1";
constexpr std::string_view q_claim_there = "SELECT 1 FROM claim WHERE id = ?1";
constexpr std::string_view q_open_partial = "SELECT 1 FROM claim WHERE person = ?1 AND cause IN ('P10', 'P30') LIMIT 1";
constexpr std::string_view q_add_claim =
    "INSERT INTO claim (id, branch, person, kpj, cause, gross, stage, stage_at, deadline) VALUES (?1, ?2, ?3, ?4, ?5, "
    "?6, ?7, ?8, ?9)";

// Areas whose events the centre keeps without judging each. Anything else is from a newer branch: kept, and flagged.
constexpr std::array areas = {"ticket.", "claim.", "face.",    "account.",  "interview.",  "officer.", "case.",
                              "task.",   "node.",  "session.", "document.", "store.",      "key.",     "person.",
                              "blob.",   "sync.",  "print.",   "branch.",   "participant."};

protocol::Verdict accepted(std::int64_t seq) { return {seq, "accepted", "", std::nullopt, ""}; }
protocol::Verdict rejected(std::int64_t seq, std::string reason) {
  return {seq, "rejected", std::move(reason), std::nullopt, ""};
}
protocol::Verdict flagged(std::int64_t seq, std::string reason) {
  return {seq, "flagged", std::move(reason), std::nullopt, ""};
}

}  // namespace

Result<protocol::Verdict> Centre::Impl::project(Db& db, const Incoming& in) {
  const std::string& kind = in.header.kind;
  if (in.unreadable) return flagged(in.header.seq, "payload_unreadable");
  if (kind == "claim.submitted") return project_claim(db, in);
  if (kind == "account.blocked") return project_block(db, in);
  if (kind == "account.reset") return project_reset(db, in);
  if (kind == "face.attempted" || kind == "face.compared") return project_attempt(db, in);
  if (std::any_of(areas.begin(), areas.end(), [&](const char* a) { return kind.starts_with(a); }))
    return accepted(in.header.seq);
  return flagged(in.header.seq, "unknown_kind");
}

Result<protocol::Verdict> Centre::Impl::project_claim(Db& db, const Incoming& in) {
  const std::int64_t seq = in.header.seq;
  const auto p = protocol::decode_payload<protocol::ClaimPayload>(in.payload);
  if (!p) return flagged(seq, "payload_invalid");
  const auto id = domain::PersonId::from_key(p->person);
  const auto kpj = domain::Kpj::parse(p->kpj);
  const auto birth = Date::parse(p->birth);
  if (!id || !kpj || !birth || in.header.subject.empty()) return flagged(seq, "payload_invalid");
  const auto index = index_of(*id), kpj_index = index_of(*kpj);
  TRY(auto row, person(db, index));
  if (!row) return rejected(seq, "person_unknown");

  auto& q = db.prepared(q_membership).bind_all(ByteView(kpj_index));
  TRY(const bool kpj_there, q.step());
  const bool own = kpj_there && to_hash(q.blob(0)) == index;
  const bool claimed = kpj_there && !q.is_null(1);
  const std::string claim_branch = kpj_there ? q.text(2) : "";
  q.reset();
  if (!own) return rejected(seq, "kpj_not_of_person");
  if (row->record.birth != *birth || (!p->mother.empty() && !domain::same_name(row->record.mother, p->mother)))
    return rejected(seq, "facts_differ");
  if (claimed) return rejected(seq, claim_branch == in.node.branch ? "claimed_before" : "claimed_elsewhere");
  auto& dup = db.prepared(q_claim_there).bind_all(in.header.subject);
  TRY(const bool claim_there, dup.step());
  dup.reset();
  if (claim_there) return rejected(seq, "claimed_before");

  const auto day = Date::at(in.header.at, std::chrono::minutes(420));
  TRY(const auto book, rule_book(db));
  TRY(const auto rules, book.at(day));
  const auto* cause = rules.cause(p->cause);
  if (!cause) return rejected(seq, "cause_unknown");
  const bool partial = cause->percent < 100;
  if (partial) {
    auto& open = db.prepared(q_open_partial).bind_all(ByteView(index));
    TRY(const bool taken, open.step());
    open.reset();
    if (taken) return rejected(seq, "partial_taken");
  }
  const auto eligible = domain::check_claim(&row->record, p->cause, day, rules);
  if (!eligible.eligible) {
    for (const auto& c : eligible.checks)
      if (!c.passed && c.code != "ceiling" && c.code != "officer_only")
        return rejected(seq, c.reason.empty() ? c.code : c.reason);
    return rejected(seq, "not_eligible");
  }

  const Date today = Date::at(in.received_at, std::chrono::minutes(rules.utc_offset_min));
  const std::string deadline = add_working_days(today, rules.payment_working_days).iso();
  const std::string stage(domain::code(domain::Stage::Agenda));
  TRY_DONE(db.prepared(q_add_claim)
               .bind_all(in.header.subject, in.node.branch, ByteView(index), ByteView(kpj_index), p->cause,
                         p->gross.value, stage, to_ms(in.received_at), deadline)
               .run());
  if (!partial)
    TRY_DONE(db.prepared(q_take_kpj)
                 .bind_all(ByteView(kpj_index), in.header.subject, in.node.branch, to_ms(in.received_at))
                 .run());
  TRY_DONE(keep_at_branch(db, in.node.branch, index, in.received_at + keep_person));
  const protocol::FeedClaimStage item{in.header.subject, domain::Stage::Agenda, to_ms(in.received_at), deadline};
  TRY_DONE(tell_branch(db, in.node.branch, "claim_stage", in.header.subject + ":" + stage, protocol::encode(item)));
  auto verdict = accepted(seq);
  verdict.stage = stage;
  return verdict;
}

Result<protocol::Verdict> Centre::Impl::project_block(Db& db, const Incoming& in) {
  const std::int64_t seq = in.header.seq;
  const auto p = protocol::decode_payload<protocol::PersonPayload>(in.payload);
  if (!p) return flagged(seq, "payload_invalid");
  const auto id = domain::PersonId::from_key(p->person);
  if (!id) return flagged(seq, "payload_invalid");
  TRY(auto row, person(db, index_of(*id)));
  if (!row) return flagged(seq, "person_unknown");
  // A block that was made before a reset elsewhere, and arrives after it, must not undo the reset.
  if (row->reset_at && in.header.at < *row->reset_at) return flagged(seq, "stale_block");
  if (row->account.state != domain::AccountState::Blocked) {
    row->account.state = domain::AccountState::Blocked;
    row->account.reason = in.header.reason.empty() ? "face_failed" : in.header.reason;
    row->account.blocked_at = in.header.at;
    row->account.usable_from.reset();
    row->updated_at = in.received_at;
    TRY_DONE(save_person(db, *row));
  }
  TRY_DONE(keep_at_branch(db, in.node.branch, row->index, in.received_at + keep_person));
  TRY_DONE(tell(db, "account", row->index));
  return accepted(seq);
}

Result<protocol::Verdict> Centre::Impl::project_reset(Db& db, const Incoming& in) {
  const std::int64_t seq = in.header.seq;
  const auto p = protocol::decode_payload<protocol::ResetPayload>(in.payload);
  if (!p) return flagged(seq, "payload_invalid");
  const auto id = domain::PersonId::from_key(p->person);
  if (!id) return flagged(seq, "payload_invalid");
  TRY(auto row, person(db, index_of(*id)));
  if (!row) return rejected(seq, "person_unknown");
  TRY(const auto rules, rules_at(db, in.received_at));
  const WallTime usable_from = in.received_at + std::chrono::hours(rules.reset_hours);
  row->account = domain::after_centre_accepted(domain::after_reset_approved(row->account), usable_from);
  row->reset_at = in.received_at;
  row->reference = p->reference;  // the old template is destroyed with it
  row->updated_at = in.received_at;
  TRY_DONE(save_person(db, *row));
  TRY_DONE(keep_at_branch(db, in.node.branch, row->index, in.received_at + keep_person));
  TRY_DONE(tell(db, "account", row->index));
  TRY_DONE(tell(db, "person", row->index, in.node.branch));  // other branches must not compare with the old template
  auto verdict = accepted(seq);
  verdict.usable_from_ms = to_ms(usable_from);
  return verdict;
}

Result<protocol::Verdict> Centre::Impl::project_attempt(Db& db, const Incoming& in) {
  const std::int64_t seq = in.header.seq;
  const auto p = protocol::decode_payload<protocol::FacePayload>(in.payload);
  if (!p) return flagged(seq, "payload_invalid");
  const auto id = domain::PersonId::from_key(p->person);
  if (!id) return flagged(seq, "payload_invalid");
  TRY(auto row, person(db, index_of(*id)));
  if (!row) return accepted(seq);
  row->account = domain::at(row->account, in.received_at);
  if (row->account.state != domain::AccountState::Active) return accepted(seq);
  const int before = row->account.failed;
  if (p->verdict == domain::code(domain::FaceVerdict::NoMatch)) ++row->account.failed;
  if (p->verdict == domain::code(domain::FaceVerdict::Accept)) row->account.failed = 0;
  if (row->account.failed == before) return accepted(seq);
  // Attempts at two branches add up. The block itself is its own event, made where the last attempt was.
  row->updated_at = in.received_at;
  TRY_DONE(save_person(db, *row));
  return accepted(seq);
}

}  // namespace kiosk::central
