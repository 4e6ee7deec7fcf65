#include "node/branch/outgoing.h"

#include "events/blob.h"
#include "node/branch/claims/damaged.h"
#include "node/branch/recovery/centre_word.h"
#include "node/branch/recovery/mend.h"
#include "node/store/damaged.h"
#include "node/store/epochs.h"

namespace kiosk::branch {
namespace {

std::string context_of(const std::string& key) { return "meta." + key; }

}  // namespace

Result<store::Cursor> Outgoing::cursor() {
  TRY(auto r, store_.read());
  return store::cursor(r.db());
}

Result<crypto::Hash> Outgoing::head_at(std::int64_t seq) {
  TRY(auto r, store_.read());
  return store::head_at(r.db(), seq);
}

Result<std::vector<store::StoredEvent>> Outgoing::events_after(std::int64_t seq, int max_count,
                                                               std::int64_t max_bytes) {
  TRY(auto r, store_.read());
  return store::events_after(r.db(), seq, max_count, max_bytes);
}

Result<store::Pending> Outgoing::pending() {
  TRY(auto r, store_.read());
  return store::pending(r.db());
}

Result<crypto::Hash> Outgoing::head_of(const std::string& epoch, std::int64_t seq) {
  TRY(auto r, store_.read());
  TRY(const auto place, store::place_of(r.db(), epoch, seq));
  TRY(const auto e, store::event_at(r.db(), place));
  return e.sealed.head;
}

Result<bool> Outgoing::knows_head(const crypto::Hash& head) {
  TRY(auto r, store_.read());
  return store::knows_head(r.db(), head);
}

Result<std::vector<std::string>> Outgoing::epochs_from_nothing() {
  TRY(auto r, store_.read());
  TRY(const auto all, store::epochs(r.db()));
  std::vector<std::string> out;
  for (const auto& e : all)
    if (e.previous == crypto::Hash{} && e.last > 0) out.push_back(e.name);
  return out;
}

Result<std::int64_t> Outgoing::first_missing(const std::string& epoch, std::int64_t answered) {
  TRY(auto r, store_.read());
  TRY(const auto e, store::epoch_named(r.db(), epoch));
  if (!e) return refused("epoch_unknown", "epoch " + epoch);
  const std::int64_t unanswered = std::max<std::int64_t>(1, answered - e->base + 1);
  TRY(const auto gaps, store::gaps(r.db()));
  for (const auto& g : gaps)
    if (g.epoch == epoch) return std::min(g.from, unanswered);
  return std::min(e->last + 1, unanswered);
}

Result<std::vector<store::BlobToSend>> Outgoing::blobs(int max_count) {
  TRY(auto r, store_.read());
  return store::blobs_to_send(r.db(), max_count);
}

Result<Bytes> Outgoing::blob_part(const std::string& hash, std::int64_t offset, std::int64_t max_bytes) {
  TRY(auto r, store_.read());
  return store::blob_part(r.db(), hash, offset, max_bytes);
}

Result<bool> Outgoing::blob_whole(const std::string& hash) {
  TRY(auto r, store_.read());
  return store::blob_whole(r.db(), hash);
}

Result<bool> Outgoing::give_up_blob(const std::string& hash) { return branch::give_up_blob(store_, hash); }

Result<Bytes> Outgoing::blob_wrap(const std::string& hash, const crypto::Key& shared) {
  TRY(auto r, store_.read());
  TRY(const Bytes wrap, store::blob_wrap(r.db(), hash));
  return events::wrap_blob_for_centre(hash, wrap, store_.keys().data, shared);
}

Result<bool> Outgoing::set_blob_held(const std::string& hash) {
  TRY(auto tx, store_.begin());
  TRY(const bool moved, store::set_blob_held(tx, hash));
  TRY_DONE(tx.commit_local());
  return moved;
}

Result<Done> Outgoing::set_blob_sent(const std::string& hash, std::int64_t sent, bool complete) {
  TRY(auto tx, store_.begin());
  TRY_DONE(store::set_blob_sent(tx, hash, sent, complete));
  return tx.commit_local();
}

Result<std::optional<store::WantedBlob>> Outgoing::wanted_blob() {
  if (store_.disk().room != store::Room::Enough) return std::optional<store::WantedBlob>();
  TRY(auto r, store_.read());
  return store::next_wanted(r.db(), store_.clock().now());
}

Result<std::int64_t> Outgoing::add_blob_piece(const store::BlobPiece& piece) {
  TRY(auto tx, store_.begin());
  TRY(const auto have, store::add_piece(tx, piece));
  TRY_DONE(tx.commit_local());
  return have;
}

Result<Done> Outgoing::forget_blob_pieces(const std::string& hash, Millis ask_after) {
  TRY(auto tx, store_.begin());
  TRY_DONE(store::forget_pieces(tx, hash, store_.clock().now() + ask_after));
  return tx.commit_local();
}

Result<Done> Outgoing::keep_centre_word(bool durable) { return branch::keep_centre_word(store_, durable); }

void Outgoing::note_mended(const std::string& text) { branch::note_mended(store_.home(), store_.clock().now(), text); }

Result<std::string> Outgoing::note(const std::string& key) {
  TRY(auto r, store_.read());
  return store::meta(r.db(), key);
}

Result<SecretString> Outgoing::secret_note(const std::string& key) {
  TRY(auto r, store_.read());
  TRY(const std::string text, store::meta(r.db(), key));
  if (text.empty()) return SecretString();
  const auto sealed = from_base64(text);
  if (!sealed) return damaged("seal_broken", "the note " + key + " is no sealed text");
  TRY(std::string plain, r.open(*sealed, context_of(key)));
  return SecretString(std::move(plain));
}

Result<Done> Outgoing::set_notes(const std::map<std::string, std::string>& notes,
                                 const std::map<std::string, const SecretString*>& secrets) {
  TRY(auto tx, store_.begin());
  for (const auto& [key, value] : notes) TRY_DONE(store::set_meta(tx, key, value));
  for (const auto& [key, value] : secrets)
    TRY_DONE(store::set_meta(tx, key, to_base64(tx.seal(value->reveal(), context_of(key)))));
  return tx.commit_local();
}

}  // namespace kiosk::branch
