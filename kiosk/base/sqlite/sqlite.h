// SQLite with house rules: WAL, synchronous=FULL, foreign keys, DEFENSIVE, trusted_schema off, persistent WAL, own busy
// wait. Thread: a Db belongs to one thread at a time (callers lock). Blocks: on the disk. Errors: damaged
// store_corrupt; refused store_full (disk or page limit), store_busy, store_too_new, store_io, and
//   store_constraint for a broken constraint. A programming mistake (bad SQL, a wrong column) logs and aborts,
//   unless the file's schema is no longer what its migrations made.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sqlite/log_check.h"

struct sqlite3;
struct sqlite3_stmt;

namespace kiosk::sqlite {

class Stmt;

struct Migration {
  int version;  // 1, 2, 3 ...
  std::string_view sql;
};

class Db {
 public:
  struct Options {
    bool create = true;
    bool read_only = false;
    int page_size = 4096;
    bool fill_wal = false;  // a new file's log is written once to its full size, so that commits do not grow it
    std::string vfs;        // test shim; empty: the default
    // No frame of the log outlives the opening or the close: both bring it into the file and spoil it (spoil_log).
    bool clean_log = false;
    // Neither the opening nor the close touches the log: the caller looks at the file first, and spoils it himself.
    bool hold_log = false;
    bool any_page = false;  // reads also what is not what was written (page_sums.h): of a file that is to be saved
  };
  static Result<Db> open(const std::string& path, const Options& options);
  Db(Db&&) noexcept;
  Db& operator=(Db&&) noexcept;
  ~Db();

  // Each in its own transaction with user_version; forward only. The schema must then be what they make, or it is
  // damaged; one that is damaged later is no mistake of the program either.
  Result<Done> migrate(std::span<const Migration> migrations);
  // Another connection to the file of `migrated`.
  void expects_as(const Db& migrated);
  bool schema_damaged() const;  // it was found so, by any connection that expects the same
  Result<Done> exec(std::string_view sql);
  Stmt& prepared(std::string_view sql);  // cached by its text, which holds no values; one use at a time
  std::int64_t changes() const;
  std::int64_t last_rowid() const;
  // Part of a blob column without reading the rest. Faults as above; an offset past the end gives fewer or no bytes.
  Result<Bytes> blob_part(std::string_view table, std::string_view column, std::int64_t rowid, std::int64_t offset,
                          std::int64_t max_bytes);
  // Brings every commit into the file and makes the log's frames worthless (log_file.h); its blocks stay. False:
  // somebody reads it just now, so that it stays as it is. Nobody waits.
  Result<bool> spoil_log();
  Result<Done> fill_log();           // fill_wal, later: as large as before a checkpoint, and spoiled
  LogPosition log_position() const;  // of the last commit of this connection since then
  // From now on the checksum of each page stands in PATH-sums and every connection compares it at each read: damaged
  // store_corrupt (page_sums.h). Only while nobody else has the file, with a spoiled log.
  Result<Done> sum_pages();
  void end_reads();                                   // resets statements that were left in the middle of their rows
  Result<Done> check(const std::string& table = {});  // PRAGMA integrity_check, of one table
  Result<Done> backup_to(const std::string& path);    // a consistent copy; refused store_exists when path is taken
  bool in_transaction() const;                        // a fault of the disk ends one by itself
  sqlite3* raw() const;

 private:
  Db();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A prepared statement. Rows: TRY_DONE(db.prepared(k_sql).bind_all(x).each([&](Stmt& s) { use(s.text(0)); })), or
// TRY(bool row, s.step()) until it is false. Without rows: TRY_DONE(db.prepared(k_sql).bind_all(x, y).run()).
class Stmt {
 public:
  Stmt(sqlite3* db, sqlite3_stmt* s, int error) : db_(db), s_(s), error_(error) {}
  ~Stmt();
  Stmt(const Stmt&) = delete;
  Stmt& operator=(const Stmt&) = delete;
  template <class... Args>
  Stmt& bind_all(const Args&... args) {
    reset();
    int i = 0;
    (bind(++i, args), ...);
    return *this;
  }
  Stmt& bind(int i, std::int64_t v);
  Stmt& bind(int i, int v) { return bind(i, static_cast<std::int64_t>(v)); }
  Stmt& bind(int i, bool v) { return bind(i, static_cast<std::int64_t>(v)); }
  Stmt& bind(int i, std::string_view v);
  Stmt& bind(int i, const std::string& v) { return bind(i, std::string_view(v)); }
  Stmt& bind(int i, const char* v) { return bind(i, std::string_view(v)); }
  Stmt& bind(int i, ByteView v);
  Stmt& bind(int i, const Bytes& v) { return bind(i, ByteView(v)); }
  Stmt& bind(int i, std::nullopt_t);
  template <class T>
  Stmt& bind(int i, const std::optional<T>& v) {
    return v ? bind(i, *v) : bind(i, std::nullopt);
  }

  Result<bool> step();  // true: a row; after the last row or a fault the statement is reset
  Result<Done> run();   // step to the end, then reset
  template <class F>
  Result<Done> each(F&& row) {  // row(Stmt&) for every row, then reset
    for (;;) {
      auto more = step();
      if (!more) return std::move(more).fault();
      if (!*more) return Done{};
      row(*this);
    }
  }
  std::int64_t integer(int col) const;
  std::string text(int col) const;
  Bytes blob(int col) const;
  bool is_null(int col) const;
  void reset();  // also forgets the bound values

 private:
  sqlite3* db_;
  sqlite3_stmt* s_;
  int error_;  // why it could not be prepared (a busy or damaged file); step() reports it
};

// BEGIN IMMEDIATE ... COMMIT; rolled back when destroyed uncommitted.
class Tx {
 public:
  static Result<Tx> begin(Db& db);
  Tx(Tx&& o) noexcept : db_(o.db_) { o.db_ = nullptr; }
  Tx(const Tx&) = delete;
  ~Tx();
  Result<Done> commit();
  Db& db() { return *db_; }

 private:
  explicit Tx(Db* db) : db_(db) {}
  Db* db_;
};

}  // namespace kiosk::sqlite
