#include "node/branch/recovery/restore.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "node/branch/core.h"
#include "node/branch/outgoing.h"
#include "node/branch/recovery/centre_word.h"
#include "node/branch/recovery/replay.h"
#include "node/store/copy_folder.h"
#include "node/store/mark.h"
#include "node/store/outbox.h"

namespace kiosk::branch {
namespace {

namespace fs = std::filesystem;
constexpr int k_skip_numbers = 100, k_most_skipped = 800;
constexpr std::size_t k_read = 256u << 10;
constexpr std::string_view k_aside = "aside-";  // and when
constexpr const char* k_parts[] = {"/branch.mark", "/branch.db-sums", "/branch.db-shm", "/branch.db-wal", "/branch.db"};

Fault disk_fault(const std::string& what, const std::error_code& e) {
  return refused("store_io", what + ": " + e.message(), "home");
}

// The home's lock, as the node takes it.
class HomeLock {
 public:
  static Result<HomeLock> take(const std::string& home) {
    HomeLock l;
    l.fd_ = ::open((home + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (l.fd_ < 0) return refused("home_unwritable", "cannot make the lock: errno " + std::to_string(errno), "home");
    if (::flock(l.fd_, LOCK_EX | LOCK_NB) != 0)
      return refused("node_running", "stop kiosk-branch on this home first", "home");
    return l;
  }
  HomeLock(HomeLock&& o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
  ~HomeLock() {
    if (fd_ >= 0) ::close(fd_);
  }

 private:
  HomeLock() = default;
  int fd_ = -1;
};

struct Work {
  store::Store& store;
  Restored& report;
  std::vector<std::int64_t> places;  // of events that came back
};

// Everything of one transaction: `f` gets the Tx.
template <class F>
Result<Done> within(store::Store& s, F f) {
  TRY(auto tx, s.begin());
  TRY_DONE(f(tx));
  return tx.commit_local();
}

// What the centre has signed holds here too, also of events that are not here.
Result<Done> trust(store::Tx& tx, const events::Ack& ack) {
  TRY(const std::string text, store::meta(tx.db(), "sync.receipt_key"));
  const auto raw = from_base64(text);
  crypto::PublicKey key{};
  if (text.empty() || !raw || raw->size() != key.size()) return Done{};  // never enrolled: nobody could have signed
  std::copy(raw->begin(), raw->end(), key.begin());
  if (!events::check_ack(ack, key)) return Done{};
  auto done = store::trust_ack(tx, ack);
  if (!done && done.fault().code == "ack_epoch") return Done{};
  return done;
}

Result<Done> add_epochs(Work& w, const std::vector<store::Epoch>& known) {
  return within(w.store, [&](store::Tx& tx) -> Result<Done> {
    for (const auto& e : known) TRY_DONE(store::add_epoch(tx, e));
    return Done{};
  });
}

// One file of a copy: whole records up to its end or to where it is damaged.
Result<Done> take_file(Work& w, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return refused("copy_missing", path, "copy");
  events::ExportReader reader;
  events::ExportBlob blob;
  Bytes bytes;
  const auto id = w.store.identity();
  const auto take = [&](store::Tx& tx, events::ExportFrame& f) -> Result<Done> {
    if (auto* m = std::get_if<events::ExportManifest>(&f)) {
      if (m->node != id.node || m->sign_key != w.store.keys().signing.public_key())
        return damaged("keys_wrong", path + " is another node's copy");
      return m->continues ? trust(tx, *m->continues) : Result<Done>(Done{});
    }
    if (auto* c = std::get_if<events::ExportChain>(&f))
      return store::add_epoch_of(tx, c->epoch, c->first_seq, c->previous);
    if (auto* e = std::get_if<events::ExportEvent>(&f)) {
      store::BackEvent back{
          e->epoch,
          e->seq,
          e->previous,
          {std::move(e->header), std::move(e->ciphertext), std::move(e->node_wrap), e->head, e->signature}};
      TRY(const bool added, store::put_back(tx, back));
      if (!added) return Done{};
      TRY(const auto place, store::place_of(tx.db(), back.epoch, back.seq));
      w.places.push_back(place);
      ++w.report.from_copy;
    } else if (auto* b = std::get_if<events::ExportBlob>(&f)) {
      blob = std::move(*b);
      bytes.clear();
    } else if (auto* p = std::get_if<events::ExportPart>(&f)) {
      bytes.insert(bytes.end(), p->data.begin(), p->data.end());
      if (!p->last) return Done{};
      TRY(const bool added, store::put_back(tx, store::BackBlob{blob.hash, blob.kind, bytes, blob.node_wrap, false}));
      w.report.blobs += added;
    }
    return Done{};
  };
  std::optional<Fault> over;
  std::vector<char> piece(k_read);
  while (!over && !reader.finished()) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto n = static_cast<std::size_t>(in.gcount());
    if (n == 0) reader.end();
    reader.feed({reinterpret_cast<const std::uint8_t*>(piece.data()), n});
    const auto taken = within(w.store, [&](store::Tx& tx) -> Result<Done> {
      for (;;) {
        auto frame = reader.next();
        if (!frame) {
          over = frame.fault();
          return Done{};
        }
        if (!*frame) return Done{};
        TRY_DONE(take(tx, **frame));
      }
    });
    if (!taken) return taken;
  }
  // A segment that was being written when the machine died has no end; what it holds is whole all the same.
  if (over && !(over->code == "export_cut" && path.ends_with(".open"))) w.report.damaged.push_back(path);
  return Done{};
}

Result<std::optional<store::CopyState>> read_state(const std::string& path, const crypto::KeyRing& keys) {
  std::ifstream in(path, std::ios::binary);
  const std::string file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  events::ExportReader reader;
  reader.feed(as_bytes(file));
  reader.end();
  std::string node;
  for (;;) {
    TRY(auto frame, reader.next());
    if (!frame) return std::optional<store::CopyState>();
    if (const auto* m = std::get_if<events::ExportManifest>(&*frame)) {
      if (m->sign_key != keys.signing.public_key()) return damaged("keys_wrong", "the copy was made with other keys");
      node = m->node;
    }
    if (const auto* s = std::get_if<events::ExportState>(&*frame)) {
      TRY(auto state, store::open_copy_state(s->sealed, node, keys.data));
      return std::optional(std::move(state));
    }
  }
}

// The place of an event that was not here.
Result<std::optional<std::int64_t>> take_event(store::Tx& tx, const store::BackEvent& back) {
  // Of an epoch only what its signed events prove is taken: its row may be damaged.
  TRY_DONE(store::add_epoch_of(tx, back.epoch, back.seq, back.previous));
  TRY(const bool added, store::put_back(tx, back));
  if (!added) return std::optional<std::int64_t>();
  TRY(const auto place, store::place_of(tx.db(), back.epoch, back.seq));
  return std::optional(place);
}

// Events of the present file; one that does not fit is left out, and those before and behind it are taken all the same.
// False: there was one.
Result<bool> take_rows(Work& w, const std::vector<store::PlacedEvent>& rows) {
  bool whole = true;
  for (std::size_t from = 0, to = rows.size(); from < rows.size();) {
    std::size_t at = from;
    std::vector<std::int64_t> places;
    const auto done = within(w.store, [&](store::Tx& tx) -> Result<Done> {
      for (; at < to; ++at) {
        TRY(const auto place, take_event(tx, rows[at].back));
        if (place) places.push_back(*place);
      }
      return Done{};
    });
    if (!done && done.fault().kind != FaultKind::Damaged) return done.fault();
    if (done) {
      w.places.insert(w.places.end(), places.begin(), places.end());
      w.report.from_present += static_cast<std::int64_t>(places.size());
    } else {
      log::warn("an event of the present file does not continue what is restored", {{"code", done.fault().code}});
      whole = false;
    }
    const bool again = !done && at > from;  // nothing was kept: once more, up to it
    from = again ? from : at + 1;
    to = again ? at : rows.size();
  }
  return whole;
}

// The number of the first blob behind `n`, which cannot be read itself; none: the list of them ends or is damaged.
Result<std::optional<std::int64_t>> within_reach(sqlite::Db& db, std::int64_t n) {
  std::optional<std::int64_t> next;
  const auto asked =
      db.prepared("SELECT n FROM blob WHERE n > ?1 ORDER BY n LIMIT 1").bind_all(n).each([&](sqlite::Stmt& s) {
        next = s.integer(0);
      });
  return asked ? next : std::optional<std::int64_t>();
}

// The file that is being replaced, as far as it can be read: a restore by mistake loses nothing. True: to its end.
Result<bool> take_present(Work& w, const std::string& path) {
  auto db = [&]() -> Result<sqlite::Db> {
    TRY(auto read, w.store.read());
    return store::open_present(path, read.db());
  }();
  if (!db) return false;
  const auto node = store::meta(*db, "node");
  if (!node || *node != w.store.identity().node) return false;
  bool whole = true;
  for (std::int64_t after = -1;;) {
    const auto rows = store::events_for_copy(*db, after, 500);
    if (!rows) whole = false;
    if (!rows || rows->empty()) break;
    TRY(const bool all, take_rows(w, *rows));
    whole = whole && all;
    after = rows->back().place;
  }
  for (std::int64_t n = 0;;) {
    auto blob = store::blob_for_copy(*db, n);
    if (!blob) {  // its pages cannot be read; those of the next ones may be
      whole = false;
      TRY(const auto next, within_reach(*db, n));
      if (!next) return false;
      n = *next;
      continue;
    }
    if (!*blob) return whole;
    n = (*blob)->n;
    const auto done = within(w.store, [&](store::Tx& tx) -> Result<Done> {
      TRY(const bool added, store::put_back(tx, (*blob)->back));
      w.report.blobs += added;
      return Done{};
    });
    if (!done && done.fault().kind != FaultKind::Damaged) return false;
    whole = whole && done.ok();
  }
}

// What the home's mark says was committed is here: a file that went back to an earlier state reads well to its end.
Result<bool> has_marked(Work& w, const std::string& home) {
  const store::MarkFile mark(home, {}, w.store.keys());
  if (!mark.mark() || mark.mark()->seq == 0) return true;
  TRY(auto read, w.store.read());
  bool found = false;
  TRY_DONE(read.db()
               .prepared("SELECT 1 FROM event WHERE head = ?1 UNION ALL SELECT 1 FROM event_aside WHERE head = ?1")
               .bind_all(ByteView(mark.mark()->head))
               .each([&](sqlite::Stmt&) { found = true; }));
  return found;
}

Result<Done> replay_all(Work& w) {
  std::sort(w.places.begin(), w.places.end());
  for (std::size_t at = 0; at < w.places.size(); at += 200) {
    const auto done = within(w.store, [&](store::Tx& tx) -> Result<Done> {
      for (std::size_t i = at; i < std::min(at + 200, w.places.size()); ++i) TRY_DONE(replay_at(tx, w.places[i]));
      return Done{};
    });
    if (!done) return done;
  }
  return Done{};
}

// A home that was restored today before may be made from the same backup again, which knows nothing of the numbers that
// were given in between: each restore of a day goes past as many more.
int numbers_to_skip(const std::string& home, WallTime now) {
  int restores = 1;
  std::error_code ignored;
  for (fs::directory_iterator it(home, ignored), end; !ignored && it != end; it.increment(ignored)) {
    const std::string name = it->path().filename().string();
    std::int64_t ms = 0;
    if (!name.starts_with(k_aside) ||
        std::from_chars(name.data() + k_aside.size(), name.data() + name.size(), ms).ec != std::errc())
      continue;
    restores += now - from_ms(ms) < std::chrono::hours(24);
  }
  return std::min(k_skip_numbers * restores, k_most_skipped);
}

// Epochs, enrolment and the centre's last acknowledgement, as a copy or the home's own word of the centre has them.
Result<Done> take_state(Work& w, const store::CopyState& state) {
  TRY_DONE(add_epochs(w, state.epochs));
  return within(w.store, [&](store::Tx& tx) -> Result<Done> {
    for (const auto& [key, value] : state.notes) TRY_DONE(store::set_meta(tx, key, value));
    TRY_DONE(store::set_meta(tx, "branch", state.branch));
    return state.cursor ? trust(tx, *state.cursor) : Result<Done>(Done{});
  });
}

struct States {
  std::optional<store::CopyState> word, copy;  // of the home itself, of the second copy
  const store::CopyState* first() const { return copy ? &*copy : word ? &*word : nullptr; }
};

Result<Done> fill(Work& w, const RestoreAsked& asked, const store::CopyContents& copy, const States& states) {
  // Their enrolment is at least as new as the backup's.
  if (states.word && states.word->node == w.store.identity().node) TRY_DONE(take_state(w, *states.word));
  if (states.copy) TRY_DONE(take_state(w, *states.copy));
  for (const auto& path : copy.segments) TRY_DONE(take_file(w, path));
  const std::string present = asked.home + "/branch.db";
  bool whole = false;
  if (fs::exists(present)) {
    TRY(whole, take_present(w, present));
    TRY(const bool all, has_marked(w, asked.home));
    whole = whole && all;
  }
  TRY_DONE(replay_all(w));
  return within(w.store, [&](store::Tx& tx) -> Result<Done> {
    TRY_DONE(store::note_gap_of_ack(tx));
    TRY(const auto all, store::epochs(tx.db()));
    if (whole) return store::close_open_gap(tx, all.back().name);
    const WallTime now = tx.store().clock().now();
    // The last number that this file tells of may not be the last one given.
    TRY_DONE(store::set_meta(tx, kTimeTrust, ""));
    TRY_DONE(skip_numbers(tx, now, numbers_to_skip(asked.home, now)));
    return store::note_open_gap(tx, all.back().name);
  });
}

Result<Done> sync_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool ok = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!ok) return refused("store_io", "the folder " + path + " could not be made durable", "home");
  return Done{};
}

// The present file goes aside, the new one takes its place. In between a home without its file is refused by the store
// (restore_unfinished), so that no node begins from nothing there.
Result<Done> put_in_place(const RestoreAsked& asked, const std::string& scratch, Restored& report) {
  const WallTime now = asked.clock ? asked.clock->now() : SystemClock().now();
  std::error_code e;
  const auto move = [&](const std::string& from, const std::string& to, const std::string& part) -> Result<Done> {
    if (!fs::exists(from + part)) return Done{};
    fs::rename(from + part, to + part, e);
    return e ? Result<Done>(disk_fault(from + part, e)) : Result<Done>(Done{});
  };
  TRY_DONE(sync_folder(scratch));
  if (fs::exists(asked.home + "/branch.db") || fs::exists(asked.home + "/branch.mark")) {
    const std::string name = asked.home + "/" + std::string(k_aside) + std::to_string(to_ms(now));
    report.aside = name;
    for (int n = 2; fs::exists(report.aside); ++n) report.aside = name + "-" + std::to_string(n);  // a clock set back
    fs::create_directory(report.aside, e);
    if (e) return disk_fault(report.aside, e);
    fs::permissions(report.aside, fs::perms::owner_all, e);
    // The file goes first and comes last: its log, checksums and mark are never beside another one.
    for (auto part = std::rbegin(k_parts); part != std::rend(k_parts); ++part)
      TRY_DONE(move(asked.home, report.aside, *part));
    TRY_DONE(sync_folder(report.aside));
  }
  for (const char* part : k_parts) TRY_DONE(move(scratch, asked.home, part));
  return sync_folder(asked.home);
}

// Up to which place the centre's verdicts are known: the cursor, unless that came from a copy and has yet to be asked
// for.
Result<std::int64_t> answered_until(sqlite::Db& db) {
  TRY(const auto cursor, store::cursor(db));
  TRY(const std::string asked, store::meta(db, kRecover));
  std::int64_t known = cursor.log_position();
  if (!asked.empty()) std::from_chars(asked.data(), asked.data() + asked.size(), known);
  return std::min(known, cursor.log_position());
}

// `answered`: up to this place the centre's verdicts are known here; what became of later events it is asked.
Result<Done> begin_epoch(store::Store& s, const RestoreAsked& asked, std::int64_t answered) {
  TRY(auto tx, s.begin());
  TRY_DONE(tx.open_epoch());
  TRY_DONE(store::set_meta(tx, kRecover, std::to_string(answered)));
  TRY_DONE(store::set_meta(tx, kClone, ""));
  events::Draft d;
  d.header.kind = events::NodeRestored::kind.name;
  d.header.subject = s.identity().epoch;  // the one it continues
  const bool alone = asked.backup.empty() && asked.copy.empty();
  d.header.reason = alone ? "centre" : asked.backup.empty() ? "copy" : asked.copy.empty() ? "backup" : "backup,copy";
  TRY_DONE(tx.commit(std::move(d)));
  return Done{};
}

}  // namespace

Result<Restored> restore(const RestoreAsked& asked, const crypto::KeyRing& keys) {
  if (asked.backup.empty() && asked.copy.empty() && !asked.from_centre)
    return refused("nothing_to_restore", "a backup, a second copy, or both", "backup");
  std::error_code e;
  TRY(const auto lock, HomeLock::take(asked.home));
  const std::string scratch = asked.home + "/restoring";
  fs::remove_all(scratch, e);  // of a restore that did not come to its end
  fs::create_directory(scratch, e);
  if (e) return disk_fault("restoring", e);
  fs::permissions(scratch, fs::perms::owner_all, e);
  struct Cleaner {
    std::string path;
    ~Cleaner() {
      std::error_code ignored;
      if (!path.empty()) fs::remove_all(path, ignored);
    }
  } cleaner{scratch};

  store::CopyContents copy;
  States states;
  if (auto word = centre_word(asked.home, keys)) states.word = std::move(*word);
  if (!asked.copy.empty()) {
    TRY(copy, store::copy_contents(asked.copy, {}));
    if (!copy.state.empty()) {
      TRY(states.copy, read_state(copy.state, keys));
    }
  }
  if (!asked.backup.empty()) {
    fs::copy_file(asked.backup, scratch + "/branch.db", e);
    if (e) return refused("backup_unreadable", asked.backup + ": " + e.message(), "backup");
  } else if (!asked.copy.empty() && !states.copy) {
    return damaged("copy_state", "without a backup the copy must hold the node's state");
  } else if (states.first() == nullptr) {
    return refused("not_enrolled", "no centre is known to have anything of this home", "home");
  }
  Restored report;
  {
    store::Store::Options o;
    o.home = scratch;
    o.clock = asked.clock;
    o.random = asked.random;
    o.fill_log = false;
    TRY(auto store, store::Store::open(o, keys.clone()));
    if (asked.backup.empty())
      TRY_DONE(store->adopt(states.first()->branch, states.first()->node, states.first()->epochs));
    else
      TRY_DONE(store->check());
    if (states.copy && store->identity().node != states.copy->node)
      return damaged("keys_wrong", "the copy is another node's than the backup");
    Work w{*store, report, {}};
    std::int64_t answered = 0;
    {
      TRY(auto read, store->read());
      if (!asked.backup.empty()) {  // a copy holds no verdicts
        TRY(answered, answered_until(read.db()));
      }
      TRY(const auto all, store::verify_chain(read.db(), keys.signing.public_key()));
      report.from_backup = all.events;
    }
    TRY_DONE(fill(w, asked, copy, states));
    TRY_DONE(begin_epoch(*store, asked, answered));
    if (asked.from_centre) {
      TRY(report.from_centre, asked.from_centre(*store));
    }
    TRY_DONE(store->check());
    const auto id = store->identity();
    report.branch = id.branch;
    report.node = id.node;
    report.epoch = id.epoch;
    TRY(auto read, store->read());
    TRY(const auto chain, store::verify_chain(read.db(), keys.signing.public_key()));
    report.events = chain.events;
    TRY(report.missing, store::gaps(read.db()));
  }
  TRY_DONE(put_in_place(asked, scratch, report));
  return report;
}

Result<Done> rejoin(const std::string& home, crypto::KeyRing keys) {
  store::Store::Options o;
  o.home = home;
  auto store = store::Store::open(o, std::move(keys));
  if (!store && store.fault().code == "home_in_use")
    return refused("node_running", "stop kiosk-branch on this home first", "home");
  if (!store) return store.fault();
  return within(**store, [&](store::Tx& tx) -> Result<Done> {
    TRY(const auto answered, answered_until(tx.db()));
    TRY_DONE(store::set_meta(tx, kClone, ""));
    return store::set_meta(tx, kRecover, std::to_string(answered));
  });
}

}  // namespace kiosk::branch
