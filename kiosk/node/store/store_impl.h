// The inside of Store, shared by the files of this room only.
// Lock order: writer, then state. `state` guards the identity and the idle readers and is never held over the disk.
#pragma once
#include <atomic>
#include <thread>

#include "node/store/mark.h"
#include "node/store/store.h"

namespace kiosk::store {

struct Store::Impl {
  Store::Options options;
  SystemClock system_clock;
  SystemRandom system_random;
  const Clock* clock = nullptr;
  crypto::KeyRing keys;
  std::unique_ptr<IdSource> ids;
  int lock_fd = -1;
  std::string path;
  SystemDisk system_disk;
  std::unique_ptr<Reserve> reserve;

  std::mutex writer;
  std::atomic<std::thread::id> writer_thread{};
  std::unique_ptr<sqlite::Db> db;
  QueueVersion queue;  // with the writer
  std::unique_ptr<MarkFile> mark;
  sqlite::LogPosition log_end;    // of the log as it was found; none once it is spoiled
  crypto::Signature signature{};  // of identity.head; with the writer
  bool unmarked = false;          // a new home, or of a time before there were marks
  bool doubtful = false;          // a witness is gone or damaged: all is read before anything is believed
  bool settled = false;           // what is here was compared and may be written to
  bool mark_failed = false;

  mutable std::mutex state;
  Identity identity;
  std::int64_t epoch_n = 0;
  std::string instance;
  std::vector<std::unique_ptr<sqlite::Db>> idle_readers;

  ~Impl();
  Result<Done> lock_home();
  Result<Done> load_identity();  // also after a commit of unknown outcome: memory follows the file
  Result<Done> first_start();
  Result<Done> check_keys();
  // witness.cpp: before SQLite sees the files; before anything is written; when all is known to be whole; the end.
  Result<Done> look_first();
  Result<Done> compare_with_mark();
  Result<Done> settle(Store& store);
  Result<Done> compare_now(Store& store);  // the mark on the disk with what is in memory; makes a lost one again
  void put_mark(bool with_log);
  void close();
};

struct Tx::Impl {
  Store* store = nullptr;
  std::unique_lock<std::mutex> lock;
  std::optional<sqlite::Tx> tx;
  struct Opened {
    std::int64_t n = 0, base = 0;
    std::string name;
    crypto::Hash previous{};
  };
  std::optional<Opened> opened;  // an epoch that begins with this transaction
  std::uint64_t queue_before = 0;
  bool kept = false;
  void finish();  // rolls back what is not committed and frees the writer
};

struct Read::Impl {
  Store* store = nullptr;
  std::unique_ptr<sqlite::Db> db;
};

// Room that an epoch's events have between its base and the next one's.
constexpr std::int64_t k_epoch_room = 1'000'000'000;
// A new epoch leaves room before it for those that the centre knows and this file does not (yet).
constexpr std::int64_t k_epochs_between = 1'000;

// Columns of 32 and 64 bytes; nullopt when they have another size.
template <class Array>
std::optional<Array> fixed(const Bytes& b) {
  Array a;
  if (b.size() != a.size()) return std::nullopt;
  std::copy(b.begin(), b.end(), a.begin());
  return a;
}

// Marks the blobs an event refers to, so that those of resets and claims are sent first. Refused blob_unknown.
Result<Done> refer_to_blobs(sqlite::Db& db, const events::Header& header);
Result<Done> check_blobs(sqlite::Db& db);        // each still has the bytes of its name; damaged store_corrupt
std::int64_t urgency_of(std::string_view kind);  // of an event's blobs
constexpr std::int64_t k_unreferred = 3;         // the urgency of a blob that no event names

std::span<const sqlite::Migration> embedded_migrations();  // generated from migrations/*.sql

}  // namespace kiosk::store
