// What the feed brings, keeps current and takes away again, and certificates that are renewed, at a real node.
#include "tests/node/sync/institution.h"
#include "tests/node/sync/silent_wire.h"

using namespace kiosk;
using namespace kiosk::test;

TEST_CASE(
    "feed: a branch in touch knows that its officers are current; one that is not refuses resets, never tickets") {
  Institution all;
  Site jkt(all, "JKT01");
  const auto& p = jkt.seeded.participants;
  all.clock.advance(std::chrono::hours(24 * 6));
  jkt.sync();  // nothing of the officers has changed
  const auto status = good(jkt.node->ask(jkt.kiosk(), verbs::GetSyncStatus{}));
  CHECK(status.officers_as_of == all.clock.now());
  CHECK(status.rules_as_of == all.clock.now());
  all.clock.advance(std::chrono::hours(24 * 6));
  CHECK(jkt.ask_reset(p[0], "a face").ok());
  all.clock.advance(std::chrono::hours(24 * 2));
  CHECK(code_of(jkt.ask_reset(p[1], "a face")) == "officers_outdated");
  verbs::IssueTicket t;
  t.service = "JHT";
  CHECK(jkt.node->ask(jkt.kiosk(), t).ok());
  jkt.sync();
  CHECK(jkt.ask_reset(p[1], "a face").ok());
}

TEST_CASE("feed: a person whose time is over is forgotten with his template; an open block keeps another") {
  Institution all;
  Site jkt(all, "JKT01");
  const auto &gone = jkt.seeded.participants[0], &stays = jkt.seeded.participants[1];
  for (const auto* p : {&gone, &stays}) REQUIRE(all.centre->set_reference(p->id, {"told-1", photo_of("a face")}).ok());
  good(all.centre->block(stays.id));
  jkt.sync();
  const auto row = [&](const domain::Participant& p) {
    auto read = good(jkt.store->read());
    return good(store::account(read, jkt.store->person_index(p.id.key())));
  };
  REQUIRE(row(gone));
  REQUIRE(row(gone)->reference);
  all.clock.advance(std::chrono::hours(24 * 31));
  CHECK(good(all.centre->forget_expired()) > 30);
  jkt.sync();
  CHECK_FALSE(row(gone));
  REQUIRE(row(stays));
  CHECK(row(stays)->reference);
  const auto find = [&](const domain::Participant& p) {
    return good(jkt.node->ask(jkt.kiosk(), verbs::FindParticipant{p.id, p.birth, p.mother, {}})).source;
  };
  CHECK(find(gone) == verbs::Source::None);
  CHECK(find(stays) == verbs::Source::Cache);
}

TEST_CASE("feed: an appointment made at the centre is seen at its branch") {
  Institution all;
  Site jkt(all, "JKT01"), sby(all, "SBY02");
  const auto& p = jkt.seeded.participants[0];
  const auto at = all.clock.now() + std::chrono::hours(50);
  good(all.centre->appoint(p.id, "JKT01", "JHT", at));
  jkt.sync();
  sby.sync();
  const auto find = [&](Site& s, const std::string& mother) {
    return good(s.node->ask(s.kiosk(), verbs::FindParticipant{p.id, p.birth, mother, {}})).appointments;
  };
  REQUIRE(find(jkt, p.mother).size() == 1);
  CHECK(find(jkt, p.mother)[0].service == "JHT");
  CHECK(find(jkt, p.mother)[0].at == at);
  CHECK(find(jkt, "Somebody Else").empty());  // nothing is told before the facts agree
  CHECK(find(sby, p.mother).empty());
  all.clock.advance(std::chrono::hours(50 + 13));
  CHECK(find(jkt, p.mother).empty());
}

TEST_CASE("sync: a certificate is renewed when two thirds of its life are over, and kept") {
  Institution all;
  Site jkt(all, "JKT01");
  const auto before = jkt.engine->enrolment()->certificate_until;
  all.clock.advance(std::chrono::hours(24 * 50));
  jkt.sync();
  CHECK(jkt.engine->enrolment()->certificate_until == before);
  all.clock.advance(std::chrono::hours(24 * 11));
  jkt.engine->round(Millis{10'000});
  const auto after = jkt.engine->enrolment()->certificate_until;
  CHECK(after > before + std::chrono::hours(24 * 50));
  sync::Engine::Options e;
  e.clock = &all.clock;
  e.random = &all.random;
  sync::Engine again(branch::Outgoing(*jkt.store), jkt.node->feed(), std::move(e));
  REQUIRE(again.load().ok());
  CHECK(again.enrolment()->certificate_until == after);
}

TEST_CASE("sync: a stop cuts off a renewal that the centre does not answer, and the old certificate stays") {
  Institution all;
  Site jkt(all, "JKT01");
  const auto before = jkt.engine->enrolment()->certificate_until;
  all.clock.advance(std::chrono::hours(24 * 61));
  Silence silence{"/v1/renew"};
  sync::Engine::Options e;
  e.clock = &all.clock;
  e.random = &all.random;
  e.watch_network = false;
  e.wires = [&](net::Client::Options o) { return std::make_unique<SilentWire>(silence, std::move(o)); };
  sync::Engine engine(branch::Outgoing(*jkt.store), jkt.node->feed(), std::move(e));
  REQUIRE(engine.load().ok());
  engine.start();
  engine.round(Millis{0});  // the feed answers at once instead of after its long poll
  {
    std::unique_lock lock(silence.mutex);
    REQUIRE(silence.changed.wait_for(lock, std::chrono::seconds(20), [&] { return silence.asked; }));
  }
  engine.stop();
  CHECK(silence.cut);  // else it ended only because the line gave up
  CHECK(engine.enrolment()->certificate_until == before);
}
