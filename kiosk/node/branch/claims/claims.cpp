// Claims: judged again at the node whatever the terminal thought, and answered only when rows and event are durable.
#include "node/store/claims.h"

#include <algorithm>

#include "api/protocol/payload.h"
#include "domain/rules/lengths.h"
#include "node/branch/claims/damaged.h"
#include "node/branch/core.h"
#include "node/branch/queue/visit_end.h"
#include "node/store/intakes.h"
#include "node/store/people.h"
#include "node/store/tasks.h"

namespace kiosk::branch {
namespace {

using domain::ClaimState;
using domain::FaceVerdict;

constexpr int kListed = 500;
constexpr std::size_t kDocumentsBound = 40;
constexpr std::chrono::hours kAttemptHolds{24};
constexpr std::chrono::minutes k_own_claim{15};

bool digits(std::string_view s, std::size_t least, std::size_t most) {
  return s.size() >= least && s.size() <= most &&
         std::all_of(s.begin(), s.end(), [](unsigned char c) { return c >= '0' && c <= '9'; });
}

// What the fields say by themselves, whoever the person is. Normalises npwp and phone.
Result<Done> check_fields(verbs::SubmitClaim& c) {
  TRY(const auto kpj, domain::Kpj::parse(c.kpj, "participant.kpj"));
  c.kpj = kpj.digits();
  if (c.name.empty()) return bad_input("name_missing", "participant.name", "a name");
  TRY_DONE(domain::fits(c.name, "participant.name", "name_too_long"));
  TRY_DONE(domain::fits(c.mother, "participant.mother", "name_too_long"));
  TRY_DONE(domain::fits(c.account.holder, "account.holder", "name_too_long"));
  if (c.claimant) TRY_DONE(domain::fits(c.claimant->name, "claimant.name", "name_too_long"));
  if (!c.npwp.empty()) {
    TRY(const auto npwp, domain::Npwp::parse(c.npwp, "npwp"));
    c.npwp = npwp.digits();
  }
  if (!c.phone.empty()) {
    TRY(c.phone, domain::normalise_phone(c.phone, "phone"));
  }
  if (!digits(c.account.bank, 3, 3)) return bad_input("bank_code", "account.bank", "three digits");
  std::erase_if(c.account.number, [](char ch) { return ch == ' ' || ch == '-' || ch == '.'; });
  if (!digits(c.account.number, 5, 20)) return bad_input("account_number", "account.number", "5 to 20 digits");
  const std::string& payee = c.claimant ? c.claimant->name : c.name;
  if (!domain::same_name(c.account.holder, payee))
    return refused("account_holder_differs", "the account must be in the claimant's own name", "account.holder");
  if (c.documents.size() > kDocumentsBound) return bad_input("too_many_documents", "documents", "at most 40");
  for (const auto& d : c.documents)
    if (d.kind.empty() || d.kind.size() > 32) return bad_input("document_kind", "documents", "a kind of document");
  return Done{};
}

// The facts of a known person against what was confirmed; a guess counts like one at find_participant.
std::optional<Fault> facts_fault(const domain::Participant& record, const verbs::SubmitClaim& c) {
  if (record.birth != c.birth) return refused("facts_differ", "not the birth date on record", "participant.birth");
  if (!domain::same_name(record.name, c.name))
    return refused("facts_differ", "not the name on record", "participant.name");
  if (!c.mother.empty() && !domain::same_name(record.mother, c.mother))
    return refused("facts_differ", "not the mother's name on record", "participant.mother");
  return std::nullopt;
}

const domain::Membership* membership(const domain::Participant& record, const std::string& kpj) {
  for (const auto& m : record.memberships)
    if (m.kpj.digits() == kpj) return &m;
  return nullptr;
}

// The face verdict a claim may rest on: the node's own record of the attempt, not the terminal's word.
Result<FaceVerdict> verdict_of_attempt(store::Tx& tx, const verbs::SubmitClaim& c, const crypto::Hash& index,
                                       WallTime now) {
  if (c.attempt.is_nil()) {
    if (!c.photo_blob.empty())
      return refused("attempt_unknown", "a photo needs the attempt it was taken for", "attempt");
    return FaceVerdict::Officer;
  }
  TRY(const auto a, store::attempt(tx.db(), c.attempt));
  if (!a || a->person != index) return refused("attempt_unknown", "no attempt of this person has this id", "attempt");
  if (now - a->at > kAttemptHolds) return refused("attempt_expired", "the photo is older than a day", "attempt");
  if (!c.photo_blob.empty() && a->photo != c.photo_blob)
    return refused("attempt_unknown", "the photo is not the one of the attempt", "photo_blob");
  const FaceVerdict v = a->compared.value_or(a->verdict);
  if (v == FaceVerdict::PoorPhoto) return refused("photo_poor", a->reason, "photo_blob");
  if (v == FaceVerdict::NoMatch && !a->compared)
    return refused("face_not_accepted", "the photo did not match", "attempt");
  return v;
}

struct Money {
  Rupiah gross, tax, net;
};
Result<Money> money(const domain::Participant& record, const domain::Membership& m, const domain::CauseRule& cause,
                    const verbs::SubmitClaim& c, const Today& today) {
  domain::TaxQuestion q;
  q.gross = Rupiah{m.balance.value * cause.percent / 100};
  q.already_paid = record.already_paid;
  q.first_paid = record.first_paid;
  q.on = today.date;
  q.employed =
      cause.percent < 100 && std::any_of(record.memberships.begin(), record.memberships.end(),
                                         [](const auto& x) { return x.status == domain::MembershipStatus::Active; });
  q.has_npwp = !c.npwp.empty();
  const auto t = domain::tax_of(q, *today.rules);
  return Money{t.gross, t.tax, t.net};
}

std::vector<std::string> blobs_of(const store::ClaimRow& row, const std::vector<store::ClaimDocument>& documents) {
  std::vector<std::string> out;
  if (!row.photo.empty()) out.push_back(row.photo);
  for (const auto& d : documents)
    if (std::find(out.begin(), out.end(), d.blob) == out.end()) out.push_back(d.blob);
  return out;
}

}  // namespace

Result<domain::Eligibility> Node::on(const verbs::Actor&, const verbs::CheckClaim& request) {
  TRY(const Today today, core_->today());
  const Date on = request.on.value_or(today.date);
  TRY(const domain::Rules rules, core_->book()->at(on));
  if (!rules.cause(request.cause)) return bad_input("cause_unknown", "cause", "no cause has this code");
  TRY(auto read, core_->store.read());
  TRY(const auto known, known_person(*core_, read, core_->index_of(request.person)));
  return domain::check_claim(known ? &known->person.participant : nullptr, request.cause, on, rules);
}

Result<verbs::ClaimView> Node::on(const verbs::Actor& actor, const verbs::SubmitClaim& request) {
  verbs::SubmitClaim c = request;
  TRY(const Today today, core_->today());
  const crypto::Hash index = core_->index_of(c.person);
  const bool assisted = !actor.session.empty();
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  auto& tx = op.tx();
  if (!c.id.is_nil()) {
    TRY(const auto first, store::claim(tx, c.id));
    if (first && first->person != index) return refused("id_taken", "another record has this id", "id");
    if (first && assisted) {  // whatever else it says: what was claimed stays
      auto scanned = c.documents;
      if (!c.photo_blob.empty()) scanned.push_back({"photo", c.photo_blob});
      return scanned_again(*core_, std::move(op), *first, scanned);
    }
    if (first) return claim_view(*core_, tx, c.id, true);
  }
  const domain::CauseRule* cause = today.rules->cause(c.cause);
  if (!cause) return bad_input("cause_unknown", "cause", "no cause has this code");
  TRY_DONE(check_fields(c));
  const crypto::Hash kpj = core_->index_of_kpj(c.kpj);
  TRY_DONE(core_->not_a_clone(tx.db()));
  if (assisted) TRY_DONE(op.officer("claim"));

  TRY(const auto known, known_person(*core_, tx, index));
  const domain::Participant* record = known ? &known->person.participant : nullptr;
  if (record && !assisted) {
    TRY(const int wrong, store::find_failures(tx.db(), index, today.day));
    if (wrong >= today.rules->find_attempts_per_day)
      return refused("find_closed", "too many wrong answers today", "participant.birth");
  }
  if (record) {
    if (auto fault = facts_fault(*record, c)) {
      TRY(const int wrong, store::count_find_failure(tx, index, today.day));
      (void)wrong;
      TRY_DONE(op.commit_local());
      return std::move(*fault);
    }
  }
  const domain::Membership* m = record ? membership(*record, c.kpj) : nullptr;
  if (record && !m) return refused("kpj_not_listed", "not among the person's memberships", "participant.kpj");
  const auto eligibility = domain::check_claim(record, c.cause, today.date, *today.rules);
  if (record && !eligibility.eligible) {
    std::string why;
    for (const auto& check : eligibility.checks)
      if (!check.passed && why.empty()) why = check.reason;
    for (const auto& check : eligibility.checks)  // the hard check says more than one an officer could mend
      if (!check.passed && check.code != "pengkinian" && check.code != "ceiling" && check.code != "officer_only" &&
          check.code != "known") {
        why = check.reason;
        break;
      }
    return refused("not_eligible", why, "cause");
  }
  // Who has none comes to an officer, who may submit without it; the tax then says so.
  if (eligibility.npwp_needed && c.npwp.empty() && !assisted)
    return bad_input("npwp_missing", "npwp", "needed above the limit or after an earlier partial claim");
  TRY(const FaceVerdict face, verdict_of_attempt(tx, c, index, op.now()));
  for (const auto& d : c.documents) {
    TRY(const bool there, store::has_blob(tx.db(), d.blob));
    if (!there) return bad_input("unknown_blob", "documents", "store the document first");
  }
  TRY(const auto other, store::open_claim_of_kpj(tx, kpj));
  if (other)
    return refused("claim_exists", events::receipt_code(core_->store.identity().branch, other->id), "participant.kpj");

  store::ClaimRow row;
  row.id = c.id.is_nil() ? core_->store.ids().next() : c.id;
  row.person = index;
  row.kpj = kpj;
  row.cause = c.cause;
  row.attempt = c.attempt;
  row.officer = op.officer_number();
  row.terminal = actor.terminal;
  row.saved_at = op.now();
  std::string not_kept;  // why the attempt has no photo
  if (!c.attempt.is_nil()) {
    TRY(const auto a, store::attempt(tx.db(), c.attempt));
    row.photo = a ? a->photo : std::string();
    if (a && a->photo.empty()) not_kept = a->reason;
  }
  // An officer who submits has the person and the KTP in front of him; a claim from the kiosk that no camera saw, that
  // the recogniser could not decide or that only officers may take waits for one.
  const bool compared = face == FaceVerdict::Accept || (assisted && face != FaceVerdict::NoMatch);
  if (!record) {
    row.state = ClaimState::Unverified;
    row.reason = "unverified";
  } else if (!compared) {
    row.state = ClaimState::NeedsOfficer;
    row.reason = c.attempt.is_nil() ? "no_camera" : not_kept.empty() ? "face_" + std::string(code(face)) : not_kept;
  } else if (!assisted && (eligibility.channel == domain::Channel::Officer || c.claimant)) {
    row.state = ClaimState::NeedsOfficer;
    row.reason = "officer_only";
    for (const auto& check : eligibility.checks)
      if (!check.passed && !check.reason.empty()) row.reason = check.reason;
  } else {
    row.state = ClaimState::Saved;
  }

  protocol::ClaimPayload p;
  p.person = c.person.key();
  p.kpj = c.kpj;
  p.name = c.name;
  p.birth = c.birth.iso();
  p.mother = c.mother;
  p.claimant = c.claimant;
  p.cause = c.cause;
  p.npwp = c.npwp;
  p.phone = c.phone;
  p.account = c.account;
  p.face = std::string(code(face));
  p.attempt = c.attempt.is_nil() ? std::string() : c.attempt.str();
  p.photo_blob = row.photo;
  p.documents = c.documents;
  p.state = std::string(code(row.state));
  if (known) p.as_of_ms = known->person.as_of_ms;
  if (m) {
    TRY(const Money amount, money(*record, *m, *cause, c, today));
    p.gross = amount.gross;
    p.tax = amount.tax;
    p.net = amount.net;
  }
  row.body = protocol::encode(p);
  std::vector<store::ClaimDocument> documents;
  for (const auto& d : c.documents) documents.push_back({d.kind, d.blob});

  auto d = make_event(events::ClaimSubmitted{});
  d.header.subject = row.id.str();
  d.header.reason = row.reason;
  d.header.blobs = blobs_of(row, documents);
  d.payload = row.body;
  row.seq = op.append_event(std::move(d), index);
  TRY_DONE(store::insert_claim(tx, row, documents));
  TRY_DONE(store::forget_draft(tx, index));
  if (row.state != ClaimState::Saved) {
    store::TaskRow task;
    task.id = core_->store.ids().next();
    task.kind = row.state == ClaimState::Unverified ? "unverified" : "claim_review";
    task.subject = row.id.str();
    task.person = index;
    task.masked = domain::mask_name(c.name);
    task.reason = row.reason;
    task.at = op.now();
    TRY_DONE(store::put_task(tx, task));
    op.changed("task", task.id.str());
  }
  TRY_DONE(op.commit());
  TRY(auto read, core_->store.read());
  return claim_view(*core_, read, row.id, true);
}

Result<verbs::ClaimView> claim_view(Core& core, store::Rows rows, const Uuid& id, bool whole) {
  TRY(const auto row, store::claim(rows, id));
  if (!row) return refused("unknown_claim", "no claim has this id", "id");
  TRY(const auto p, protocol::decode_payload<protocol::ClaimPayload>(row->body));
  const auto identity = core.store.identity();
  verbs::ClaimView v;
  v.id = row->id;
  v.receipt = events::receipt_code(identity.branch, row->id);
  v.receipt_qr = events::receipt_qr(identity.branch, row->id, core.store.keys().signing);
  v.cause = row->cause;
  v.kpj = whole || p.kpj.size() < 4 ? p.kpj : std::string(p.kpj.size() - 4, '*') + p.kpj.substr(p.kpj.size() - 4);
  v.state = row->state;
  v.reason = row->reason;
  if (whole) {
    v.gross = p.gross;
    v.tax = p.tax;
    v.net = p.net;
  }
  v.saved_at = row->saved_at;
  v.deadline = row->deadline;
  v.person_masked = domain::mask_name(p.name);
  TRY(const auto documents, store::documents_of(rows.db(), row->id));
  TRY(const auto facts, sync_facts(core, rows.db()));
  TRY(auto sync, sync_of(rows.db(), facts, row->seq, blobs_of(*row, documents)));
  v.sync = sync.state;
  v.sync_why = std::move(sync.why);
  if (!sync.reason.empty()) v.reason = std::move(sync.reason);
  v.detail = std::move(sync.detail);
  TRY(const auto stages, store::stages_of(rows.db(), row->id));
  for (const auto stage : {domain::Stage::Agenda, domain::Stage::Penetapan, domain::Stage::Persetujuan,
                           domain::Stage::Pembayaran, domain::Stage::Selesai}) {
    verbs::ClaimView::StageAt at{stage, std::nullopt};
    for (const auto& s : stages)
      if (s.stage == stage) at.at = s.at;
    v.stages.push_back(at);
  }
  return v;
}

Result<std::vector<verbs::ClaimView>> claim_views_of(Core& core, store::Rows rows, const crypto::Hash& person) {
  TRY(const auto found, store::claims_of(rows, person, 20));
  std::vector<verbs::ClaimView> out;
  for (const auto& row : found) {
    TRY(auto v, claim_view(core, rows, row.id, true));
    out.push_back(std::move(v));
  }
  return out;
}

// Everybody's: for an officer with the right, and masked, without sums, for the operator on the box. A terminal sees
// the claims of the person whose facts agreed there in this visit, masked likewise, and nobody else's.
Result<std::vector<verbs::ClaimView>> Node::on(const verbs::Actor& actor, const verbs::ListClaims&) {
  TRY(auto read, core_->store.read());
  bool whole = false;
  std::vector<store::ClaimRow> found;
  crypto::Hash person{};
  if (!actor.session.empty()) {
    TRY_DONE(core_->session(read, actor, "claim", false));
    whole = true;
  }
  if (whole || is_operator(actor.terminal)) {
    TRY(found, store::claims(read, kListed));
  } else if (core_->visits.any(actor.terminal, core_->clock.steady(), person)) {
    TRY(found, store::claims_of(read, person, kListed));
  } else {
    return refused("not_logged_in", "an officer's list; a person's own after the two facts");
  }
  std::vector<verbs::ClaimView> out;
  for (const auto& row : found) {
    TRY(auto v, claim_view(*core_, read, row.id, whole));
    out.push_back(std::move(v));
  }
  return out;
}

// Without an officer: of the person before this terminal, or the claim that it sent last, a moment ago. Whoever asks
// for another hears that there is none. The id is no proof: changes tell it to every terminal.
Result<verbs::ClaimView> Node::on(const verbs::Actor& actor, const verbs::GetClaim& asked) {
  TRY(auto read, core_->store.read());
  if (!actor.session.empty()) {
    TRY_DONE(core_->session(read, actor, "claim", false));
    return claim_view(*core_, read, asked.id, true);
  }
  const auto unknown = [] { return refused("unknown_claim", "no claim has this id", "id"); };
  if (!is_operator(actor.terminal)) {
    TRY(const auto row, store::claim(read, asked.id));
    if (!row) return unknown();
    const bool own = core_->visits.is_of(actor.terminal, row->person, core_->clock.steady());
    TRY(const auto last, store::last_claim_at(read.db(), actor.terminal));
    bool sent = last && last->id == asked.id && core_->clock.now() - last->saved_at <= k_own_claim;
    if (sent) {
      TRY(const bool over, visit_over(read.db(), actor.terminal, asked.id));
      sent = !over;
    }
    if (!own && !sent) return unknown();
  }
  TRY(auto v, claim_view(*core_, read, asked.id, true));
  if (v.kpj.size() > 4) v.kpj.replace(0, v.kpj.size() - 4, v.kpj.size() - 4, '*');
  return v;
}

}  // namespace kiosk::branch
