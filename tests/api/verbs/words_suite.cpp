// What the centre says of an account while this node has decided, or is still saying, something of its own.
#include "api/protocol/central_api.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::AccountState;
using domain::FaceVerdict;

namespace {

void fail_face(World& w) {
  w.judge().next(FaceVerdict::NoMatch, 0.1);
  good(w.branch().ask(w.kiosk(), verbs::AttemptFace{.id = w.id(), .person = budi().id, .photo = photo_of("face")}));
}
// Returns the block's number; the ticket follows it.
std::int64_t block(World& w) {
  for (int i = 0; i < 3; ++i) fail_face(w);
  return w.store().identity().last_seq - 1;
}
AccountState state(World& w) { return good(w.branch().ask(w.kiosk(), verbs::GetAccount{budi().id})).account.state; }

// The centre's word, spoken when it had taken `heard` events of this node.
void say(World& w, AccountState state, std::int64_t heard, bool whole = false) {
  domain::Account account;
  account.state = state;
  if (state == AccountState::ResetWaiting) account.usable_from = w.clock().now() + std::chrono::hours(20);
  const auto at = to_ms(w.clock().now());
  const protocol::Heard place{w.store().identity().epoch, heard};
  if (whole)
    w.send("person", protocol::encode(protocol::FeedPerson{budi(), account, {}, at, at + 3'600'000, {}, place}));
  else
    w.send("account", protocol::encode(protocol::FeedAccount{budi().id, account, at, place}));
}

}  // namespace

TEST_CASE("words: one from before a block that the centre took gives way, whenever it comes") {
  for (const bool whole : {false, true}) {
    World w;
    w.seed();
    const auto blocked = block(w);
    say(w, AccountState::Active, blocked - 3, whole);
    CHECK(state(w) == AccountState::Blocked);  // waits: nothing is answered yet
    w.acknowledge();
    CHECK(state(w) == AccountState::Blocked);
    say(w, AccountState::Active, blocked - 1, whole);  // was on its way while the block was taken
    CHECK(state(w) == AccountState::Blocked);
    say(w, AccountState::Active, blocked, whole);  // the call centre, later
    CHECK(state(w) == AccountState::Active);
  }
}

TEST_CASE("words: one that waited for events which decide nothing holds when they are answered") {
  World w;
  w.seed();
  const auto blocked = block(w);
  w.acknowledge();
  fail_face(w);  // of a blocked account: handed to an officer, and told
  say(w, AccountState::ResetWaiting, blocked);
  CHECK(state(w) == AccountState::Blocked);
  w.acknowledge();
  CHECK(state(w) == AccountState::ResetWaiting);  // nothing newer follows
}

TEST_CASE("words: one from before a block that the centre did not take holds") {
  World w;
  w.seed();
  const auto blocked = block(w);
  say(w, AccountState::ResetWaiting, blocked - 3);
  w.acknowledge({{blocked, "flagged", "stale_block", {}, ""}});
  CHECK(state(w) == AccountState::ResetWaiting);
}

TEST_CASE("words: of two that waited, the later said holds, whatever their kinds") {
  World w;
  w.seed();
  const auto blocked = block(w);
  w.acknowledge();
  fail_face(w);
  say(w, AccountState::ResetWaiting, blocked);
  w.clock().advance(std::chrono::hours(1));
  say(w, AccountState::Active, blocked, true);
  w.acknowledge();
  CHECK(state(w) == AccountState::Active);
}

TEST_CASE("words: one that names a chain this node does not know yet is as new as what is acknowledged") {
  World w;
  w.seed();
  block(w);
  w.acknowledge();
  const auto at = to_ms(w.clock().now());
  w.send("account", protocol::encode(protocol::FeedAccount{budi().id, {}, at, protocol::Heard{"00000000000000aa", 1}}));
  CHECK(state(w) == AccountState::Active);
}
