#include "node/branch/recovery/second_copy.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "node/branch/outgoing.h"
#include "node/store/copy_folder.h"
#include "node/store/outbox.h"

namespace kiosk::branch {

Result<std::optional<crypto::Key>> centre_key(store::Read& read, store::Store& store) {
  TRY(const std::string text, store::meta(read.db(), "sync.box_key"));  // kept by the enrolment
  if (text.empty()) return std::optional<crypto::Key>();
  const auto raw = from_base64(text);
  crypto::PublicKey box{};
  if (!raw || raw->size() != box.size()) return damaged("enrolment_damaged", "the centre's key is not whole");
  std::copy(raw->begin(), raw->end(), box.begin());
  TRY(auto key, store.keys().box.shared_with(box));
  return std::optional(std::move(key));
}

Result<store::CentreHas> what_centre_has(sqlite::Db& db) {
  TRY(const std::string to_ask, store::meta(db, kRecover));
  if (!to_ask.empty()) return store::CentreHas{};
  return store::centre_has(db);
}

verbs::CopyView copy_view(store::Store& store, std::string where, store::CopyPoint point) {
  verbs::CopyView v;
  v.where = std::move(where);
  auto read = store.read();
  const auto left = read ? store::uncopied_after(read->db(), point) : Result<store::Uncopied>(read.fault());
  if (!left) {
    v.state = "failed";
    v.why = left.fault().code;
    return v;
  }
  v.events = left->events;
  v.blobs = left->blobs;
  v.state = left->events + left->blobs > 0 ? "behind" : "whole";
  v.copied_until = left->oldest.value_or(store.clock().now());
  return v;
}

struct SecondCopy::Impl {
  Impl(store::Store& s, Options o) : store(s), options(std::move(o)) {}

  Result<Done> open() {
    if (folder) return Done{};
    TRY(folder, store::CopyFolder::open(options.folder, store.identity().node));
    state_of.clear();
    const auto epoch = store.identity().epoch;
    return folder->epoch() == epoch ? Result<Done>(Done{}) : folder->begin(epoch);
  }

  // The state is written again when what it says of epochs, enrolment or acknowledgement has changed.
  Result<Done> put_state(store::Read& read, const events::ExportManifest& manifest) {
    TRY(const auto all, store::epochs(read.db()));
    std::string now = manifest.branch;
    for (const auto& e : all) now += " " + e.name;
    if (manifest.continues) now += " " + manifest.continues->epoch + " " + std::to_string(manifest.continues->seq);
    if (now == state_of) return Done{};
    TRY(const Bytes sealed, store::seal_copy_state(read, store));
    TRY_DONE(folder->put_state(manifest, sealed));
    state_of = now;
    return Done{};
  }

  Result<Done> copy() {
    TRY_DONE(open());
    for (;;) {
      TRY(auto read, store.read());
      TRY(const auto key, centre_key(read, store));
      TRY(const auto piece,
          store::unsent_after(read, store, folder->point(), options.piece_bytes, key ? &*key : nullptr));
      TRY(const auto manifest, store::copy_manifest(read, store));
      if (!piece.frames.empty()) TRY_DONE(folder->append(manifest, piece));
      {
        const std::lock_guard lock(mutex);
        point = piece.next;
      }
      if (piece.more) continue;
      TRY_DONE(put_state(read, manifest));
      TRY_DONE(folder->drop(piece.keep));
      if (!folder->keeps()) return Done{};
      TRY(const auto has, what_centre_has(read.db()));
      return folder->drop_kept(has);
    }
  }

  Result<Done> step() {
    auto done = copy();
    const std::lock_guard lock(mutex);
    if (!done) {
      folder.reset();  // opened again: what was torn is then cut back
      if (!trouble || trouble->code != done.fault().code)
        log::warn("the second copy waits", {{"why", done.fault().code}, {"detail", done.fault().detail}});
      trouble = done.fault();
    } else if (trouble) {
      log::info("the second copy goes on", {{"after", trouble->code}});
      trouble.reset();
    }
    return done;
  }

  void loop() {
    for (;;) {
      const auto done = step();
      std::unique_lock lock(mutex);
      wake.wait_for(lock, done ? options.look_again : options.retry, [&] { return stopping || (nudged && done); });
      nudged = false;
      if (stopping) return;
    }
  }

  store::Store& store;
  const Options options;
  std::unique_ptr<store::CopyFolder> folder;  // of the working thread
  std::string state_of;
  std::mutex mutex;
  std::condition_variable wake;
  store::CopyPoint point;
  std::optional<Fault> trouble;
  bool nudged = false, stopping = false;
  std::thread thread;
};

SecondCopy::SecondCopy(store::Store& store, Options options)
    : impl_(std::make_unique<Impl>(store, std::move(options))) {}
SecondCopy::~SecondCopy() { stop(); }

void SecondCopy::start() {
  if (!impl_->thread.joinable()) impl_->thread = std::thread([this] { impl_->loop(); });
}

void SecondCopy::stop() {
  if (!impl_->thread.joinable()) return;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->wake.notify_all();
  }
  impl_->thread.join();
  if (const auto last = impl_->step(); !last)
    log::warn("the second copy is not complete", {{"why", last.fault().code}});
}

Result<Done> SecondCopy::step() { return impl_->step(); }

void SecondCopy::nudge() {
  const std::lock_guard lock(impl_->mutex);
  impl_->nudged = true;
  impl_->wake.notify_all();
}

verbs::CopyView SecondCopy::status() {
  store::CopyPoint point;
  std::optional<Fault> trouble;
  {
    const std::lock_guard lock(impl_->mutex);
    point = impl_->point;
    trouble = impl_->trouble;
  }
  auto v = copy_view(impl_->store, impl_->options.folder, point);
  if (trouble) {
    v.state = "failed";
    v.why = trouble->code;
  }
  return v;
}

}  // namespace kiosk::branch
