// What is compared when a home is opened, and what is left behind for the next time: the mark (mark.h), the log
// (base/sqlite/log_check.h) and the checksums of the pages (base/sqlite/page_sums.h).
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "node/store/epochs.h"
#include "node/store/store_impl.h"

namespace kiosk::store {
namespace {
constexpr std::string_view k_head_of = "SELECT head FROM event WHERE pos = ?1";
constexpr std::string_view k_set_aside = "SELECT 1 FROM event_aside WHERE head = ?1";
constexpr std::string_view k_restore =
    "; what is here stays as it is: kiosk-branch brings back what the second copy or the centre has, once either can "
    "be "
    "reached, and so does kioskctl store restore --copy FOLDER (or a backup)";

bool there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }
std::int64_t size_of(const std::string& path) {
  struct stat st {};
  return ::stat(path.c_str(), &st) == 0 ? st.st_size : 0;
}

Fault behind(const std::string& what) { return damaged("store_behind", what + std::string(k_restore)); }
}  // namespace

Result<Done> Store::Impl::look_first() {
  const std::string& home = options.home;
  mark = std::make_unique<MarkFile>(home, options.vfs, keys);
  if (!there(path) && there(home + "/restoring/branch.db"))
    return refused("restore_unfinished", "a restore was cut off; do it again", "home");
  const bool marked = mark->state() != MarkFile::State::Absent;
  if (size_of(path) == 0) {
    // Keys that have just been made say so themselves (crypto::load_keys).
    const bool used = marked || (there(home + "/keys") && !there(home + "/first-start"));
    if (used)
      return damaged("store_missing", path + (there(path) ? " is empty" : " is not there") +
                                          ", but this home has been in use" + std::string(k_restore));
    for (const char* rest : {"-wal", "-shm", "-sums"}) ::unlink((path + rest).c_str());
    return Done{};
  }
  doubtful = !marked || mark->state() == MarkFile::State::Damaged || !there(path + "-sums");
  const auto log = sqlite::look_at_log(path + "-wal");
  log_end = log.end;
  // Commits in a log that was empty when the mark was made: of a power cut soon after, or of another time.
  if (log.end.frames > 0 && mark->mark() && mark->mark()->log.frames == 0) doubtful = true;
  const auto wrong = sqlite::lacks(log, mark->mark() ? mark->mark()->log : sqlite::LogPosition{});
  if (!wrong.empty()) return damaged("store_corrupt", wrong + std::string(k_restore));
  return Done{};
}

Result<Done> Store::Impl::compare_with_mark() {
  if (!mark->mark()) {
    // Made before marks were kept, or not yet made to its end: there was none.
    bool tables = false;
    TRY_DONE(
        db->prepared("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").each([&](sqlite::Stmt&) { tables = true; }));
    const auto marked = tables ? meta(*db, "marked") : Result<std::string>(std::string());
    if (!marked) return marked.fault();
    unmarked = marked->empty();
    doubtful = !unmarked;
    return Done{};
  }
  const Mark& m = *mark->mark();
  const std::string where = "event " + std::to_string(m.seq) + " of epoch " + m.epoch;
  TRY(const std::string node, meta(*db, "node"));
  if (node != m.node) return behind("the file is not that of the mark: another node, or none");
  TRY(const auto epoch, epoch_named(*db, m.epoch));
  if (!epoch) return behind(where + " was committed, and the file knows no such epoch");
  if (m.seq == 0) return Done{};
  std::optional<crypto::Hash> head;
  TRY_DONE(db->prepared(k_head_of).bind_all(epoch->base + m.seq).each([&](sqlite::Stmt& s) {
    head = fixed<crypto::Hash>(s.blob(0));
  }));
  if (head && *head == m.head) return Done{};
  if (head) return behind(where + " is another one than was committed");
  // Sealed again in a later epoch since: a power cut may have left an old mark.
  bool aside = false;
  TRY_DONE(db->prepared(k_set_aside).bind_all(ByteView(m.head)).each([&](sqlite::Stmt&) { aside = true; }));
  if (aside) return Done{};
  return behind(where + " was committed, and the file ends at event " + std::to_string(epoch->last));
}

Result<Done> Store::Impl::settle(Store& store) {
  if (doubtful) {
    // Nothing bears witness but the file itself: it is read to its end.
    TRY_DONE(store.check());
    log::warn("store: a witness beside the file was gone or damaged; the file is whole and has new ones");
  }
  settled = true;
  // The mark must no longer count on the log's frames when they go.
  put_mark(false);
  const bool unbound = !mark_failed && mark->sync().ok();
  // A full or failing disk takes no checkpoint; the log then stays as it is, and the next start looks through it.
  bool spoiled = false;
  if (unbound && options.fill_log && size_of(path + "-wal") < 8 << 20)
    if (const auto filled = db->fill_log(); !filled && filled.fault().kind == FaultKind::Damaged) return filled.fault();
  if (unbound) {
    const auto done = db->spoil_log();
    if (!done && done.fault().kind == FaultKind::Damaged) return done.fault();
    spoiled = done && *done;
  }
  if (spoiled) log_end = {};
  put_mark(true);
  if (unmarked || doubtful || !there(path + "-sums")) {
    if (!spoiled) return refused("store_io", "the log cannot be emptied now, so that the pages are not summed yet");
    TRY_DONE(db->sum_pages());
    TRY_DONE(mark->make({identity.node, identity.epoch, identity.last_seq, identity.head, signature, {}}));
    TRY_DONE(db->exec("INSERT OR REPLACE INTO meta (key, value) VALUES ('marked', '1')"));
    put_mark(true);
  }
  ::unlink((options.home + "/first-start").c_str());
  return Done{};
}

// A mark that cannot be written is no reason to refuse what is committed: the one before holds.
void Store::Impl::put_mark(bool with_log) {
  if (!settled) return;
  const auto id = [&] {
    const std::lock_guard guard(state);
    return identity;
  }();
  sqlite::LogPosition log;
  if (with_log) log = db->log_position();
  if (with_log && log.frames == 0) log = log_end;
  const auto done = mark->put({id.node, id.epoch, id.last_seq, id.head, signature, log});
  if (!done && !std::exchange(mark_failed, true))
    log::warn("store: the mark beside the file cannot be written", {{"code", done.fault().code}});
  if (done) mark_failed = false;
}

Result<Done> Store::Impl::compare_now(Store& store) {
  const std::lock_guard lock(writer);  // so that nobody commits in between
  const MarkFile now(options.home, options.vfs, keys);
  const auto id = store.identity();
  if (now.mark()) {
    const Mark& m = *now.mark();
    if (m.epoch == id.epoch && m.seq == id.last_seq && m.head == id.head) return Done{};
    if (mark_failed) return Done{};  // it is known to be an older one
    return behind("the mark says event " + std::to_string(m.seq) + " of epoch " + m.epoch + ", the node event " +
                  std::to_string(id.last_seq) + " of epoch " + id.epoch);
  }
  log::warn("store: the mark beside the file was gone or damaged; it is made again");
  *mark = MarkFile(options.home, options.vfs, keys);
  return mark->make({id.node, id.epoch, id.last_seq, id.head, signature, db->log_position()});
}

void Store::Impl::close() {
  idle_readers.clear();
  if (db && settled) {
    put_mark(false);
    // The log is spoiled only when the mark on the disk no longer counts on it.
    if (!mark_failed && mark->sync().ok()) {
      const auto spoiled = db->spoil_log();
      if (!spoiled) log::warn("store: the log is not empty at the end", {{"code", spoiled.fault().code}});
      if (!spoiled || !*spoiled) put_mark(true);
    }
  }
  db.reset();
}

}  // namespace kiosk::store
