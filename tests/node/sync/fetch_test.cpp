// Blobs on their way back from the centre: cut, restarted, changed, unknown; beside events and what is still to send.
#include "events/blob.h"
#include "tests/node/sync/pair.h"

using namespace kiosk;
using namespace kiosk::test;
using Trouble = ScriptedCentre::Trouble;

namespace {

struct Away : Pair {
  Away() {
    side.limits.blob_part = 1'000;
    restart();
  }
  // A photo that an event names, that the centre holds, and that is not here.
  std::string lost(const std::string& plain, const std::string& kind = "claim.submitted") {
    const auto& keys = side.store->keys();
    const auto b = events::seal_blob(as_bytes(plain), keys.data);
    centre.given[b.hash] = {"photo", b.ciphertext,
                            events::wrap_blob_for_centre(b.hash, b.node_wrap, keys.data, centre.shared()).value()};
    events::Header h;
    h.kind = kind;
    h.blobs = {b.hash};
    auto tx = side.store->begin();
    REQUIRE(tx.ok());
    REQUIRE(store::want_blobs(tx->db(), h).ok());
    REQUIRE(tx->commit_local().ok());
    return b.hash;
  }
  std::int64_t wanted() { return store::wanted_blobs(side.store->read()->db()).value(); }
  std::string opened(const std::string& hash) {
    const auto plain = side.store->open_blob(hash);
    return plain ? std::string(as_text(*plain)) : plain.fault().code;
  }
  std::string on_its_way(const std::string& hash) { return side.store->open_blob(hash).fault().detail; }
  void steps(int n) {
    for (int i = 0; i < n; ++i) side.engine->run_due();
  }
  void pass(Millis time) {
    clock.advance(time);
    for (int i = 0; i < 40; ++i) side.engine->run_due();
  }
  static std::string picture(std::size_t size) {
    std::string p(size, '\0');
    for (std::size_t i = 0; i < size; ++i) p[i] = static_cast<char>(i * 29);
    return p;
  }
};

}  // namespace

TEST_CASE(
    "fetch: a blob that only the centre holds comes back; cut in the middle it goes on there, also after a restart") {
  Away a;
  const auto photo = Away::picture(9'500);
  const auto hash = a.lost(photo);
  CHECK(a.opened(hash) == "blob_on_its_way");
  CHECK(a.on_its_way(hash) == "0 of a number not known yet bytes");
  a.centre.cut_fetch_at = 4'500;
  a.steps(6);
  CHECK(a.side.engine->status().why == "timeout");
  CHECK(a.centre.asked_for == std::vector<std::int64_t>{0, 1'000, 2'000, 3'000, 4'000});
  CHECK(a.opened(hash) == "blob_on_its_way");  // a part of a photo is none
  CHECK(a.on_its_way(hash) == "4000 of " + std::to_string(a.centre.given[hash].ciphertext.size()) + " bytes");
  a.restart();
  a.centre.asked_for.clear();
  a.pass(Millis{200'000});
  CHECK(a.opened(hash) == photo);
  REQUIRE(a.centre.asked_for.size() == 6);
  CHECK(a.centre.asked_for[0] == 4'000);  // nothing twice
  CHECK(a.wanted() == 0);
  CHECK(a.side.engine->status().pending_blobs == 0);  // what came from the centre is not sent to it
  CHECK(a.centre.blobs.empty());
}

TEST_CASE("fetch: bytes that are not those of the name are never stored, and the blob is fetched anew") {
  Away a;
  const auto photo = Away::picture(2'500);
  const auto hash = a.lost(photo);
  const auto good = a.centre.given[hash];
  a.centre.given[hash].ciphertext[1'234] ^= 1;
  a.steps(6);
  CHECK(a.opened(hash) == "blob_on_its_way");
  CHECK(a.wanted() == 1);
  a.centre.given[hash] = good;
  a.centre.asked_for.clear();
  a.pass(std::chrono::minutes(11));
  CHECK(a.centre.asked_for.front() == 0);
  CHECK(a.opened(hash) == photo);
}

TEST_CASE("fetch: a key that does not open, another size in between and another blob's answer are not believed") {
  Away a;
  const auto hash = a.lost(Away::picture(2'500)), other = a.lost(Away::picture(700));
  const auto good = a.centre.given[hash];
  a.centre.given[hash].wrap = a.centre.given[other].wrap;
  a.steps(8);
  CHECK(a.opened(hash) == "blob_on_its_way");
  CHECK(a.opened(other) == Away::picture(700));  // it stops none behind it
  a.centre.given[hash] = good;
  a.clock.advance(std::chrono::hours(25));
  a.steps(1);
  a.centre.given[hash].ciphertext.resize(2'000);  // the size that is said changes
  a.steps(3);
  CHECK(a.opened(hash) == "blob_on_its_way");
  a.centre.given[hash] = good;
  a.centre.blob_script = {{Trouble::Status, 200, "", "whatever"}};
  a.pass(std::chrono::minutes(11));
  CHECK(a.side.engine->status().why == "bad_reply");
  a.pass(std::chrono::minutes(11));
  CHECK(a.opened(hash) == Away::picture(2'500));
}

TEST_CASE("fetch: what the centre does not hold is asked for once a day, stops nothing, and comes when it is there") {
  Away a;
  const auto late = a.lost("it comes late", "account.reset_requested");
  auto held = a.centre.given.extract(late);
  const auto photo = a.lost("a photo");
  a.steps(6);
  CHECK(a.opened(photo) == "a photo");
  CHECK(a.side.engine->status().why == "");
  CHECK(a.wanted() == 1);
  a.centre.given.insert(std::move(held));  // an import brings it
  a.pass(std::chrono::hours(20));
  CHECK(a.opened(late) == "blob_on_its_way");
  a.pass(std::chrono::hours(5));
  CHECK(a.opened(late) == "it comes late");
}

TEST_CASE("fetch: events and photos that are still to be sent go first; a photo the centre refuses keeps none away") {
  Away a;
  const auto back = a.lost(Away::picture(5'000));
  const auto mine = a.side.store->put_blob("photo", as_bytes(Away::picture(3'000)));
  REQUIRE(mine.ok());
  a.side.add_event("{}", {*mine}, "claim.submitted");
  a.steps(4);
  CHECK(a.centre.asked_for.empty());
  CHECK(a.centre.ledger.size() == 1);
  a.steps(3);
  a.side.add_event();
  a.side.engine->nudge();
  a.side.engine->run_due();
  CHECK(a.centre.ledger.size() == 2);
  CHECK(a.wanted() == 1);  // still on its way
  a.steps(10);
  CHECK(a.opened(back) == Away::picture(5'000));
  CHECK(a.centre.whole[*mine] == Away::picture(3'000));
  // One that is not taken, and one more to come.
  const auto bad = a.side.store->put_blob("photo", as_bytes(std::string("no")));
  const auto more = a.lost(Away::picture(1'500));
  a.centre.blob_script = {{Trouble::Status, 404, "", "{\"code\":\"not_found\",\"message\":\"\"}"},
                          {Trouble::Status, 409, "", "{\"code\":\"blob_changed\",\"message\":\"\"}"}};
  a.side.engine->nudge();
  a.steps(8);
  CHECK(a.opened(more) == Away::picture(1'500));
  CHECK(a.side.engine->status().why == "blob_refused");
}
