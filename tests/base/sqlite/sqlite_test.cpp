#include "base/sqlite/sqlite.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "tests/support/fault_vfs.h"
#include "tests/support/temp_dir.h"

using namespace kiosk;
using namespace kiosk::sqlite;
using test::FaultVfs;
using test::TempDir;

namespace {
constexpr Migration k_one[] = {
    {1, "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BLOB) STRICT"}};
constexpr Migration k_two[] = {k_one[0], {2, "ALTER TABLE thing ADD COLUMN size INTEGER"}};

Db open_things(const TempDir& dir) {
  auto db = Db::open(dir / "t.db", {});
  REQUIRE(db.ok());
  REQUIRE(db->migrate(k_one).ok());
  return std::move(db).value();
}
std::int64_t number(Db& db, std::string_view sql) {
  std::int64_t v = -1;
  REQUIRE(db.prepared(sql).each([&](Stmt& s) { v = s.integer(0); }).ok());
  return v;
}
std::string word(Db& db, std::string_view sql) {
  std::string v;
  REQUIRE(db.prepared(sql).each([&](Stmt& s) { v = s.text(0); }).ok());
  return v;
}
}  // namespace

TEST_CASE("sqlite: a database is opened with the house's settings") {
  const TempDir dir;
  auto db = open_things(dir);
  CHECK(word(db, "PRAGMA journal_mode") == "wal");
  CHECK(number(db, "PRAGMA synchronous") == 2);
  CHECK(number(db, "PRAGMA foreign_keys") == 1);
  CHECK(number(db, "PRAGMA trusted_schema") == 0);
  CHECK(number(db, "PRAGMA cell_size_check") == 1);
  CHECK(number(db, "PRAGMA secure_delete") == 1);
  CHECK(number(db, "PRAGMA wal_autocheckpoint") == (8 << 20) / 4096);
  int defensive = 0;
  sqlite3_db_config(db.raw(), SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
  CHECK(defensive == 1);
  struct stat st {};
  REQUIRE(::stat((dir / "t.db").c_str(), &st) == 0);
  CHECK((st.st_mode & 0777) == 0600);
  REQUIRE(::stat((dir / "t.db-wal").c_str(), &st) == 0);
  CHECK((st.st_mode & 0777) == 0600);
}

TEST_CASE("sqlite: values come back as they were bound, empty and null told apart") {
  const TempDir dir;
  auto db = open_things(dir);
  REQUIRE(db.prepared("INSERT INTO thing VALUES (?1, ?2, ?3)").bind_all(1, "", Bytes{}).run().ok());
  REQUIRE(db.prepared("INSERT INTO thing VALUES (?1, ?2, ?3)")
              .bind_all(2, std::string("a\0b", 3), std::optional<Bytes>())
              .run()
              .ok());
  CHECK(db.last_rowid() == 2);
  int rows = 0;
  REQUIRE(db.prepared("SELECT name, body FROM thing ORDER BY id")
              .each([&](Stmt& s) {
                if (++rows == 1) {
                  CHECK(s.text(0).empty());
                  CHECK_FALSE(s.is_null(1));
                  CHECK(s.blob(1).empty());
                } else {
                  CHECK(s.text(0) == std::string("a\0b", 3));
                  CHECK(s.is_null(1));
                }
              })
              .ok());
  CHECK(rows == 2);
}

TEST_CASE("sqlite: a transaction that is not committed leaves nothing") {
  const TempDir dir;
  auto db = open_things(dir);
  {
    auto tx = Tx::begin(db);
    REQUIRE(tx.ok());
    REQUIRE(db.exec("INSERT INTO thing VALUES (1, 'x', NULL)").ok());
  }
  CHECK(number(db, "SELECT count(*) FROM thing") == 0);
  auto tx = Tx::begin(db);
  REQUIRE(tx.ok());
  REQUIRE(db.exec("INSERT INTO thing VALUES (1, 'x', NULL)").ok());
  REQUIRE(tx->commit().ok());
  CHECK(number(db, "SELECT count(*) FROM thing") == 1);
}

TEST_CASE("sqlite: a half-read statement does not keep a transaction from its end") {
  const TempDir dir;
  auto db = open_things(dir);
  REQUIRE(db.exec("INSERT INTO thing VALUES (1, 'x', NULL), (2, 'y', NULL)").ok());
  auto tx = Tx::begin(db);
  REQUIRE(tx.ok());
  CHECK(db.prepared("SELECT id FROM thing").step().value());
  REQUIRE(tx->commit().ok());
  CHECK(Tx::begin(db).ok());
}

TEST_CASE("sqlite: a broken constraint is refused and the statement can be used again") {
  const TempDir dir;
  auto db = open_things(dir);
  auto& add = db.prepared("INSERT INTO thing VALUES (?1, ?2, NULL)");
  REQUIRE(add.bind_all(1, "x").run().ok());
  const auto twice = add.bind_all(2, "x").run();
  REQUIRE_FALSE(twice.ok());
  CHECK(twice.fault().code == "store_constraint");
  CHECK(twice.fault().detail.find("'x'") == std::string::npos);
  CHECK(add.bind_all(2, "y").run().ok());
}

TEST_CASE("sqlite: migrations go forward once, and a newer file is refused") {
  const TempDir dir;
  {
    auto db = open_things(dir);
    REQUIRE(db.exec("INSERT INTO thing VALUES (1, 'kept', NULL)").ok());
    REQUIRE(db.migrate(k_two).ok());
    REQUIRE(db.migrate(k_two).ok());
    CHECK(number(db, "PRAGMA user_version") == 2);
    CHECK(number(db, "SELECT count(*) FROM thing WHERE size IS NULL") == 1);
  }
  auto old_program = Db::open(dir / "t.db", {});
  REQUIRE(old_program.ok());
  const auto r = old_program->migrate(k_one);
  REQUIRE_FALSE(r.ok());
  CHECK(r.fault().code == "store_too_new");
}

TEST_CASE("sqlite: a migration that fails leaves the version and the rows of before") {
  const TempDir dir;
  auto db = open_things(dir);
  const Migration broken[] = {k_one[0], {2, "CREATE TABLE more (x); INSERT INTO thing VALUES (1, NULL, NULL)"}};
  const auto r = db.migrate(broken);
  REQUIRE_FALSE(r.ok());
  CHECK(r.fault().code == "store_constraint");
  CHECK(number(db, "PRAGMA user_version") == 1);
  CHECK(number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'more'") == 0);
}

TEST_CASE("sqlite: a schema that is damaged under a connection is a damaged file, not a mistake of the program") {
  const TempDir dir;
  auto db = open_things(dir);
  auto reader = Db::open(dir / "t.db", {.create = false, .read_only = true});
  REQUIRE(reader.ok());
  reader->expects_as(db);
  CHECK(db.prepared("SELECT name FROM thing").run().ok());  // one that is prepared already, and one that is not
  REQUIRE(Db::open(dir / "t.db", {})->exec("CREATE TABLE more (x)").ok());
  CHECK(db.prepared("SELECT name FROM thing").run().ok());  // more than expected does no harm
  CHECK_FALSE(db.schema_damaged());
  REQUIRE(Db::open(dir / "t.db", {})->exec("ALTER TABLE thing RENAME TO things").ok());
  const auto known = db.prepared("SELECT name FROM thing").run();
  REQUIRE_FALSE(known.ok());
  CHECK(known.fault().code == "store_corrupt");
  CHECK(known.fault().kind == FaultKind::Damaged);
  CHECK(reader->prepared("SELECT id FROM thing").run().fault().code == "store_corrupt");
  CHECK(db.schema_damaged());
  CHECK(reader->schema_damaged());
  auto again = Db::open(dir / "t.db", {});
  REQUIRE(again.ok());
  CHECK(again->migrate(k_one).fault().code == "store_corrupt");
}

TEST_CASE("sqlite: a full database is refused as full and keeps what it had") {
  const TempDir dir;
  auto db = open_things(dir);
  REQUIRE(db.exec("INSERT INTO thing VALUES (1, 'x', NULL)").ok());
  REQUIRE(db.exec("PRAGMA max_page_count = 10").ok());
  auto tx = Tx::begin(db);
  REQUIRE(tx.ok());
  const auto r = db.prepared("INSERT INTO thing VALUES (2, 'y', ?1)").bind_all(Bytes(100'000, 7)).run();
  REQUIRE_FALSE(r.ok());
  CHECK(r.fault().code == "store_full");
  CHECK(r.fault().kind == FaultKind::Refused);
  CHECK_FALSE(tx->commit().ok());  // the failure ended the transaction: its commit must not look like success
  CHECK(number(db, "SELECT count(*) FROM thing") == 1);
}

TEST_CASE("sqlite: the log stays after the close, and is filled when asked") {
  const TempDir dir;
  struct stat st {};
  {
    auto db = Db::open(dir / "t.db", {.fill_wal = true});
    REQUIRE(db.ok());
    REQUIRE(db->migrate(k_one).ok());
    REQUIRE(::stat((dir / "t.db-wal").c_str(), &st) == 0);
    CHECK(st.st_size > 2000 * 4096);
  }
  const auto size = st.st_size;
  REQUIRE(::stat((dir / "t.db-wal").c_str(), &st) == 0);
  CHECK(st.st_size == size);
  auto db = Db::open(dir / "t.db", {.fill_wal = true});
  REQUIRE(db.ok());
  CHECK(number(*db, "SELECT count(*) FROM sqlite_schema WHERE name = 'kiosk_fill'") == 0);
  CHECK(db->check().ok());
}

TEST_CASE("sqlite: a file that is no database and a damaged page are told as damaged") {
  const TempDir dir;
  {
    FILE* f = std::fopen((dir / "no.db").c_str(), "wb");
    for (int i = 0; i < 4096; ++i) std::fputc('x', f);
    std::fclose(f);
  }
  const auto no = Db::open(dir / "no.db", {});
  REQUIRE_FALSE(no.ok());
  CHECK(no.fault().code == "store_corrupt");
  CHECK(no.fault().kind == FaultKind::Damaged);
  {
    auto db = open_things(dir);
    for (int i = 1; i < 400; ++i)
      REQUIRE(db.prepared("INSERT INTO thing VALUES (?1, ?2, ?3)")
                  .bind_all(i, std::to_string(i), Bytes(200, 1))
                  .run()
                  .ok());
    CHECK(db.check().ok());
  }
  ::unlink((dir / "t.db-wal").c_str());  // the kept log still holds the whole pages
  const int fd = ::open((dir / "t.db").c_str(), O_WRONLY);
  const std::string junk(4096, '\xff');
  for (int page = 3; page < 12; ++page) REQUIRE(::pwrite(fd, junk.data(), junk.size(), page * 4096) == 4096);
  ::close(fd);
  auto db = Db::open(dir / "t.db", {});
  REQUIRE(db.ok());
  const auto r = db->check();
  REQUIRE_FALSE(r.ok());
  CHECK(r.fault().code == "store_corrupt");
}

TEST_CASE("sqlite: a file whose schema cannot be read is damaged as soon as it is opened, and ends no program") {
  for (const int at : {44, 100, 103}) {  // the schema's format, its page, the number of its cells
    CAPTURE(at);
    const TempDir dir;
    { const auto db = open_things(dir); }
    ::unlink((dir / "t.db-wal").c_str());
    const int fd = ::open((dir / "t.db").c_str(), O_WRONLY);
    REQUIRE(::pwrite(fd, "\xee\xee\xee\xee", 4, at) == 4);
    ::close(fd);
    for (const bool read_only : {true, false}) {
      const auto db = Db::open(dir / "t.db", {.create = false, .read_only = read_only});
      REQUIRE_FALSE(db.ok());
      CHECK(db.fault().code == "store_corrupt");
    }
  }
}

TEST_CASE("sqlite: a backup is a whole database and never overwrites one") {
  const TempDir dir;
  auto db = open_things(dir);
  REQUIRE(db.exec("INSERT INTO thing VALUES (1, 'x', NULL)").ok());
  REQUIRE(db.backup_to(dir / "b.db").ok());
  const auto again = db.backup_to(dir / "b.db");
  REQUIRE_FALSE(again.ok());
  CHECK(again.fault().code == "store_exists");
  auto copy = Db::open(dir / "b.db", {.create = false});
  REQUIRE(copy.ok());
  CHECK(copy->check().ok());
  CHECK(number(*copy, "SELECT count(*) FROM thing") == 1);
}

TEST_CASE("sqlite: part of a blob is read by its offset") {
  const TempDir dir;
  auto db = open_things(dir);
  Bytes body(100'000);
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<std::uint8_t>(i * 7);
  REQUIRE(db.prepared("INSERT INTO thing VALUES (5, 'b', ?1)").bind_all(body).run().ok());
  const auto part = db.blob_part("thing", "body", 5, 60'000, 100);
  REQUIRE(part.ok());
  CHECK(*part == Bytes(body.begin() + 60'000, body.begin() + 60'100));
  CHECK(db.blob_part("thing", "body", 5, 99'990, 100)->size() == 10);
  CHECK(db.blob_part("thing", "body", 5, 100'000, 100)->empty());
  CHECK(db.blob_part("thing", "body", 6, 0, 100).fault().code == "store_no_row");
}

TEST_CASE("sqlite: two writers take turns and both get everything in") {
  const TempDir dir;
  auto first = open_things(dir);
  auto second = Db::open(dir / "t.db", {});
  REQUIRE(second.ok());
  std::atomic<int> failed = 0;
  const auto write = [&](Db& db, int from) {
    for (int i = 0; i < 100; ++i) {
      auto tx = Tx::begin(db);
      const bool ok = tx.ok() &&
                      db.prepared("INSERT INTO thing VALUES (?1, ?2, NULL)")
                          .bind_all(from + i, std::to_string(from + i))
                          .run()
                          .ok() &&
                      tx->commit().ok();
      if (!ok) ++failed;
    }
  };
  std::thread other([&] { write(*second, 1000); });
  write(first, 1);
  other.join();
  CHECK(failed == 0);
  CHECK(number(first, "SELECT count(*) FROM thing") == 200);
}

TEST_CASE("sqlite: a commit reaches the log in one write, before it is synced, and readers see all of it") {
  FaultVfs::install();
  FaultVfs::heal();
  const TempDir dir;
  auto db = Db::open(dir / "t.db", {.page_size = 1024, .vfs = FaultVfs::name});
  REQUIRE(db.ok());
  REQUIRE(db->migrate(k_one).ok());
  REQUIRE(db->exec("INSERT INTO thing VALUES (1, 'warm', NULL)").ok());
  std::vector<std::pair<FaultVfs::Op, int>> seen;
  FaultVfs::observer = [&](const FaultVfs::Seen& s) {
    if (s.path != nullptr && std::string(s.path).ends_with("-wal")) seen.emplace_back(s.op, s.size);
  };
  const auto written = db->prepared("INSERT INTO thing VALUES (2, 'x', ?1)").bind_all(Bytes(5000, 7)).run();
  FaultVfs::observer = nullptr;
  REQUIRE(written.ok());
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].first == FaultVfs::Write);
  CHECK(seen[0].second > 5 * (1024 + 24));
  CHECK(seen[0].second % (1024 + 24) == 0);
  CHECK(seen[1].first == FaultVfs::Sync);

  // A transaction larger than the memory of pages: what spilled is read back by its own writer and by the next opener.
  REQUIRE(db->exec("PRAGMA cache_size = 10").ok());
  auto tx = Tx::begin(*db);
  REQUIRE(tx.ok());
  for (int i = 3; i < 400; ++i)
    REQUIRE(db->prepared("INSERT INTO thing VALUES (?1, 'n' || ?1, ?2)").bind_all(i, Bytes(900, 1)).run().ok());
  CHECK(number(*db, "SELECT count(*) FROM thing WHERE body IS NULL OR length(body) >= 900") == 399);
  REQUIRE(db->exec("UPDATE thing SET body = x'02' WHERE id > 200").ok());  // spilled pages are written again
  REQUIRE(tx->commit().ok());
  auto reader = Db::open(dir / "t.db", {.create = false, .read_only = true});
  REQUIRE(reader.ok());
  CHECK(number(*reader, "SELECT count(*) FROM thing") == 399);
  CHECK(number(*reader, "SELECT sum(length(body)) FROM thing") == 5000 + 198 * 900 + 199);
  CHECK(reader->check().ok());
}

TEST_CASE("sqlite: a log that takes only half of a commit refuses it, and the next one fits") {
  FaultVfs::install();
  FaultVfs::heal();
  const TempDir dir;
  auto db = Db::open(dir / "t.db", {.page_size = 1024, .vfs = FaultVfs::name});
  REQUIRE(db.ok());
  REQUIRE(db->migrate(k_one).ok());
  FaultVfs::writes_left = 3;
  const auto r = db->prepared("INSERT INTO thing VALUES (1, 'x', ?1)").bind_all(Bytes(5000, 7)).run();
  FaultVfs::heal();
  REQUIRE_FALSE(r.ok());
  CHECK(r.fault().code == "store_full");
  CHECK(number(*db, "SELECT count(*) FROM thing") == 0);
  REQUIRE(db->exec("INSERT INTO thing VALUES (2, 'y', NULL)").ok());
  db = Db::open(dir / "t.db", {});
  REQUIRE(db.ok());
  CHECK(number(*db, "SELECT count(*) FROM thing") == 1);
  CHECK(db->check().ok());
}

TEST_CASE(
    "sqlite: a page that rots in the log under an open file is told, and no checkpoint carries it into the file") {
  const TempDir dir;
  auto db = Db::open(dir / "t.db", {.page_size = 1024});
  REQUIRE(db.ok());
  REQUIRE(db->migrate(k_one).ok());
  for (int i = 0; i < 50; ++i)
    REQUIRE(
        db->prepared("INSERT INTO thing VALUES (?1, ?2, ?3)").bind_all(i, std::to_string(i), Bytes(300, 1)).run().ok());
  const std::string file = test::slurp(dir / "t.db");
  const auto frames = static_cast<long>((std::filesystem::file_size(dir / "t.db-wal") - 32) / 1048);
  FILE* log = std::fopen((dir / "t.db-wal").c_str(), "r+b");
  REQUIRE(log != nullptr);
  for (long i = 0; i < frames; ++i) {  // each page's newest frame is among them
    std::fseek(log, 32 + i * 1048 + 24 + 900, SEEK_SET);
    std::fputc('y', log);
  }
  std::fclose(log);
  auto reader = Db::open(dir / "t.db", {.create = false, .read_only = true});
  const auto read =
      reader ? reader->prepared("SELECT sum(length(body)) FROM thing").run() : Result<Done>(reader.fault());
  REQUIRE_FALSE(read.ok());
  CHECK(read.fault().code == "store_corrupt");
  CHECK(db->spoil_log().fault().code == "store_corrupt");
  CHECK(test::slurp(dir / "t.db") == file);
}
