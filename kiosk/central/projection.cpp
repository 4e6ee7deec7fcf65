// What an event means at the centre: a verdict and changed facts, in the transaction that takes the event.
// A verdict is about the record, never an error of the push: a record that cannot be judged is kept and flagged.
#include <algorithm>
#include <array>

#include "api/protocol/payload.h"
#include "central/centre_impl.h"
#include "events/kinds.h"

namespace kiosk::central {
namespace {

constexpr std::string_view q_membership =
    "SELECT person, claim, claim_branch, claimed_at FROM membership WHERE kpj = ?1";
constexpr std::string_view q_take_kpj =
    "UPDATE membership SET claim = ?2, claim_branch = ?3, claimed_at = ?4 WHERE kpj = ?1";
constexpr std::string_view q_claim_there = "SELECT 1 FROM claim WHERE id = ?1";
constexpr std::string_view q_open_partial =
    "SELECT branch, stage_at FROM claim WHERE person = ?1 AND cause IN ('P10', 'P30') LIMIT 1";
constexpr std::string_view q_ended = "SELECT number, ended_at FROM officer WHERE branch = ?1 AND ended_at IS NOT NULL";
constexpr std::string_view q_corrections = "SELECT field, sealed FROM correction WHERE person = ?1 AND at > ?2";
constexpr std::string_view q_note = "SELECT detail FROM verdict_note WHERE branch = ?1 AND epoch = ?2 AND seq = ?3";
constexpr std::string_view q_add_note =
    "INSERT INTO verdict_note (branch, epoch, seq, detail) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (branch, epoch, seq) DO "
    "NOTHING";
constexpr std::string_view q_add_claim =
    "INSERT INTO claim (id, branch, person, kpj, cause, gross, stage, stage_at, deadline, needs_officer) VALUES (?1, "
    "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

constexpr std::string_view q_add_erasure =
    "INSERT INTO erasure_request (id, branch, person, purpose, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (branch, "
    "id) "
    "DO NOTHING";

constexpr std::string_view q_given =
    "INSERT INTO consent_given (person, purpose, at) VALUES (?1, ?2, ?3) ON CONFLICT (person, purpose) DO UPDATE SET "
    "at "
    "= excluded.at WHERE excluded.at > consent_given.at";

// Areas of kinds that a branch of another version may have: kept. Anything else is kept and flagged.
constexpr std::array areas = {"ticket.", "claim.",   "face.",    "account.",  "interview.",   "officer.", "case.",
                              "task.",   "node.",    "session.", "document.", "store.",       "key.",     "person.",
                              "blob.",   "sync.",    "print.",   "branch.",   "participant.", "counter.", "terminal.",
                              "notice.", "consent.", "intake.",  "help."};

template <class K, class... L>
concept one_of = (std::is_same_v<K, L> || ...);

protocol::Verdict accepted(std::int64_t seq) { return {seq, "accepted", "", std::nullopt, ""}; }
protocol::Verdict rejected(std::int64_t seq, std::string reason, std::string detail = {}) {
  return {seq, "rejected", std::move(reason), std::nullopt, "", std::move(detail)};
}
protocol::Verdict flagged(std::int64_t seq, std::string reason, std::string detail = {}) {
  return {seq, "flagged", std::move(reason), std::nullopt, "", std::move(detail)};
}

// By the day it was there.
std::string where_and_when(const std::string& branch, const Zone& zone, WallTime at) {
  return branch + " " + zone.day(at).iso();
}

// The rule that a check rests on, as it stood on the day.
std::string rule_of(const domain::RuleBook& book, const domain::CauseRule& cause, const std::string& check, Date day) {
  if (check == "ceiling") {
    const auto& since = book.settings.at("self_service_ceiling").since;
    std::string out;
    for (const auto& [from, value] : since)
      if (from <= day) out = "self_service_ceiling " + value + " since " + from.iso();
    return out;
  }
  const std::string of = " of " + cause.code;
  if (check == "age") return "min_age_years " + std::to_string(cause.min_age_years) + of;
  if (check == "membership") return "min_member_years " + std::to_string(cause.min_member_years) + of;
  if (check == "wait") return "wait_months " + std::to_string(cause.wait_months) + of;
  if (check == "officer_only") return "officer_only" + of;
  return {};
}

// What the branch had heard of the person's account before it acted, or else when it acted. The centre's own later word
// stands: a branch off line decided without it.
bool knew(const PersonRow& row, const NodeRef& node, WallTime known) {
  if (row.unblocked_at && known < *row.unblocked_at) return false;
  return !row.reset_at || known >= *row.reset_at || row.reset_branch == node.branch;
}

}  // namespace

Result<protocol::Verdict> Centre::Impl::project(Db& db, const Incoming& in) {
  TRY(auto verdict, judge(db, in));
  // A reset judges its officers itself. Anything else that an ended officer did is kept, and somebody looks at it.
  if (verdict.verdict == "accepted" && !events::is<events::AccountReset>(in.header.kind)) {
    TRY(const bool ended, officer_ended(db, in, in.header.officer));
    if (ended) {
      verdict.verdict = "flagged";
      verdict.reason = "officer_ended";
    }
  }
  if (!verdict.detail.empty())
    TRY_DONE(db.prepared(q_add_note).bind_all(in.node.branch, in.header.epoch, in.header.seq, verdict.detail).run());
  return verdict;
}

Result<std::string> Centre::Impl::detail_of(Db& db, const std::string& branch, const std::string& epoch,
                                            std::int64_t seq) {
  std::string detail;
  TRY_DONE(db.prepared(q_note).bind_all(branch, epoch, seq).each([&](Stmt& q) { detail = q.text(0); }));
  return detail;
}

// What the centre makes of each kind, an overload each.
struct Centre::Impl::Projector {
  Impl& d;
  Db& db;
  const Incoming& in;
  using Judged = Result<protocol::Verdict>;

  Judged of(events::ClaimSubmitted) { return d.project_claim(db, in); }
  Judged of(events::ClaimReviewed) { return d.project_review(db, in); }
  Judged of(events::AccountBlocked) { return d.project_block(db, in); }
  Judged of(events::AccountReset) { return d.project_reset(db, in); }
  Judged of(events::FaceAttempted) { return d.project_attempt(db, in); }
  Judged of(events::FaceCompared) { return d.project_attempt(db, in); }
  Judged of(events::ConsentGiven) { return d.project_consent(db, in); }
  Judged of(events::ConsentWithdrawn) { return d.project_consent(db, in); }
  Judged of(events::CaseOpened) { return d.project_service(db, in); }
  Judged of(events::InterviewJudged) { return d.project_service(db, in); }
  // Kept; nothing follows from it here.
  template <class K>
  requires(one_of<K, events::TicketIssued, events::TicketCalled, events::TicketRecalled, events::TicketEnqueued,
                  events::TicketBegun, events::TicketParked, events::TicketNoShow, events::TicketFinished,
                  events::TicketLeft, events::TicketTransferred, events::TicketRequeued, events::TicketWrappedUp,
                  events::TicketRecycled, events::TicketRaised, events::BreakStarted, events::BreakEnded,
                  events::NoticePosted, events::NoticeRemoved, events::IntakeSubmitted, events::HelpAsked,
                  events::TaskFinished, events::PersonFindClosed, events::ClaimDocumentReplaced,
                  events::DocumentDamaged, events::InterviewOpened, events::ResetRequested, events::OfficerLoggedIn,
                  events::OfficerLoggedOut, events::OfficerLocked, events::OfficerLoginFailed, events::TerminalCodeMade,
                  events::TerminalJoined, events::TerminalRenewed, events::TerminalRemoved, events::SyncHeld,
                  events::SyncResumed, events::BranchOpened, events::NodeRestored, events::NodeRejoined>) Judged of(K) {
    return accepted(in.header.seq);
  }
};

Result<protocol::Verdict> Centre::Impl::judge(Db& db, const Incoming& in) {
  const std::string& kind = in.header.kind;
  if (in.unreadable) return flagged(in.header.seq, "payload_unreadable");
  Projector projector{*this, db, in};
  Result<protocol::Verdict> verdict = accepted(in.header.seq);
  if (events::visit_kind(kind, [&]<class K>() { verdict = projector.of(K{}); })) return verdict;
  if (std::any_of(areas.begin(), areas.end(), [&](const char* a) { return kind.starts_with(a); }))
    return accepted(in.header.seq);
  return flagged(in.header.seq, "unknown_kind");
}

Result<bool> Centre::Impl::officer_ended(Db& db, const Incoming& in, const std::string& number) {
  if (number.empty()) return false;
  if (!in.batch.ended) {
    in.batch.ended.emplace();
    TRY_DONE(db.prepared(q_ended).bind_all(in.node.branch).each([&](Stmt& q) {
      in.batch.ended->emplace(q.text(0), from_ms(q.integer(1)));
    }));
  }
  const auto found = in.batch.ended->find(number);
  return found != in.batch.ended->end() && found->second <= in.acted_at();
}

// What the branch confirmed differs from the record: because the record was corrected since, or because it never
// agreed.
Result<protocol::Verdict> Centre::Impl::facts_differ(Db& db, const Incoming& in, const PersonRow& row,
                                                     const protocol::ClaimPayload& claim,
                                                     const std::vector<std::string>& fields) {
  const WallTime knew = claim.as_of_ms ? from_ms(*claim.as_of_ms) : in.acted_at();
  std::vector<std::pair<std::string, Bytes>> former;
  TRY_DONE(db.prepared(q_corrections).bind_all(ByteView(row.index), to_ms(knew)).each([&](Stmt& q) {
    former.emplace_back(q.text(0), q.blob(1));
  }));
  for (const std::string& field : fields) {
    const std::string& said = field == "birth" ? claim.birth : field == "mother" ? claim.mother : claim.name;
    bool agreed = false;
    for (const auto& [name, sealed] : former) {
      if (name != field) continue;
      TRY(Bytes old, keys.data.open(sealed, as_bytes("correction." + field + to_hex(row.index))));
      agreed = agreed || (field == "birth" ? as_text(old) == said : domain::same_name(as_text(old), said));
      wipe(old);
    }
    if (!agreed) return rejected(in.header.seq, "facts_differ", field);
  }
  return rejected(in.header.seq, "data_corrected", fields.front());
}

Result<protocol::Verdict> Centre::Impl::project_claim(Db& db, const Incoming& in) {
  const std::int64_t seq = in.header.seq;
  const auto p = protocol::decode_payload<protocol::ClaimPayload>(in.payload);
  if (!p) return flagged(seq, "payload_invalid", p.fault().field);
  const auto id = domain::PersonId::from_key(p->person);
  const auto kpj = domain::Kpj::parse(p->kpj);
  const auto birth = Date::parse(p->birth);
  if (!id || !kpj || !birth || in.header.subject.empty())
    return flagged(seq, "payload_invalid", !id ? "person" : !kpj ? "kpj" : !birth ? "birth" : "header.subject");
  const auto index = index_of(*id), kpj_index = index_of(*kpj);
  TRY(auto row, person(db, index));
  if (!row) return rejected(seq, "person_unknown");

  auto& q = db.prepared(q_membership).bind_all(ByteView(kpj_index));
  TRY(const bool kpj_there, q.step());
  const bool own = kpj_there && to_hash(q.blob(0)) == index;
  const bool claimed = kpj_there && !q.is_null(1);
  const std::string claim_branch = kpj_there ? q.text(2) : "";
  const WallTime claimed_at = claimed ? from_ms(q.integer(3)) : WallTime{};
  q.reset();
  if (!own) return rejected(seq, "kpj_not_of_person");
  std::vector<std::string> differ;
  if (row->record.birth != *birth) differ.push_back("birth");
  if (!p->mother.empty() && !domain::same_name(row->record.mother, p->mother)) differ.push_back("mother");
  if (!domain::same_name(row->record.name, p->name)) differ.push_back("name");
  if (!differ.empty()) return facts_differ(db, in, *row, *p, differ);
  if (claimed) {
    TRY(const Zone there, zone_of(db, claim_branch));
    return rejected(seq, claim_branch == in.node.branch ? "claimed_before" : "claimed_elsewhere",
                    where_and_when(claim_branch, there, claimed_at));
  }
  auto& dup = db.prepared(q_claim_there).bind_all(in.header.subject);
  TRY(const bool claim_there, dup.step());
  dup.reset();
  if (claim_there) return rejected(seq, "claimed_before");

  // The rules in force on the day of the claim, whatever the branch had heard of them.
  TRY(const Zone zone, zone_of(db, in.node.branch));
  const auto day = zone.day(in.acted_at());
  TRY(const auto book, rule_book(db));
  TRY(const auto rules, book.at(day));
  const auto* cause = rules.cause(p->cause);
  if (!cause) return rejected(seq, "cause_unknown");
  const bool partial = cause->percent < 100;
  if (partial) {
    auto& open = db.prepared(q_open_partial).bind_all(ByteView(index));
    TRY(const bool taken, open.step());
    const std::string first_at = taken ? open.text(0) : "";
    const WallTime first = taken ? from_ms(open.integer(1)) : WallTime{};
    open.reset();
    TRY(const Zone there, zone_of(db, first_at));
    if (taken) return rejected(seq, "partial_taken", where_and_when(first_at, there, first));
  }
  // What an officer may mend or judge holds only where no officer had the claim in his hands.
  const bool alone = p->state == "saved" && in.header.officer.empty();
  for (const auto& c : domain::check_claim(&row->record, p->cause, day, rules).checks) {
    const bool soft = c.code == "ceiling" || c.code == "officer_only";
    const bool mendable = c.code == "pengkinian" || c.reason == "end_unknown";
    if (c.passed || mendable || (soft && !alone)) continue;
    return rejected(seq, c.reason.empty() ? c.code : c.reason, rule_of(book, *cause, c.code, day));
  }

  // Taken; but where an officer must see it first nothing is decided, and no deadline runs before the review.
  const bool waits = p->state == domain::code(domain::ClaimState::NeedsOfficer) ||
                     (p->state == domain::code(domain::ClaimState::Unverified) && in.header.officer.empty());
  std::optional<std::string> deadline;
  if (!waits) deadline = add_working_days(zone.day(in.received_at), rules.payment_working_days).iso();
  const std::string stage(domain::code(domain::Stage::Agenda));
  TRY_DONE(db.prepared(q_add_claim)
               .bind_all(in.header.subject, in.node.branch, ByteView(index), ByteView(kpj_index), p->cause,
                         p->gross.value, stage, to_ms(in.received_at), deadline.value_or(""), waits ? 1 : 0)
               .run());
  if (!partial)
    TRY_DONE(db.prepared(q_take_kpj)
                 .bind_all(ByteView(kpj_index), in.header.subject, in.node.branch, to_ms(in.received_at))
                 .run());
  TRY_DONE(keep_at_branch(db, in.node.branch, index, in.received_at + keep_person()));
  const protocol::FeedClaimStage item{in.header.subject, domain::Stage::Agenda, to_ms(in.received_at), deadline};
  TRY_DONE(tell_branch(db, in.node.branch, "claim_stage", in.header.subject + ":" + stage, protocol::encode(item)));
  auto verdict = accepted(seq);
  verdict.stage = stage;
  return verdict;
}

Result<protocol::Verdict> Centre::Impl::project_block(Db& db, const Incoming& in) {
  const std::int64_t seq = in.header.seq;
  const auto p = protocol::decode_payload<protocol::PersonPayload>(in.payload);
  if (!p) return flagged(seq, "payload_invalid", p.fault().field);
  const auto id = domain::PersonId::from_key(p->person);
  if (!id) return flagged(seq, "payload_invalid", "person");
  TRY(auto row, person(db, index_of(*id)));
  if (!row) return flagged(seq, "person_unknown");
  // A block made without knowing of a reset elsewhere, or of the call centre's word, must not undo either.
  if (!knew(*row, in.node, p->as_of_ms ? from_ms(*p->as_of_ms) : in.acted_at())) {
    TRY_DONE(keep_at_branch(db, in.node.branch, row->index, in.received_at + keep_person()));
    TRY_DONE(tell_branch(db, in.node.branch, "person", to_hex(row->index), ""));
    return flagged(seq, "stale_block");
  }
  if (row->account.state != domain::AccountState::Blocked) {
    row->account.state = domain::AccountState::Blocked;
    row->account.reason = in.header.reason.empty() ? "face_failed" : in.header.reason;
    row->account.blocked_at = in.header.at;
    row->account.usable_from.reset();
    row->updated_at = in.received_at;
    TRY_DONE(save_person(db, *row));
  }
  TRY_DONE(keep_at_branch(db, in.node.branch, row->index, in.received_at + keep_person()));
  TRY_DONE(tell(db, "account", row->index));
  return accepted(seq);
}

Result<protocol::Verdict> Centre::Impl::project_reset(Db& db, const Incoming& in) {
  const std::int64_t seq = in.header.seq;
  const auto p = protocol::decode_payload<protocol::ResetPayload>(in.payload);
  if (!p) return flagged(seq, "payload_invalid", p.fault().field);
  const auto id = domain::PersonId::from_key(p->person);
  if (!id) return flagged(seq, "payload_invalid", "person");
  TRY(auto row, person(db, index_of(*id)));
  if (!row) return rejected(seq, "person_unknown");
  const auto refuse = [&](const char* reason, std::string detail) -> Result<protocol::Verdict> {
    // What the branch now keeps, its own new reference included, gives way to what the centre holds.
    TRY_DONE(keep_at_branch(db, in.node.branch, row->index, in.received_at + keep_person()));
    TRY_DONE(tell_branch(db, in.node.branch, "person", to_hex(row->index), ""));
    auto verdict = rejected(seq, reason, std::move(detail));
    const auto account = domain::at(row->account, in.received_at);
    if (account.usable_from) verdict.usable_from_ms = to_ms(*account.usable_from);
    return verdict;
  };
  for (const auto& officer : {p->officer, in.header.officer}) {
    TRY(const bool ended, officer_ended(db, in, officer));
    if (ended) return refuse("officer_ended", officer);
  }
  const WallTime known = p->as_of_ms ? from_ms(*p->as_of_ms) : in.acted_at();
  if (!knew(*row, in.node, known)) {
    const bool opened = row->unblocked_at && (!row->reset_at || *row->unblocked_at > *row->reset_at);
    TRY(const Zone there, zone_of(db, opened ? in.node.branch : row->reset_branch));
    if (opened) return refuse("unblocked_meanwhile", there.day(*row->unblocked_at).iso());
    return refuse("reset_elsewhere", where_and_when(row->reset_branch, there, *row->reset_at));
  }
  TRY(const auto rules, rules_at(db, in.node.branch, in.received_at));
  const WallTime usable_from = in.received_at + std::chrono::hours(rules.reset_hours);
  row->account = domain::after_centre_accepted(domain::after_reset_approved(row->account), usable_from);
  row->reset_at = in.received_at;
  row->reset_branch = in.node.branch;
  row->reference = p->reference;  // the old template is destroyed with it
  row->updated_at = in.received_at;
  TRY_DONE(save_person(db, *row));
  TRY_DONE(keep_at_branch(db, in.node.branch, row->index, in.received_at + keep_person()));
  TRY_DONE(tell(db, "account", row->index));
  TRY_DONE(tell(db, "person", row->index, in.node.branch));  // other branches must not compare with the old template
  auto verdict = accepted(seq);
  verdict.usable_from_ms = to_ms(usable_from);
  return verdict;
}

Result<protocol::Verdict> Centre::Impl::project_attempt(Db& db, const Incoming& in) {
  const std::int64_t seq = in.header.seq;
  const auto p = protocol::decode_payload<protocol::FacePayload>(in.payload);
  if (!p) return flagged(seq, "payload_invalid", p.fault().field);
  const auto id = domain::PersonId::from_key(p->person);
  if (!id) return flagged(seq, "payload_invalid", "person");
  TRY(auto row, person(db, index_of(*id)));
  if (!row) return accepted(seq);
  TRY_DONE(keep_at_branch(db, in.node.branch, row->index, in.received_at + keep_person()));
  // Compared with a template that had been replaced, or before the call centre opened the account: no evidence now.
  if (!knew(*row, in.node, p->as_of_ms ? from_ms(*p->as_of_ms) : in.acted_at())) return accepted(seq);
  row->account = domain::at(row->account, in.received_at);
  if (row->account.state != domain::AccountState::Active) return accepted(seq);
  const int before = row->account.failed;
  if (p->verdict == domain::code(domain::FaceVerdict::NoMatch)) ++row->account.failed;
  if (p->verdict == domain::code(domain::FaceVerdict::Accept)) row->account.failed = 0;
  if (row->account.failed == before) return accepted(seq);
  // Attempts at two branches add up. The block itself is its own event, made where the last attempt was.
  row->updated_at = in.received_at;
  TRY_DONE(save_person(db, *row));
  TRY_DONE(tell(db, "account", row->index));  // so that they add up where the next attempt is made
  return accepted(seq);
}

// Withdrawn: the person asks to be erased as far as the law allows; operators see to it. Given again: they need not.
Result<protocol::Verdict> Centre::Impl::project_consent(Db& db, const Incoming& in) {
  const std::int64_t seq = in.header.seq;
  const auto p = protocol::decode_payload<protocol::ConsentPayload>(in.payload);
  if (!p) return flagged(seq, "payload_invalid", p.fault().field);
  const auto id = domain::PersonId::from_key(p->person);
  if (!id) return flagged(seq, "payload_invalid", "person");
  if (p->purpose == "companion") return accepted(seq);  // nothing of the person is kept for it
  if (events::is<events::ConsentGiven>(in.header.kind)) {
    TRY_DONE(db.prepared(q_given).bind_all(ByteView(index_of(*id)), p->purpose, to_ms(in.acted_at())).run());
    return accepted(seq);
  }
  TRY_DONE(db.prepared(q_add_erasure)
               .bind_all(in.header.subject, in.node.branch, ByteView(index_of(*id)), p->purpose, to_ms(in.acted_at()))
               .run());
  return accepted(seq);
}

// Somebody served the person here: the branch keeps knowing him for a while.
Result<protocol::Verdict> Centre::Impl::project_service(Db& db, const Incoming& in) {
  const auto p = protocol::decode_payload<protocol::PersonPayload>(in.payload);
  const auto id =
      p ? domain::PersonId::from_key(p->person) : Result<domain::PersonId>(bad_input("payload_invalid", "person"));
  if (!id) return accepted(in.header.seq);  // about nobody
  TRY(const auto row, person(db, index_of(*id)));
  if (row) TRY_DONE(keep_at_branch(db, in.node.branch, row->index, in.received_at + keep_person()));
  return accepted(in.header.seq);
}

}  // namespace kiosk::central
