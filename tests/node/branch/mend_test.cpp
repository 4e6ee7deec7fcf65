// A node's start over data that a disk has spoiled: made again from the second copy by itself, or refused by name.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "node/branch/outgoing.h"
#include "node/branch/recovery/mend.h"
#include "node/branch/recovery/second_copy.h"
#include "node/store/copy_folder.h"
#include "node/store/patrol.h"
#include "tests/support/temp_dir.h"

using namespace kiosk;
namespace fs = std::filesystem;

namespace {
struct Home {
  test::TempDir dir;
  crypto::KeyRing keys;
  std::string home = dir / "home", copy = dir / "copy";
  store::Store::Options options{.home = home, .fill_log = false};

  Home() { fs::create_directory(copy); }
  void work(int n, bool copied = true) {
    auto s = store::Store::open(options, keys.clone());
    REQUIRE(s.ok());
    for (int i = 0; i < n; ++i) {
      auto tx = (*s)->begin();
      events::Draft d;
      d.header.kind = "test.written";
      d.payload = "{\"n\":" + std::to_string(i) + "}";
      REQUIRE(tx->commit(std::move(d)).ok());
    }
    if (copied) REQUIRE(branch::SecondCopy(**s, {.folder = copy}).step().ok());
  }
  Result<branch::StoreOpened> start(bool with_copy = true) {
    return branch::open_or_mend(options, keys, with_copy ? copy : std::string());
  }
};

std::int64_t count_of(store::Store& s, const char* kind) {
  auto read = s.read();
  std::int64_t n = -1;
  REQUIRE(read->db()
              .prepared("SELECT count(*) FROM event WHERE kind = ?1")
              .bind_all(kind)
              .each([&](sqlite::Stmt& row) { n = row.integer(0); })
              .ok());
  return n;
}

void flip_page(const std::string& file, std::int64_t page) {
  std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
  f.seekg(page * 1024 + 700);
  const int c = f.get();
  f.seekp(page * 1024 + 700);
  f.put(static_cast<char>(c ^ 4));
}
}  // namespace

TEST_CASE("mend: data that are gone or behind come back from the second copy at the start, each record once") {
  for (const std::string what : {"gone", "empty", "behind", "no log"}) {
    CAPTURE(what);
    Home h;
    h.work(30);
    fs::copy(h.home, h.dir / "old");
    h.work(41);
    if (what == "gone") fs::remove(h.home + "/branch.db");
    if (what == "empty") fs::resize_file(h.home + "/branch.db", 0);
    if (what == "behind")
      for (const char* f : {"/branch.db", "/branch.db-sums", "/branch.db-wal"})
        fs::copy_file((h.dir / "old") + f, h.home + f, fs::copy_options::overwrite_existing);
    if (what == "no log") {  // as after a kill: the log had what the file had not
      auto s = store::Store::open(h.options, h.keys.clone());
      auto tx = (*s)->begin();
      events::Draft d;
      d.header.kind = "test.written";
      REQUIRE(tx->commit(std::move(d)).ok());
      REQUIRE(branch::SecondCopy(**s, {.folder = h.copy}).step().ok());
      fs::copy(h.home, h.dir / "killed");
      s->reset();
      fs::remove_all(h.home);
      fs::copy(h.dir / "killed", h.home);
      fs::remove(h.home + "/branch.db-wal");
      fs::remove(h.home + "/branch.db-shm");
    }
    CHECK(h.start(false).fault().kind == FaultKind::Damaged);
    auto opened = h.start();
    REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.fault().code + " " + opened.fault().detail));
    REQUIRE(opened->mended);
    CHECK(count_of(*opened->store, "test.written") == (what == "no log" ? 72 : 71));
    CHECK(count_of(*opened->store, "node.restored") == 1);
    CHECK(opened->store->check().ok());
    opened->store.reset();
    CHECK_FALSE(h.start()->mended);  // and it has a mark of its own
  }
}

TEST_CASE("mend: a copy that holds more than the file is a witness too") {
  Home h;
  h.work(20);
  fs::copy(h.home, h.dir / "old");
  h.work(5);
  fs::remove_all(h.home);  // everything is put back, the mark with it
  fs::copy(h.dir / "old", h.home);
  auto opened = h.start();
  REQUIRE(opened.ok());
  CHECK(opened->damage.find("store_behind") == 0);
  CHECK(count_of(*opened->store, "test.written") == 25);
}

TEST_CASE("mend: rot that the patrol finds is noted, and the next start makes it good") {
  Home h;
  h.work(60);
  {
    FakeClock clock(from_ms(1'795'140'000'000));
    auto options = h.options;
    options.clock = &clock;
    auto s = store::Store::open(options, h.keys.clone());
    REQUIRE(s.ok());
    store::Patrol patrol(**s, {.every = Seconds{3000}});
    const auto round = [&] {
      int slices = 0;
      for (auto went = patrol.step(); !went || *went; went = patrol.step()) ++slices;
      return slices;
    };
    CHECK(round() > 20);
    CHECK(patrol.damage().empty());
    CHECK(round() == 0);  // not due
    for (std::int64_t page = 4; page < 12; ++page) flip_page(h.home + "/branch.db", page);
    clock.advance(Seconds{3000});
    CHECK(round() > 2);  // what lists the tables may be among what is damaged
    CHECK(patrol.damage().find("store_corrupt") == 0);
    CHECK(store::noted_damage(h.home) == patrol.damage());
  }
  CHECK_FALSE(h.start(false).ok());
  auto opened = h.start();
  REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.fault().code + " " + opened.fault().detail));
  CHECK(count_of(*opened->store, "test.written") == 60);
  CHECK(store::noted_damage(h.home).empty());
}

TEST_CASE("mend: rot in what lists the tables is found too, and at once when somebody meets it") {
  Home h;
  h.work(60);
  FakeClock clock(from_ms(1'795'140'000'000));
  auto options = h.options;
  options.clock = &clock;
  auto s = store::Store::open(options, h.keys.clone());
  REQUIRE(s.ok());
  store::Patrol patrol(**s, {.every = Seconds{3000}});
  for (auto went = patrol.step(); !went || *went; went = patrol.step()) {
  }
  CHECK_FALSE(patrol.hurries());
  const auto pages = static_cast<std::int64_t>(fs::file_size(h.home + "/branch.db") / 1024);
  for (std::int64_t page = 1; page < pages; ++page) flip_page(h.home + "/branch.db", page);
  CHECK_FALSE(patrol.step().value());  // its hour has not come, and nobody has met anything
  {
    auto read = (*s)->read();
    REQUIRE(read.ok());
    CHECK(read->db().exec("PRAGMA shrink_memory").ok());
    CHECK_FALSE(read->db().prepared("SELECT count(*) FROM event").run().ok());
  }
  CHECK(patrol.hurries());
  for (int i = 0; i < 100 && patrol.hurries(); ++i) (void)patrol.step();
  CHECK(patrol.damage().find("store_corrupt") == 0);
  CHECK(store::noted_damage(h.home) == patrol.damage());
}

TEST_CASE("mend: with no copy the centre is asked before anything takes the place of what is here") {
  Home h;
  h.work(5, false);
  std::string node, epoch;
  {
    auto s = store::Store::open(h.options, h.keys.clone());
    REQUIRE(s.ok());
    node = (*s)->identity().node;
    epoch = (*s)->identity().epoch;
    branch::Outgoing out(**s);
    const auto receipts = crypto::SigningKey::random();
    REQUIRE(out.keep_centre_word(true).ok());
    CHECK_FALSE(fs::exists(h.home + "/centre-word"));  // of a node that was never enrolled
    REQUIRE(out.set_notes({{"sync.receipt_key", to_base64(receipts.public_key())}}).ok());
    REQUIRE(out.keep_centre_word(true).ok());
  }
  for (const char* part : {"/branch.db", "/branch.db-wal", "/branch.db-sums"}) fs::remove(h.home + part);
  const auto away = branch::open_or_mend(h.options, h.keys, "", [](store::Store&) -> Result<std::int64_t> {
    return unreachable("timeout", "the centre is away");
  });
  REQUIRE_FALSE(away.ok());
  CHECK(away.fault().code == "store_missing");
  CHECK(away.fault().detail.find("timeout") != std::string::npos);
  CHECK_FALSE(fs::exists(h.home + "/branch.db"));
  CHECK(branch::noted_mended(h.home).empty());
  // A copy that is not there is no reason to give up.
  for (const std::string copy : {std::string(), h.dir / "no-copy"}) {
    CAPTURE(copy);
    for (const char* part : {"/branch.db", "/branch.db-wal", "/branch.db-sums"}) fs::remove(h.home + part);
    int asked = 0;
    auto opened = branch::open_or_mend(h.options, h.keys, copy, [&](store::Store& s) -> Result<std::int64_t> {
      ++asked;
      CHECK(s.identity().node == node);
      CHECK(s.identity().epoch != epoch);  // no number is given twice
      return 5;
    });
    REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.fault().code + " " + opened.fault().detail));
    CHECK(asked == 1);
    REQUIRE(opened->mended);
    CHECK(opened->mended->from_centre == 5);
    CHECK(branch::noted_mended(h.home).find("store_missing") != std::string::npos);
  }
}
