// The store in a file of the centre's home: one writer, one reader beside it, a lock each.
#include <map>
#include <mutex>

#include "base/sqlite/sqlite.h"
#include "central/database.h"

namespace kiosk::central {

std::span<const sqlite::Migration> embedded_migrations();

namespace {

class SqliteStmt final : public Stmt {
 public:
  explicit SqliteStmt(sqlite::Stmt& s) : s_(&s) {}
  Result<bool> step() override { return s_->step(); }
  std::int64_t integer(int col) const override { return s_->integer(col); }
  std::string text(int col) const override { return s_->text(col); }
  Bytes blob(int col) const override { return s_->blob(col); }
  bool is_null(int col) const override { return s_->is_null(col); }
  void reset() override { s_->reset(); }

  sqlite::Stmt* s_;

 private:
  void bind_integer(int i, std::int64_t v) override { s_->bind(i, v); }
  void bind_text(int i, std::string_view v) override { s_->bind(i, v); }
  void bind_blob(int i, ByteView v) override { s_->bind(i, v); }
  void bind_null(int i) override { s_->bind(i, std::nullopt); }
};

class SqliteDb final : public Db {
 public:
  explicit SqliteDb(sqlite::Db db) : db_(std::move(db)) {}
  Stmt& prepared(std::string_view sql) override {
    sqlite::Stmt& s = db_.prepared(sql);
    const auto it = known_.find(sql);
    if (it == known_.end()) return known_.emplace(std::string(sql), SqliteStmt(s)).first->second;
    it->second.s_ = &s;  // one that could not be prepared is another the next time
    return it->second;
  }
  Stmt& locking(std::string_view sql) override { return prepared(sql); }
  std::int64_t changes() const override { return db_.changes(); }
  Result<Done> append(const Rows& rows) override {
    std::string sql = "INSERT INTO " + rows.table() + " (", marks;
    const auto n = rows.columns().size();
    for (std::size_t i = 0; i < n; ++i) {
      sql += (i == 0 ? "" : ", ") + rows.columns()[i];
      marks += (i == 0 ? "?" : ", ?") + std::to_string(i + 1);
    }
    sqlite::Stmt& q = db_.prepared(sql + ") VALUES (" + marks + ")");
    for (std::size_t at = 0; at < rows.cells().size(); at += n) {
      q.reset();
      for (std::size_t i = 0; i < n; ++i) {
        const int col = static_cast<int>(i) + 1;
        const Cell& c = rows.cells()[at + i];
        if (const auto* number = std::get_if<std::int64_t>(&c)) q.bind(col, *number);
        if (const auto* text = std::get_if<std::string_view>(&c)) q.bind(col, *text);
        if (const auto* bytes = std::get_if<ByteView>(&c)) q.bind(col, *bytes);
      }
      TRY_DONE(q.run());
    }
    return Done{};
  }

  sqlite::Db db_;

 private:
  std::map<std::string, SqliteStmt, std::less<>> known_;
};

class SqliteStore final : public Store {
 public:
  SqliteStore(sqlite::Db writer, sqlite::Db reader) : writer_(std::move(writer)), reader_(std::move(reader)) {}

  struct Writing final : Lease {
    Writing(SqliteStore& s, std::unique_lock<std::mutex> l, sqlite::Tx t)
        : store(s), lock(std::move(l)), tx(std::move(t)) {}
    Db& db() override { return store.writer_; }
    Result<Done> commit() override { return tx.commit(); }
    SqliteStore& store;
    std::unique_lock<std::mutex> lock;  // held until the transaction below has ended
    sqlite::Tx tx;
  };
  struct Reading final : Lease {
    explicit Reading(SqliteStore& s) : store(s), lock(s.read_mutex_) {}
    ~Reading() override { store.reader_.db_.end_reads(); }
    Db& db() override { return store.reader_; }
    Result<Done> commit() override { return Done{}; }
    SqliteStore& store;
    std::lock_guard<std::mutex> lock;
  };

  Result<std::unique_ptr<Lease>> begin_write() override {
    std::unique_lock lock(write_mutex_);
    writer_.told.clear();
    TRY(auto tx, sqlite::Tx::begin(writer_.db_));
    return std::unique_ptr<Lease>(std::make_unique<Writing>(*this, std::move(lock), std::move(tx)));
  }
  Result<std::unique_ptr<Lease>> begin_read() override {
    return std::unique_ptr<Lease>(std::make_unique<Reading>(*this));
  }

 private:
  std::mutex write_mutex_, read_mutex_;
  SqliteDb writer_, reader_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const std::string& vfs) {
  TRY(auto writer, sqlite::Db::open(path, {.vfs = vfs, .clean_log = true}));
  TRY_DONE(writer.migrate(embedded_migrations()));
  TRY(auto reader, sqlite::Db::open(path, {.create = false, .vfs = vfs}));
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(writer), std::move(reader)));
}

}  // namespace kiosk::central
