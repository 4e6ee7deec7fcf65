// News that come while a person stands at the kiosk: the centre's fresh answer, a claim that moved. What is shown
// changes; the page and what was typed stay.
#include <doctest/doctest.h>

#include "kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;

TEST_CASE("flow: news of the person changes what is shown, keeps the chosen KPJ and what is typed") {
  Player p;
  const auto later = WallTime{Millis{1'795'100'000'000}};
  p.find = [](const auto&) {
    auto person = invented_person();
    auto old = person.memberships.front();
    old.kpj = domain::Kpj::parse("99000000025").value();
    old.since = Date::of(2001, 1, 1).value();
    person.memberships.push_back(old);
    return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, true, std::move(person), {}};
  };
  p.choose("claim");
  p.identify();
  p.next();
  p.choose("RESIGN");
  REQUIRE(p.at() == "Membership");
  p.choose("1");
  const auto chosen = p.visit().chosen_kpj();
  p.find = [&](const auto&) {
    auto person = invented_person();
    auto old = person.memberships.front();
    old.kpj = domain::Kpj::parse("99000000025").value();
    old.balance = {77'000'000};
    person.memberships.insert(person.memberships.begin(), old);  // in another order
    return verbs::ParticipantFound{verbs::Source::Centre, later, true, std::move(person), {}};
  };
  p.feed(self::PersonChanged{});
  CHECK(p.at() == "Membership");
  CHECK(p.visit().chosen_kpj() == chosen);
  CHECK(p.visit().chosen()->balance.value == 77'000'000);
  CHECK(p.visit().found->as_of == later);
  p.find = [](const auto&) -> Result<verbs::ParticipantFound> { return unreachable("node_away"); };
  p.feed(self::PersonChanged{});  // no news: what is shown stays
  CHECK(p.at() == "Membership");
  CHECK(p.visit().found->as_of == later);
}

TEST_CASE("flow: a person the branch did not know is shown as soon as the centre has answered") {
  Player p;
  p.find = [](const auto&) { return verbs::ParticipantFound{}; };
  p.choose("balance");
  p.identify();
  REQUIRE(p.at() == "NotKnown");
  p.find = [](const auto&) {
    return verbs::ParticipantFound{verbs::Source::Centre, WallTime{}, true, invented_person(), {}};
  };
  p.feed(self::PersonChanged{});
  CHECK(p.at() == "Balance");
}

TEST_CASE("flow: facts that did not agree are not tried again behind the person's back") {
  Player p;
  int asked = 0;
  p.find = [&](const auto&) {
    ++asked;
    return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, false, std::nullopt, "S*** C***"};
  };
  p.choose("balance");
  p.identify();
  REQUIRE(p.at() == "FactsDiffer");
  p.feed(self::PersonChanged{});
  CHECK(asked == 1);
}

TEST_CASE("flow: an unverified claim takes the record over unless the typed KPJ is not among the person's") {
  for (const bool mine : {true, false}) {
    CAPTURE(mine);
    Player p;
    p.find = [](const auto&) { return verbs::ParticipantFound{}; };
    p.choose("claim");
    p.identify();
    REQUIRE(p.at() == "NotKnown");
    p.next();
    p.enter("SUWARNI CONTOH");
    p.next();
    p.enter(mine ? "99000000011" : "99000000025");
    p.next();
    REQUIRE(p.at() == "ChooseCause");
    p.find = [](const auto&) {
      return verbs::ParticipantFound{verbs::Source::Centre, WallTime{}, true, invented_person(), {}};
    };
    p.feed(self::PersonChanged{});
    CHECK(p.at() == "ChooseCause");
    CHECK(p.visit().unverified() == !mine);
    CHECK(p.visit().chosen_kpj() == (mine ? "99000000011" : "99000000025"));
  }
}

TEST_CASE("flow: a claim that moves while it is looked at is shown anew") {
  Player p;
  auto state = domain::SyncState::Saved;
  p.claims = [&] {
    verbs::ClaimView v;
    v.kpj = "*******0011";
    v.sync = state;
    return std::vector<verbs::ClaimView>{v};
  };
  p.choose("track");
  p.identify();
  REQUIRE(p.at() == "Track");
  REQUIRE(p.visit().claims.size() == 1);
  state = domain::SyncState::Accepted;
  p.feed(self::ClaimChanged{});
  CHECK(p.at() == "Track");
  CHECK(p.visit().claims.front().sync == domain::SyncState::Accepted);
}

TEST_CASE("flow: who has claimed already hears it right after the two facts, with the claim's way") {
  Player p;
  auto state = domain::ClaimState::Saved;
  p.claims = [&] {
    verbs::ClaimView v{.id = p.ids.next(), .state = state};
    v.kpj = "*******0011";
    return std::vector<verbs::ClaimView>{v};
  };
  p.choose("claim");
  p.identify();
  REQUIRE(p.at() == "Track");  // nothing was asked in vain
  CHECK(p.visit().claims.size() == 1);
  CHECK(p.submitted.empty());
  p.other();
  CHECK(p.at() == "AskPriority");  // to an officer
  p.back();
  p.next();
  CHECK(p.at() == "Home");
  state = domain::ClaimState::Rejected;  // stands in nobody's way
  p.choose("claim");
  p.identify();
  CHECK(p.at() == "ThreeChecks");
}

TEST_CASE("flow: of several cards the one without a claim is claimed, and the other says why not") {
  Player p;
  p.find = [](const auto&) {
    auto person = invented_person();
    auto second = person.memberships.front();
    second.kpj = *domain::Kpj::parse("99000000092");
    person.memberships.push_back(second);
    return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, true, std::move(person), {}};
  };
  p.claims = [&] {
    verbs::ClaimView v{.id = p.ids.next()};
    v.kpj = "*******0011";
    return std::vector<verbs::ClaimView>{v};
  };
  p.choose("claim");
  p.identify();
  REQUIRE(p.at() == "ThreeChecks");
  CHECK(p.visit().chosen_kpj() == "99000000092");
  p.next();
  p.choose("RESIGN");
  REQUIRE(p.at() == "Membership");
  p.choose("0");
  p.next();
  CHECK(p.at() == "Track");
  p.back();
  REQUIRE(p.at() == "Membership");
  p.choose("1");
  p.next();
  CHECK(p.at() != "Track");
}
