// Epochs, gaps, and events that come back from a copy or from the centre.
#include "node/store/epochs.h"

#include <doctest/doctest.h>

#include "node/store/outbox.h"
#include "store_support.h"
#include "tests/support/temp_dir.h"

using namespace kiosk;
using namespace kiosk::store;
using test::TempDir;

namespace {
// A branch that made a backup after six events and lived on for four more.
struct Lived {
  TempDir dir, backup;
  crypto::KeyRing keys;
  crypto::SigningKey centre = crypto::SigningKey::random();
  std::string epoch;
  std::vector<BackEvent> all;  // 1 to 10

  Lived() {
    auto s = test::open_store(dir.path(), keys);
    epoch = s->identity().epoch;
    for (int i = 0; i < 10; ++i) {
      if (i == 6) REQUIRE(s->read()->db().backup_to(backup / "branch.db").ok());
      REQUIRE(test::write_pair(*s, std::to_string(i), "{\"i\":" + std::to_string(i) + "}").ok());
    }
    crypto::Hash previous{};
    const auto rows = events_after(s->read()->db(), 0, 100, 1 << 30).value();
    for (const auto& e : rows) {
      all.push_back({epoch, e.seq, previous, e.sealed});
      previous = e.sealed.head;
    }
  }
  events::Ack ack(const std::string& of, std::int64_t seq, const crypto::Hash& head, const Store& s) {
    const auto id = s.identity();
    return events::sign_ack({id.branch, id.node, of, seq, head, {}}, centre);
  }
  // What a restore does first: the backup, and a new epoch from its end.
  std::unique_ptr<Store> restored() {
    auto s = test::open_store(backup.path(), keys);
    auto tx = s->begin();
    REQUIRE(tx->open_epoch().ok());
    REQUIRE(tx->commit(test::draft("node.restored", "")).value() == 1);
    return s;
  }
};
Result<bool> back(Store& s, const BackEvent& e) {
  TRY(auto tx, s.begin());
  TRY(const bool added, put_back(tx, e));
  TRY_DONE(tx.commit_local());
  return added;
}
Result<Done> acknowledge(Store& s, const events::Ack& a, bool trusted = false) {
  TRY(auto tx, s.begin());
  TRY_DONE(trusted ? trust_ack(tx, a) : set_cursor(tx, a));
  return tx.commit_local();
}
std::string shown(const std::vector<Gap>& gaps) {
  std::string out;
  for (const auto& g : gaps) out += std::to_string(g.from) + "-" + (g.to ? std::to_string(*g.to) : "?") + " ";
  return out;
}
}  // namespace

TEST_CASE("epochs: a new epoch continues the newest event, is kept over a restart, and its numbers begin at one") {
  Lived l;
  auto s = l.restored();
  const auto now = s->identity();
  CHECK(now.epoch != l.epoch);
  CHECK(now.last_seq == 1);
  const auto list = epochs(s->read()->db()).value();
  REQUIRE(list.size() == 2);
  CHECK(list[0].last == 6);
  CHECK(list[1].previous == l.all[5].sealed.head);
  CHECK(list[1].from_seq == 6);
  CHECK(list[1].base > 1'000'000);
  CHECK_FALSE(test::verify(*s).first_bad);
  s.reset();
  s = test::open_store(l.backup.path(), l.keys);
  CHECK(s->identity().epoch == now.epoch);
  REQUIRE(test::write_pair(*s, "x").value() == 2);
  CHECK_FALSE(test::verify(*s).first_bad);
  // A transaction that is given up leaves no epoch, and the next event goes on in the old one.
  {
    auto tx = s->begin();
    REQUIRE(tx->open_epoch().ok());
  }
  REQUIRE(test::write_pair(*s, "y").value() == 3);
  CHECK(epochs(s->read()->db())->size() == 2);
}

TEST_CASE("epochs: an epoch that does not continue what it names is found") {
  Lived l;
  auto s = l.restored();
  const auto epoch = s->identity().epoch;
  s.reset();
  auto db = sqlite::Db::open(l.backup / "branch.db", {});
  REQUIRE(db->exec("UPDATE epoch SET previous = zeroblob(32) WHERE from_n IS NOT NULL").ok());
  const auto report = verify_chain(*db, l.keys.signing.public_key()).value();
  CHECK(report.first_bad == 1);
  CHECK(report.bad_epoch == epoch);
}

TEST_CASE("epochs: the earlier epoch is sent to its end first, then the next; a late answer moves nothing back") {
  Lived l;
  auto s = l.restored();
  const auto epoch = s->identity().epoch;
  for (std::size_t i = 6; i < 10; ++i) CHECK(back(*s, l.all[i]).value());
  auto c = cursor(s->read()->db()).value();
  CHECK(c.epoch == l.epoch);
  CHECK(c.last == 10);
  CHECK_FALSE(c.present);
  CHECK(events_after(s->read()->db(), 0, 100, 1 << 30)->size() == 10);  // none of the next epoch among them
  CHECK(pending(s->read()->db())->events == 11);
  REQUIRE(acknowledge(*s, l.ack(l.epoch, 7, l.all[6].sealed.head, *s)).ok());
  CHECK(pending(s->read()->db())->events == 4);
  REQUIRE(acknowledge(*s, l.ack(l.epoch, 10, l.all[9].sealed.head, *s)).ok());
  c = cursor(s->read()->db()).value();
  CHECK(c.epoch == epoch);
  CHECK(c.seq == 0);
  CHECK(c.head == l.all[5].sealed.head);  // what the new epoch continues
  CHECK(c.present);
  CHECK(events_after(s->read()->db(), 0, 100, 1 << 30)->size() == 1);
  CHECK(pending(s->read()->db())->events == 1);
  REQUIRE(acknowledge(*s, l.ack(epoch, 1, s->identity().head, *s)).ok());
  REQUIRE(acknowledge(*s, l.ack(l.epoch, 9, l.all[8].sealed.head, *s)).ok());
  c = cursor(s->read()->db()).value();
  CHECK(c.epoch == epoch);
  CHECK(c.seq == 1);
  CHECK(pending(s->read()->db())->events == 0);
  CHECK_FALSE(test::verify(*s).first_bad);
}

TEST_CASE("epochs: events that come back stand in their places; the fork is one chain again") {
  Lived l;
  auto s = l.restored();
  REQUIRE(test::write_pair(*s, "after").ok());
  for (std::size_t i = 6; i < 10; ++i) CHECK(back(*s, l.all[i]).value());
  CHECK_FALSE(back(*s, l.all[8]).value());  // twice is once
  CHECK(test::events(*s) == 12);
  CHECK_FALSE(test::verify(*s).first_bad);
  CHECK(gaps(s->read()->db())->empty());
  // Not one of this chain: another's key, another place, changed bytes.
  auto other = l.all[9];
  other.sealed.signature[3] ^= 1;
  CHECK(back(*s, other).fault().code == "event_elsewhere");
  other = l.all[9];
  other.seq = 11;
  CHECK(back(*s, other).fault().code == "event_elsewhere");
  other = l.all[9];
  other.epoch = "00000000000000aa";
  CHECK(back(*s, other).fault().code == "epoch_unknown");
  CHECK(test::events(*s) == 12);
}

TEST_CASE("epochs: what is missing is known by its numbers, sending waits for it, and it can still come") {
  Lived l;
  auto s = l.restored();
  REQUIRE(back(*s, l.all[8]).value());
  REQUIRE(back(*s, l.all[9]).value());
  CHECK(shown(*gaps(s->read()->db())) == "7-8 ");
  CHECK_FALSE(test::verify(*s).first_bad);
  CHECK(events_after(s->read()->db(), 0, 100, 1 << 30)->size() == 6);
  // The centre's word that it has seen the eighth: what is behind the gap can be sent.
  REQUIRE(acknowledge(*s, l.ack(l.epoch, 8, l.all[7].sealed.head, *s), true).ok());
  CHECK(events_after(s->read()->db(), 8, 100, 1 << 30)->size() == 2);
  CHECK_FALSE(test::verify(*s).first_bad);
  CHECK(test::verify(*s).acknowledged_until == 8);
  REQUIRE(back(*s, l.all[6]).value());
  CHECK(shown(*gaps(s->read()->db())) == "8-8 ");
  REQUIRE(back(*s, l.all[7]).value());
  CHECK(gaps(s->read()->db())->empty());
  CHECK_FALSE(test::verify(*s).first_bad);
  CHECK(test::events(*s) == 11);
}

TEST_CASE("epochs: an event that is gone without being known to be missing is still found") {
  Lived l;
  auto s = l.restored();
  REQUIRE(back(*s, l.all[8]).value());
  REQUIRE(back(*s, l.all[9]).value());
  s.reset();
  const auto after = [&](const std::string& sql) {
    // The chain alone: a start reads a file that was written past the store whole, and refuses it.
    auto db = sqlite::Db::open(l.backup / "branch.db", {});
    REQUIRE(db->exec("PRAGMA foreign_keys = OFF").ok());
    REQUIRE(db->exec(sql).ok());
    return verify_chain(*db, l.keys.signing.public_key()).value();
  };
  CHECK_FALSE(after("SELECT 1").first_bad);
  CHECK(after("UPDATE gap SET head = zeroblob(32)").first_bad == 9);
  CHECK(after("UPDATE gap SET to_seq = 9").first_bad == 7);
  CHECK(after("DELETE FROM gap").first_bad == 7);
}

TEST_CASE("epochs: an unknown end is said once, moves with what comes back, and is closed by proof") {
  Lived l;
  auto s = l.restored();
  const auto with = [&](auto f) {
    auto tx = s->begin();
    REQUIRE(f(*tx).ok());
    REQUIRE(tx->commit_local().ok());
  };
  with([&](Tx& tx) { return note_open_gap(tx, l.epoch); });
  with([&](Tx& tx) { return note_open_gap(tx, l.epoch); });
  CHECK(shown(*gaps(s->read()->db())) == "7-? ");
  CHECK_FALSE(test::verify(*s).first_bad);
  REQUIRE(back(*s, l.all[6]).value());
  CHECK(shown(*gaps(s->read()->db())) == "8-? ");
  REQUIRE(back(*s, l.all[8]).value());
  CHECK(shown(*gaps(s->read()->db())) == "8-8 10-? ");
  with([&](Tx& tx) { return close_open_gap(tx, l.epoch); });
  CHECK(shown(*gaps(s->read()->db())) == "8-8 ");
}

TEST_CASE("epochs: one that only the centre knows finds its place before the present one") {
  Lived l;
  // Restored once, lived in a second epoch, and then restored again from the same old backup.
  TempDir copy;
  REQUIRE(test::open_store(l.backup.path(), l.keys)->read()->db().backup_to(copy / "branch.db").ok());
  auto first = l.restored();
  REQUIRE(test::write_pair(*first, "b").ok());
  const auto second_epoch = first->identity().epoch;
  const auto seen = events_after(first->read()->db(), 0, 100, 1 << 30).value();
  REQUIRE(acknowledge(*first, l.ack(l.epoch, 6, l.all[5].sealed.head, *first)).ok());
  const auto lost = events_after(first->read()->db(), 0, 100, 1 << 30).value();
  REQUIRE(lost.size() == 2);
  auto s = test::open_store(copy.path(), l.keys);
  {
    auto tx = s->begin();
    REQUIRE(tx->open_epoch().ok());
    REQUIRE(tx->commit(test::draft("node.restored", "")).ok());
  }
  {
    auto tx = s->begin();
    REQUIRE(add_epoch_before_present(*tx, {second_epoch, l.all[5].sealed.head}).ok());
    REQUIRE(add_epoch_before_present(*tx, {second_epoch, l.all[5].sealed.head}).ok());
    crypto::Hash previous = l.all[5].sealed.head;
    for (const auto& e : lost) {
      REQUIRE(put_back(*tx, BackEvent{second_epoch, e.seq, previous, e.sealed}).value());
      previous = e.sealed.head;
    }
    REQUIRE(tx->commit_local().ok());
  }
  const auto list = epochs(s->read()->db()).value();
  REQUIRE(list.size() == 3);
  CHECK(list[1].name == second_epoch);
  CHECK(list[1].last == 2);
  CHECK_FALSE(test::verify(*s).first_bad);
  REQUIRE(test::write_pair(*s, "c").value() == 2);
  s.reset();
  s = test::open_store(copy.path(), l.keys);
  CHECK(s->identity().last_seq == 2);
  CHECK_FALSE(test::verify(*s).first_bad);
}
