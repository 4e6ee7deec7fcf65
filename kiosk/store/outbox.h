// The outbox: events in sequence, what the centre has said of them, and blobs still to send. Used by sync.
// The cursor moves only to what the centre accepted; verdicts other than "accepted" are kept as exceptions.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "event/event.h"
#include "store/store.h"

namespace kiosk::store {

struct StoredEvent {
  std::int64_t seq = 0;
  event::Sealed sealed;
  WallTime at{};
};
struct Cursor {                      // last acknowledged
  std::string epoch;
  std::int64_t seq = 0;
  crypto::Hash head{};
};
struct EventVerdict {
  std::int64_t seq = 0;
  std::string verdict;               // accepted, rejected, flagged
  std::string reason;                // code: claimed_elsewhere, ...
  std::string detail;                // JSON from the centre: usable_from, stage ...
};
struct Pending {
  std::int64_t events = 0, blobs = 0;
  std::optional<WallTime> oldest;
};
struct BlobToSend {
  std::string hash, kind;
  std::int64_t size = 0, sent = 0;
};

Result<Cursor> cursor(sqlite::Db& db);
Result<Done> set_cursor(Tx& tx, const event::Ack& ack);
Result<std::vector<StoredEvent>> events_after(sqlite::Db& db, std::int64_t seq, int max_count, std::int64_t max_bytes);
Result<Done> record_verdict(Tx& tx, const EventVerdict& v);
Result<std::optional<EventVerdict>> verdict_of(sqlite::Db& db, std::int64_t seq);
Result<Pending> pending(sqlite::Db& db);
// Resets and claims first; whole ciphertext by offset.
Result<std::vector<BlobToSend>> blobs_to_send(sqlite::Db& db, int max_count);
Result<Bytes> blob_part(sqlite::Db& db, const std::string& hash, std::int64_t offset, std::int64_t max_bytes);   // ciphertext
Result<Bytes> blob_wrap(sqlite::Db& db, const std::string& hash);                                                // DEK under the data key
Result<Done> set_blob_sent(Tx& tx, const std::string& hash, std::int64_t sent, bool complete);

struct ChainReport {
  std::int64_t events = 0;
  std::optional<std::int64_t> first_bad;
  std::int64_t acknowledged_until = 0;
};
Result<ChainReport> verify_chain(sqlite::Db& db, const crypto::PublicKey& node_key);

}  // namespace kiosk::store
