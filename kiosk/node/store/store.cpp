#include "node/store/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/log.h"
#include "node/store/epochs.h"
#include "node/store/outbox.h"
#include "node/store/store_impl.h"

namespace kiosk::store {
namespace {
constexpr std::string_view k_meta = "SELECT value FROM meta WHERE key = ?1";
constexpr std::string_view k_set_meta =
    "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
constexpr std::string_view k_new_epoch =
    "INSERT INTO epoch (n, name, base, previous, opened_at, from_n, from_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr std::string_view k_epoch = "SELECT n, name, base, previous FROM epoch ORDER BY base DESC LIMIT 1";
constexpr std::string_view k_head_of = "SELECT head FROM event WHERE pos = ?1";
constexpr std::string_view k_last_event = "SELECT pos, head, signature FROM event ORDER BY pos DESC LIMIT 1";
constexpr std::string_view k_add_event =
    "INSERT INTO event (pos, epoch, seq, id, kind, at, header, ciphertext, digest, wrap, head, signature)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
constexpr std::string_view k_key_check = "kiosk-key-check-1";

Result<Done> make_home(const std::string& home) {
  if (home.empty()) return bad_input("home_missing", "home", "a folder is needed");
  for (std::size_t at = 1; at <= home.size(); ++at) {
    if (at < home.size() && home[at] != '/') continue;
    const std::string part = home.substr(0, at);
    if (::mkdir(part.c_str(), at == home.size() ? 0700 : 0755) != 0 && errno != EEXIST)
      return refused("home_unwritable", "cannot make the folder: errno " + std::to_string(errno), "home");
  }
  return Done{};
}

// A new file is durable only when the folder that names it is.
void sync_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

std::string random_name(Random& random) {
  std::uint8_t b[8];
  random.fill(b);
  return to_hex(b);
}

Result<Done> put_meta(sqlite::Db& db, std::string_view key, std::string_view value) {
  return db.prepared(k_set_meta).bind_all(key, value).run();
}

// Of the keys that nothing in a new file was made with.
std::string ring_check(const crypto::KeyRing& keys) {
  const SecretBytes seed(keys.signing.seed());
  SecretBytes both([&] {
    Bytes b = keys.pepper.reveal();
    b.insert(b.end(), keys.box.reveal().begin(), keys.box.reveal().end());
    return b;
  }());
  return to_hex(crypto::keyed_hash(seed.reveal(), both.reveal()));
}
}  // namespace

Store::Impl::~Impl() {
  close();
  if (lock_fd >= 0) ::close(lock_fd);
}

Result<Done> Store::Impl::lock_home() {
  const std::string file = options.home + "/lock";
  lock_fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_fd < 0) return refused("home_unwritable", "cannot make the lock: errno " + std::to_string(errno), "home");
  char pid[32] = {};
  if (::flock(lock_fd, LOCK_EX | LOCK_NB) != 0) {
    const auto n = ::pread(lock_fd, pid, sizeof pid - 1, 0);
    const std::string_view digits(
        pid, n > 0 ? std::string_view(pid).find_first_not_of("0123456789") == std::string_view::npos
                         ? static_cast<std::size_t>(n)
                         : std::string_view(pid).find_first_not_of("0123456789")
                   : 0);
    return refused("home_in_use", digits.empty() ? "by another process" : "by process " + std::string(digits), "home");
  }
  // The number is for people and messages only; the lock itself is the kernel's and ends with the process.
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock_fd, 0) != 0 || ::pwrite(lock_fd, text.data(), text.size(), 0) < 0)
    log::warn("store: the lock does not name its process", {{"errno", errno}});
  return Done{};
}

Result<Done> Store::Impl::first_start() {
  TRY(const std::string node, meta(*db, "node"));
  if (!node.empty()) return Done{};
  TRY(auto tx, sqlite::Tx::begin(*db));
  Random& random = options.random != nullptr ? *options.random : system_random;
  TRY_DONE(put_meta(*db, "node", random_name(random)));
  TRY_DONE(put_meta(*db, "branch", "LOCAL"));
  TRY_DONE(put_meta(*db, "node_key", to_hex(keys.signing.public_key())));
  TRY_DONE(put_meta(*db, "key_check", to_hex(keys.data.seal(as_bytes(k_key_check), as_bytes(k_key_check)))));
  TRY_DONE(put_meta(*db, "index_check", to_hex(keys.index.blind_index(k_key_check))));
  TRY_DONE(put_meta(*db, "ring_check", ring_check(keys)));
  TRY_DONE(db->prepared(k_new_epoch)
               .bind_all(1, random_name(random), 0, ByteView(crypto::Hash{}), to_ms(clock->now()), std::nullopt,
                         std::nullopt)
               .run());
  return tx.commit();
}

Result<Done> Store::Impl::check_keys() {
  TRY(const std::string sealed, meta(*db, "key_check"));
  TRY(const std::string index, meta(*db, "index_check"));
  TRY(const std::string node_key, meta(*db, "node_key"));
  const auto raw = from_hex(sealed);
  const bool data_key = raw && keys.data.open(*raw, as_bytes(k_key_check)).ok();
  if (!data_key || index != to_hex(keys.index.blind_index(k_key_check)) ||
      node_key != to_hex(keys.signing.public_key()))
    return damaged("keys_wrong", "these are not the keys that the home was made with");
  TRY(const std::string ring, meta(*db, "ring_check"));
  if (ring.empty()) return put_meta(*db, "ring_check", ring_check(keys));  // of a home made before it was kept
  if (ring != ring_check(keys)) return damaged("keys_wrong", "some of the keys are not those of this home");
  return Done{};
}

Result<Done> Store::Impl::load_identity() {
  Identity found;
  TRY(found.branch, meta(*db, "branch"));
  TRY(found.node, meta(*db, "node"));
  std::int64_t n = 0, base = 0, last = 0;
  Bytes head, signed_by;
  TRY_DONE(db->prepared(k_epoch).each([&](sqlite::Stmt& s) {
    n = s.integer(0);
    found.epoch = s.text(1);
    base = s.integer(2);
    head = s.blob(3);
  }));
  TRY_DONE(db->prepared(k_last_event).each([&](sqlite::Stmt& s) {
    last = s.integer(0);
    if (last <= base) return;
    head = s.blob(1);
    signed_by = s.blob(2);
  }));
  const auto fixed_head = fixed<crypto::Hash>(head);
  if (n == 0 || !fixed_head) return damaged("store_corrupt", "the epoch or the newest event has no head");
  found.last_seq = std::max<std::int64_t>(0, last - base);
  found.head = *fixed_head;
  found.base = base;
  signature = fixed<crypto::Signature>(signed_by).value_or(crypto::Signature{});
  const std::lock_guard guard(state);
  identity = std::move(found);
  epoch_n = n;
  return Done{};
}

Store::Store() : impl_(std::make_unique<Impl>()) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const Options& options, crypto::KeyRing keys) {
  crypto::init();
  std::unique_ptr<Store> store(new Store);
  Impl& d = *store->impl_;
  d.options = options;
  d.clock = options.clock != nullptr ? options.clock : &d.system_clock;
  d.keys = std::move(keys);
  d.instance = random_name(options.random != nullptr ? *options.random : d.system_random);
  d.ids = std::make_unique<IdSource>(*d.clock, options.random != nullptr ? *options.random : d.system_random);
  d.path = options.home + "/branch.db";
  TRY_DONE(make_home(options.home));
  TRY_DONE(d.lock_home());
  TRY_DONE(d.look_first());
  d.reserve =
      std::make_unique<Reserve>(options.home, options.disk != nullptr ? *options.disk : d.system_disk, options.limits);
  d.reserve->look();
  TRY(auto db, sqlite::Db::open(d.path, {.page_size = options.page_size, .vfs = options.vfs, .hold_log = true}));
  d.db = std::make_unique<sqlite::Db>(std::move(db));
  TRY_DONE(d.compare_with_mark());
  TRY_DONE(d.db->migrate(embedded_migrations()));
  TRY_DONE(d.first_start());
  sync_folder(options.home);
  sync_folder(options.home + "/..");
  TRY_DONE(d.check_keys());
  TRY_DONE(d.load_identity());
  TRY_DONE(d.settle(*store));
  return store;
}

Result<Tx> Store::begin() {
  Impl& d = *impl_;
  if (d.writer_thread.load() == std::this_thread::get_id()) {
    log::error("store: a thread began a transaction inside its own");
    std::abort();
  }
  Tx tx(*this);
  tx.impl_->lock = std::unique_lock(d.writer);
  d.writer_thread = std::this_thread::get_id();
  tx.impl_->queue_before = d.queue.changes;
  // Half of what was meant could still be written: nothing is, until the file is whole again.
  if (d.db->schema_damaged()) {
    tx.impl_->finish();
    return damaged("store_corrupt", "its tables are not those of this version");
  }
  d.reserve->look();
  auto begun = sqlite::Tx::begin(*d.db);
  if (!begun) {
    tx.impl_->finish();
    return std::move(begun).fault();
  }
  tx.impl_->tx.emplace(std::move(begun).value());
  return tx;
}

Result<Read> Store::read() {
  Impl& d = *impl_;
  Read out(*this);
  {
    const std::lock_guard guard(d.state);
    if (!d.idle_readers.empty()) {
      out.impl_->db = std::move(d.idle_readers.back());
      d.idle_readers.pop_back();
    }
  }
  if (out.impl_->db == nullptr) {
    TRY(auto db, sqlite::Db::open(d.path, {.create = false, .read_only = true, .vfs = d.options.vfs}));
    db.expects_as(*d.db);
    out.impl_->db = std::make_unique<sqlite::Db>(std::move(db));
  }
  TRY_DONE(out.impl_->db->prepared("BEGIN").run());
  return out;
}

DiskState Store::disk() const { return impl_->reserve->state(); }

Identity Store::identity() const {
  const std::lock_guard guard(impl_->state);
  return impl_->identity;
}

Result<Done> Store::adopt(const std::string& branch, const std::string& node, const std::vector<Epoch>& all) {
  if (identity().last_seq > 0 || all.empty()) return refused("home_not_empty", "events are there already", "home");
  TRY(auto tx, begin());
  TRY_DONE(set_meta(tx, "branch", branch));
  TRY_DONE(set_meta(tx, "node", node));
  TRY_DONE(tx.db().prepared("DELETE FROM epoch").run());
  for (const auto& e : all) {
    const auto from_n = e.from_n != 0 ? std::optional(e.from_n) : std::nullopt;
    TRY_DONE(tx.db()
                 .prepared(k_new_epoch)
                 .bind_all(e.n, e.name, e.base, ByteView(e.previous), to_ms(clock().now()), from_n,
                           from_n ? std::optional(e.from_seq) : std::nullopt)
                 .run());
  }
  TRY_DONE(tx.commit_local());
  TRY_DONE(impl_->load_identity());
  impl_->put_mark(true);
  return Done{};
}

Result<Done> Store::set_branch(const std::string& branch) {
  if (branch.empty() || branch.size() > 32) return bad_input("branch_invalid", "branch", "1 to 32 characters");
  TRY(auto tx, begin());
  TRY_DONE(set_meta(tx, "branch", branch));
  TRY_DONE(tx.commit_local());
  const std::lock_guard guard(impl_->state);
  impl_->identity.branch = branch;
  return Done{};
}

const std::string& Store::instance() const { return impl_->instance; }
const std::string& Store::home() const { return impl_->options.home; }
const crypto::KeyRing& Store::keys() const { return impl_->keys; }
IdSource& Store::ids() { return *impl_->ids; }
const Clock& Store::clock() const { return *impl_->clock; }
crypto::Hash Store::person_index(std::string_view person_key) const {
  return impl_->keys.index.blind_index(person_key);
}

Result<Done> Store::check() {
  TRY(auto snapshot, read());
  TRY_DONE(snapshot.db().check());
  TRY_DONE(check_blobs(snapshot.db()));
  TRY(const auto chain, verify_chain(snapshot.db(), impl_->keys.signing.public_key()));
  if (chain.first_bad)
    return damaged("chain_broken", "at event " + std::to_string(*chain.first_bad) + " of epoch " + chain.bad_epoch);
  return impl_->settled ? impl_->compare_now(*this) : Result<Done>(Done{});
}

Result<Done> Store::check_mark() { return impl_->compare_now(*this); }

Result<std::string> meta(sqlite::Db& db, std::string_view key) {
  std::string value;
  TRY_DONE(db.prepared(k_meta).bind_all(key).each([&](sqlite::Stmt& s) { value = s.text(0); }));
  return value;
}

Result<Done> set_meta(Tx& tx, std::string_view key, std::string_view value) { return put_meta(tx.db(), key, value); }

// ---- Tx ----

Tx::Tx(Store& store) : impl_(std::make_unique<Impl>()) { impl_->store = &store; }
Tx::Tx(Tx&&) noexcept = default;
Tx::~Tx() {
  if (impl_ != nullptr) impl_->finish();
}

void Tx::Impl::finish() {
  if (!lock.owns_lock()) return;
  if (auto& queue = store->impl_->queue; !kept && queue.changes != queue_before) ++queue.undone;
  tx.reset();
  store->impl_->writer_thread = std::thread::id();
  lock.unlock();
}

sqlite::Db& Tx::db() {
  if (!impl_->tx) {
    log::error("store: a transaction was used after its end");
    std::abort();
  }
  return impl_->tx->db();
}
Store& Tx::store() { return *impl_->store; }

Result<std::vector<std::int64_t>> Tx::commit(std::vector<events::Draft> drafts) {
  Store::Impl& d = *impl_->store->impl_;
  crypto::Signature signature{};
  const auto append = [&](Identity& now) -> Result<std::vector<std::int64_t>> {
    if (drafts.empty()) return refused("event_missing", "rows were to be committed without an event");
    std::vector<std::int64_t> seqs;
    std::int64_t n = d.epoch_n;
    if (impl_->opened) {
      n = impl_->opened->n;
      now.epoch = impl_->opened->name;
      now.base = impl_->opened->base;
      now.last_seq = 0;
      now.head = impl_->opened->previous;
    }
    for (auto& draft : drafts) {
      auto& h = draft.header;
      if (h.id.is_nil()) h.id = d.ids->next();
      h.branch = now.branch;
      h.node = now.node;
      h.epoch = now.epoch;
      h.seq = now.last_seq + 1;
      if (h.at == WallTime{}) h.at = d.clock->now();
      const auto e = events::seal(draft, now.head, d.keys);
      // What could not be read back, here or at the centre, must not enter the chain.
      TRY_DONE(events::decode_header(e.header));
      TRY_DONE(refer_to_blobs(db(), h));
      TRY_DONE(db().prepared(k_add_event)
                   .bind_all(now.base + h.seq, n, h.seq, ByteView(h.id.bytes()), h.kind, to_ms(h.at), e.header,
                             e.ciphertext, ByteView(crypto::hash(e.ciphertext)), e.node_wrap, ByteView(e.head),
                             ByteView(e.signature))
                   .run());
      now.last_seq = h.seq;
      now.head = e.head;
      signature = e.signature;
      seqs.push_back(h.seq);
    }
    TRY_DONE(impl_->tx->commit());
    impl_->kept = true;
    if (impl_->opened) d.epoch_n = n;
    return seqs;
  };
  Identity now = impl_->store->identity();
  auto out = append(now);
  if (out) {
    {
      const std::lock_guard guard(d.state);
      d.identity.epoch = now.epoch;
      d.identity.base = now.base;
      d.identity.last_seq = now.last_seq;
      d.identity.head = now.head;
    }
    d.signature = signature;
    d.put_mark(true);
  } else {
    impl_->tx.reset();
    // Nothing of it was kept; memory still holds the last committed head. A disk that failed in the middle of the
    // commit is asked again all the same, so that the next event continues what the file says.
    if (auto reloaded = d.load_identity(); !reloaded)
      log::error("store: the chain's head could not be read again", {{"code", reloaded.fault().code}});
  }
  impl_->finish();
  return out;
}

Result<std::int64_t> Tx::commit(events::Draft draft) {
  std::vector<events::Draft> one;
  one.push_back(std::move(draft));
  TRY(const auto seqs, commit(std::move(one)));
  return seqs.front();
}

Result<Done> Tx::commit_local() {
  auto out = impl_->tx->commit();
  impl_->kept = out.ok();
  if (out) impl_->store->impl_->put_mark(true);
  impl_->finish();
  return out;
}

void Tx::queue_changes() { ++impl_->store->impl_->queue.changes; }
QueueVersion Tx::queue_version() const { return impl_->store->impl_->queue; }

std::int64_t Tx::next_place() const {
  if (impl_->opened) return impl_->opened->base + 1;
  const auto now = impl_->store->identity();
  return now.base + now.last_seq + 1;
}

Result<Done> Tx::open_epoch() {
  Store::Impl& d = *impl_->store->impl_;
  TRY(const auto all, epochs(db()));
  const Epoch& last = all.back();
  Impl::Opened next;
  next.n = last.n + k_epochs_between;
  next.base = (last.base + last.last) / k_epoch_room * k_epoch_room + k_epochs_between * k_epoch_room;
  next.name = random_name(d.options.random != nullptr ? *d.options.random : d.system_random);
  // It continues the newest event that is here, whichever epoch that is of.
  std::optional<std::int64_t> from_n, from_seq;
  next.previous = all.front().previous;
  for (const auto& e : all) {
    if (e.last == 0) continue;
    from_n = e.n;
    from_seq = e.last;
    std::optional<crypto::Hash> head;
    TRY_DONE(db().prepared(k_head_of).bind_all(e.base + e.last).each([&](sqlite::Stmt& s) {
      head = fixed<crypto::Hash>(s.blob(0));
    }));
    if (!head) return damaged("store_corrupt", "the newest event has no head");
    next.previous = *head;
  }
  // Or what the centre has acknowledged beyond it, of events that are not here.
  TRY(const auto acknowledged, cursor(db()));
  for (const auto& e : all)
    if (e.name == acknowledged.epoch && acknowledged.seq > e.last && (!from_n || e.n >= *from_n)) {
      from_n = e.n;
      from_seq = acknowledged.seq;
      next.previous = acknowledged.head;
    }
  TRY_DONE(db().prepared(k_new_epoch)
               .bind_all(next.n, next.name, next.base, ByteView(next.previous), to_ms(d.clock->now()), from_n, from_seq)
               .run());
  impl_->opened = std::move(next);
  return Done{};
}

Bytes Tx::seal(std::string_view plain, std::string_view context) {
  return impl_->store->keys().data.seal(as_bytes(plain), as_bytes(context));
}

namespace {
Result<std::string> open_text(const crypto::Key& key, ByteView sealed, std::string_view context) {
  TRY(auto plain, key.open(sealed, as_bytes(context)));
  std::string text(as_text(plain));
  wipe(plain);
  return text;
}
}  // namespace

Result<std::string> Tx::open(ByteView sealed, std::string_view context) {
  return open_text(impl_->store->keys().data, sealed, context);
}

// ---- Read ----

Read::Read(Store& store) : impl_(std::make_unique<Impl>()) { impl_->store = &store; }
Read::Read(Read&&) noexcept = default;

Read::~Read() {
  if (impl_ == nullptr || impl_->db == nullptr) return;
  impl_->db->end_reads();
  if (!impl_->db->in_transaction() || !impl_->db->prepared("COMMIT").run())
    return;  // the connection is closed instead of kept
  Store::Impl& d = *impl_->store->impl_;
  const std::lock_guard guard(d.state);
  d.idle_readers.push_back(std::move(impl_->db));
}

sqlite::Db& Read::db() { return *impl_->db; }

Result<std::string> Read::open(ByteView sealed, std::string_view context) {
  return open_text(impl_->store->keys().data, sealed, context);
}

}  // namespace kiosk::store
