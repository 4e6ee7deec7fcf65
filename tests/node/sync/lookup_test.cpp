// One person looked up: what is known is said at once, the centre's answer comes later.
#include <doctest/doctest.h>

#include "node/sync/lookups.h"
#include "tests/node/sync/branch_side.h"
#include "tests/node/sync/scripted_centre.h"

using namespace kiosk;
using namespace kiosk::test;
using Trouble = ScriptedCentre::Trouble;
using sync::Lookups;

namespace {

domain::PersonId person(int n) {
  return domain::PersonId::from_key("passport:IND:K123456" + std::to_string(n)).value();
}
crypto::Hash named(int n) {
  crypto::Hash h{};
  h[0] = static_cast<std::uint8_t>(n);
  return h;
}

}  // namespace

TEST_CASE("look-ups: each person once, few at a time, spaced, and not again right after an answer") {
  Lookups l;
  const SteadyTime t{Millis{1'000'000}};
  CHECK(l.add(named(1), person(1), t));
  CHECK(l.add(named(1), person(1), t));  // an answer will come: already asked
  CHECK(l.add(named(2), person(2), t));
  auto first = l.next(t);
  REQUIRE(first);
  CHECK(first->index == named(1));
  CHECK(l.add(named(1), person(1), t));  // on its way
  CHECK_FALSE(l.next(t));                // too early
  CHECK(l.earliest() == t + Lookups::kSpacing);
  l.answered(named(1), t);
  CHECK_FALSE(l.add(named(1), person(1), t + Millis{1'000}));
  CHECK(l.add(named(1), person(1), t + Lookups::kAnswerHolds));
  for (int i = 3; i < 40; ++i) l.add(named(i), person(i % 10), t);
  int waiting = 0;
  for (SteadyTime at = t; l.next(at += Lookups::kSpacing);) ++waiting;
  CHECK(waiting == static_cast<int>(Lookups::kMost));
}

TEST_CASE("look-ups: when the centre cannot be asked, nobody is kept waiting for it") {
  Lookups l;
  const SteadyTime t{Millis{1'000'000}};
  l.add(named(1), person(1), t);
  l.add(named(2), person(2), t);
  REQUIRE(l.next(t));
  l.failed(named(1), t);
  CHECK(l.empty());
  CHECK_FALSE(l.add(named(1), person(1), t + Millis{100}));
  CHECK(l.add(named(1), person(1), t + Lookups::kFailureHolds));
}
