// An officer who comes to the screen, what was begun before and is gone on with, and guessing that costs time.
#include <doctest/doctest.h>

#include "kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

namespace {

void help(Player& p) { p.feed(Intent{AskHelp{}}); }

verbs::ParticipantFound with_draft(const verbs::Draft& d) {
  verbs::ParticipantFound f{verbs::Source::Cache, WallTime{}, true, invented_person(), "S***"};
  f.draft = verbs::DraftView{d.purpose, d.answers, d.for_officer, {}};
  return f;
}

}  // namespace

TEST_CASE("help: an officer is called to the screen once, the form waits, and whoever comes is announced") {
  Player p;
  std::vector<Uuid> asked;
  p.help = [&](const verbs::HelpAsked& h) {
    asked.push_back(h.id);
    CHECK(h.page == "ThreeChecks");
    return verbs::Task{.id = h.id, .kind = "help"};
  };
  p.choose("claim");
  p.identify();
  help(p);
  REQUIRE(p.at() == "HelpOffer");
  p.next();
  REQUIRE(p.at() == "HelpCalled");
  CHECK_FALSE(p.visit().help_coming);
  p.next();
  CHECK(p.at() == "ThreeChecks");
  help(p);  // called already
  CHECK(p.at() == "HelpCalled");
  p.feed(HelpAnswered{});
  CHECK(p.visit().help_coming);
  CHECK(asked.size() == 1);
  p.feed(Intent{Finish{}});
  p.other();
  CHECK(p.at() == "Home");
  p.feed(HelpAnswered{});  // of somebody who has left
  CHECK_FALSE(p.visit().help_coming);
  CHECK(p.ended.empty());  // whoever was on the way had ended the call
}

TEST_CASE("help: a call ends with the person who called, however the person leaves") {
  Player p;
  p.choose("claim");
  help(p);
  p.next();
  REQUIRE(p.at() == "HelpCalled");
  const auto id = p.visit().help_id;
  SUBCASE("by Selesai") {
    p.next();
    p.feed(Intent{Finish{}});
    p.other();
  }
  SUBCASE("in silence") {
    p.pass(kIdleHelp);
    p.pass(kIdleAnswer);
  }
  CHECK(p.at() == "Home");
  REQUIRE(p.ended.size() == 1);
  CHECK(p.ended[0].id == id);
  CHECK_FALSE(p.ended[0].wanted);
  CHECK(p.forgotten == 1);
}

TEST_CASE("help: who only looked at the offer has called nobody") {
  Player p;
  p.choose("claim");
  help(p);
  p.feed(Intent{Finish{}});
  p.other();
  CHECK(p.at() == "Home");
  CHECK(p.ended.empty());
}

TEST_CASE("help: assisted mode is the officer's, named, and ends with the person") {
  Player p;
  p.choose("claim");
  p.identify();
  help(p);
  p.next();
  p.other();
  REQUIRE(p.at() == "OfficerNumber");
  SUBCASE("a wrong PIN is said, and the PIN is gone") {
    p.log_in = [](const auto&, const auto&) -> Result<verbs::SessionView> { return refused("pin_wrong"); };
    p.enter("1001");
    p.next();
    p.enter("000000");
    p.next();
    REQUIRE(p.at() == "OfficerNumber");
    CHECK(p.page<page::OfficerNumber>().error == "pin_wrong");
    CHECK(p.visit().pin.empty());
    CHECK_FALSE(p.state.officer);
    p.back();
    p.next();
    CHECK(p.at() == "ThreeChecks");
  }
  SUBCASE("logged in") {
    p.next();
    CHECK(p.page<page::OfficerNumber>().error == "number_missing");
    p.enter("1001");
    p.next();
    p.next();  // no PIN
    CHECK(p.at() == "OfficerPin");
    p.enter("123456");
    p.next();
    CHECK(p.at() == "ThreeChecks");
    REQUIRE(p.state.officer);
    CHECK(p.state.officer->number == "1001");
    CHECK(p.visit().pin.empty());
    p.feed(PersonChanged{});
    CHECK(p.searched.back().reason == "assisted");  // a look in an officer's name has its reason
    p.feed(Intent{Finish{}});
    p.other();
    CHECK_FALSE(p.state.officer);
    CHECK(p.forgotten == 1);
  }
}

TEST_CASE("draft: a claim is kept page by page, forgotten when the person says so, and not when silence wipes it") {
  Player p;
  p.choose("claim");
  p.identify();
  CHECK(p.drafts.empty());  // nothing entered that is worth keeping
  p.next();
  p.choose("RESIGN");
  REQUIRE(p.drafts.size() == 1);
  CHECK(p.drafts[0].purpose == "claim");
  CHECK(p.drafts[0].answers.at("cause") == "RESIGN");
  CHECK_FALSE(p.drafts[0].for_officer);
  p.next();
  p.next();
  p.photo();
  p.other();
  p.choose("014");
  CHECK(p.drafts.back().answers.at("npwp_way") == "nik");
  CHECK(p.drafts.back().answers.at("bank") == "014");
  const auto kept = p.drafts.size();
  SUBCASE("leaving on purpose") {
    p.feed(Intent{Finish{}});
    p.other();
    REQUIRE(p.drafts.size() == kept + 1);
    CHECK(p.drafts.back().answers.empty());
  }
  SUBCASE("silence") {
    p.pass(kIdle);
    p.pass(kIdleAnswer);
    CHECK(p.at() == "Home");
    CHECK(p.drafts.size() == kept);
  }
  SUBCASE("a walk to the counter takes it along") {
    help(p);
    p.other();
    p.choose("none");
    REQUIRE(p.drafts.size() == kept + 1);
    CHECK(p.drafts.back().for_officer);
  }
}

TEST_CASE("draft: after the two facts it is offered, and going on asks only what is still open") {
  Player before;
  before.choose("claim");
  before.identify();
  before.next();
  before.choose("RESIGN");
  before.next();
  before.next();
  before.photo();
  before.other();
  before.choose("014");
  before.enter("1234567890");
  before.next();
  REQUIRE(before.at() == "EnterPhone");
  const auto draft = before.drafts.back();

  Player p;
  p.find = [&](const auto&) { return with_draft(draft); };
  p.choose("claim");
  p.identify();
  REQUIRE(p.at() == "ResumeOffer");
  SUBCASE("go on") {
    p.next();
    REQUIRE(p.at() == "EnterPhone");
    p.other();
    p.next();
    REQUIRE(p.at() == "CheckAnswers");
    p.next();
    REQUIRE(p.submitted.size() == 1);
    CHECK(p.submitted[0].cause == "RESIGN");
    CHECK(p.submitted[0].account.number == "1234567890");
    CHECK(p.submitted[0].face == domain::FaceVerdict::Accept);
    CHECK(p.submitted[0].attempt.str() == draft.answers.at("attempt"));
  }
  SUBCASE("anew") {
    p.other();
    CHECK(p.at() == "ThreeChecks");
    CHECK(p.drafts.back().answers.empty());
    CHECK(p.visit().cause.empty());
  }
  SUBCASE("the account was blocked meanwhile: nothing leads round an officer") {
    p.account = [] {
      verbs::AccountView a;
      a.account.state = domain::AccountState::Blocked;
      return a;
    };
    p.next();
    CHECK(p.at() == "BlockedNow");
  }
}

TEST_CASE("draft: one of another journey is not offered") {
  Player p;
  p.find = [](const auto& r) { return with_draft({*r.person, "correction", {{"name", "X"}}, false}); };
  p.choose("claim");
  p.identify();
  CHECK(p.at() == "ThreeChecks");
}

TEST_CASE("facts: each wrong answer costs time, longer each time") {
  Player p;
  p.find = [](const auto&) {
    return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, false, std::nullopt, "S***"};
  };
  p.choose("kpj");
  p.identify();
  REQUIRE(p.at() == "FactsDiffer");
  p.next();
  CHECK(p.at() == "FactsDiffer");
  CHECK(p.page<page::FactsDiffer>().seconds_left == 5);
  p.pass(Millis{1'000});
  CHECK(p.page<page::FactsDiffer>().seconds_left == 4);
  p.pass(Millis{4'000});
  p.next();
  CHECK(p.at() == "EnterBirth");
  p.feed(Intent{EnterDate{"07", "03", "1968"}});
  p.next();
  p.enter("SITI");
  p.next();
  CHECK(p.page<page::FactsDiffer>().seconds_left == 10);
}
