// Files of every earlier schema are opened by this program: each is made by the migrations up to it, filled with a row
// a table, and brought to the present one.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/sqlite/sqlite.h"
#include "tests/support/temp_dir.h"

namespace kiosk::store {
std::span<const sqlite::Migration> embedded_migrations();
}

using namespace kiosk;
using namespace kiosk::test;

namespace {
template <class T>
T must(Result<T> r) {
  if (!r) FAIL(r.fault().code << " " << r.fault().field << " " << r.fault().detail);
  return std::move(r).value();
}

std::vector<std::string> texts_of(sqlite::Db& db, const std::string& sql) {
  std::vector<std::string> out;
  auto& q = db.prepared(sql);
  must(q.each([&](sqlite::Stmt& s) { out.push_back(s.text(0)); }));
  return out;
}
std::vector<std::string> tables_of(sqlite::Db& db) {
  return texts_of(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
}
// What was made, without the spelling that ALTER TABLE leaves: tables with their columns, and indexes.
std::set<std::string> shape_of(sqlite::Db& db) {
  std::set<std::string> out;
  for (const auto& t : tables_of(db))
    for (const auto& c : texts_of(db,
                                  "SELECT name || ' ' || type || ' ' || \"notnull\" || ' ' || pk FROM "
                                  "pragma_table_info('" +
                                      t + "')"))
      out.insert(t + "." + c);
  for (const auto& i : texts_of(db, "SELECT tbl_name || ' ' || name FROM sqlite_master WHERE type = 'index'"))
    out.insert("index " + i);
  return out;
}
// A row with a value of its type in every column.
void fill(sqlite::Db& db, const std::string& table) {
  std::string names, values;
  auto& q = db.prepared("SELECT name, type, pk FROM pragma_table_info('" + table + "')");
  must(q.each([&](sqlite::Stmt& s) {
    const auto name = s.text(0), type = s.text(1);
    if (!names.empty()) names += ", ", values += ", ";
    names += '"' + name + '"';
    values += type == "INTEGER" ? "1"
              : type == "BLOB"  ? "x'" + std::string(64, 'a') + "'"
              : type == "REAL"  ? "0.5"
                                : "'{}'";
  }));
  const auto done = db.exec("INSERT OR IGNORE INTO " + table + " (" + names + ") VALUES (" + values + ")");
  if (!done) MESSAGE(table << ": " << done.fault().detail);
}
std::int64_t rows_of(sqlite::Db& db, const std::string& table) {
  std::int64_t n = 0;
  auto& q = db.prepared("SELECT count(*) FROM " + table);
  must(q.each([&](sqlite::Stmt& s) { n = s.integer(0); }));
  return n;
}
}  // namespace

TEST_CASE("migrations: a file of every earlier schema becomes the present one, and keeps its rows") {
  const auto all = store::embedded_migrations();
  REQUIRE(all.size() >= 17);
  const TempDir dir;
  std::set<std::string> present;
  {
    auto db = must(sqlite::Db::open(dir / "now.db", {}));
    must(db.migrate(all));
    present = shape_of(db);
  }
  for (std::size_t version = 1; version <= all.size(); ++version) {
    CAPTURE(version);
    const auto path = dir / ("v" + std::to_string(version) + ".db");
    std::map<std::string, std::int64_t> before;
    {
      auto db = must(sqlite::Db::open(path, {}));
      must(db.migrate(all.first(version)));
      must(db.exec("PRAGMA foreign_keys = OFF"));
      for (const auto& t : tables_of(db)) fill(db, t), before[t] = rows_of(db, t);
    }
    auto db = must(sqlite::Db::open(path, {}));
    must(db.migrate(all));
    CHECK(shape_of(db) == present);
    const auto tables = tables_of(db);
    for (const auto& [table, rows] : before) {
      CAPTURE(table);
      if (std::find(tables.begin(), tables.end(), table) != tables.end()) CHECK(rows_of(db, table) >= rows);
    }
    CHECK(texts_of(db, "PRAGMA integrity_check") == std::vector<std::string>{"ok"});
  }
}
