#include "node/store/store.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <thread>

#include "store_support.h"

using namespace kiosk;
using namespace kiosk::store;
using test::TempDir;

namespace {
std::string payload_of(Store& s, std::int64_t seq) {
  auto r = s.read();
  REQUIRE(r.ok());
  const auto e = events_after(r->db(), seq - 1, 1, 1);
  REQUIRE(e.ok());
  REQUIRE(e->size() == 1);
  return events::open_payload(e->front().sealed, s.keys().data).value();
}
events::Header header_of(Store& s, std::int64_t seq) {
  auto r = s.read();
  return events::decode_header(events_after(r->db(), seq - 1, 1, 1)->front().sealed.header).value();
}
}  // namespace

TEST_CASE("store: the first start makes a private home with a node, an epoch and an empty chain") {
  const TempDir dir;
  const crypto::KeyRing keys;
  auto s = test::open_store(dir / "a/b/home", keys);
  const auto id = s->identity();
  CHECK(id.branch == "LOCAL");
  CHECK(id.node.size() == 16);
  CHECK(id.epoch.size() == 16);
  CHECK(id.last_seq == 0);
  CHECK(s->check().ok());
  struct stat st {};
  REQUIRE(::stat((dir / "a/b/home").c_str(), &st) == 0);
  CHECK((st.st_mode & 0777) == 0700);
  s.reset();
  s = test::open_store(dir / "a/b/home", keys);
  CHECK(s->identity().node == id.node);
  CHECK(s->identity().epoch == id.epoch);
}

TEST_CASE("store: rows and their event commit together, numbered, timed and chained") {
  const TempDir dir;
  const crypto::KeyRing keys;
  FakeClock clock(from_ms(1'795'142'400'000));
  auto s = test::open_store(dir.path(), keys, {}, &clock);
  auto tx = s->begin();
  REQUIRE(tx.ok());
  REQUIRE(set_meta(*tx, "row", "1").ok());
  std::vector<events::Draft> two;
  two.push_back(test::draft("ticket.issued", R"({"n":1})"));
  two.push_back(test::draft("claim.submitted", R"({"n":2})"));
  const auto seqs = tx->commit(std::move(two));
  REQUIRE(seqs.ok());
  CHECK(*seqs == std::vector<std::int64_t>{1, 2});
  CHECK(s->identity().last_seq == 2);
  clock.set_wall(from_ms(1'795'142'000'000));  // the wall clock steps back; it is told as it is
  CHECK(test::write_pair(*s, "row2").value() == 3);
  const auto h = header_of(*s, 1), h3 = header_of(*s, 3);
  CHECK(h.kind == "ticket.issued");
  CHECK(h.node == s->identity().node);
  CHECK(to_ms(h.at) == 1'795'142'400'000);
  CHECK(to_ms(h3.at) == 1'795'142'000'000);
  CHECK(h.id < h3.id);  // ids stay in order even then
  CHECK(payload_of(*s, 2) == R"({"n":2})");
  CHECK(test::verify(*s).events == 3);
  CHECK_FALSE(test::verify(*s).first_bad);
  s.reset();
  s = test::open_store(dir.path(), keys, {}, &clock);
  CHECK(test::write_pair(*s, "row3").value() == 4);
  CHECK_FALSE(test::verify(*s).first_bad);
}

TEST_CASE("store: a rolled-back transaction leaves no event and no row, and its number is given again") {
  const TempDir dir;
  const crypto::KeyRing keys;
  auto s = test::open_store(dir.path(), keys);
  {
    auto tx = s->begin();
    REQUIRE(tx.ok());
    REQUIRE(set_meta(*tx, "row", "1").ok());
  }
  auto bad = s->begin();
  REQUIRE(bad.ok());
  REQUIRE(set_meta(*bad, "row", "1").ok());
  std::vector<events::Draft> drafts;
  drafts.push_back(test::draft("ticket.issued"));
  drafts.push_back(test::draft(""));  // a header without a kind cannot enter the chain
  const auto r = bad->commit(std::move(drafts));
  REQUIRE_FALSE(r.ok());
  CHECK(r.fault().code == "header_invalid");
  CHECK(test::events(*s) == 0);
  CHECK(test::count(*s, "SELECT count(*) FROM meta WHERE key = 'row'") == 0);
  CHECK(s->identity().last_seq == 0);
  CHECK(test::write_pair(*s, "row").value() == 1);
  CHECK_FALSE(test::verify(*s).first_bad);
}

TEST_CASE("store: rows without an event are refused") {
  const TempDir dir;
  auto s = test::open_store(dir.path(), crypto::KeyRing());
  auto tx = s->begin();
  REQUIRE(set_meta(*tx, "row", "1").ok());
  CHECK(tx->commit(std::vector<events::Draft>()).fault().code == "event_missing");
  CHECK(test::count(*s, "SELECT count(*) FROM meta WHERE key = 'row'") == 0);
}

TEST_CASE("store: a second opener is told the home is in use and by whom") {
  const TempDir dir;
  const crypto::KeyRing keys;
  auto s = test::open_store(dir.path(), keys);
  // flock excludes by open file, so a second opener in this process stands for another process.
  const auto second = Store::open({.home = dir.path(), .fill_log = false}, keys.clone());
  REQUIRE_FALSE(second.ok());
  CHECK(second.fault().code == "home_in_use");
  CHECK(second.fault().detail == "by process " + std::to_string(::getpid()));
  s.reset();
  CHECK(Store::open({.home = dir.path(), .fill_log = false}, keys.clone()).ok());
}

TEST_CASE("store: other keys than the home's are damaged, and change nothing") {
  const TempDir dir;
  const crypto::KeyRing keys;
  { CHECK(test::write_pair(*test::open_store(dir.path(), keys), "row").ok()); }
  const auto wrong = Store::open({.home = dir.path(), .fill_log = false}, crypto::KeyRing());
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.fault().kind == FaultKind::Damaged);
  CHECK(wrong.fault().code == "keys_wrong");
  auto one_wrong = keys.clone();
  one_wrong.index = crypto::Key::random();
  CHECK(Store::open({.home = dir.path(), .fill_log = false}, std::move(one_wrong)).fault().code == "keys_wrong");
  CHECK_FALSE(test::verify(*test::open_store(dir.path(), keys)).first_bad);
}

TEST_CASE("store: a home written by a newer program is refused and left alone") {
  const TempDir dir;
  const crypto::KeyRing keys;
  { test::open_store(dir.path(), keys); }
  {
    auto db = sqlite::Db::open(dir / "branch.db", {});
    REQUIRE(db->exec("PRAGMA user_version = 900").ok());
  }
  CHECK(Store::open({.home = dir.path(), .fill_log = false}, keys.clone()).fault().code == "store_too_new");
}

TEST_CASE("store: readers see what was committed when they began, while one writes") {
  const TempDir dir;
  auto s = test::open_store(dir.path(), crypto::KeyRing());
  REQUIRE(test::write_pair(*s, "one").ok());
  auto before = s->read();
  REQUIRE(before.ok());
  const auto rows = [](Read& r) {
    std::int64_t n = 0;
    REQUIRE(r.db().prepared("SELECT count(*) FROM event").each([&](sqlite::Stmt& row) { n = row.integer(0); }).ok());
    return n;
  };
  CHECK(rows(*before) == 1);
  REQUIRE(test::write_pair(*s, "two").ok());
  CHECK(rows(*before) == 1);
  CHECK(test::events(*s) == 2);
}

TEST_CASE("store: threads that write at once leave one whole chain") {
  const TempDir dir;
  auto s = test::open_store(dir.path(), crypto::KeyRing());
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        if (!test::write_pair(*s, std::to_string(t) + "." + std::to_string(i)).ok()) ++failed;
        if (!s->read().ok()) ++failed;
      }
    });
  for (auto& t : threads) t.join();
  CHECK(failed == 0);
  const auto report = test::verify(*s);
  CHECK(report.events == 100);
  CHECK_FALSE(report.first_bad);
  CHECK(s->identity().last_seq == 100);
}

TEST_CASE("store: the branch's name changes for later events only") {
  const TempDir dir;
  const crypto::KeyRing keys;
  auto s = test::open_store(dir.path(), keys);
  REQUIRE(test::write_pair(*s, "one").ok());
  REQUIRE(s->set_branch("JKT01").ok());
  REQUIRE(test::write_pair(*s, "two").ok());
  CHECK(header_of(*s, 1).branch == "LOCAL");
  CHECK(header_of(*s, 2).branch == "JKT01");
  CHECK(s->set_branch("").fault().kind == FaultKind::BadInput);
  s.reset();
  CHECK(test::open_store(dir.path(), keys)->identity().branch == "JKT01");
}

TEST_CASE("store: sealed row fields open in their place only") {
  const TempDir dir;
  auto s = test::open_store(dir.path(), crypto::KeyRing());
  auto tx = s->begin();
  const auto sealed = tx->seal("Siti Contoh", "people.name:1");
  CHECK(tx->open(sealed, "people.name:1").value() == "Siti Contoh");
  CHECK(tx->open(sealed, "people.name:2").fault().code == "seal_broken");
  REQUIRE(tx->commit_local().ok());
  auto r = s->read();
  CHECK(r->open(sealed, "people.name:1").value() == "Siti Contoh");
}

TEST_CASE("store: a stolen disk holds no trace of a planted NIK, name or photo") {
  const TempDir dir;
  const std::string nik = "3171014702600007", name = "SITI RAHAYU CONTOH", photo(3000, 'P');
  {
    auto s = test::open_store(dir.path(), crypto::KeyRing());
    const auto hash = s->put_blob("photo", as_bytes(photo + name));
    REQUIRE(hash.ok());
    auto tx = s->begin();
    const auto sealed = tx->seal(name, "x");
    REQUIRE(set_meta(*tx, to_hex(s->person_index(nik)), to_hex(sealed)).ok());
    auto d = test::draft("claim.submitted", R"({"nik":")" + nik + R"(","name":")" + name + "\"}");
    d.header.blobs = {*hash};
    REQUIRE(tx->commit(std::move(d)).ok());
    for (const char* file : {"branch.db", "branch.db-wal", "branch.db-shm"}) {
      const auto bytes = test::slurp(dir / file);
      CHECK_FALSE(bytes.empty());
      CHECK(bytes.find(nik) == std::string::npos);
      CHECK(bytes.find(name) == std::string::npos);
      CHECK(bytes.find(std::string(64, 'P')) == std::string::npos);
    }
    CHECK(test::slurp(dir / "branch.db-wal").find("claim.submitted") != std::string::npos);  // the search can find
  }
  for (const char* file : {"branch.db", "branch.db-wal"}) CHECK(test::slurp(dir / file).find(nik) == std::string::npos);
}
