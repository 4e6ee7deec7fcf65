// What is asked of the ledger whatever its size is found by an index, of SQLite and of PostgreSQL.
#include "central/lookups.h"

#include <pqxx/pqxx>

#include "central/database.h"
#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// ?1, ?2 ... as values of the columns that they are compared with.
std::string with_values(std::string_view sql) {
  std::string out;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] != '?') {
      out += sql[i];
      continue;
    }
    const bool bytes = out.ends_with("head = ");
    const bool number = out.ends_with("seq = ") || out.ends_with("seq > ") || out.ends_with("LIMIT ");
    out += bytes ? "'\\x00'" : number ? "1" : "'x'";
    ++i;
  }
  return out;
}

}  // namespace

TEST_CASE("central: the ledger is never walked to find where a chain stands, in SQLite") {
  const TempDir home;
  const auto store = must(central::open_sqlite(home.path + "/centre.db"));
  const auto lease = must(store->begin_read());
  for (const auto sql : central::lookup::all) {
    CAPTURE(sql);
    int steps = 0;
    must(lease->db().prepared("EXPLAIN QUERY PLAN " + std::string(sql)).bind_all().each([&](central::Stmt& s) {
      const std::string step = s.text(3);
      CHECK_MESSAGE(!step.starts_with("SCAN "), step);  // to sort a node's few chains is none
      steps += step.starts_with("SEARCH ");
    }));
    CHECK(steps > 0);
  }
}

TEST_CASE("central on PostgreSQL: the ledger is never walked to find where a chain stands") {
  TempDir home;
  FakeClock clock{from_ms(1'795'000'000'000)};
  SystemRandom random;
  central::Centre::Options o;
  o.home = home.path + "/centre";
  o.store = fresh_schema();
  o.clock = &clock;
  o.random = &random;
  REQUIRE(std::system(("mkdir '" + o.home + "'").c_str()) == 0);
  must(central::Centre::open(o));
  pqxx::connection c(o.store);
  pqxx::work tx(c);
  tx.exec("SET enable_seqscan = off");  // of tables without rows an index is never worth it; here: whether there is one
  for (const auto sql : central::lookup::all) {
    CAPTURE(sql);
    std::string plan;
    for (const auto& row : tx.exec("EXPLAIN (COSTS OFF) " + with_values(sql))) plan += row[0].as<std::string>() + "\n";
    CHECK_MESSAGE(plan.find("Index") != std::string::npos, plan);
    CHECK_MESSAGE(plan.find("Seq Scan") == std::string::npos, plan);
  }
}
