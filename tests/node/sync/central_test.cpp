// The engine against the real centre, over mutual TLS on loopback.
#include <doctest/doctest.h>

#include <map>

#include "central/centre.h"
#include "central/service.h"
#include "tests/node/sync/branch_side.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// A centre as a process would be: its home outlives it, its port stays.
struct CentreSide {
  void start() {
    central::Centre::Options o;
    o.home = home.path();
    o.clock = &clock;
    o.random = &random;
    o.serve = true;
    auto opened = central::Centre::open(o);
    REQUIRE(opened.ok());
    centre = std::move(*opened);
    central::Service::Options s;
    s.listen = "127.0.0.1:" + std::to_string(port);
    s.max_workers = 16;
    service = std::make_unique<central::Service>(*centre, s);
    const auto listening = service->start();
    REQUIRE(listening.ok());
    port = *listening;
  }
  void stop() {
    if (service) service->stop();
    service.reset();
    centre.reset();
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port); }
  std::map<std::int64_t, int> ledger() {  // seq -> how often
    std::map<std::int64_t, int> seen;
    REQUIRE(centre->each_event("JKT01", [&](const central::LedgerRow& row) { ++seen[row.seq]; }).ok());
    return seen;
  }
  const Clock& clock = real_clock();
  SystemRandom random;
  TempDir home;
  int port = 0;
  std::unique_ptr<central::Centre> centre;
  std::unique_ptr<central::Service> service;
};

struct Both {
  Both() : branch(clock, random, home.path()) {
    centre.start();
    branch.open();
    branch.open_engine(sync::http_wires());
    branch.engine->start();
  }
  ~Both() {
    branch.close();
    centre.stop();
  }
  void enrol() {
    const auto code = centre.centre->make_code("JKT01");
    REQUIRE(code.ok());
    const auto done = branch.engine->enrol(centre.url(), *code);
    if (!done) FAIL(done.fault().code << " " << done.fault().field << " " << done.fault().detail);
    CHECK(done->branch == "JKT01");
    CHECK(done->node == branch.store->identity().node);
    CHECK(done->certificate_until > clock.now());
  }
  // Rounds until nothing is unsent; each is bounded, so a sync that never succeeds fails the test.
  verbs::SyncStatus settle(int rounds = 20) {
    verbs::SyncStatus s;
    for (int i = 0; i < rounds; ++i) {
      s = branch.engine->round(Millis{10'000});
      if (s.pending == 0 && s.pending_blobs == 0 && s.why.empty()) break;
    }
    return s;
  }
  void check_exactly_once(std::int64_t events) {
    const auto seen = centre.ledger();
    CHECK(seen.size() == static_cast<std::size_t>(events));
    for (std::int64_t seq = 1; seq <= events; ++seq) {
      CAPTURE(seq);
      CHECK(seen.contains(seq));
      if (seen.contains(seq)) CHECK(seen.at(seq) == 1);
    }
  }
  const Clock& clock = real_clock();
  SystemRandom random;
  TempDir home;
  CentreSide centre;
  BranchSide branch;
};

}  // namespace

TEST_CASE("sync with the centre: enrolled by code, events arrive once and the feed brings what the branch needs") {
  Both b;
  CHECK(b.branch.engine->status().state == "not_enrolled");
  central::Seed seed;
  seed.participants = 5;
  seed.branch = "JKT01";
  REQUIRE(b.centre.centre->seed(seed).ok());
  b.enrol();
  CHECK(b.branch.store->identity().branch == "JKT01");
  for (int i = 0; i < 10; ++i) b.branch.add_event();
  const auto s = b.settle();
  CHECK(s.pending == 0);
  CHECK(s.state == "idle");
  CHECK(std::abs(s.skew_ms) < 5'000);
  b.check_exactly_once(10);
  CHECK_FALSE(b.branch.node->ask({"kiosk-1", ""}, verbs::ListServices{})->empty());
  CHECK_FALSE(b.branch.node->ask({"kiosk-1", ""}, verbs::ListOfficers{})->empty());
}

TEST_CASE("sync with the centre: it is ended and started again and again, and nothing is lost or doubled") {
  Both b;
  b.enrol();
  std::int64_t events = 0;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 7; ++i) events = b.branch.add_event();
    b.branch.engine->nudge();
    b.centre.stop();  // some may have arrived, some not
    events = b.branch.add_event();
    const auto away = b.branch.engine->round(Millis{3'000});
    CHECK(away.pending >= 1);
    CHECK(away.state == "offline");
    b.centre.start();
    const auto s = b.settle();
    CHECK(s.pending == 0);
  }
  b.check_exactly_once(events);
}

TEST_CASE("sync with the centre: a restarted node goes on with the certificate and the cursor it kept") {
  Both b;
  b.enrol();
  b.branch.add_event();
  b.settle();
  b.branch.close();
  b.branch.open();
  b.branch.open_engine(sync::http_wires());
  b.branch.engine->start();
  REQUIRE(b.branch.engine->enrolment().has_value());
  b.branch.add_event();
  CHECK(b.settle().pending == 0);
  b.check_exactly_once(2);
}

TEST_CASE("sync with the centre: photos arrive whole in parts") {
  Both b;
  b.branch.close();
  b.branch.limits.blob_part = 20'000;
  b.branch.open();
  b.branch.open_engine(sync::http_wires());
  b.branch.engine->start();
  b.enrol();
  std::string photo(150'000, '\0');
  for (std::size_t i = 0; i < photo.size(); ++i) photo[i] = static_cast<char>(i * 131);
  const auto hash = b.branch.store->put_blob("photo", as_bytes(photo));
  REQUIRE(hash.ok());
  b.branch.add_event("", {*hash}, "ticket.issued");
  CHECK(b.settle().pending_blobs == 0);
  const auto there = b.centre.centre->open_blob(b.branch.store->identity().node, *hash);
  REQUIRE(there.ok());
  CHECK(std::string(as_text(*there)) == photo);
}

TEST_CASE("sync with the centre: a code of another centre, a used code and a wrong address are each refused by name") {
  Both b;
  CentreSide other;
  other.start();
  const auto strange = other.centre->make_code("JKT01");
  REQUIRE(strange.ok());
  CHECK(b.branch.engine->enrol(b.centre.url(), *strange).fault().code == "ca_mismatch");
  CHECK(b.branch.engine->enrol(b.centre.url(), "JKT01-nonsense").fault().code == "code_unreadable");
  CHECK(b.branch.engine->enrol("http://127.0.0.1:1", *strange).fault().code == "central_url_invalid");
  CHECK(b.branch.engine->enrol("https://127.0.0.1:1", *strange).fault().kind == FaultKind::Unreachable);
  CHECK(b.branch.store->identity().branch == "LOCAL");

  const auto code = b.centre.centre->make_code("JKT01");
  REQUIRE(b.branch.engine->enrol(b.centre.url(), *code).ok());
  CHECK(b.branch.engine->enrol(b.centre.url(), *code).fault().code == "already_enrolled");
  TempDir second_home;
  BranchSide second(b.clock, b.random, second_home.path());
  second.open();
  second.open_engine(sync::http_wires());
  const auto used = second.engine->enrol(b.centre.url(), *code);
  REQUIRE_FALSE(used.ok());
  CHECK(used.fault().kind == FaultKind::Refused);
  CHECK(used.fault().code.starts_with("code_"));
  second.close();
  other.stop();
}

TEST_CASE("sync with the centre: a certificate of another CA is refused as tls_unknown_ca, and nothing is sent to it") {
  Both b;
  b.enrol();
  b.branch.add_event();
  b.settle();
  b.centre.stop();
  CentreSide impostor;
  impostor.port = b.centre.port;
  impostor.start();
  b.branch.add_event();
  const auto s = b.branch.engine->round(Millis{5'000});
  CHECK(s.why == "tls_unknown_ca");
  CHECK(s.pending == 1);
  CHECK(impostor.ledger().empty());
  impostor.stop();
  b.centre.start();
  CHECK(b.settle().pending == 0);
  b.check_exactly_once(2);
}

TEST_CASE("sync with the centre: a revoked node keeps its events and says that an operator is needed") {
  Both b;
  b.enrol();
  b.branch.add_event();
  b.settle();
  REQUIRE(b.centre.centre->revoke(b.branch.store->identity().node).ok());
  b.branch.add_event();
  const auto s = b.branch.engine->round(Millis{5'000});
  CHECK(s.state == "paused");
  CHECK(s.why == "node_revoked");
  CHECK(s.pending == 1);
}

TEST_CASE("sync with the centre: the engine ends promptly while the feed is being waited for") {
  Both b;
  b.branch.close();
  b.branch.open();
  b.branch.open_engine(sync::http_wires(), Seconds{25});
  b.branch.engine->start();
  b.enrol();
  b.settle();
  const Stopwatch watch;
  b.branch.engine->stop();
  CHECK(watch.spent() < std::chrono::seconds(2));
}

TEST_CASE("sync with the centre: rounds on request never wait for the long poll") {
  Both b;
  b.branch.close();
  b.branch.open();
  b.branch.open_engine(sync::http_wires(), Seconds{25});
  b.branch.engine->start();
  b.enrol();
  const Stopwatch watch;
  for (int i = 0; i < 30; ++i) b.branch.engine->round(Millis{10'000});
  CHECK(watch.spent() < std::chrono::seconds(9));
}

namespace {

// Until a change says that a look-up is over; bounded, so that one that never ends fails the test.
bool looked_up(branch::Node& node, std::int64_t& after) {
  for (int i = 0; i < 40; ++i) {
    const auto c = node.ask({"kiosk-1", ""}, verbs::WaitChanges{after, Millis{500}});
    REQUIRE(c.ok());
    after = c->until;
    for (const auto& change : c->changes)
      if (change.topic == "person") return true;
  }
  return false;
}

}  // namespace

TEST_CASE("sync with the centre: a person whom the branch does not know is unknown at once and known soon after") {
  Both b;
  central::Seed seed;
  seed.participants = 3;  // kept by no branch
  const auto seeded = b.centre.centre->seed(seed);
  REQUIRE(seeded.ok());
  b.enrol();
  b.settle();
  auto& node = *b.branch.node;
  const verbs::Actor kiosk{"kiosk-1", ""};
  const auto ask = [&](const domain::Participant& p) {
    auto found = node.ask(kiosk, verbs::FindParticipant{.person = p.id, .birth = p.birth, .mother = "", .reason = ""});
    REQUIRE(found.ok());
    return std::move(*found);
  };
  std::int64_t after = node.ask(kiosk, verbs::WaitChanges{0, Millis{0}})->until;
  const auto& p = seeded->participants[0];
  const auto first = ask(p);
  CHECK(first.source == verbs::Source::None);
  CHECK(first.asking);
  REQUIRE(looked_up(node, after));
  const auto second = ask(p);
  CHECK(second.source == verbs::Source::Centre);
  CHECK_FALSE(second.asking);  // fresh
  REQUIRE(second.as_of);
  CHECK(b.clock.now() - *second.as_of < std::chrono::minutes(1));
  CHECK(second.facts_agree);
  CHECK(second.record->name == p.name);

  auto stranger = seeded->participants[1];
  stranger.id = domain::PersonId::from_key("passport:IND:K7654321").value();
  CHECK(ask(stranger).asking);
  REQUIRE(looked_up(node, after));  // that there is nobody is an answer too
  CHECK(ask(stranger).source == verbs::Source::None);
  CHECK_FALSE(ask(stranger).asking);  // and is not asked for again at once

  // Nobody is there to ask: the first who asks learns it soon, later ones need not wait at all.
  b.centre.stop();
  b.branch.engine->round(Millis{5'000});
  REQUIRE(b.branch.engine->status().state == "offline");
  CHECK_FALSE(ask(seeded->participants[2]).asking);
  CHECK(ask(p).source == verbs::Source::Centre);  // what is known is said all the same
  b.centre.start();
  CHECK(b.settle().why.empty());
  CHECK(ask(seeded->participants[2]).asking);
  REQUIRE(looked_up(node, after));
  CHECK(ask(seeded->participants[2]).source == verbs::Source::Centre);
}
