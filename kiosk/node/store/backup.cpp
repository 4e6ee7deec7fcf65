#include "node/store/backup.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "node/store/outbox.h"
#include "node/store/store_impl.h"

namespace kiosk::store {
namespace {

Result<Done> make_durable(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool ok = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (!ok) return refused("store_io", path + ": errno " + std::to_string(error), "file");
  return Done{};
}

Result<BackupMade> checked(const std::string& path) {
  TRY(auto db, sqlite::Db::open(path, {.create = false, .read_only = true}));
  TRY_DONE(db.check());
  BackupMade made;
  TRY(made.node, meta(db, "node"));
  TRY(const std::string key_text, meta(db, "node_key"));
  const auto raw = from_hex(key_text);
  const auto key = raw ? fixed<crypto::PublicKey>(*raw) : std::nullopt;
  if (!key) return damaged("store_corrupt", "the file does not name its signing key");
  TRY(const auto chain, verify_chain(db, *key));
  if (chain.first_bad) return damaged("chain_broken", "at event " + std::to_string(*chain.first_bad));
  made.events = chain.events;
  made.acknowledged_until = chain.acknowledged_until;
  TRY_DONE(db.prepared("SELECT count(*) FROM blob").each([&](sqlite::Stmt& s) { made.blobs = s.integer(0); }));
  return made;
}

}  // namespace

Result<BackupMade> back_up(const std::string& home, const std::string& file, bool replace) {
  const std::string from = home + "/branch.db", part = file + ".part";
  if (::access(from.c_str(), F_OK) != 0) return refused("home_empty", "nothing is stored in " + home, "home");
  if (!replace && ::access(file.c_str(), F_OK) == 0) return refused("file_exists", file, "file");
  const auto clean = [&](bool all) {
    for (const char* more : {"-wal", "-shm"}) ::unlink((part + more).c_str());
    if (all) ::unlink(part.c_str());
  };
  clean(true);  // of a backup that was cut off
  // Nobody runs on the home: its log is looked at before SQLite replays what is left of a damaged one.
  if (const int lock = ::open((home + "/lock").c_str(), O_RDWR | O_CLOEXEC); lock >= 0) {
    const bool idle = ::flock(lock, LOCK_EX | LOCK_NB) == 0;
    const auto log = idle ? sqlite::look_at_log(from + "-wal") : sqlite::LogFound{};
    ::close(lock);
    if (log.state == sqlite::LogFound::State::Damaged) return damaged("store_corrupt", log.reason);
  }
  const auto make = [&]() -> Result<BackupMade> {
    {
      TRY(auto db, sqlite::Db::open(from, {.create = false, .read_only = true}));
      TRY_DONE(db.backup_to(part));
    }
    TRY(auto made, checked(part));
    clean(false);
    TRY_DONE(make_durable(part, O_RDONLY));
    struct stat st {};
    if (::stat(part.c_str(), &st) == 0) made.bytes = st.st_size;
    if (std::rename(part.c_str(), file.c_str()) != 0)
      return refused("store_io", file + ": errno " + std::to_string(errno), "file");
    const auto slash = file.rfind('/');
    TRY_DONE(make_durable(slash == std::string::npos ? "." : file.substr(0, slash + 1), O_RDONLY | O_DIRECTORY));
    return made;
  };
  auto made = make();
  if (!made) clean(true);
  return made;
}

}  // namespace kiosk::store
