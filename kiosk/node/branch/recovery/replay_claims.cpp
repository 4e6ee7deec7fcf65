// Claims made again from their events.
#include "api/protocol/payload.h"
#include "node/branch/recovery/replay_past.h"
#include "node/store/claims.h"
#include "node/store/tasks.h"

namespace kiosk::branch {
namespace {
using domain::ClaimState;
}

Result<Done> replay_of(const Past& p, events::ClaimSubmitted) {
  TRY(const auto c, protocol::decode_payload<protocol::ClaimPayload>(p.payload));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "claim"));
  TRY(const auto there, store::claim(p.tx, id));
  if (there) return Done{};
  TRY(const auto index, index_of(p, c.person));
  store::ClaimRow row;
  row.id = id;
  row.person = index;
  row.kpj = p.tx.store().person_index("kpj:" + c.kpj);
  row.body = p.payload;
  row.cause = c.cause;
  row.state = domain::from_code<ClaimState>(c.state).value_or(ClaimState::Saved);
  row.photo = c.photo_blob;
  if (!c.attempt.empty()) {
    TRY(row.attempt, Uuid::parse(c.attempt, "attempt"));
  }
  row.officer = p.h.officer;
  row.terminal = p.h.terminal;
  row.reason = p.h.reason;
  row.saved_at = p.h.at;
  row.seq = p.place;
  // The earlier claim of a KPJ is the claim; one that was made while it was forgotten waits for the centre's verdict.
  TRY(auto later, store::open_claim_of_kpj(p.tx, row.kpj));
  if (later) {
    later->open = false;
    if (later->state == ClaimState::Saved) later->state = ClaimState::NeedsOfficer;
    later->reason = "claimed_before";
    TRY_DONE(store::update_claim(p.tx, *later));
    TRY_DONE(add_task(p, "claim_review", later->id.str(), index, domain::mask_name(c.name), "claimed_before"));
  }
  std::vector<store::ClaimDocument> documents;
  for (const auto& d : c.documents) documents.push_back({d.kind, d.blob});
  TRY_DONE(store::insert_claim(p.tx, row, documents));
  TRY_DONE(remember(p, index));
  if (row.state == ClaimState::Saved) return Done{};
  return add_task(p, row.state == ClaimState::Unverified ? "unverified" : "claim_review", row.id.str(), index,
                  domain::mask_name(c.name), row.reason);
}

Result<Done> replay_of(const Past& p, events::ClaimReviewed) {
  TRY(const Uuid id, Uuid::parse(p.h.subject, "claim"));
  TRY(auto row, store::claim(p.tx, id));
  if (!row) return Done{};
  TRY_DONE(remember(p, row->person));
  if (row->state != ClaimState::NeedsOfficer && row->state != ClaimState::Unverified) return Done{};
  const bool accepted = p.h.reason == domain::code(domain::FaceVerdict::Accept);
  row->compare_id = p.h.id;  // events of old versions do not tell the request
  if (!p.payload.empty()) {
    TRY(const auto f, protocol::decode_payload<protocol::FacePayload>(p.payload));
    if (!f.compare.empty()) {
      TRY(row->compare_id, Uuid::parse(f.compare, "compare"));
    }
  }
  row->reason = accepted ? "" : "face_no_match";
  if (accepted) row->state = ClaimState::Saved;
  TRY_DONE(store::update_claim(p.tx, *row));
  if (!accepted) return Done{};
  TRY_DONE(store::finish_tasks(p.tx, "claim_review", p.h.subject));
  return store::finish_tasks(p.tx, "unverified", p.h.subject);
}

}  // namespace kiosk::branch
