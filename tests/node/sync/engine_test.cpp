#include <doctest/doctest.h>

#include "node/sync/backoff.h"
#include "tests/node/sync/pair.h"

using namespace kiosk;
using namespace kiosk::test;
using Trouble = ScriptedCentre::Trouble;

TEST_CASE("backoff: full jitter below a ceiling that doubles up to the cap; success starts it again") {
  SeededRandom random(42);
  sync::Backoff b(random, Millis{1'000}, Millis{60'000});
  std::int64_t ceiling = 1'000, most = 0;
  for (int i = 0; i < 12; ++i) {
    const auto w = b.next().count();
    CHECK(w >= 0);
    CHECK(w <= ceiling);
    most = std::max(most, w);
    ceiling = std::min<std::int64_t>(ceiling * 2, 60'000);
  }
  CHECK(most > 2'000);  // it does grow
  b.reset();
  CHECK(b.next().count() <= 1'000);
}

TEST_CASE("backoff: what the centre asks for is a least, and an hour is the most it can ask") {
  SeededRandom random(1);
  sync::Backoff b(random, Millis{1'000}, Millis{60'000});
  CHECK(b.next(Millis{30'000}) >= Millis{30'000});
  CHECK(b.next(Millis{86'400'000}) <= Millis{3'600'000 + 60'000});
}

TEST_CASE("backoff: two branches do not come back in the same moment") {
  SeededRandom a(1), b(2);
  sync::Backoff x(a, Millis{1'000}, Millis{60'000}), y(b, Millis{1'000}, Millis{60'000});
  int same = 0;
  for (int i = 0; i < 20; ++i) same += x.next() == y.next() ? 1 : 0;
  CHECK(same < 3);
}

TEST_CASE("sync: a node without enrolment says so and sends nothing") {
  FakeClock clock(from_ms(1'795'140'000'000));
  SeededRandom random(3);
  TempDir home;
  BranchSide side(clock, random, home.path());
  ScriptedCentre centre;
  side.open();
  side.open_engine(centre.wires());
  side.engine->run_due();
  CHECK(side.engine->round(Millis{0}).state == "not_enrolled");
  CHECK(centre.exchanges == 0);
}

TEST_CASE("sync: events arrive in sequence with their payload, and the status says nothing is unsent") {
  Pair p;
  p.side.limits.batch_events = 3;
  p.restart();
  for (int i = 0; i < 8; ++i) p.side.add_event("{\"n\":" + std::to_string(i) + "}");
  auto s = p.side.engine->status();
  CHECK(s.pending == 8);
  CHECK(s.state == "sending");
  p.clock.advance(Millis{90'000});
  CHECK(p.side.engine->status().oldest_unsent_s == 90);
  s = p.side.engine->round(Millis{0});
  p.check_once_each(8);
  CHECK(p.centre.ledger[5].payload == "{\"n\":5}");
  CHECK(s.pending == 0);
  CHECK_FALSE(s.oldest_unsent_s);
  CHECK(s.state == "idle");
  CHECK(s.why.empty());
  CHECK(s.last_success == p.clock.now());
  CHECK(p.side.cursor().seq == 8);
}

TEST_CASE("sync: a reply that was lost brings the same batch again, and nothing is doubled") {
  Pair p;
  for (int i = 0; i < 5; ++i) p.side.add_event();
  p.centre.push_script = {{Trouble::LostReply}};
  p.side.engine->run_due();
  CHECK(p.centre.ledger.size() == 5);
  CHECK(p.side.cursor().seq == 0);
  CHECK(p.side.engine->status().pending == 5);
  p.side.add_event();
  p.settle();
  p.check_once_each(6);
  CHECK(p.side.cursor().seq == 6);
}

TEST_CASE("sync: the node dies between the centre's answer and its own note, and nothing is doubled or lost") {
  Pair p;
  for (int i = 0; i < 5; ++i) p.side.add_event();
  p.centre.push_script = {{Trouble::LostReply}};
  p.side.engine->run_due();
  p.restart();
  p.side.add_event();
  p.settle();
  p.check_once_each(6);
}

TEST_CASE("sync: a receipt of another key moves no cursor and asks for an operator") {
  Pair p;
  p.side.add_event();
  p.centre.push_script = {{Trouble::ForgedReceipt}};
  p.side.engine->run_due();
  const auto s = p.side.engine->status();
  CHECK(s.state == "paused");
  CHECK(s.why == "receipt_invalid");
  CHECK(p.side.cursor().seq == 0);
  CHECK(s.pending == 1);
  p.settle();  // the true centre is back: it goes on by itself
  CHECK(p.side.cursor().seq == 1);
  p.check_once_each(1);
}

TEST_CASE("sync: a signed receipt of a head that is not ours moves no cursor") {
  Pair p;
  p.side.add_event();
  p.centre.push_script = {{Trouble::WrongHead}};
  p.side.engine->run_due();
  CHECK(p.side.engine->status().why == "ack_mismatch");
  CHECK(p.side.cursor().seq == 0);
}

TEST_CASE("sync: a centre that went back in time gets again what it lost") {
  Pair p;
  for (int i = 0; i < 6; ++i) p.side.add_event();
  p.settle();
  REQUIRE(p.side.cursor().seq == 6);
  p.centre.forget_after(2);
  p.side.add_event();
  p.side.engine->nudge();
  p.settle();
  p.check_once_each(7);
  CHECK(p.side.cursor().seq == 7);
}

TEST_CASE("sync: a fork and a batch that the centre calls bad are never dropped, and an operator is asked for") {
  for (const char* code : {"fork", "bad_chain", "bad_signature", "wrong_branch"}) {
    CAPTURE(code);
    Pair p;
    p.side.add_event();
    p.centre.refuse_with = code;
    p.side.engine->run_due();
    auto s = p.side.engine->status();
    CHECK(s.state == "paused");
    CHECK(s.why == code);
    CHECK(s.pending == 1);
    const int before = p.centre.exchanges;
    for (int i = 0; i < 60; ++i) {  // a minute
      p.clock.advance(Millis{1'000});
      p.side.engine->run_due();
    }
    CHECK(p.centre.exchanges - before < 80);  // the feed's polls and a few slow tries
    p.centre.refuse_with.clear();
    p.settle();
    p.check_once_each(1);
  }
}

TEST_CASE("sync: a busy centre is left alone for as long as it asks") {
  Pair p;
  p.side.add_event();
  p.centre.push_script = {{Trouble::Status, 503, "40", "{\"code\":\"busy\",\"message\":\"later\"}"}};
  p.side.engine->run_due();
  CHECK(p.side.engine->status().state == "waiting");
  CHECK(p.side.engine->status().why == "centre_busy");
  p.clock.advance(Millis{39'000});
  p.side.engine->nudge();  // new events are no reason to knock sooner
  p.side.engine->run_due();
  CHECK(p.centre.ledger.empty());
  p.settle();
  p.check_once_each(1);
}

TEST_CASE(
    "sync: without a network the status says since when and why, and one lane that gets through wakes the others") {
  Pair p;
  p.side.add_event();
  p.centre.script = {{Trouble::NoRoute}, {Trouble::NoRoute}, {Trouble::NoRoute}};
  p.centre.push_script = {{Trouble::NoRoute}, {Trouble::NoRoute}, {Trouble::NoRoute}, {Trouble::NoRoute}};
  p.side.engine->run_due();
  const auto s = p.side.engine->status();
  CHECK(s.state == "offline");
  CHECK(s.why == "no_route");
  CHECK(s.pending == 1);
  p.settle();
  p.check_once_each(1);
  CHECK(p.side.engine->status().state == "idle");
}

TEST_CASE("sync: the status says when it will try again by itself") {
  Pair p;
  p.side.add_event();
  CHECK_FALSE(p.side.engine->status().next_try);
  p.centre.script = {{Trouble::NoRoute}, {Trouble::NoRoute}, {Trouble::NoRoute}};
  p.side.engine->run_due();
  const auto s = p.side.engine->status();
  CHECK_FALSE(s.last_success);  // a lane that had nothing to send has heard of nobody
  REQUIRE(s.next_try);
  CHECK(*s.next_try >= p.clock.now());
  CHECK(*s.next_try <= p.clock.now() + Millis{1'000});  // the first wait is at most the base
  p.settle();
  CHECK_FALSE(p.side.engine->status().next_try);
}

TEST_CASE("sync: what an operator held stays held over a restart, and goes on when resumed, with both acts recorded") {
  Pair p;
  p.side.add_event();
  const verbs::Actor op{"ctl", ""};
  auto held = p.side.node->ask(op, verbs::HoldSync{true});
  REQUIRE(held.ok());
  CHECK(held->state == "held");
  CHECK(held->why == "held");
  CHECK(held->pending == 2);
  REQUIRE(p.side.node->ask(op, verbs::HoldSync{true}).ok());  // again changes nothing
  const int before = p.centre.exchanges;
  p.settle(5);
  CHECK(p.side.node->ask(op, verbs::SyncNow{})->state == "held");
  p.restart();
  p.settle(5);
  CHECK(p.side.engine->status().state == "held");
  CHECK(p.centre.exchanges == before);
  REQUIRE(p.side.node->ask(op, verbs::HoldSync{false}).ok());
  p.settle();
  p.check_once_each(3);
  CHECK(p.centre.ledger[1].header.kind == "sync.held");
  CHECK(p.centre.ledger[1].header.terminal == "ctl");
  CHECK(p.centre.ledger[2].header.kind == "sync.resumed");
  CHECK(p.side.engine->status().state == "idle");
}

TEST_CASE("sync: an answer that is not the centre's is no acknowledgement") {
  for (const char* body : {"", "<html>log in to the hotel</html>", "{}", "{\"ack\":{}}", "[]"}) {
    CAPTURE(body);
    Pair p;
    p.side.add_event();
    p.centre.push_script = {{Trouble::Status, 200, "", body}};
    p.side.engine->run_due();
    CHECK(p.side.cursor().seq == 0);
    CHECK(p.side.engine->status().why == "bad_reply");
    p.settle();
    p.check_once_each(1);
  }
}

TEST_CASE("sync: a blob that was cut goes on where the centre has it, also after a restart") {
  Pair p;
  p.side.limits.blob_part = 1'000;
  p.restart();
  std::string photo(25'000, '\0');
  for (std::size_t i = 0; i < photo.size(); ++i) photo[i] = static_cast<char>(i * 31);
  const auto hash = p.side.store->put_blob("photo", as_bytes(photo));
  REQUIRE(hash.ok());
  p.side.add_event("{}", {*hash}, "claim.submitted");
  p.centre.cut_blob_at = 7'321;
  for (int i = 0; i < 9; ++i) p.side.engine->run_due();
  CHECK(p.centre.blobs[*hash].size() == 7'321);
  CHECK(p.side.engine->status().pending_blobs == 1);
  CHECK(p.side.engine->status().pending == 0);  // the photo did not delay its event
  p.restart();
  p.settle();
  CHECK(p.centre.whole[*hash] == photo);
  CHECK(p.side.engine->status().pending_blobs == 0);
}

TEST_CASE("sync: an answer about another blob is not taken for this one's") {
  Pair p;
  const auto hash = p.side.store->put_blob("photo", as_bytes("a photo"));
  REQUIRE(hash.ok());
  p.side.add_event("", {*hash});
  const std::string of_another = protocol::encode(protocol::BlobState{7, true, std::string(64, 'a')});
  p.centre.blob_script = {{Trouble::Status, 200, "", of_another}};
  p.side.engine->run_due();
  CHECK(p.side.engine->status().pending_blobs == 1);
  CHECK(p.side.engine->status().why == "bad_reply");
  p.settle();
  CHECK(p.centre.whole[*hash] == "a photo");
}

TEST_CASE("sync: a blob that the centre does not take stops none behind it, and is not forgotten") {
  Pair p;
  const auto bad = p.side.store->put_blob("photo", as_bytes("first"));
  const auto good = p.side.store->put_blob("photo", as_bytes("second"));
  p.side.add_event("{}", {*bad, *good}, "claim.submitted");
  // Asked how much there is, then refused.
  p.centre.blob_script = {{Trouble::Status, 404, "", "{\"code\":\"not_found\",\"message\":\"\"}"},
                          {Trouble::Status, 409, "", "{\"code\":\"blob_changed\",\"message\":\"\"}"}};
  for (int i = 0; i < 4; ++i) p.side.engine->run_due();
  CHECK(p.centre.whole[*good] == "second");
  CHECK(p.side.engine->status().pending_blobs == 1);
  CHECK(p.side.engine->status().why == "blob_refused");
  p.settle();
  CHECK(p.centre.whole[*bad] == "first");
}

TEST_CASE("sync: an event that comes while photos wait goes before their next part") {
  Pair p;
  p.side.limits.blob_part = 100;
  p.restart();
  const auto hash = p.side.store->put_blob("photo", as_bytes(std::string(5'000, 'x')));
  p.side.add_event("{}", {*hash}, "claim.submitted");
  for (int i = 0; i < 5; ++i) p.side.engine->run_due();
  p.side.add_event();
  p.side.engine->nudge();
  p.side.engine->run_due();
  CHECK(p.centre.ledger.size() == 2);
  CHECK(p.side.engine->status().pending_blobs == 1);
}

TEST_CASE("sync: verdicts are kept with their event") {
  Pair p;
  for (int i = 0; i < 3; ++i) p.side.add_event();
  protocol::Verdict v;
  v.seq = 2;
  v.verdict = "rejected";
  v.reason = "claimed_elsewhere";
  p.centre.verdicts = {v};
  p.settle();
  auto read = p.side.store->read();
  REQUIRE(read.ok());
  const auto kept = store::verdict_of(read->db(), 2);
  REQUIRE(kept.ok());
  REQUIRE(kept->has_value());
  CHECK((*kept)->verdict == "rejected");
  CHECK((*kept)->reason == "claimed_elsewhere");
  CHECK_FALSE(store::verdict_of(read->db(), 1)->has_value());
}

TEST_CASE("sync: the feed goes on where it was, and one item that does not open stops none behind it") {
  Pair p;
  protocol::FeedItem services, broken, more;
  services.cursor = 4;
  services.kind = "services";
  services.body = "[{\"code\":\"JHT\",\"name\":\"Klaim JHT\",\"letter\":\"A\",\"open\":true}]";
  broken.cursor = 5;
  broken.kind = "person";
  broken.body = "AAAA";
  broken.sealed = true;
  more = services;
  more.cursor = 9;
  more.body = "[{\"code\":\"INFO\",\"name\":\"Informasi\",\"letter\":\"C\",\"open\":true}]";
  p.centre.feed = {services, broken};
  p.settle(5);
  CHECK(p.side.node->feed().cursor().value() == 5);
  REQUIRE(p.side.node->ask({"kiosk-1", ""}, verbs::ListServices{})->size() == 1);
  p.centre.feed.push_back(protocol::seal_item(more, p.centre.shared()));
  p.restart();
  p.settle(5);
  CHECK(p.side.node->feed().cursor().value() == 9);
  CHECK(p.side.node->ask({"kiosk-1", ""}, verbs::ListServices{})->front().code == "INFO");
}

TEST_CASE("sync: news that answer an older question are not taken, or what lies between would be skipped") {
  Pair p;
  protocol::FeedItem services;
  services.cursor = 4;
  services.kind = "services";
  services.body = "[{\"code\":\"JHT\",\"name\":\"Klaim JHT\",\"letter\":\"A\",\"open\":true}]";
  p.centre.feed = {services};
  p.centre.script = {{Trouble::Status, 200, "", protocol::encode(protocol::FeedReply{15, {}, 15})}};
  p.side.engine->run_due();
  CHECK(p.side.node->feed().cursor().value() == 0);
  CHECK(p.side.engine->status().why == "bad_reply");
  p.settle(5);
  CHECK(p.side.node->feed().cursor().value() == 4);
}

TEST_CASE("sync: chains that end before what the centre has signed are no reason to leave them") {
  Pair p;
  p.side.add_event();
  p.settle();
  const auto epoch = p.side.store->identity().epoch;
  REQUIRE(branch::Outgoing(*p.side.store).set_notes({{std::string(branch::kRecover), "0"}}).ok());
  p.restart();
  p.centre.tells_chains = true;
  p.centre.script = {{Trouble::Status, 200, "", "{\"chains\":[]}"}};
  p.side.engine->run_due();
  CHECK(p.side.engine->status().why == "bad_reply");
  CHECK(p.side.store->identity().epoch == epoch);
  CHECK(*branch::Outgoing(*p.side.store).note(std::string(branch::kRecover)) == "0");
}

TEST_CASE("sync: a round never waits for the long poll, even when the cancel that began it met another exchange") {
  Pair p;
  p.centre.script = {{Trouble::Cancelled}};
  p.centre.push_script = {{Trouble::Cancelled}};
  p.side.add_event();
  const auto s = p.side.engine->round(Millis{0});
  CHECK(s.pending == 0);
  CHECK(s.why.empty());  // a cancel is no trouble
  REQUIRE(p.centre.waits.size() == 2);
  for (const auto wait : p.centre.waits) CHECK(wait == 0);
}

TEST_CASE("sync: through any storm of failures every event arrives exactly once, in order, and every blob whole") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Pair p(seed);
    SeededRandom dice(seed * 977);
    p.side.limits.batch_events = 4;
    p.side.limits.blob_part = 700;
    p.restart();
    std::int64_t events = 0;
    std::map<std::string, std::string> photos;
    for (int round = 0; round < 60; ++round) {
      if (dice.below(2) == 0) {
        p.side.add_event("{\"n\":" + std::to_string(++events) + "}");
        p.side.engine->nudge();
      }
      if (dice.below(12) == 0) {
        const std::string photo(1 + dice.below(4'000), static_cast<char>('a' + dice.below(26)));
        const auto hash = p.side.store->put_blob("photo", as_bytes(photo));
        photos[*hash] = photo;
        p.side.add_event("{}", {*hash}, "claim.submitted");
        ++events;
      }
      switch (dice.below(9)) {
        case 0:
          p.centre.script.push_back({Trouble::NoRoute});
          break;
        case 1:
          p.centre.script.push_back({Trouble::LostReply});
          break;
        case 2:
          p.centre.script.push_back({Trouble::Status, 502, "", "<html>bad gateway</html>"});
          break;
        case 3:
          p.centre.push_script.push_back({Trouble::ForgedReceipt});
          break;
        case 4:
          p.centre.push_script.push_back({Trouble::LostReply});
          break;
        case 5:
          p.centre.cut_blob_at = static_cast<std::int64_t>(dice.below(500));
          break;
        case 6:
          p.restart();
          break;
        default:
          break;
      }
      if (p.centre.cut_blob_at >= 0)  // only ahead of what is there
        for (const auto& [hash, have] : p.centre.blobs)
          if (static_cast<std::int64_t>(have.size()) > p.centre.cut_blob_at) p.centre.cut_blob_at = -1;
      p.side.engine->run_due();
      p.clock.advance(Millis{static_cast<std::int64_t>(dice.below(20'000))});
    }
    p.centre.script.clear();
    p.centre.push_script.clear();
    p.settle(2'000);
    p.check_once_each(events);
    CHECK(p.side.cursor().seq == events);
    CHECK(p.centre.whole == photos);
  }
}
