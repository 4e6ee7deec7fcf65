// The outbox: events in sequence, what the centre has said of them, and blobs still to send. Used by sync.
// The cursor moves only to what the centre accepted; verdicts other than "accepted" are kept as exceptions.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "events/event.h"
#include "node/store/store.h"

namespace kiosk::store {

struct StoredEvent {
  std::int64_t seq = 0;
  Uuid id;
  events::Sealed sealed;
  WallTime at{};
};
// Last acknowledged, of the epoch that is being sent: the first that the centre has not acknowledged to its end.
struct Cursor {
  std::string epoch;
  std::int64_t seq = 0;
  crypto::Hash head{};
  std::int64_t base = 0;  // the epoch's
  std::int64_t last = 0;  // its newest event here
  bool present = true;    // new events go into this epoch
  std::int64_t log_position() const { return base + seq; }
};
struct EventVerdict {
  std::int64_t place = 0;  // of the event: its epoch's base + seq
  std::string verdict;     // accepted, rejected, flagged
  std::string reason;      // code: claimed_elsewhere, ...
  std::string detail;      // JSON from the centre: usable_from, stage ...
};
struct Pending {
  std::int64_t events = 0, blobs = 0;
  std::optional<WallTime> oldest;  // the first unsent event or blob of each urgency: no row is counted over
};
struct BlobToSend {
  std::string hash, kind;
  std::int64_t size = 0, sent = 0;
};

// Seq 0 and the head that the epoch continues when nothing of it is acknowledged yet.
Result<Cursor> cursor(sqlite::Db& db);
// The caller has checked the centre's signature. Never goes back; damaged ack_mismatch when the centre acknowledged
// another head than ours, refused ack_epoch when it speaks of an epoch that is not here.
Result<Done> set_cursor(Tx& tx, const events::Ack& ack);
// The head after that event of the epoch being sent; 0: before the first. Refused event_unknown.
Result<crypto::Hash> head_at(sqlite::Db& db, std::int64_t seq);
// In sequence and without a gap, of the epoch being sent; at least one when there is one, however large.
Result<std::vector<StoredEvent>> events_after(sqlite::Db& db, std::int64_t seq, int max_count, std::int64_t max_bytes);
Result<StoredEvent> event_at(sqlite::Db& db, std::int64_t place);  // refused event_unknown
Result<std::optional<WallTime>> newest_event_at(sqlite::Db& db);   // of all epochs; none in a new home
// "accepted" with nothing to add needs no row and takes an older exception away.
Result<Done> record_verdict(Tx& tx, const EventVerdict& v);
Result<std::optional<EventVerdict>> verdict_of(sqlite::Db& db, std::int64_t place);
Result<Pending> pending(sqlite::Db& db);
// Resets and claims first; whole ciphertext by offset.
Result<std::vector<BlobToSend>> blobs_to_send(sqlite::Db& db, int max_count);
Result<Bytes> blob_part(sqlite::Db& db, const std::string& hash, std::int64_t offset,
                        std::int64_t max_bytes);                   // ciphertext
Result<Bytes> blob_wrap(sqlite::Db& db, const std::string& hash);  // DEK under the data key
Result<bool> set_blob_held(Tx& tx, const std::string& hash);       // whole at the centre; false: known, or not ours
Result<Done> set_blob_sent(Tx& tx, const std::string& hash, std::int64_t sent, bool complete);

// Recomputes every head and signature over all epochs, and compares the plain columns and the acknowledged head with
// them. What is known to be missing (epochs.h) is passed over: the events after it still carry the node's signatures.
struct ChainReport {
  std::int64_t events = 0;
  std::optional<std::int64_t> first_bad;  // changed, missing or swapped; absent when the chain is whole
  std::string bad_epoch;
  std::int64_t acknowledged_until = 0;
};
Result<ChainReport> verify_chain(sqlite::Db& db, const crypto::PublicKey& node_key);

}  // namespace kiosk::store
