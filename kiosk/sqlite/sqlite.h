// SQLite with house rules: WAL, synchronous=FULL, foreign keys, DEFENSIVE, trusted_schema off, persistent WAL, own busy wait.
// Thread: a Db belongs to one thread at a time (callers lock). Blocks: on the disk.
// Errors: damaged store_corrupt, refused store_full (SQLITE_FULL), store_busy, store_too_new; a constraint is refused store_constraint.
//   A programming mistake (bad SQL) aborts.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace kiosk::sqlite {

class Stmt;

struct Migration {
  int version;            // 1, 2, 3 ...
  std::string_view sql;
};

class Db {
 public:
  struct Options {
    bool create = true;
    bool read_only = false;
    int page_size = 4096;
    std::string vfs;      // test shim; empty: the default
  };
  static Result<Db> open(const std::string& path, const Options& options);
  Db(Db&&) noexcept;
  Db& operator=(Db&&) noexcept;
  ~Db();

  Result<Done> migrate(std::span<const Migration> migrations);  // each in its own transaction with user_version; forward only
  Result<Done> exec(std::string_view sql);
  Stmt& prepared(std::string_view sql);  // cached by the address of its text: pass named constants
  std::int64_t changes() const;
  Result<Done> check();                  // PRAGMA integrity_check
  Result<Done> backup_to(const std::string& path);
  sqlite3* raw() const;

 private:
  Db();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A prepared statement, bound and stepped: for (s.bind(1, x); s.step(); ) s.text(0) ...
class Stmt {
 public:
  Stmt(Db::Options*, sqlite3_stmt*) = delete;
  explicit Stmt(sqlite3_stmt* s) : s_(s) {}
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
  Stmt& bind(int i, const std::optional<T>& v) { return v ? bind(i, *v) : bind(i, std::nullopt); }

  Result<bool> step();         // true: a row
  Result<Done> run();          // step to the end, then reset
  std::int64_t integer(int col) const;
  std::string text(int col) const;
  Bytes blob(int col) const;
  bool is_null(int col) const;
  void reset();

 private:
  sqlite3_stmt* s_;
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
