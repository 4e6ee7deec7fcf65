// Documents of past events: given up because their bytes were lost, and scanned again.
#include "api/protocol/document_payload.h"
#include "node/branch/claims/damaged.h"
#include "node/branch/recovery/replay_past.h"
#include "node/store/claims.h"
#include "node/store/damaged.h"
#include "node/store/tasks.h"

namespace kiosk::branch {

Result<Done> replay_of(const Past& p, events::ClaimDocumentReplaced) {
  TRY(const auto d, protocol::decode_document_payload(p.payload));
  TRY(const Uuid id, Uuid::parse(p.h.subject, "claim"));
  TRY(const auto row, store::claim(p.tx, id));
  if (!row) return Done{};
  TRY_DONE(remember(p, row->person));
  TRY_DONE(store::replace_document(p.tx, {id, d.kind}, d.replaces, d.blob));
  return store::finish_tasks(p.tx, k_scan_again, scan_again_subject(id, d.kind));
}

// What was given up stays so, with its task, unless a copy still had the bytes: then it is sent like any other.
Result<Done> replay_of(const Past& p, events::DocumentDamaged) {
  TRY(const auto d, protocol::decode_document_payload(p.payload));
  TRY(const bool lost, store::put_given_up(p.tx, d.blob, d.kind));
  TRY(const int known, store::count_damaged(p.tx.db(), {d.blob}));  // a copy that had it as given up
  if (!lost && known == 0) return Done{};
  return ask_to_scan_again(p.tx, d.blob);
}

}  // namespace kiosk::branch
