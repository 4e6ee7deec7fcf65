// Store: the branch's SQLite file. Every change of rows commits with the event that says so: tx.commit(draft) is the
// only way. Thread: one writer at a time (Store locks inside begin()); readers take read(). Blocks: disk.
//   A thread that begins while it already holds a Tx is a bug and aborts.
// Owns: HOME/branch.db and the lock HOME/lock (flock). Errors: refused home_in_use (another process; its pid in
// detail),
//   store_full, disk_low (photos and documents only, disk.h), restore_unfinished (a restore was cut off where it puts
//   the new file in place: do it again); damaged store_corrupt (a page or the log is not what was written),
//   store_behind (the file lacks what was committed: rolled back, or another), store_missing (it is gone from a home in
//   use), keys_wrong (the keys are not those the file was made with). After the three nothing in the home has been
//   changed.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/crypto/crypto.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/sqlite/sqlite.h"
#include "events/event.h"
#include "node/store/disk.h"

namespace kiosk::store {

class Store;
struct Epoch;

// A write transaction: holds the store's one writer. Rolled back when destroyed uncommitted.
// Of the tickets and their turns: whatever was kept in memory of them holds while both are the same.
struct QueueVersion {
  std::uint64_t changes = 0;  // rows written so far
  std::uint64_t undone = 0;   // transactions that came to nothing
  bool operator==(const QueueVersion&) const = default;
};

class Tx {
 public:
  Tx(Tx&&) noexcept;
  ~Tx();
  sqlite::Db& db();
  Store& store();
  // Seals the drafts in order, appends them to the chain and commits rows and events together. Returns their sequence
  // numbers. Fills branch, node, epoch and seq, the id when it is nil and the time when it is not set. Whatever the
  // outcome, this Tx is over and the writer free. Refused: event_missing (no draft), blob_unknown (a draft names a blob
  // that was not put); bad_input header_invalid.
  Result<std::vector<std::int64_t>> commit(std::vector<events::Draft> drafts);
  Result<std::int64_t> commit(events::Draft draft);
  // For rows that came from the centre or are local bookkeeping (cursor, cache, verdicts, login failures): no event.
  Result<Done> commit_local();
  // From here on this transaction's events begin a new epoch (random name) that continues the newest event. An event
  // must follow in the same transaction; after a restore, never in normal work.
  Result<Done> open_epoch();
  std::int64_t next_place() const;  // epoch base + seq of the next event of this transaction
  void queue_changes();             // by whoever writes such a row
  QueueVersion queue_version() const;
  // The sealing of row fields: context is table, column and id.
  Bytes seal(std::string_view plain, std::string_view context);
  Result<std::string> open(ByteView sealed, std::string_view context);

 private:
  friend class Store;
  explicit Tx(Store& store);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A read snapshot.
class Read {
 public:
  Read(Read&&) noexcept;
  ~Read();
  sqlite::Db& db();
  Result<std::string> open(ByteView sealed, std::string_view context);

 private:
  friend class Store;
  explicit Read(Store& store);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct Identity {
  std::string branch = "LOCAL";  // set by enrolment
  std::string node;              // 16 hex, random at the first start
  std::string epoch;             // 16 hex
  std::int64_t last_seq = 0;
  crypto::Hash head{};
  std::int64_t base = 0;  // an event's place in the file is base + seq
};

class Store {
 public:
  struct Options {
    std::string home;
    const Clock* clock = nullptr;
    Random* random = nullptr;
    std::string vfs;             // fault-injection shim; empty: the default
    int page_size = 1024;        // of a new file: a commit writes few bytes over several pages, and pays by the page
    bool fill_log = true;        // a new file's log is written to its full size once (about 9 MB): steady commits
    const Disk* disk = nullptr;  // null: the system's
    DiskLimits limits;
  };
  // clock and random may be null: the system's. Makes the home (mode 0700) and the file when absent.
  static Result<std::unique_ptr<Store>> open(const Options& options, crypto::KeyRing keys);
  ~Store();

  Result<Tx> begin();
  Result<Read> read();
  Identity identity() const;  // a copy
  // 16 hex, drawn anew at each open: two running copies of one home differ by it.
  const std::string& instance() const;
  const std::string& home() const;
  // A store without events becomes that of a node that was: its name and its epochs. Refused home_not_empty.
  Result<Done> adopt(const std::string& branch, const std::string& node, const std::vector<Epoch>& epochs);
  Result<Done> set_branch(
      const std::string& branch);  // by enrolment, before the first event of another branch name matters
  const crypto::KeyRing& keys() const;
  IdSource& ids();
  const Clock& clock() const;
  crypto::Hash person_index(std::string_view person_key) const;  // blind index

  // Blobs: sealed once, immutable, named by the hash of their ciphertext (hex). Committed before the verb that refers
  // to them. Bounds: 1 byte to 32 MiB, else bad_input blob_size. Refused disk_low on a disk that is nearly full: what
  // is left is for tickets. open_blob: refused blob_unknown, damaged blob_changed.
  Result<std::string> put_blob(std::string_view kind, ByteView plain);
  Result<Bytes> open_blob(const std::string& hash);

  // Everything is read: each page and its checksum, the tables, the chain, the blobs, and the mark is compared. Damaged
  // when not whole.
  Result<Done> check();
  // The mark on the disk (mark.h) says what the node knows; one that is gone or damaged is made again. Damaged
  // store_behind.
  Result<Done> check_mark();
  DiskState disk() const;

 private:
  friend class Tx;
  friend class Read;
  Store();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Metadata by key (text); for cursors and settings of the node.
Result<std::string> meta(sqlite::Db& db, std::string_view key);  // empty when absent
Result<Done> set_meta(Tx& tx, std::string_view key, std::string_view value);

}  // namespace kiosk::store
