#include "node/store/outbox.h"

#include "events/blob.h"
#include "store_support.h"

using namespace kiosk;
using namespace kiosk::store;
using test::TempDir;

namespace {
struct Home {
  TempDir dir;
  crypto::KeyRing keys;
  FakeClock clock{from_ms(1'795'142'400'000)};
  std::unique_ptr<Store> s = test::open_store(dir.path(), keys, {}, &clock);

  events::Ack ack(std::int64_t seq) {
    auto r = s->read();
    const auto id = s->identity();
    return {id.branch, id.node, id.epoch, seq, head_at(r->db(), seq).value(), {}};
  }
  Result<Done> set(const events::Ack& a) {
    TRY(auto tx, s->begin());
    TRY_DONE(set_cursor(tx, a));
    return tx.commit_local();
  }
  Cursor now() { return cursor(s->read()->db()).value(); }
  std::vector<std::string> waiting() {
    std::vector<std::string> out;
    const auto blobs = blobs_to_send(s->read()->db(), 10);
    for (const auto& b : *blobs) out.push_back(b.hash);
    return out;
  }
};
}  // namespace

TEST_CASE("outbox: events leave in sequence, bounded by count and by bytes, and never none") {
  Home h;
  for (int i = 0; i < 20; ++i) REQUIRE(test::write_pair(*h.s, std::to_string(i), std::string(1000, 'x')).ok());
  auto r = h.s->read();
  CHECK(events_after(r->db(), 0, 500, 1 << 30)->size() == 20);
  const auto some = events_after(r->db(), 5, 7, 1 << 30);
  REQUIRE(some->size() == 7);
  for (std::size_t i = 0; i < 7; ++i) CHECK((*some)[i].seq == static_cast<std::int64_t>(6 + i));
  CHECK(events_after(r->db(), 0, 500, 5000)->size() < 5);
  CHECK(events_after(r->db(), 0, 500, 1)->size() == 1);
  CHECK(events_after(r->db(), 20, 500, 1 << 30)->empty());
  auto previous = head_at(r->db(), 5).value();
  for (const auto& e : *some) {
    CHECK(events::chain_head(previous, e.sealed.header, e.sealed.ciphertext) == e.sealed.head);
    previous = e.sealed.head;
  }
}

TEST_CASE("outbox: the cursor moves forward only, and only to our own head") {
  Home h;
  CHECK(h.now().seq == 0);
  for (int i = 0; i < 5; ++i) REQUIRE(test::write_pair(*h.s, std::to_string(i)).ok());
  REQUIRE(h.set(h.ack(3)).ok());
  CHECK(h.now().seq == 3);
  CHECK(h.now().head == h.ack(3).head);
  REQUIRE(h.set(h.ack(2)).ok());  // a reply that came late
  CHECK(h.now().seq == 3);
  auto forged = h.ack(4);
  forged.head[0] ^= 1;
  CHECK(h.set(forged).fault().code == "ack_mismatch");
  auto beyond = h.ack(5);
  beyond.seq = 6;
  CHECK(h.set(beyond).fault().kind == FaultKind::Damaged);
  auto foreign = h.ack(5);
  foreign.epoch = "0000000000000000";
  CHECK(h.set(foreign).fault().code == "ack_epoch");
  CHECK(h.now().seq == 3);
  h.s.reset();
  h.s = test::open_store(h.dir.path(), h.keys);
  CHECK(h.now().seq == 3);
}

TEST_CASE("outbox: what waits is counted with the age of the oldest") {
  Home h;
  CHECK(pending(h.s->read()->db())->events == 0);
  CHECK_FALSE(pending(h.s->read()->db())->oldest);
  const auto first = h.clock.now();
  REQUIRE(test::write_pair(*h.s, "1").ok());
  h.clock.advance(Seconds(60));
  REQUIRE(test::write_pair(*h.s, "2").ok());
  auto p = pending(h.s->read()->db()).value();
  CHECK(p.events == 2);
  CHECK(p.oldest == first);
  REQUIRE(h.set(h.ack(1)).ok());
  CHECK(pending(h.s->read()->db())->oldest == first + Seconds(60));
  REQUIRE(h.set(h.ack(2)).ok());
  CHECK_FALSE(pending(h.s->read()->db())->oldest);
  REQUIRE(h.s->put_blob("photo", as_bytes("x")).ok());
  p = pending(h.s->read()->db()).value();
  CHECK(p.blobs == 1);
  CHECK(p.oldest == h.clock.now());
}

TEST_CASE("outbox: a verdict is kept until the centre takes it back") {
  Home h;
  REQUIRE(test::write_pair(*h.s, "1").ok());
  const auto record = [&](const EventVerdict& v) {
    auto tx = h.s->begin();
    REQUIRE(record_verdict(*tx, v).ok());
    REQUIRE(tx->commit_local().ok());
  };
  CHECK_FALSE(verdict_of(h.s->read()->db(), 1).value());
  record({1, "rejected", "claimed_elsewhere", ""});
  record({1, "rejected", "claimed_elsewhere", R"({"branch":"BDG02"})"});
  const auto v = verdict_of(h.s->read()->db(), 1).value();
  REQUIRE(v);
  CHECK(v->reason == "claimed_elsewhere");
  CHECK(v->detail == R"({"branch":"BDG02"})");
  record({1, "accepted", "", ""});
  CHECK_FALSE(verdict_of(h.s->read()->db(), 1).value());
}

TEST_CASE("outbox: blobs of resets leave first, then those of claims, then the others") {
  Home h;
  const auto lone = h.s->put_blob("photo", as_bytes("a")).value(),
             attempt = h.s->put_blob("photo", as_bytes("b")).value(),
             claim = h.s->put_blob("document", as_bytes("c")).value(),
             reset = h.s->put_blob("photo", as_bytes("d")).value();
  const auto refer = [&](const char* kind, const std::string& hash) {
    auto tx = h.s->begin();
    auto d = test::draft(kind);
    d.header.blobs = {hash};
    return tx->commit(std::move(d));
  };
  REQUIRE(refer("face.attempted", attempt).ok());
  REQUIRE(refer("claim.submitted", claim).ok());
  REQUIRE(refer("account.reset", reset).ok());
  CHECK(h.waiting() == std::vector{reset, claim, attempt, lone});
  REQUIRE(refer("face.attempted", claim).ok());  // a second, lesser mention does not set it back
  CHECK(h.waiting() == std::vector{reset, claim, attempt, lone});
  const auto last = h.s->identity().last_seq;
  CHECK(refer("claim.submitted", std::string(64, 'a')).fault().code == "blob_unknown");
  CHECK(h.s->identity().last_seq == last);
}

TEST_CASE("outbox: a blob leaves in parts by offset and is whole at the other end") {
  Home h;
  Bytes photo(300'000);
  SeededRandom(7).fill(photo);
  const auto hash = h.s->put_blob("photo", photo).value();
  const BlobToSend todo = blobs_to_send(h.s->read()->db(), 1)->front();
  CHECK(todo.kind == "photo");
  Bytes received;
  while (static_cast<std::int64_t>(received.size()) < todo.size) {
    const auto part = blob_part(h.s->read()->db(), hash, static_cast<std::int64_t>(received.size()), 65'536);
    REQUIRE(part.ok());
    REQUIRE_FALSE(part->empty());
    received.insert(received.end(), part->begin(), part->end());
    auto tx = h.s->begin();
    const auto sent = static_cast<std::int64_t>(received.size());
    REQUIRE(set_blob_sent(*tx, hash, sent, sent == todo.size).ok());
    REQUIRE(tx->commit_local().ok());
    if (sent < todo.size) CHECK(blobs_to_send(h.s->read()->db(), 1)->front().sent == sent);
  }
  CHECK(events::blob_name(received) == hash);
  CHECK(h.waiting().empty());
  const auto shared = crypto::Key::random();
  const auto wrap = events::wrap_blob_for_centre(hash, blob_wrap(h.s->read()->db(), hash).value(), h.keys.data, shared);
  CHECK(events::open_blob_at_centre(hash, received, wrap.value(), shared).value() == photo);
  CHECK(h.s->open_blob(hash).value() == photo);
}

TEST_CASE("outbox: blobs are bounded and unknown ones are told") {
  Home h;
  CHECK(h.s->put_blob("photo", {}).fault().code == "blob_size");
  CHECK(h.s->put_blob("photo", Bytes(33u * 1024 * 1024)).fault().code == "blob_size");
  CHECK(h.s->open_blob("nothing").fault().code == "blob_unknown");
  CHECK(blob_part(h.s->read()->db(), "nothing", 0, 1).fault().code == "blob_unknown");
}

TEST_CASE("outbox: a blob changed on the disk is told as damaged") {
  Home h;
  const auto hash = h.s->put_blob("photo", Bytes(50'000, 1)).value();
  {
    auto db = sqlite::Db::open(h.dir / "branch.db", {});
    REQUIRE(db->exec("UPDATE blob_bytes SET bytes = zeroblob(length(bytes))").ok());
  }
  CHECK(h.s->open_blob(hash).fault().code == "blob_changed");
}

TEST_CASE("outbox: how many blobs wait is read from an index alone, however many were sent before") {
  Home h;
  auto read = h.s->read();
  REQUIRE(read.ok());
  for (const char* sql :
       {"SELECT count(*) FROM blob WHERE complete = 0", "SELECT COALESCE(min(n), 0) FROM blob WHERE complete = 0",
        "SELECT count(*), min(at) FROM blob WHERE complete = 0 AND n > 5"}) {
    std::string plan;
    REQUIRE(read->db()
                .prepared("EXPLAIN QUERY PLAN " + std::string(sql))
                .each([&](sqlite::Stmt& s) { plan += s.text(3); })
                .ok());
    CHECK_MESSAGE(plan.find("COVERING INDEX blob_unsent") != std::string::npos, plan);
  }
}
