#include "base/sqlite/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/log.h"
#include "base/sqlite/log_file.h"
#include "base/sqlite/main_file.h"
#include "base/sqlite/met.h"

namespace kiosk::sqlite {
namespace {
constexpr std::int64_t k_log_bytes = 8 << 20;  // of pages in the log when a commit checkpoints it
constexpr int k_busy_limit_ms = 10'000;

[[noreturn]] void bug(sqlite3* db, std::string_view what) {
  log::error("sqlite: a mistake in the program",
             {{"what", what}, {"message", db != nullptr ? sqlite3_errmsg(db) : ""}});
  std::abort();
}

// What migrations make of an empty file, one text a table or index.
struct Expected {
  explicit Expected(std::vector<std::string> texts) : schema(std::move(texts)) {}
  std::vector<std::string> schema;
  std::atomic<bool> damaged{false};
};
using ExpectedPtr = std::shared_ptr<Expected>;

std::vector<std::string> schema_of(sqlite3* db) {
  std::vector<std::string> out;
  sqlite3_exec(
      db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
      [](void* to, int, char** values, char**) {
        static_cast<std::vector<std::string>*>(to)->emplace_back(values[0] != nullptr ? values[0] : "");
        return 0;
      },
      &out, nullptr);
  std::sort(out.begin(), out.end());
  return out;
}

// Which connection expects what: a statement knows its connection only.
std::mutex expected_mutex;
std::unordered_map<sqlite3*, ExpectedPtr> expected_by;

ExpectedPtr expected_of(sqlite3* db) {
  const std::lock_guard lock(expected_mutex);
  const auto it = expected_by.find(db);
  return it == expected_by.end() ? nullptr : it->second;
}

// More than what is expected does no harm.
bool lacks_its_schema(sqlite3* db) {
  const auto expected = expected_of(db);
  if (!expected) return false;
  const auto now = schema_of(db);
  if (std::includes(now.begin(), now.end(), expected->schema.begin(), expected->schema.end())) return false;
  if (!expected->damaged.exchange(true)) log::error("sqlite: the tables of the file are not those that were made");
  return true;
}
Fault schema_fault() { return damaged("store_corrupt", "its tables are not those of this version"); }

std::atomic<std::uint64_t> met{0};  // damage_met()

// What went wrong in the house's words. The message of SQLite may quote values, so it is not passed on.
Fault fault_of(sqlite3* db, int rc) {
  const int extended = db != nullptr ? sqlite3_extended_errcode(db) : rc;
  const std::string detail = std::string(sqlite3_errstr(rc & 0xff)) + " (" + std::to_string(extended) + ")";
  switch (rc & 0xff) {
    case SQLITE_FULL:
      return refused("store_full", detail);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return refused("store_busy", detail);
    case SQLITE_CONSTRAINT:
      return refused("store_constraint", detail);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      ++met;
      return damaged("store_corrupt", detail);
    case SQLITE_IOERR:
      if (extended == SQLITE_IOERR_DATA) {
        ++met;
        return damaged("store_corrupt", "a page is not what was written");
      }
      [[fallthrough]];
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_TOOBIG: {
      const int sys = db != nullptr ? sqlite3_system_errno(db) : 0;
      if ((rc & 0xff) == SQLITE_IOERR && (sys == ENOSPC || sys == EDQUOT)) return refused("store_full", detail);
      return refused("store_io", detail);
    }
    default:
      if (db != nullptr && lacks_its_schema(db)) return schema_fault();
      bug(db, detail);
  }
}

// Short naps that grow to 5 ms: a waiting process gets its turn soon after the other commits, which SQLite's own
// handler (up to 100 ms a nap) does not give.
int busy(void* waited_us, int count) {
  auto& waited = *static_cast<long*>(waited_us);
  if (count == 0) waited = 0;
  if (waited >= k_busy_limit_ms * 1000L) return 0;
  const long nap = std::min(5000L, 100L << std::min(count, 6));
  const timespec t{0, nap * 1000};
  nanosleep(&t, nullptr);
  waited += nap;
  return 1;
}
}  // namespace

namespace {
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
};
}  // namespace

struct Db::Impl {
  sqlite3* db = nullptr;
  long waited_us = 0;
  bool clean_log = false;
  std::string path, vfs;
  std::unordered_map<std::string, std::unique_ptr<Stmt>, TextHash, std::equal_to<>> cache;

  ~Impl() {
    cache.clear();
    expect(nullptr);
    if (db != nullptr && sqlite3_close(db) != SQLITE_OK) bug(db, "closed with a statement or backup open");
  }
  void expect(ExpectedPtr what) {
    const std::lock_guard lock(expected_mutex);
    if (what)
      expected_by[db] = std::move(what);
    else
      expected_by.erase(db);
  }
  Result<Done> exec(const char* sql) {
    const int rc = sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
    if (rc != SQLITE_OK) return fault_of(db, rc);
    return Done{};
  }
};

Db::Db() : impl_(std::make_unique<Impl>()) {}
Db::Db(Db&&) noexcept = default;
Db& Db::operator=(Db&&) noexcept = default;
Db::~Db() {
  if (!impl_ || !impl_->clean_log || impl_->db == nullptr) return;
  if (const auto spoiled = spoil_log(); !spoiled)
    log::warn("sqlite: the log is not empty at the close", {{"code", spoiled.fault().code}});
}
sqlite3* Db::raw() const { return impl_->db; }
bool Db::in_transaction() const { return sqlite3_get_autocommit(impl_->db) == 0; }
std::int64_t Db::changes() const { return sqlite3_changes64(impl_->db); }
std::int64_t Db::last_rowid() const { return sqlite3_last_insert_rowid(impl_->db); }

namespace {
// Writes the log once to the size it has before a checkpoint, and gives the file as many free pages: afterwards a
// commit overwrites blocks that exist, which fdatasync does not have to record in the file system's own log.
Result<Done> fill_wal(Db& db) {
  const std::int64_t bytes = k_log_bytes + k_log_bytes / 16;
  TRY_DONE(db.exec("PRAGMA wal_autocheckpoint = 0; CREATE TABLE kiosk_fill(x BLOB)"));
  TRY_DONE(db.exec("INSERT INTO kiosk_fill VALUES (zeroblob(" + std::to_string(bytes) + "))"));
  TRY_DONE(db.exec("DROP TABLE kiosk_fill"));
  return Done{};
}

std::int64_t size_of(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? s.st_size : 0;
}
}  // namespace

Result<Db> Db::open(const std::string& path, const Options& options) {
  Db out;
  Impl& d = *out.impl_;
  if (options.create && !options.read_only) {
    // Made by us first, so that the file and the log beside it are readable by their owner alone.
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == ENOSPC || errno == EDQUOT)) return refused("store_full", "cannot create the file");
    if (fd < 0) return refused("store_io", "cannot create the file: errno " + std::to_string(errno));
    ::close(fd);
  }
  const int flags =
      (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const std::string vfs = options.any_page ? options.vfs : log_vfs(options.vfs);
  const int rc = sqlite3_open_v2(path.c_str(), &d.db, flags, vfs.empty() ? nullptr : vfs.c_str());
  if (rc != SQLITE_OK) return fault_of(d.db, rc);
  sqlite3_busy_handler(d.db, busy, &d.waited_us);
  d.clean_log = options.clean_log && !options.read_only;
  d.path = path;
  d.vfs = options.vfs;
  const auto set = [&](int what, int value) { sqlite3_db_config(d.db, what, value, nullptr); };
  set(SQLITE_DBCONFIG_DEFENSIVE, 1);
  set(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  set(SQLITE_DBCONFIG_ENABLE_TRIGGER, 1);
  set(SQLITE_DBCONFIG_ENABLE_FKEY, 1);
  set(SQLITE_DBCONFIG_DQS_DML, 0);
  set(SQLITE_DBCONFIG_DQS_DDL, 0);
  sqlite3_limit(d.db, SQLITE_LIMIT_ATTACHED, 1);
  // Read once before anything of ours runs: what the file's own pages make impossible is no mistake of the program.
  const int readable = sqlite3_exec(d.db, "SELECT 1 FROM sqlite_schema LIMIT 1", nullptr, nullptr, nullptr);
  if ((readable & 0xff) == SQLITE_ERROR) return damaged("store_corrupt", "the file's schema cannot be read");
  if (readable != SQLITE_OK) return fault_of(d.db, readable);
  TRY_DONE(d.exec("PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0"));
  if (options.hold_log) set(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
  if (options.read_only) return out;

  TRY_DONE(out.exec("PRAGMA page_size = " + std::to_string(options.page_size)));
  bool wal = false;
  std::int64_t page_size = options.page_size;  // a file that exists keeps its own
  TRY_DONE(out.prepared("PRAGMA page_size").each([&](Stmt& s) { page_size = s.integer(0); }));
  TRY_DONE(out.prepared("PRAGMA journal_mode = WAL").each([&](Stmt& s) { wal = s.text(0) == "wal"; }));
  if (!wal) return refused("store_io", "the file system does not allow a write-ahead log");
  TRY_DONE(d.exec("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON"));
  int keep = 1;
  sqlite3_file_control(d.db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  // New, or a copy that came without its log.
  if (options.fill_wal && size_of(path + "-wal") < k_log_bytes) TRY_DONE(out.fill_log());
  TRY_DONE(
      out.exec("PRAGMA wal_autocheckpoint = " + std::to_string(std::max<std::int64_t>(1, k_log_bytes / page_size))));
  if (options.clean_log) TRY_DONE(out.spoil_log());
  return out;
}

Result<bool> Db::spoil_log() {
  bool busy_now = true;
  // Whoever reads keeps the log from beginning again; he is not waited for.
  sqlite3_busy_handler(impl_->db, nullptr, nullptr);
  const auto done = prepared("PRAGMA wal_checkpoint(TRUNCATE)").each([&](Stmt& s) { busy_now = s.integer(0) != 0; });
  sqlite3_busy_handler(impl_->db, busy, &impl_->waited_us);
  if (!done && done.fault().code == "store_busy") return false;
  if (!done) return done.fault();
  return !busy_now;
}

Result<Done> Db::fill_log() {
  std::int64_t pages = 0;
  TRY_DONE(prepared("PRAGMA wal_autocheckpoint").each([&](Stmt& s) { pages = s.integer(0); }));
  TRY_DONE(fill_wal(*this));
  TRY_DONE(spoil_log());
  return exec("PRAGMA wal_autocheckpoint = " + std::to_string(pages));
}

Result<Done> Db::sum_pages() {
  std::int64_t page_size = 0;
  TRY_DONE(prepared("PRAGMA page_size").each([&](Stmt& s) { page_size = s.integer(0); }));
  return sum_pages_of(impl_->db, impl_->path, impl_->vfs, static_cast<int>(page_size));
}

LogPosition Db::log_position() const { return sqlite::log_position(impl_->db); }

Result<Done> Db::exec(std::string_view sql) { return impl_->exec(std::string(sql).c_str()); }

namespace {
// Made once for each list of migrations of this process.
std::vector<std::string> made_by(std::span<const Migration> migrations) {
  static std::mutex mutex;
  static std::map<std::string, std::vector<std::string>> made;
  std::string all;
  for (const auto& m : migrations) all += m.sql;
  const std::lock_guard guard(mutex);
  if (const auto it = made.find(all); it != made.end()) return it->second;
  sqlite3* db = nullptr;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK) bug(db, "no memory for the expected schema");
  for (const auto& m : migrations)
    if (sqlite3_exec(db, std::string(m.sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) bug(db, m.sql);
  auto out = schema_of(db);
  sqlite3_close(db);
  return made[std::move(all)] = std::move(out);
}
}  // namespace

Result<Done> Db::migrate(std::span<const Migration> migrations) {
  const auto version = [&]() -> Result<std::int64_t> {
    std::int64_t v = 0;
    TRY_DONE(prepared("PRAGMA user_version").each([&](Stmt& s) { v = s.integer(0); }));
    return v;
  };
  const int newest = migrations.empty() ? 0 : migrations.back().version;
  int expected = 0;
  for (const auto& m : migrations) {
    if (m.version != ++expected) bug(nullptr, "migrations are not numbered 1, 2, 3 ...");
    TRY(auto tx, Tx::begin(*this));  // the version is read inside, so that two openers do not both migrate
    TRY(const std::int64_t have, version());
    if (have > newest)
      return refused("store_too_new",
                     "schema " + std::to_string(have) + ", this program knows " + std::to_string(newest));
    if (have >= m.version) continue;
    TRY_DONE(exec(m.sql));
    TRY_DONE(exec("PRAGMA user_version = " + std::to_string(m.version)));
    TRY_DONE(tx.commit());
  }
  impl_->expect(std::make_shared<Expected>(made_by(migrations)));
  if (lacks_its_schema(impl_->db)) return schema_fault();
  return Done{};
}

void Db::expects_as(const Db& migrated) { impl_->expect(expected_of(migrated.impl_->db)); }

bool Db::schema_damaged() const {
  const auto expected = expected_of(impl_->db);
  return expected && expected->damaged;
}

Stmt& Db::prepared(std::string_view sql) {
  if (const auto it = impl_->cache.find(sql); it != impl_->cache.end()) return *it->second;
  sqlite3_stmt* s = nullptr;
  const char* rest = nullptr;
  int rc =
      sqlite3_prepare_v3(impl_->db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &s, &rest);
  if ((rc & 0xff) == SQLITE_ERROR && lacks_its_schema(impl_->db)) rc = SQLITE_CORRUPT;
  if ((rc & 0xff) == SQLITE_ERROR || (rc == SQLITE_OK && s == nullptr)) bug(impl_->db, sql);
  auto& slot = impl_->cache[std::string(sql)];
  slot = std::make_unique<Stmt>(impl_->db, s, rc);
  Stmt& out = *slot;
  if (rc != SQLITE_OK) {  // kept only until the next call, so that a passing trouble is not remembered
    static thread_local std::unique_ptr<Stmt> failed;
    failed = std::move(slot);
    impl_->cache.erase(impl_->cache.find(sql));
  }
  return out;
}

void Db::end_reads() {
  for (auto* s = sqlite3_next_stmt(impl_->db, nullptr); s != nullptr; s = sqlite3_next_stmt(impl_->db, s))
    if (sqlite3_stmt_busy(s) != 0) sqlite3_reset(s);
}

Result<Bytes> Db::blob_part(std::string_view table, std::string_view column, std::int64_t rowid, std::int64_t offset,
                            std::int64_t max_bytes) {
  sqlite3_blob* b = nullptr;
  const int rc =
      sqlite3_blob_open(impl_->db, "main", std::string(table).c_str(), std::string(column).c_str(), rowid, 0, &b);
  if ((rc & 0xff) == SQLITE_ERROR) return refused("store_no_row", "no such blob");
  if (rc != SQLITE_OK) return fault_of(impl_->db, rc);
  const std::int64_t size = sqlite3_blob_bytes(b);
  const std::int64_t n =
      offset < 0 || offset >= size ? 0 : std::max<std::int64_t>(0, std::min(max_bytes, size - offset));
  Bytes out(static_cast<std::size_t>(n));
  const int read = n == 0 ? SQLITE_OK : sqlite3_blob_read(b, out.data(), static_cast<int>(n), static_cast<int>(offset));
  sqlite3_blob_close(b);
  if (read != SQLITE_OK) return fault_of(impl_->db, read);
  return out;
}

Result<Done> Db::check(const std::string& table) {
  std::string first;
  const std::string what = table.empty() ? "1" : "'" + table + "'";
  TRY_DONE(prepared("PRAGMA integrity_check(" + what + ")").each([&](Stmt& s) { first = s.text(0); }));
  if (first != "ok") return damaged("store_corrupt", first);
  return Done{};
}

Result<Done> Db::backup_to(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return refused(errno == EEXIST ? "store_exists" : "store_io", "errno " + std::to_string(errno));
  ::close(fd);
  sqlite3* to = nullptr;
  int rc = sqlite3_open_v2(path.c_str(), &to, SQLITE_OPEN_READWRITE, nullptr);
  if (rc == SQLITE_OK) {
    auto* b = sqlite3_backup_init(to, "main", impl_->db, "main");
    rc = b == nullptr ? sqlite3_errcode(to) : SQLITE_OK;
    // -1: the whole file in one step, so that the copy is one moment of the source.
    if (b != nullptr) {
      sqlite3_backup_step(b, -1);
      rc = sqlite3_backup_finish(b);
    }
  }
  Result<Done> out = rc == SQLITE_OK ? Result<Done>(Done{}) : Result<Done>(fault_of(to, rc));
  sqlite3_close(to);
  if (!out) ::unlink(path.c_str());
  return out;
}

Stmt::~Stmt() { sqlite3_finalize(s_); }

void Stmt::reset() {
  if (s_ == nullptr) return;
  sqlite3_reset(s_);
  sqlite3_clear_bindings(s_);
}

namespace {
void bound(sqlite3* db, int rc) {
  if (rc != SQLITE_OK) bug(db, "a value could not be bound");
}
}  // namespace

Stmt& Stmt::bind(int i, std::int64_t v) {
  if (s_ != nullptr) bound(db_, sqlite3_bind_int64(s_, i, v));
  return *this;
}
Stmt& Stmt::bind(int i, std::string_view v) {
  if (s_ != nullptr)
    bound(db_, sqlite3_bind_text64(s_, i, v.empty() ? "" : v.data(), v.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}
Stmt& Stmt::bind(int i, ByteView v) {
  if (s_ != nullptr)
    bound(db_, sqlite3_bind_blob64(s_, i, v.empty() ? reinterpret_cast<const std::uint8_t*>("") : v.data(), v.size(),
                                   SQLITE_TRANSIENT));
  return *this;
}
Stmt& Stmt::bind(int i, std::nullopt_t) {
  if (s_ != nullptr) bound(db_, sqlite3_bind_null(s_, i));
  return *this;
}

Result<bool> Stmt::step() {
  if (s_ == nullptr) return fault_of(nullptr, error_);
  const int rc = sqlite3_step(s_);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) {
    reset();
    return false;
  }
  Fault f = fault_of(db_, rc);
  reset();
  return f;
}

Result<Done> Stmt::run() {
  return each([](Stmt&) {});
}

std::int64_t Stmt::integer(int col) const { return sqlite3_column_int64(s_, col); }
std::string Stmt::text(int col) const {
  const auto* t = sqlite3_column_text(s_, col);
  return t == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(t), static_cast<std::size_t>(sqlite3_column_bytes(s_, col)));
}
Bytes Stmt::blob(int col) const {
  const auto* b = static_cast<const std::uint8_t*>(sqlite3_column_blob(s_, col));
  return b == nullptr ? Bytes() : Bytes(b, b + sqlite3_column_bytes(s_, col));
}
bool Stmt::is_null(int col) const { return sqlite3_column_type(s_, col) == SQLITE_NULL; }

Result<Tx> Tx::begin(Db& db) {
  TRY_DONE(db.prepared("BEGIN IMMEDIATE").run());
  return Tx(&db);
}

Tx::~Tx() {
  if (db_ == nullptr) return;
  db_->end_reads();
  // A full disk may have rolled back already.
  if (sqlite3_get_autocommit(db_->raw()) == 0) (void)db_->prepared("ROLLBACK").run();
}

Result<Done> Tx::commit() {
  if (db_ == nullptr) bug(nullptr, "a transaction was committed twice");
  db_->end_reads();
  // An error inside (a full disk) may have ended the transaction: nothing of it is there, and nothing may be claimed.
  if (sqlite3_get_autocommit(db_->raw()) != 0) {
    db_ = nullptr;
    return refused("store_io", "the transaction had already been rolled back");
  }
  TRY_DONE(db_->prepared("COMMIT").run());
  db_ = nullptr;
  return Done{};
}

std::uint64_t damage_met() { return met; }

}  // namespace kiosk::sqlite
