// Unsent records as frames of a sealed file (events/export.h): what a second copy and an export are made of; and the
// node's own state, sealed under its data key, so that a node can be made again from its keys and a copy alone.
// Thread, errors: those of the snapshot or transaction; damaged copy_state (not this node's, or not whole).
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/export.h"
#include "node/store/epochs.h"
#include "node/store/store.h"

namespace kiosk::store {

// How far a copy is, in the counting of this file: events by place, blobs by number.
struct CopyPoint {
  std::int64_t place = 0, blob = 0;
  bool operator==(const CopyPoint&) const = default;
};
struct CopyPiece {
  std::vector<events::ExportFrame> frames;  // chains, events, blobs and their parts; no manifest, mark or end
  CopyPoint next;
  bool more = false;
  CopyPoint keep;  // what stands before or at it is acknowledged and need not be copied any longer
  std::int64_t events = 0, blobs = 0;
};
// Events first; at least one record when there is one. Keys are wrapped for the node, and for the centre when `shared`
// is given. `max_bytes` is passed by one record at most.
Result<CopyPiece> unsent_after(Read& read, Store& store, CopyPoint from, std::int64_t max_bytes,
                               const crypto::Key* shared);
Result<events::ExportManifest> copy_manifest(Read& read, Store& store);  // signed

// The same of a file that is no open store (a restore's source) and may be damaged anywhere. An older or newer schema
// is refused store_too_new, one that is not exactly that of `like` is damaged store_corrupt.
Result<sqlite::Db> open_present(const std::string& path, sqlite::Db& like);
struct PlacedEvent {
  std::int64_t place = 0;
  BackEvent back;
};
Result<std::vector<PlacedEvent>> events_for_copy(sqlite::Db& db, std::int64_t after_place, int max_count);
struct NumberedBlob {
  std::int64_t n = 0;
  BackBlob back;
};
Result<std::optional<NumberedBlob>> blob_for_copy(sqlite::Db& db, std::int64_t after);

// What the centre has of this node, by epoch: every event up to `seq`; and whether it has every blob that the events
// here name. The newest 64 epochs in which it has any.
struct CentreHas {
  std::map<std::string, std::int64_t> until;
  bool blobs = false;
};
Result<CentreHas> centre_has(sqlite::Db& db);

struct Uncopied {  // what a copy at that point lacks
  std::int64_t events = 0, blobs = 0;
  std::optional<WallTime> oldest;
};
Result<Uncopied> uncopied_after(sqlite::Db& db, CopyPoint from);

struct CopyState {
  std::string branch, node;
  std::vector<Epoch> epochs;
  std::optional<events::Ack> cursor;
  std::map<std::string, std::string> notes;  // of the enrolment; secret ones stay sealed inside
};
Result<Bytes> seal_copy_state(Read& read, Store& store);
Result<CopyState> open_copy_state(ByteView sealed, const std::string& node, const crypto::Key& data_key);

}  // namespace kiosk::store
