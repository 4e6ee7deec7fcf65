// Outgoing: what leaves the branch, as the sync engine sees it: unsent events and blobs in order, what the centre has
// acknowledged, and the engine's own notes (enrolment), the secret ones sealed. What comes back goes to FeedSink.
// Thread: any; writing waits for the store's one writer. Blocks: disk. Errors: those of the store.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "node/store/outbox.h"
#include "node/store/wanted.h"

namespace kiosk::branch {

// The note that says an operator paused sync: "1", or empty.
constexpr std::string_view kSyncHeld = "sync.held";
// Notes: "1" when the centre has stopped this node as a copy of one that is at work.
constexpr std::string_view kClone = "sync.clone";
// Until the centre was asked, after a restore, for what is missing here: the place up to which verdicts are known.
constexpr std::string_view kRecover = "sync.recover";

// The branch's place (protocol::FeedBranch), as the enrolment or the feed last said it.
constexpr std::string_view kPlaceNote = "sync.place";

class Outgoing {
 public:
  explicit Outgoing(store::Store& store) : store_(store) {}

  store::Identity identity() const { return store_.identity(); }
  const crypto::KeyRing& keys() const { return store_.keys(); }
  const std::string& instance() const { return store_.instance(); }
  Result<Done> set_branch(const std::string& branch) { return store_.set_branch(branch); }

  Result<store::Cursor> cursor();
  Result<crypto::Hash> head_at(std::int64_t seq);  // refused event_unknown
  Result<std::vector<store::StoredEvent>> events_after(std::int64_t seq, int max_count, std::int64_t max_bytes);
  Result<store::Pending> pending();
  // For what comes back after a restore.
  Result<crypto::Hash> head_of(const std::string& epoch, std::int64_t seq);  // refused event_unknown, epoch_unknown
  Result<bool> knows_head(
      const crypto::Hash& head);  // of an event here, one whose head is known, or the very beginning
  Result<std::vector<std::string>> epochs_from_nothing();  // that continue no head and hold events
  // The first number of the epoch that is not here, or that the centre may have answered while this file was not there:
  // behind the place `answered`.
  Result<std::int64_t> first_missing(const std::string& epoch, std::int64_t answered);

  Result<std::vector<store::BlobToSend>> blobs(int max_count);  // resets and claims first
  Result<Bytes> blob_part(const std::string& hash, std::int64_t offset, std::int64_t max_bytes);
  Result<Bytes> blob_wrap(const std::string& hash, const crypto::Key& shared);  // its key, wrapped for the centre
  Result<bool> blob_whole(const std::string& hash);  // reads all of it; false: its bytes are not those of its name
  // Not sent any more; an officer is asked to scan it again. False: that was done before. The caller announces "task".
  Result<bool> give_up_blob(const std::string& hash);
  Result<bool> set_blob_held(const std::string& hash);  // the centre has it whole; false: known, or not a blob of ours
  Result<Done> set_blob_sent(const std::string& hash, std::int64_t sent, bool complete);
  // After a restore: blobs that events here name and only the centre holds. None while the disk is nearly full.
  Result<std::optional<store::WantedBlob>> wanted_blob();
  Result<std::int64_t> add_blob_piece(const store::BlobPiece& piece);  // how much of it is here now; damaged blob_piece
  Result<Done> forget_blob_pieces(const std::string& hash, Millis ask_after);

  // HOME/centre-word says what the store knows now (centre_word.h).
  Result<Done> keep_centre_word(bool durable);
  // What stands here came from the centre because it was behind it: said in HOME/mended (mend.h).
  void note_mended(const std::string& text);

  Result<std::string> note(const std::string& key);  // empty when absent
  Result<SecretString> secret_note(const std::string& key);
  // All of them in one transaction.
  Result<Done> set_notes(const std::map<std::string, std::string>& notes,
                         const std::map<std::string, const SecretString*>& secrets = {});

 private:
  store::Store& store_;
};

}  // namespace kiosk::branch
