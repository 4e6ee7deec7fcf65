// HOME/branch.mark: where the chain stood when it last committed, kept outside of the database, so that a file that
// went back to an earlier state, or is another, is noticed at its start. It holds epoch, seq and head with the node's
// signature of that head, and how far the write-ahead log reached; bound together by a key made from the signing key.
// Written behind each commit, when that is on the disk already, and not synced by itself: it is never ahead of the
// database, and exact after the end of a process. A power cut leaves it as it was at the last sync (the system's own
// after about 30 s; at a stop and a start ours). Thread: one at a time. Errors: those of the disk; what is damaged in
// it is a state, not a fault.
#pragma once
#include <optional>
#include <string>

#include "base/crypto/crypto.h"
#include "base/sqlite/log_check.h"
#include "base/sqlite/side_file.h"
#include "node/store/store.h"

namespace kiosk::store {

struct Mark {
  std::string node, epoch;
  std::int64_t seq = 0;           // 0: nothing in this epoch yet
  crypto::Hash head{};            // after that event
  crypto::Signature signature{};  // the node's, of head; zero while seq is 0
  sqlite::LogPosition log;        // no frames: nothing is said of the log
};

class MarkFile {
 public:
  // `home` is the folder. Nothing is made.
  MarkFile(std::string home, std::string vfs, const crypto::KeyRing& keys);

  enum class State { Absent, Whole, Damaged };
  State state() const { return state_; }
  const std::optional<Mark>& mark() const { return mark_; }  // of a whole one

  Result<Done> make(const Mark& mark);  // durable, whatever was there
  // Over the older of the two that are kept, so that one is always whole.
  Result<Done> put(const Mark& mark);
  Result<Done> sync();

 private:
  Bytes encode(const Mark& mark) const;
  std::optional<Mark> decode(ByteView bytes, std::int64_t& count) const;

  std::string path_, vfs_;
  crypto::PublicKey node_key_;
  SecretBytes key_;
  std::optional<sqlite::SideFile> file_;
  std::optional<Mark> mark_;
  State state_ = State::Absent;
  std::int64_t count_ = 0;  // marks written so far; its parity is the place of the newest
};

}  // namespace kiosk::store
