// The store on a PostgreSQL server, for any number of instances at once: a small pool of connections, READ COMMITTED,
// rows locked by whoever will change them. A connection that broke is thrown away; the next transaction makes a new
// one.
#include "central/database_postgres.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <pqxx/pqxx>
#include <pqxx/tablewriter>
#include <vector>

#include "base/log.h"

namespace kiosk::central {
namespace {
struct Value {
  bool null = true;
  std::string text;
};
}  // namespace
}  // namespace kiosk::central

namespace pqxx {
template <>
struct string_traits<kiosk::central::Value> {
  static constexpr const char* name() noexcept { return "value"; }
  static constexpr bool has_null() noexcept { return true; }
  static bool is_null(const kiosk::central::Value& v) { return v.null; }
  static std::string to_string(const kiosk::central::Value& v) { return v.text; }
};
}  // namespace pqxx

namespace kiosk::central {

std::span<const sqlite::Migration> embedded_migrations_postgres();

namespace {

// Writers beyond eight only wait for each other's disk. Readers have places of their own: a look at who speaks, or at a
// feed, never waits behind batches.
constexpr int k_writers = 8, k_readers = 4;
constexpr std::chrono::seconds k_wait{5};
constexpr std::int64_t k_migration_lock = 0x6b696f736bLL;

// Faults in the house's words. A server's message may quote values, so only its five-letter state is passed on.
Fault fault_of(const std::exception& e) {
  if (const auto* sql = dynamic_cast<const pqxx::sql_error*>(&e)) {
    const std::string& state = sql->sqlstate();
    const std::string detail = "PostgreSQL " + state;
    const auto any = [&](std::initializer_list<std::string_view> starts) {
      for (const auto s : starts)
        if (state.starts_with(s)) return true;
      return false;
    };
    if (any({"40"})) return refused("store_conflict", detail);
    if (any({"23"})) return refused("store_constraint", detail);
    if (any({"08", "57P"})) return unreachable("store_away", detail);
    if (any({"55P03", "57014"})) return refused("store_busy", detail);
    if (any({"53100"})) return refused("store_full", detail);
    if (any({"53"})) return refused("store_busy", detail);
    if (any({"XX001", "XX002"})) return damaged("store_corrupt", detail);
    if (state.empty()) return unreachable("store_away", "the server ended the connection");
    log::error("the database refused a query", {{"state", state}, {"query", sql->query().substr(0, 200)}});
    return refused("store_io", detail);
  }
  if (dynamic_cast<const pqxx::deadlock_detected*>(&e) || dynamic_cast<const pqxx::serialization_failure*>(&e))
    return refused("store_conflict", "another instance was in the way");
  if (dynamic_cast<const pqxx::failure*>(&e)) return unreachable("store_away", "the connection to PostgreSQL is lost");
  log::error("the database's client failed", {{"what", e.what()}});
  return refused("store_io", "the database's client failed");
}

// ?1 becomes $1; our SQL has no question mark elsewhere.
std::string dollars(std::string_view sql) {
  std::string out(sql);
  for (char& c : out)
    if (c == '?') c = '$';
  return out;
}

void hex(std::string& out, ByteView v) {
  static constexpr char digits[] = "0123456789abcdef";
  for (const std::uint8_t b : v) {
    out.push_back(digits[b >> 4]);
    out.push_back(digits[b & 15]);
  }
}

class PgDb;

class PgStmt final : public Stmt {
 public:
  PgStmt(PgDb& db, std::string name) : db_(db), name_(std::move(name)) {}
  Result<bool> step() override;
  std::int64_t integer(int col) const override { return is_null(col) ? 0 : std::strtoll(at(col).c_str(), nullptr, 10); }
  std::string text(int col) const override { return std::string(at(col).c_str(), at(col).size()); }
  Bytes blob(int col) const override {  // a bytea is shown as \x and hex
    const std::string_view shown(at(col).c_str(), at(col).size());
    return shown.size() < 2 ? Bytes() : from_hex(shown.substr(2)).value_or(Bytes());
  }
  bool is_null(int col) const override { return at(col).is_null(); }
  void reset() override {
    values_.clear();
    result_.clear();
    ran_ = false;
    next_ = 0;
  }

 private:
  pqxx::field at(int col) const { return result_[next_ - 1][col]; }
  Value& value(int i) {
    if (values_.size() < static_cast<std::size_t>(i)) values_.resize(static_cast<std::size_t>(i));
    Value& v = values_[static_cast<std::size_t>(i) - 1];
    v.null = false;
    v.text.clear();
    return v;
  }
  void bind_integer(int i, std::int64_t v) override { value(i).text = std::to_string(v); }
  void bind_text(int i, std::string_view v) override { value(i).text = v; }
  void bind_blob(int i, ByteView v) override {
    auto& text = value(i).text;
    text.reserve(2 + 2 * v.size());
    text = "\\x";
    hex(text, v);
  }
  void bind_null(int i) override { value(i).null = true; }

  PgDb& db_;
  std::string name_;
  std::vector<Value> values_;
  pqxx::result result_;
  bool ran_ = false;
  pqxx::result::size_type next_ = 0;  // one past the current row
};

class PgDb final : public Db {
 public:
  explicit PgDb(const std::string& url) : connection_(url) {
    pqxx::nontransaction t(connection_);
    t.exec(
        "SET lock_timeout = '10s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'; "
        "SET client_encoding = 'UTF8'; SET bytea_output = 'hex'");
  }
  Stmt& prepared(std::string_view sql) override {
    const auto it = known_.find(sql);
    if (it != known_.end()) return *it->second;
    const std::string name = "q" + std::to_string(known_.size());
    connection_.prepare(name, dollars(sql));  // sent at its first use
    return *known_.emplace(std::string(sql), std::make_unique<PgStmt>(*this, name)).first->second;
  }
  Stmt& locking(std::string_view sql) override {
    return writing_ ? prepared(std::string(sql) + " FOR NO KEY UPDATE") : prepared(sql);
  }
  std::int64_t changes() const override { return changes_; }
  Result<Done> append(const Rows& rows) override;

  Result<Done> begin(bool writing) {
    writing_ = writing;
    try {
      if (writing)
        tx_ = std::make_unique<pqxx::work>(connection_);
      else
        tx_ = std::make_unique<pqxx::nontransaction>(connection_);
      return Done{};
    } catch (const std::exception& e) {
      return failed(e);
    }
  }
  Result<Done> commit() {
    try {
      tx_->commit();
      return Done{};
    } catch (const std::exception& e) {
      return failed(e);
    }
  }
  void end() {
    for (auto& [sql, q] : known_) q->reset();
    try {
      tx_.reset();
    } catch (const std::exception&) {
      broken_ = true;
    }
  }
  bool broken() const { return broken_ || !connection_.is_open(); }
  Fault failed(const std::exception& e) {
    Fault f = fault_of(e);
    if (f.code == "store_away") broken_ = true;
    return f;
  }

  pqxx::connection connection_;
  std::unique_ptr<pqxx::transaction_base> tx_;
  std::int64_t changes_ = 0;

 private:
  bool writing_ = false, broken_ = false;
  std::map<std::string, std::unique_ptr<PgStmt>, std::less<>> known_;
};

Result<bool> PgStmt::step() {
  if (!ran_) {
    for (const auto& v : values_)
      if (v.text.find('\0') != std::string::npos) return bad_input("field_value", "text", "no zero byte");
    try {
      result_ = db_.tx_->exec_prepared(name_, pqxx::prepare::make_dynamic_params(values_));
      db_.changes_ = static_cast<std::int64_t>(result_.affected_rows());
      ran_ = true;
    } catch (const std::exception& e) {
      reset();
      return db_.failed(e);
    }
  }
  if (next_ < result_.size()) return ++next_, true;
  reset();
  return false;
}

// COPY, one line a row: many times what single INSERTs give.
Result<Done> PgDb::append(const Rows& rows) {
  if (rows.empty()) return Done{};
  try {
    // Its successor, stream_to, takes no finished lines and makes them several times slower.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    pqxx::tablewriter copy(*tx_, rows.table(), rows.columns().begin(), rows.columns().end());
#pragma GCC diagnostic pop
    std::string line;
    const auto n = rows.columns().size();
    for (std::size_t i = 0; i < rows.cells().size(); ++i) {
      if (i % n != 0) line.push_back('\t');
      const Cell& c = rows.cells()[i];
      if (const auto* number = std::get_if<std::int64_t>(&c)) {
        line += std::to_string(*number);
      } else if (const auto* bytes = std::get_if<ByteView>(&c)) {
        line += "\\\\x";
        hex(line, *bytes);
      } else if (const auto* text = std::get_if<std::string_view>(&c)) {
        for (const char ch : *text) {
          switch (ch) {
            case '\\':
              line += "\\\\";
              break;
            case '\n':
              line += "\\n";
              break;
            case '\r':
              line += "\\r";
              break;
            case '\t':
              line += "\\t";
              break;
            default:
              line.push_back(ch);
          }
        }
      } else {
        line += "\\N";
      }
      if (i % n == n - 1) {
        copy.write_raw_line(line);
        line.clear();
      }
    }
    copy.complete();
    return Done{};
  } catch (const std::exception& e) {
    return failed(e);
  }
}

class PgStore final : public Store {
 public:
  PgStore(std::string url) : url_(std::move(url)) {}

  struct PgLease final : Lease {
    PgLease(PgStore& s, std::unique_ptr<PgDb> d, bool w) : store(s), own(std::move(d)), writing(w) {}
    ~PgLease() override {
      own->end();
      store.give_back(std::move(own), writing);
    }
    Db& db() override { return *own; }
    Result<Done> commit() override {
      auto done = own->commit();
      // Whether the server still did it is not known: this must not be tried again blindly.
      if (!done && done.fault().code == "store_away") return unreachable("store_in_doubt", done.fault().detail);
      return done;
    }
    PgStore& store;
    std::unique_ptr<PgDb> own;
    bool writing;
  };

  Result<std::unique_ptr<Lease>> begin_write() override { return begin(true); }
  Result<std::unique_ptr<Lease>> begin_read() override { return begin(false); }

  Result<std::unique_ptr<PgDb>> connect() {
    try {
      return std::make_unique<PgDb>(url_);
    } catch (const std::exception& e) {
      const auto* failed = dynamic_cast<const pqxx::broken_connection*>(&e);
      log::warn("PostgreSQL cannot be reached", {{"detail", failed ? "no connection" : "refused"}});
      return unreachable("store_away", "PostgreSQL cannot be reached");
    }
  }

 private:
  Result<std::unique_ptr<Lease>> begin(bool writing) {
    {
      std::unique_lock lock(mutex_);
      int& taken = writing ? writing_ : reading_;
      if (!freed_.wait_for(lock, k_wait, [&] { return taken < (writing ? k_writers : k_readers); }))
        return refused("store_busy", "every connection to the database is in use");
      ++taken;
    }
    std::unique_ptr<PgDb> db;
    for (int attempt = 0;; ++attempt) {
      {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
          db = std::move(idle_.back());
          idle_.pop_back();
        }
      }
      if (!db) {
        auto fresh = connect();
        if (!fresh) return give_back(nullptr, writing), std::move(fresh).fault();
        db = std::move(*fresh);
      }
      auto begun = db->begin(writing);
      if (begun) return std::unique_ptr<Lease>(std::make_unique<PgLease>(*this, std::move(db), writing));
      db.reset();  // the server was started again since it was last used
      if (attempt > 0) return give_back(nullptr, writing), std::move(begun).fault();
      const std::lock_guard lock(mutex_);
      idle_.clear();
    }
  }
  void give_back(std::unique_ptr<PgDb> db, bool writing) {
    const std::lock_guard lock(mutex_);
    --(writing ? writing_ : reading_);
    if (db && !db->broken()) {
      idle_.push_back(std::move(db));
    } else {
      idle_.clear();  // what broke one connection has broken those that rest
    }
    freed_.notify_all();
  }

  std::string url_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<PgDb>> idle_;
  int writing_ = 0, reading_ = 0;
};

// Under a lock of its own, so that two instances that start together do not both make the tables.
Result<Done> migrate(PgDb& db, bool create) {
  try {
    for (;;) {
      pqxx::work tx(db.connection_);
      tx.exec("SELECT pg_advisory_xact_lock(" + std::to_string(k_migration_lock) + ")");
      const bool there = !tx.exec1("SELECT to_regclass('kiosk_schema')")[0].is_null();
      if (!there && !create) return refused("home_absent", "no centre has its facts in that database", "store");
      if (!there) tx.exec("CREATE TABLE kiosk_schema (version bigint NOT NULL); INSERT INTO kiosk_schema VALUES (0)");
      const auto have = tx.exec1("SELECT version FROM kiosk_schema")[0].as<std::int64_t>();
      const auto list = embedded_migrations_postgres();
      if (have > list.back().version)
        return refused("store_too_new", "schema " + std::to_string(have) + ", this program knows " +
                                            std::to_string(list.back().version));
      if (have == list.back().version) return Done{};
      const auto& next = list[static_cast<std::size_t>(have)];
      tx.exec(std::string(next.sql));
      tx.exec("UPDATE kiosk_schema SET version = " + std::to_string(next.version));
      tx.commit();
    }
  } catch (const std::exception& e) {
    return db.failed(e);
  }
}

}  // namespace

bool is_postgres(std::string_view url) { return url.starts_with("postgresql://") || url.starts_with("postgres://"); }

Result<std::unique_ptr<Store>> open_postgres(const std::string& url, bool create) {
  std::string full = url;
  const auto otherwise = [&](const std::string& key, const std::string& value) {
    if (full.find(key + "=") != std::string::npos) return;
    full += (full.find('?') == std::string::npos ? "?" : "&") + key + "=" + value;
  };
  otherwise("connect_timeout", "5");
  otherwise("tcp_user_timeout", "15000");
  otherwise("application_name", "kiosk-central");
  auto store = std::make_unique<PgStore>(full);
  TRY(const auto db, store->connect());
  TRY_DONE(migrate(*db, create));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace kiosk::central
