// Blobs whose bytes are no longer those of their name, before the centre had them. Such a blob is given up: it is not
// sent any more and holds up none behind it (blob.complete = 2: neither waiting, 0, nor at the centre, 1), and whoever
// needs it is asked to scan it again.
// Thread: any. Blocks: disk. Errors: those of the store.
#pragma once
#include <string>
#include <vector>

#include "node/store/rows.h"

namespace kiosk::store {

struct BlobUse {
  Uuid claim;
  std::string kind;  // of the document; "photo" for the participant's photo
};

// Reads all of it. False: its bytes are missing or others than its name says.
Result<bool> blob_whole(sqlite::Db& db, const std::string& hash);
Result<std::vector<std::string>> blobs_waiting(sqlite::Db& db);  // for the centre, all of them, oldest first
Result<bool> set_blob_damaged(Tx& tx, const std::string& hash);  // false: known, sent meanwhile or not ours
Result<std::vector<std::string>> damaged_blobs(sqlite::Db& db);  // that a record still names; at most 1,000
Result<int> count_damaged(sqlite::Db& db, const std::vector<std::string>& hashes);
Result<std::vector<BlobUse>> uses_of_blob(sqlite::Db& db, const std::string& hash);
// After a restore: what was given up before and whose bytes no copy had. False: they are here after all.
Result<bool> put_given_up(Tx& tx, const std::string& hash, const std::string& kind);
// The use's kind "photo": the claim's photo.
Result<Done> replace_document(Tx& tx, const BlobUse& use, const std::string& old_blob, const std::string& new_blob);

}  // namespace kiosk::store
