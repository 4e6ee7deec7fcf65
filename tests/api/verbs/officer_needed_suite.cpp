// That an officer must see a claim stays until one has, whatever the centre has received meanwhile.
#include "api/protocol/central_api.h"
#include "api/verbs/claim_said.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::ClaimState;
using domain::FaceVerdict;

EVERY_WAY("officer: a claim without camera still waits for one after the centre has received it") {
  const auto v = good(w.branch().ask(w.kiosk(), claim_of(budi())));
  w.acknowledge();
  const auto at = to_ms(w.clock().now());
  w.send("claim_stage",
         protocol::encode(protocol::FeedClaimStage{v.id.str(), domain::Stage::Agenda, at, "2026-12-08"}));
  auto now = good(w.branch().ask(w.kiosk(), verbs::GetClaim{v.id}));
  CHECK(now.state == ClaimState::NeedsOfficer);
  CHECK(now.reason == "no_camera");
  auto said = verbs::said_of(now);
  CHECK(said.code == "officer");
  CHECK(said.way == "received");
  CHECK_FALSE(said.deadline);
  const auto o = w.log_in("1003", "counter-1");
  good(w.branch().ask(o, verbs::CompareFace{.id = w.id(), .attempt = v.id, .verdict = FaceVerdict::NoMatch}));
  CHECK(verbs::said_of(good(w.branch().ask(o, verbs::GetClaim{v.id}))).officer);
  good(w.branch().ask(o, verbs::CompareFace{.id = w.id(), .attempt = v.id, .verdict = FaceVerdict::Accept}));
  said = verbs::said_of(good(w.branch().ask(o, verbs::GetClaim{v.id})));
  CHECK(said.code == "received");
  CHECK(said.deadline);
}

EVERY_WAY("officer: one whom only the centre knew is seen by an officer before the claim counts") {
  domain::Participant unknown{stranger()};
  unknown.name = "Rina Marlina";
  unknown.birth = *Date::of(1970, 1, 1);
  unknown.memberships.push_back({*domain::Kpj::parse("32345678901")});
  const auto v = good(w.branch().ask(w.kiosk(), claim_of(unknown)));
  const auto seq = w.store().identity().last_seq;
  w.acknowledge({{seq, "accepted", "", {}, "agenda"}});
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetClaim{v.id})).state == ClaimState::NeedsOfficer);
  const auto o = w.log_in("1003", "counter-1");
  REQUIRE(good(w.branch().ask(o, verbs::ListTasks{})).size() == 1);
  good(w.branch().ask(o, verbs::CompareFace{.id = w.id(), .attempt = v.id, .verdict = FaceVerdict::Accept}));
  CHECK(good(w.branch().ask(o, verbs::ListTasks{})).empty());
  CHECK_FALSE(verbs::said_of(good(w.branch().ask(o, verbs::GetClaim{v.id}))).officer);
}
