// The centre's store behind one interface, so that every query is written once: SQLite in the home, or PostgreSQL.
// SQL is the dialect both know (ON CONFLICT, ?1 .. ?n, columns of an upsert named with their table); what differs
// stands here. Thread: Store any; a Lease and its Db belong to one thread. Blocks: on the disk or the server.
// Errors: those of sqlite; refused store_busy, store_full; a broken constraint is refused store_constraint; unreachable
// store_away, and store_in_doubt when the server went away while it was told to commit; store_conflict is tried again.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace kiosk::central {

// A prepared statement, used like sqlite::Stmt: TRY(bool row, q.step()) until it is false, then reset(); or run(),
// each().
class Stmt {
 public:
  virtual ~Stmt() = default;
  template <class... Args>
  Stmt& bind_all(const Args&... args) {
    reset();
    int i = 0;
    (bind(++i, args), ...);
    return *this;
  }
  Stmt& bind(int i, std::int64_t v) { return bind_integer(i, v), *this; }
  Stmt& bind(int i, int v) { return bind_integer(i, v), *this; }
  Stmt& bind(int i, bool v) { return bind_integer(i, v ? 1 : 0), *this; }
  Stmt& bind(int i, std::string_view v) { return bind_text(i, v), *this; }
  Stmt& bind(int i, const std::string& v) { return bind_text(i, v), *this; }
  Stmt& bind(int i, const char* v) { return bind_text(i, v), *this; }
  Stmt& bind(int i, ByteView v) { return bind_blob(i, v), *this; }
  Stmt& bind(int i, const Bytes& v) { return bind_blob(i, v), *this; }
  Stmt& bind(int i, std::nullopt_t) { return bind_null(i), *this; }
  template <class T>
  Stmt& bind(int i, const std::optional<T>& v) {
    return v ? bind(i, *v) : bind(i, std::nullopt);
  }

  virtual Result<bool> step() = 0;  // true: a row; after the last row or a fault the statement is reset
  Result<Done> run() {
    return each([](Stmt&) {});
  }
  template <class F>
  Result<Done> each(F&& row) {  // row(Stmt&) for every row, then reset
    for (;;) {
      auto more = step();
      if (!more) return std::move(more).fault();
      if (!*more) return Done{};
      row(*this);
    }
  }
  virtual std::int64_t integer(int col) const = 0;
  virtual std::string text(int col) const = 0;
  virtual Bytes blob(int col) const = 0;
  virtual bool is_null(int col) const = 0;
  virtual void reset() = 0;  // also forgets the bound values

 private:
  virtual void bind_integer(int i, std::int64_t v) = 0;
  virtual void bind_text(int i, std::string_view v) = 0;
  virtual void bind_blob(int i, ByteView v) = 0;
  virtual void bind_null(int i) = 0;
};

// Many rows of one table, for append(). Views: what they show must outlive the rows.
using Cell = std::variant<std::monostate, std::int64_t, std::string_view, ByteView>;
class Rows {
 public:
  Rows(std::string table, std::vector<std::string> columns) : table_(std::move(table)), columns_(std::move(columns)) {}
  template <class... Args>
  void add(const Args&... args) {
    (cells_.push_back(cell(args)), ...);
  }
  const std::string& table() const { return table_; }
  const std::vector<std::string>& columns() const { return columns_; }
  const std::vector<Cell>& cells() const { return cells_; }
  bool empty() const { return cells_.empty(); }

 private:
  static Cell cell(std::int64_t v) { return v; }
  static Cell cell(std::string_view v) { return v; }
  static Cell cell(const std::string& v) { return std::string_view(v); }
  static Cell cell(ByteView v) { return v; }
  static Cell cell(const Bytes& v) { return ByteView(v); }
  static Cell cell(const std::optional<std::int64_t>& v) { return v ? Cell(*v) : Cell(); }
  std::string table_;
  std::vector<std::string> columns_;
  std::vector<Cell> cells_;
};

struct Told {  // an item of a branch's feed
  std::string branch, kind, subject, body;
};

// One transaction's view of the store.
class Db {
 public:
  virtual ~Db() = default;
  virtual Stmt& prepared(std::string_view sql) = 0;  // cached by its text, which holds no values; one use at a time
  // A SELECT whose rows nobody else may change before this transaction ends. SQLite has one writer and needs no lock.
  virtual Stmt& locking(std::string_view sql) = 0;
  virtual std::int64_t changes() const = 0;  // rows of the last statement that changed some
  virtual Result<Done> append(const Rows& rows) = 0;
  // What this transaction tells branches; numbered at its end, branches in their order, so that two transactions that
  // tell the same branches cannot wait for each other.
  std::vector<Told> told;
};

// A transaction. Rolled back when destroyed uncommitted.
class Lease {
 public:
  virtual ~Lease() = default;
  virtual Db& db() = 0;
  virtual Result<Done> commit() = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  virtual Result<std::unique_ptr<Lease>> begin_write() = 0;
  virtual Result<std::unique_ptr<Lease>> begin_read() = 0;
};

// `vfs`: fault-injection shim; empty: the default.
Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const std::string& vfs = {});

}  // namespace kiosk::central
