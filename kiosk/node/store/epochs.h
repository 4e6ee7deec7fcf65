// Epochs of the chain, what is missing of them, and events that come back (from the second copy or the centre).
// An event's place in the file is its epoch's base + seq; bases leave room, so that what comes back finds its place
// before what was made after a restore. Thread, errors: those of the transaction; besides
//   damaged event_elsewhere (another event stands there, or it does not continue what stands before it),
//   refused epoch_unknown.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "events/event.h"
#include "node/store/store.h"

namespace kiosk::store {

struct Epoch {
  std::int64_t n = 0, base = 0;
  std::string name;
  crypto::Hash previous{};  // the head it continues
  std::int64_t from_n = 0;  // of that head's event; 0: the node's first
  std::int64_t from_seq = 0;
  std::int64_t last = 0;  // its newest event here; 0: none
};
Result<std::vector<Epoch>> epochs(sqlite::Db& db);  // in the order of their places
Result<std::optional<Epoch>> epoch_named(sqlite::Db& db, const std::string& name);
Result<std::int64_t> place_of(sqlite::Db& db, const std::string& epoch, std::int64_t seq);

// Of an event here, of the end of a gap, of an epoch's beginning, of the cursor; or the beginning of all (zero).
Result<bool> knows_head(sqlite::Db& db, const crypto::Hash& head);

struct Gap {
  std::string epoch;
  std::int64_t from = 1;
  std::optional<std::int64_t> to;  // none: nobody knows how many there were
};
Result<std::vector<Gap>> gaps(sqlite::Db& db);
// Says that what stands after the epoch's newest event is unknown; of no epoch twice.
Result<Done> note_open_gap(Tx& tx, const std::string& epoch);
// The same of the epoch in which the centre acknowledged more than is here; nothing when all of that is.
Result<Done> note_gap_of_ack(Tx& tx);
// The node's other records prove that nothing was made after the newest event.
Result<Done> close_open_gap(Tx& tx, const std::string& epoch);

// An epoch of this node that is not here yet, to be filled by put_back; `before`: it was made before the present one.
struct KnownEpoch {
  std::string name;
  crypto::Hash previous{};
};
Result<Done> add_epoch_before_present(Tx& tx, const KnownEpoch& known);

// An epoch as a copy of this store knows it, where it is not here yet: at its place, or behind all others when another
// stands there (a second restore from the same backup).
Result<Done> add_epoch(Tx& tx, const Epoch& known);
// One of which only a piece is known, behind all others. `previous` is the head before first_seq.
Result<Done> add_epoch_of(Tx& tx, const std::string& name, std::int64_t first_seq, const crypto::Hash& previous);
// The first event of an earlier epoch, not yet acknowledged, that stands here a second time under the same id.
struct Twice {
  std::string epoch;
  std::int64_t seq = 0;
};
Result<std::optional<Twice>> unsent_twice(sqlite::Db& db);

// An event of this node's, made before the store was what it is now. The same event again changes nothing (false).
// `previous` is the head before it: when that event is not here, the gap is noted.
struct BackEvent {
  std::string epoch;
  std::int64_t seq = 0;
  crypto::Hash previous{};
  events::Sealed sealed;
};
Result<bool> put_back(Tx& tx, const BackEvent& e);
// A sealed blob as it was; the same again changes nothing (false). `complete`: the centre holds it.
struct BackBlob {
  std::string hash, kind;
  Bytes ciphertext, node_wrap;
  bool complete = false;
};
Result<bool> put_back(Tx& tx, const BackBlob& b);
// Takes an epoch's events from that number on out of their chain, with every epoch that continues one of them (kept in
// event_aside), and appends them again in the present epoch: same ids, times, payloads and blobs, new numbers; rows
// follow. When the present epoch is among them (or from_seq lies behind it), a new one is opened by the event
// node.rejoined, which carries `reason`. Commits. Returns how many were moved. Refused event_purged, epoch_unknown.
Result<std::int64_t> reappend(Tx tx, const std::string& epoch, std::int64_t from_seq, const std::string& reason);
// An acknowledgement whose event may not be here (its signature was checked). Never goes back.
Result<Done> trust_ack(Tx& tx, const events::Ack& ack);

}  // namespace kiosk::store
