// Documents and photos that were damaged on the disk before the centre had them: given up, told, scanned again.
// Thread: any. Blocks: disk. Errors: those of the store.
#pragma once
#include <string>
#include <vector>

#include "node/branch/core.h"
#include "node/store/claims.h"

namespace kiosk::branch {

constexpr const char* k_scan_again = "scan_again";  // the kind of task
// The task's subject: which document of which claim.
std::string scan_again_subject(const Uuid& claim, const std::string& kind);
// Those tasks, one for each claim that names the blob, or for the person whose photo it is.
Result<Done> ask_to_scan_again(store::Tx& tx, const std::string& hash);
// It is not sent any more; an officer gets a task scan_again for each claim that names it, or for the person whose
// photo it is, and an event document.damaged says so. False: that was done before. The caller announces "task", "claim"
// and "sync".
Result<bool> give_up_blob(store::Store& store, const std::string& hash);
// Reads every blob that waits for the centre and gives up what is damaged. How many.
Result<int> give_up_damaged(store::Store& store);
// The same, announced; tells all that nobody has scanned again yet.
Result<std::vector<verbs::DamagedBlob>> check_blobs(Core& core);
// An officer submits a claim that is there: documents of it (its photo: kind "photo") that are damaged, for which
// `scanned` has another of the same kind, are replaced, told by an event claim.document_replaced, and their tasks are
// done. Answers with the claim. Refused as an officer's act is; bad_input unknown_blob.
Result<verbs::ClaimView> scanned_again(Core& core, WriteOperation op, const store::ClaimRow& claim,
                                       const std::vector<verbs::DocumentRef>& scanned);

}  // namespace kiosk::branch
