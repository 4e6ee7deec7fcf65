// Blobs that events which came back name and that are not here. They are fetched from the centre piece by piece; what
// has come is kept over restarts, and a blob is there only when the whole of it has its name.
// Until then Store::open_blob refuses it: blob_on_its_way, which says how much is here.
// Thread, errors: those of the snapshot or transaction; refused blob_unknown (not wanted, or here by now).
#pragma once
#include <optional>
#include <string>

#include "events/event.h"
#include "node/store/store.h"

namespace kiosk::store {

// Of an event that came back: what it names and is not here is wanted, what is here is as urgent as the event.
Result<Done> want_blobs(sqlite::Db& db, const events::Header& header);

struct WantedBlob {
  std::string hash;
  std::int64_t have = 0;  // bytes of it that are here
  std::int64_t size = 0;  // of the whole; 0: not known before the first piece
};
Result<std::optional<WantedBlob>> wanted_blob(sqlite::Db& db, const std::string& hash);
Result<std::optional<WantedBlob>> next_wanted(sqlite::Db& db, WallTime now);  // resets and claims first
Result<std::int64_t> wanted_blobs(sqlite::Db& db);                            // how many

struct BlobPiece {
  std::string hash, kind;
  std::int64_t size = 0, offset = 0;  // of the whole; of this piece
  ByteView bytes;
  ByteView node_wrap;
};
// Returns how much is here now, `size` when that made it whole: it is then a blob that the centre holds. Damaged
// blob_piece: it does not continue what is here, or the whole has not its name or does not open. What is here of it is
// then no good: forget_pieces().
Result<std::int64_t> add_piece(Tx& tx, const BlobPiece& piece);
// Begins anew with this blob, not before `ask_after`.
Result<Done> forget_pieces(Tx& tx, const std::string& hash, WallTime ask_after);
// It is here, whichever way it came. Returns its urgency when it was wanted.
Result<std::optional<std::int64_t>> no_longer_wanted(sqlite::Db& db, const std::string& hash);

}  // namespace kiosk::store
