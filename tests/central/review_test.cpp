// A claim that an officer must see: the centre takes it, and decides nothing about it before the review.
#include "api/protocol/payload.h"
#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

const std::string k_claim = "0192d3c4-0000-7000-8000-00000000000a";

std::optional<protocol::FeedClaimStage> stage_told(TestNode& n) {
  std::optional<protocol::FeedClaimStage> last;
  for (const auto& item : n.feed(0).items)
    if (item.kind == "claim_stage") last = must(protocol::decode<protocol::FeedClaimStage>(item.body));
  return last;
}

std::string review_of(const domain::Participant& p, const std::string& verdict) {
  return protocol::encode(protocol::FacePayload{.person = p.id.key(), .verdict = verdict, .score = {}});
}

}  // namespace

TEST_CASE("central: a claim that an officer must see is taken and waits for the review; no deadline runs before it") {
  for (const std::string state : {"needs_officer", "unverified"}) {
    CAPTURE(state);
    World w;
    const auto people = may_claim(w.seeded);
    REQUIRE(people.size() >= 2);
    TestNode n = w.enrolled();
    auto claim = claim_of(people[0]);
    claim.state = state;
    n.add("claim.submitted", protocol::encode(claim), k_claim);
    const auto reply = n.push_all();
    REQUIRE(reply.verdicts.size() == 1);
    CHECK(reply.verdicts[0].verdict == "accepted");
    auto told = stage_told(n);
    REQUIRE(told);
    CHECK(told->stage == domain::Stage::Agenda);
    CHECK_FALSE(told->deadline.has_value());
    for (const auto stage : {domain::Stage::Penetapan, domain::Stage::Selesai})
      CHECK(w.centre->advance(k_claim, stage).fault().code == "review_missing");

    // No review: nobody's, another face, another branch's, of a claim that is not there.
    n.add("claim.reviewed", review_of(people[0], "accept"), k_claim);
    n.add("claim.reviewed", review_of(people[0], "no_match"), k_claim, from_ms(1'795'000'000'000), "1001");
    TestNode other = w.enrolled("SBY02");
    other.add("claim.reviewed", review_of(people[0], "accept"), k_claim, from_ms(1'795'000'000'000), "1001");
    other.push_all();
    n.push_all();
    CHECK(w.centre->advance(k_claim, domain::Stage::Penetapan).fault().code == "review_missing");
    CHECK_FALSE(stage_told(n)->deadline.has_value());

    w.clock.advance(std::chrono::hours(24 * 3));
    n.add("claim.reviewed", review_of(people[0], "accept"), k_claim, w.clock.now(), "1001");
    n.push_all();
    told = stage_told(n);
    REQUIRE(told->deadline.has_value());
    CHECK(*told->deadline > Date::at(w.clock.now(), std::chrono::minutes(420)).iso());  // of the review, not before
    CHECK(must(w.centre->advance(k_claim, domain::Stage::Penetapan)) == domain::Stage::Penetapan);
  }
}

TEST_CASE("central: an officer who was ended reviews nothing") {
  World w;
  const auto people = may_claim(w.seeded);
  TestNode n = w.enrolled();
  auto claim = claim_of(people[0]);
  claim.state = "needs_officer";
  n.add("claim.submitted", protocol::encode(claim), k_claim);
  n.push_all();
  REQUIRE(w.centre->end_officer("JKT01", "1001").ok());
  w.clock.advance(std::chrono::hours(1));
  n.add("claim.reviewed", review_of(people[0], "accept"), k_claim, w.clock.now(), "1001");
  const auto reply = n.push_all();
  REQUIRE(reply.verdicts.size() == 1);
  CHECK(reply.verdicts[0].reason == "officer_ended");
  CHECK(w.centre->advance(k_claim, domain::Stage::Penetapan).fault().code == "review_missing");
}

TEST_CASE("central: a claim that an officer made needs no further review") {
  World w;
  const auto people = may_claim(w.seeded);
  TestNode n = w.enrolled();
  auto claim = claim_of(people[0]);
  claim.state = "unverified";  // off line, with the person and the card before him
  n.add("claim.submitted", protocol::encode(claim), k_claim, from_ms(1'795'000'000'000), "1001");
  n.push_all();
  CHECK(stage_told(n)->deadline.has_value());
  CHECK(w.centre->advance(k_claim, domain::Stage::Penetapan).ok());
}
