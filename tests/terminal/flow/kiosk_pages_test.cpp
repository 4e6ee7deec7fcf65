// The participant's other journeys, and what holds on every page: idle, late answers, help, leaving.
#include <doctest/doctest.h>

#include "kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

TEST_CASE("flow: a ticket takes service, may skip the number, asks for priority and is printed") {
  Player p;
  p.choose("ticket");
  p.choose("INFO");
  CHECK(p.at() == "OfferIdentify");
  p.other();
  p.choose("none");
  CHECK(p.at() == "TicketShown");
  CHECK(p.tickets_printed == 1);
  CHECK(p.visit().ticket_print == PrintState::Printed);
  CHECK_FALSE(p.ticketed.front().person.has_value());
  CHECK(p.ticketed.front().service == "INFO");
}

TEST_CASE("flow: every tile and every other service leads to a page with a way on") {
  for (const char* id : {"ticket", "claim", "blocked", "balance", "kpj", "track", "simulate", "other"}) {
    Player p;
    p.choose(id);
    CHECK(p.at() != "Home");
  }
  for (const auto& [id, page] : {std::pair{"guide", "Guide"},
                                 {"appointment", "CheckIn"},
                                 {"card", "EnterNik"},
                                 {"update", "EnterNik"},
                                 {"bpu", "BpuChoice"},
                                 {"accident", "EnterNik"},
                                 {"complaint", "EnterNik"},
                                 {"account", "AccountHelp"},
                                 {"privacy", "EnterNik"}}) {
    Player p;
    p.choose("other");
    p.choose(id);
    CHECK(p.at() == page);
  }
}

TEST_CASE("flow: a quiet minute asks, any number of times, and silence wipes everything") {
  Player p;
  p.to_photo();
  for (int i = 0; i < 5; ++i) {
    p.pass(kIdle);
    CHECK(p.state.idle_asked.has_value());
    p.next();  // a stray touch moves nothing
    CHECK(p.at() == "Photo");
    p.pass(Millis{10'000});
    CHECK(p.state.idle_seconds_left == 20);
    p.feed(Intent{StayHere{}});
    CHECK_FALSE(p.state.idle_asked.has_value());
  }
  p.pass(kIdle);
  p.pass(kIdleAnswer);
  CHECK(p.at() == "Home");
  CHECK(p.forgotten == 1);
  CHECK(p.visit().nik.empty());
  CHECK_FALSE(p.state.camera.has_value());
  p.pass(kIdle);
  CHECK(p.forgotten == 1);  // home stays quiet
}

TEST_CASE("flow: deadlines come in order and home waits for nothing") {
  Player p;
  CHECK_FALSE(next_deadline(p.state).has_value());
  p.answer = false;
  p.choose("ticket");
  CHECK(*next_deadline(p.state) == p.clock.steady() + kIdle);
  p.choose("INFO");
  p.other();
  p.choose("none");
  CHECK(p.at() == "Waiting");
  CHECK(*next_deadline(p.state) == p.clock.steady() + kProgressAfter);
  p.pass(kProgressAfter);
  CHECK(p.page<page::Waiting>().progress);
  CHECK_FALSE(p.page<page::Waiting>().cancel);
  p.pass(kCancelAfter);
  CHECK(p.page<page::Waiting>().cancel);
  p.back();
  CHECK(p.at() == "AskPriority");
}

TEST_CASE("flow: an answer that comes after the person left changes nothing") {
  Player p;
  p.answer = false;
  p.choose("claim");
  p.identify();
  REQUIRE(p.at() == "Waiting");
  const int no = p.page<page::Waiting>().no;
  p.feed(Intent{Finish{}});
  CHECK(p.at() == "Leaving");
  p.other();
  CHECK(p.at() == "Home");
  p.feed(
      Answered<verbs::ParticipantFound>{no, p.find({domain::PersonId(domain::Nik::parse(kNik).value()), {}, {}, {}})});
  CHECK(p.at() == "Home");
  CHECK_FALSE(p.visit().found.has_value());
}

TEST_CASE("flow: Selesai asks before it drops answers, and staying asks the pending question again") {
  Player p;
  p.choose("claim");
  p.enter(kNik);
  p.next();
  p.feed(Intent{Finish{}});
  CHECK(p.at() == "Leaving");
  p.next();
  CHECK(p.at() == "EnterBirth");
  p.answer = false;
  p.feed(Intent{EnterDate{"07", "03", "1968"}});
  p.next();
  p.enter("SITI");
  p.next();
  REQUIRE(p.at() == "Waiting");
  p.feed(Intent{Finish{}});
  p.answer = true;
  p.next();
  CHECK(p.at() == "ThreeChecks");
}

TEST_CASE("flow: Bantuan petugas is everywhere and leads to a number, going back keeps the form") {
  Player p;
  p.to_photo();
  p.feed(Intent{AskHelp{}});
  CHECK(p.at() == "HelpOffer");
  p.back();
  CHECK(p.at() == "Photo");
  p.feed(Intent{AskHelp{}});
  p.other();
  p.choose("pregnant");
  CHECK(p.at() == "TicketShown");
  CHECK(p.ticketed.front().person.has_value());
}

TEST_CASE("flow: a refusal of the node is a page of words with the form kept") {
  Player p;
  p.find = [](const auto&) -> Result<verbs::ParticipantFound> { return refused("find_limit"); };
  p.choose("balance");
  p.identify();
  CHECK(p.at() == "Problem");
  CHECK(p.page<page::Problem>().code == "find_limit");
  p.next();
  CHECK(p.at() == "EnterMother");
  CHECK_FALSE(p.visit().nik.empty());
}

TEST_CASE("flow: a simulation takes three numbers and refuses what makes no sense") {
  Player p;
  p.choose("simulate");
  p.enter("5");
  p.next();
  CHECK(p.page<page::SimWage>().error == "wage_low");
  p.enter("5000000");
  p.next();
  p.enter("60");
  p.next();
  CHECK(p.page<page::SimYears>().error == "years_range");
  p.enter("10");
  p.next();
  p.next();
  CHECK(p.at() == "SimResult");
}

TEST_CASE("flow: tracking shows the person's own claims only") {
  Player p;
  p.claims = [] {
    verbs::ClaimView own, foreign;
    own.kpj = "*******0011";  // as the node lists them
    own.person_masked = domain::mask_name("SUWARNI CONTOH");
    foreign.kpj = "*******0011";
    foreign.person_masked = domain::mask_name("BUDI LAIN");
    return std::vector<verbs::ClaimView>{own, foreign};
  };
  p.choose("track");
  p.identify();
  CHECK(p.at() == "Track");
  CHECK(p.visit().claims.size() == 1);
}
