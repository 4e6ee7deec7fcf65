// What was acknowledged is there, once and whole, after SIGKILL, a full disk or a failing one.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <set>

#include "store_support.h"
#include "tests/support/fault_vfs.h"

using namespace kiosk;
using namespace kiosk::store;
using test::FaultVfs;
using test::TempDir;

namespace {
// Commits pairs of row and event for ever and reports each number through the pipe once it was acknowledged.
[[noreturn]] void commit_until_killed(const std::string& home, const crypto::KeyRing& keys, int run, int pipe) {
  auto s = Store::open({.home = home, .fill_log = false}, keys.clone());
  if (!s) ::_exit(9);
  for (std::int32_t i = 0;; ++i) {
    const auto key = "row." + std::to_string(run) + "." + std::to_string(i);
    auto tx = (*s)->begin();
    if (!tx || !set_meta(*tx, key, "1").ok()) ::_exit(8);
    auto d = test::draft("test.written", key);
    d.header.subject = key;
    if (!tx->commit(std::move(d)).ok()) ::_exit(7);
    if (::write(pipe, &i, sizeof i) != sizeof i) ::_exit(6);
  }
}

std::set<std::string> subjects_of_events(Store& s, bool& twice) {
  std::set<std::string> out;
  auto r = s.read();
  const auto all = events_after(r->db(), 0, 1'000'000, 1LL << 40);
  REQUIRE(all.ok());
  for (const auto& e : *all) {
    const auto key = events::open_payload(e.sealed, s.keys().data);
    REQUIRE(key.ok());
    if (!out.insert(*key).second) twice = true;
  }
  return out;
}
std::set<std::string> rows(Store& s) {
  std::set<std::string> out;
  auto r = s.read();
  REQUIRE(r->db()
              .prepared("SELECT key FROM meta WHERE key LIKE 'row.%'")
              .each([&](sqlite::Stmt& row) { out.insert(row.text(0)); })
              .ok());
  return out;
}
}  // namespace

TEST_CASE("store: what was acknowledged before a SIGKILL is there once, rows and event alike, and nothing half") {
  const auto seed = SystemRandom().u64();
  MESSAGE("seed " << seed);
  SeededRandom random(seed);
  const TempDir dir;
  const crypto::KeyRing keys;
  std::set<std::string> acknowledged;
  for (int run = 0; run < 20; ++run) {
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::close(pipe[0]);
      commit_until_killed(dir.path(), keys, run, pipe[1]);
    }
    ::close(pipe[1]);
    std::int32_t i = -1;
    // The moment: after some acknowledgements, and then anywhere within the next commits.
    for (auto n = 1 + random.below(40); n > 0; --n) REQUIRE(::read(pipe[0], &i, sizeof i) == sizeof i);
    [[maybe_unused]] volatile std::uint64_t sink = 0;
    for (auto spin = random.below(400'000); spin > 0; --spin) sink = spin;
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    while (::read(pipe[0], &i, sizeof i) == sizeof i) {
    }
    ::close(pipe[0]);
    for (std::int32_t k = 0; k <= i; ++k) acknowledged.insert("row." + std::to_string(run) + "." + std::to_string(k));

    auto s = test::open_store(dir.path(), keys);
    bool twice = false;
    const auto in_events = subjects_of_events(*s, twice), in_rows = rows(*s);
    CHECK_FALSE(twice);
    CHECK(in_events == in_rows);
    CHECK(std::includes(in_events.begin(), in_events.end(), acknowledged.begin(), acknowledged.end()));
    CHECK(in_events.size() <= acknowledged.size() + static_cast<std::size_t>(run) + 1);  // at most one unreported a run
    CHECK_FALSE(test::verify(*s).first_bad);
  }
}

TEST_CASE("store: a disk that fills at any write leaves all of a commit or none, and works again when there is room") {
  FaultVfs::install();
  FaultVfs::heal();
  const TempDir dir;
  const crypto::KeyRing keys;
  auto s = test::open_store(dir.path(), keys, FaultVfs::name);
  int refused = 0, committed = 0;
  for (int limit = 0; limit < 160; limit += 4) {
    const auto before = s->identity();
    const std::string key = "row." + std::to_string(limit);
    FaultVfs::writes_left = limit;
    const auto r = test::write_pair(*s, key, std::string(30'000, 'x'));  // several pages
    FaultVfs::heal();
    const bool there = test::count(*s, "SELECT count(*) FROM meta WHERE key = '" + key + "'") == 1;
    CHECK(there == r.ok());
    CHECK(test::events(*s) == s->identity().last_seq);
    if (r.ok()) {
      ++committed;
    } else {
      ++refused;
      CHECK(r.fault().code == "store_full");
      CHECK(s->identity().last_seq == before.last_seq);
      CHECK(s->identity().head == before.head);
    }
    const auto after = test::write_pair(*s, key + ".after");
    REQUIRE(after.ok());
    CHECK(*after == before.last_seq + (r.ok() ? 2 : 1));
    CHECK_FALSE(test::verify(*s).first_bad);
  }
  CHECK(refused > 5);
  CHECK(committed > 5);
  s.reset();
  s = test::open_store(dir.path(), keys);
  CHECK(s->check().ok());
}

TEST_CASE("store: a full disk at a photo leaves no photo and the chain goes on") {
  FaultVfs::install();
  FaultVfs::heal();
  const TempDir dir;
  auto s = test::open_store(dir.path(), crypto::KeyRing(), FaultVfs::name);
  FaultVfs::writes_left = 20;
  const auto r = s->put_blob("photo", Bytes(300'000, 1));
  FaultVfs::heal();
  REQUIRE_FALSE(r.ok());
  CHECK(r.fault().code == "store_full");
  CHECK(test::count(*s, "SELECT count(*) FROM blob") == 0);
  CHECK(s->put_blob("photo", Bytes(300'000, 1)).ok());
  CHECK(test::write_pair(*s, "row").ok());
  CHECK(s->check().ok());
}

TEST_CASE("store: a sync that fails is never told as saved, and the next event still fits") {
  FaultVfs::install();
  FaultVfs::heal();
  const TempDir dir;
  const crypto::KeyRing keys;
  auto s = test::open_store(dir.path(), keys, FaultVfs::name);
  REQUIRE(test::write_pair(*s, "one").ok());
  FaultVfs::syncs_fail = true;
  const auto r = test::write_pair(*s, "two");
  FaultVfs::heal();
  REQUIRE_FALSE(r.ok());
  CHECK(r.fault().code == "store_io");
  CHECK(test::write_pair(*s, "two").value() == 2);  // resubmitted
  CHECK_FALSE(test::verify(*s).first_bad);
  s.reset();
  s = test::open_store(dir.path(), keys);
  CHECK(test::events(*s) == 2);
  CHECK(s->check().ok());
}

TEST_CASE("store: a node that dies while its home is being made starts whole the next time") {
  FaultVfs::install();
  const crypto::KeyRing keys;
  for (long limit = 0; limit < 60; limit += 3) {
    FaultVfs::heal();
    const TempDir dir;
    FaultVfs::writes_left = limit;
    { const auto r = Store::open({.home = dir.path(), .vfs = FaultVfs::name, .fill_log = false}, keys.clone()); }
    FaultVfs::heal();
    auto s = test::open_store(dir.path(), keys);
    CHECK(test::write_pair(*s, "one").value() == 1);
    CHECK(s->check().ok());
  }
}
