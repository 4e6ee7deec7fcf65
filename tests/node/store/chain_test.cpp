#include <filesystem>

#include "store_support.h"

using namespace kiosk;
using namespace kiosk::store;
using test::TempDir;

namespace {
// A home with ten events, the first four acknowledged; then SQL changes the closed file, as a thief or a bug would.
// As a home of before there were marks: what the chain alone shows.
void without_mark(const std::string& home) {
  std::filesystem::remove(home + "/branch.mark");
  auto db = sqlite::Db::open(home + "/branch.db", {});
  REQUIRE(db->exec("DELETE FROM meta WHERE key = 'marked'").ok());
}

struct Tampered {
  TempDir dir;
  crypto::KeyRing keys;
  crypto::SigningKey centre = crypto::SigningKey::random();

  Tampered() {
    auto s = test::open_store(dir.path(), keys);
    for (int i = 0; i < 10; ++i)
      REQUIRE(test::write_pair(*s, std::to_string(i), "{\"i\":" + std::to_string(i) + "}").ok());
    acknowledge(*s, 4);
  }
  void acknowledge(Store& s, std::int64_t seq) {
    auto tx = s.begin();
    const auto id = s.identity();
    const auto ack = events::sign_ack({id.branch, id.node, id.epoch, seq, head_at(tx->db(), seq).value(), {}}, centre);
    REQUIRE(set_cursor(*tx, ack).ok());
    REQUIRE(tx->commit_local().ok());
  }
  ChainReport after(const std::string& sql) {
    {
      auto db = sqlite::Db::open(dir / "branch.db", {});
      REQUIRE(db->exec("PRAGMA foreign_keys = OFF").ok());
      REQUIRE(db->exec(sql).ok());
    }
    without_mark(dir.path());
    return test::verify(*test::open_store(dir.path(), keys));
  }
};
}  // namespace

TEST_CASE("chain: an untouched chain is whole and says how far the centre has seen it") {
  Tampered t;
  const auto r = t.after("SELECT 1");
  CHECK(r.events == 10);
  CHECK_FALSE(r.first_bad);
  CHECK(r.acknowledged_until == 4);
}

TEST_CASE("chain: one changed byte in any column is found at its event") {
  for (const char* column : {"header", "head", "signature", "digest", "ciphertext"}) {
    CAPTURE(column);
    Tampered t;
    CHECK(t.after("UPDATE event SET " + std::string(column) + " = " +
                  (std::string(column) == "header" ? "replace(header, 'test.written', 'test.writteN')"
                                                   : "zeroblob(length(" + std::string(column) + "))") +
                  " WHERE seq = 6")
              .first_bad == 6);
  }
  for (const char* change : {"kind = 'ticket.called'", "at = at + 1", "id = zeroblob(16)", "seq = 60"}) {
    CAPTURE(change);
    Tampered t;
    CHECK(t.after(std::string("UPDATE event SET ") + change + " WHERE seq = 7").first_bad == 7);
  }
}

TEST_CASE("chain: a missing event is found, in the middle, at the front, and at an end that the centre has seen") {
  CHECK(Tampered().after("DELETE FROM event WHERE seq = 5").first_bad == 5);
  CHECK(Tampered().after("DELETE FROM event WHERE seq = 1").first_bad == 1);
  CHECK(Tampered().after("DELETE FROM event WHERE seq >= 4").first_bad == 4);
  CHECK(Tampered().after("DELETE FROM event").first_bad == 1);
}

TEST_CASE("chain: a removed event is found even when the rest is renumbered to close the gap") {
  CHECK(Tampered()
            .after("DELETE FROM event WHERE seq = 5; UPDATE event SET pos = pos - 1, seq = seq - 1 WHERE seq > 5")
            .first_bad == 5);
}

TEST_CASE("chain: two swapped events are found") {
  CHECK(
      Tampered()
          .after("UPDATE event SET pos = 100, seq = 100 WHERE seq = 3; UPDATE event SET pos = 3, seq = 3 WHERE seq = 8;"
                 "UPDATE event SET pos = 8, seq = 8 WHERE seq = 100")
          .first_bad == 3);
}

TEST_CASE("chain: an event signed by another key is found") {
  Tampered t;
  auto s = test::open_store(t.dir.path(), t.keys);
  auto r = s->read();
  const auto report = verify_chain(r->db(), crypto::SigningKey::random().public_key());
  CHECK(report->first_bad == 1);
}

TEST_CASE("chain: a history rewritten with the node's own key contradicts what the centre has acknowledged") {
  Tampered t;
  {
    // The holder of all keys makes a second chain of ten and puts the first one's identity and acknowledgement to it.
    const TempDir other;
    {
      auto s = test::open_store(other.path(), t.keys);
      for (int i = 0; i < 10; ++i) REQUIRE(test::write_pair(*s, std::to_string(i)).ok());
    }
    CHECK(test::verify(*test::open_store(other.path(), t.keys)).events == 10);
    auto first = sqlite::Db::open(t.dir / "branch.db", {});
    auto second = sqlite::Db::open(other / "branch.db", {});
    std::string head;
    REQUIRE(first->prepared("SELECT hex(head) FROM cursor").each([&](sqlite::Stmt& s) { head = s.text(0); }).ok());
    REQUIRE(second->exec("INSERT INTO cursor SELECT 1, name, 4, x'" + head + "', zeroblob(64) FROM epoch").ok());
    second = refused("closed");
    without_mark(other.path());
    CHECK(test::verify(*test::open_store(other.path(), t.keys)).first_bad == 4);
  }
}

TEST_CASE("chain: a purged ciphertext leaves the chain whole") {
  const auto r = Tampered().after("UPDATE event SET ciphertext = NULL, wrap = x'' WHERE seq <= 4");
  CHECK_FALSE(r.first_bad);
  CHECK(r.events == 10);
}

TEST_CASE("chain: a new epoch continues the head, starts at 1 and is verified with the old one") {
  Tampered t;
  const std::string epoch =
      "INSERT INTO epoch SELECT 2, 'aaaabbbbccccdddd', 10, head, 0, 1, 10 FROM event WHERE pos = 10";
  CHECK_FALSE(t.after(epoch).first_bad);
  auto s = test::open_store(t.dir.path(), t.keys);
  CHECK(s->identity().epoch == "aaaabbbbccccdddd");
  CHECK(test::write_pair(*s, "new").value() == 1);
  const auto r = test::verify(*s);
  CHECK(r.events == 11);
  CHECK_FALSE(r.first_bad);
  auto read = s->read();
  CHECK(cursor(read->db())->seq == 4);  // the old one is sent to its end first
  CHECK(events_after(read->db(), 4, 10, 1 << 20)->size() == 6);
}
