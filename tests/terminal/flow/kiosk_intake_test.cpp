// Facts for an officer, pengkinian data, the membership, help with the account; and consent with its taking back.
#include <doctest/doctest.h>

#include <algorithm>

#include "domain/rules/lengths.h"
#include "kiosk_player.h"
#include "terminal/flow/kiosk/intake.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

namespace {

void nik(Player& p) {
  p.enter(kNik);
  p.next();
}

// Answers the question of the page with something that passes.
void answer(Player& p) {
  const auto& q = topic_by_id(p.visit().topic)->questions[static_cast<std::size_t>(p.page<page::Question>().index)];
  switch (q.kind) {
    case Field::Choice:
      return p.choose(std::string(q.options.back()));
    case Field::Day:
      p.feed(Intent{EnterDate{"01", "06", "2026"}});
      return p.next();
    case Field::Phone:
      p.enter("081200000001");
      return p.next();
    case Field::Money:
      p.enter("2500000");
      return p.next();
    case Field::Digits:
      p.enter("99000000019");
      return p.next();
    case Field::Text:
      p.enter(q.id == "passport" ? "X1234567" : "CONTOH");
      return p.next();
  }
}

void all_answers(Player& p) {
  while (p.at() == "Question") answer(p);
}

}  // namespace

TEST_CASE("intake: each topic is asked to its end, checked, saved, and its number goes to the right counter") {
  struct Row {
    std::vector<std::string> ways;
    std::string topic;
    bool asks_nik;
  };
  for (const auto& row :
       {Row{{"other", "bpu", "bpu_register"}, "bpu_register", true},
        Row{{"other", "bpu", "bpu_payment"}, "bpu_payment", true}, Row{{"other", "accident"}, "accident", true},
        Row{{"other", "complaint"}, "complaint", true}}) {
    CAPTURE(row.topic);
    Player p;
    for (const auto& way : row.ways) p.choose(way);
    REQUIRE(p.at() == "EnterNik");
    nik(p);
    REQUIRE(p.at() == "Question");
    all_answers(p);
    REQUIRE(p.at() == "IntakeCheck");
    CHECK(p.told.empty());
    p.next();
    REQUIRE(p.at() == "IntakeSaved");
    REQUIRE(p.told.size() == 1);
    CHECK(p.told[0].kind == row.topic);
    CHECK(p.told[0].person.nik()->digits() == kNik);
    CHECK(p.told[0].answers.size() == topic_by_id(row.topic)->questions.size());
    p.next();
    p.choose("elderly");
    CHECK(p.at() == "TicketShown");
    CHECK(p.ticketed[0].purpose == "intake:" + p.told[0].id.str());
  }
}

TEST_CASE("intake: heirs and foreigners say what they can, and an officer goes on") {
  Player p;
  p.choose("claim");
  p.other();
  REQUIRE(p.at() == "NoNik");
  SUBCASE("a passport") {
    p.choose("foreigner");
    REQUIRE(p.at() == "Question");
    p.enter("X1");
    p.next();
    CHECK(p.page<page::Question>().error == "passport_invalid");
    all_answers(p);
    p.next();
    REQUIRE(p.told.size() == 1);
    CHECK(p.told[0].kind == "foreigner");
    CHECK(p.told[0].person.key() == "passport:ZZZ:X1234567");
  }
  SUBCASE("an heir") {
    p.choose("heir");
    REQUIRE(p.at() == "EnterNik");  // the heir's own
    nik(p);
    all_answers(p);
    p.next();
    REQUIRE(p.told.size() == 1);
    CHECK(p.told[0].kind == "heir");
    p.next();
    p.choose("none");
    CHECK(p.ticketed[0].service == "JHT");
  }
}

TEST_CASE("intake: an heir who came by the cause of the claim does not answer in the participant's name") {
  Player p;
  p.choose("claim");
  p.identify();
  p.next();
  p.choose("DEATH");
  REQUIRE(p.at() == "OfficerCause");
  p.third();
  CHECK(p.at() == "EnterNik");
  CHECK(p.visit().nik.empty());
  CHECK(p.visit().record() == nullptr);
  const auto consents = p.consents.size();
  nik(p);
  CHECK(p.consents.size() == consents + 1);  // the heir's own
  all_answers(p);
  p.next();
  CHECK(p.told[0].kind == "heir");
}

TEST_CASE("intake: what cannot be an answer is said in words and nothing moves") {
  Player p;
  p.choose("other");
  p.choose("accident");
  nik(p);
  p.next();
  CHECK(p.page<page::Question>().error == "answer_missing");
  p.enter("SUWARNI CONTOH");
  p.next();
  const auto day = [&](const char* d, const char* m, const char* y) {
    p.feed(Intent{EnterDate{d, m, y}});
    p.next();
    return std::get_if<page::Question>(&p.state.page)->error;
  };
  CHECK(day("1", "", "") == "date_incomplete");
  CHECK(day("31", "02", "2026") == "date_invalid");
  CHECK(day("21", "11", "2026") == "date_future");
  CHECK(day("20", "11", "2026") == "");
  p.choose("nowhere");  // not among the options
  CHECK(p.page<page::Question>().index == 2);
  p.choose("at_work");
  p.enter("PT CONTOH");
  p.next();
  p.other();  // where one was treated may be left out
  p.enter("12");
  p.next();
  CHECK(p.page<page::Question>().error == "phone_invalid");
}

TEST_CASE("intake: Ubah changes one answer and comes back to the check") {
  Player p;
  p.choose("other");
  p.choose("complaint");
  nik(p);
  all_answers(p);
  p.edit("about");
  REQUIRE(p.at() == "Question");
  p.choose("broker");
  REQUIRE(p.at() == "IntakeCheck");
  p.edit("what");
  p.back();
  CHECK(p.at() == "IntakeCheck");
  CHECK_FALSE(p.visit().editing());
  p.next();
  CHECK(p.told[0].answers.at("about") == "broker");
}

TEST_CASE("intake: a complaint as long as its field goes out whole, and a letter more changes nothing") {
  Player p;
  p.choose("other");
  p.choose("complaint");
  nik(p);
  all_answers(p);
  p.edit("what");
  std::string longest;  // two bytes a character
  for (std::size_t i = 0; i < domain::length_of("what"); ++i) longest += "\u00e9";
  p.enter(longest);
  CHECK(p.visit().answer("what") == longest);
  p.enter(longest + "X");
  CHECK(p.visit().answer("what") == longest);
  p.next();
  REQUIRE(p.at() == "IntakeCheck");
  p.next();
  CHECK(p.told[0].answers.at("what") == longest);
  for (const auto& q : correctable())
    if (q.kind == Field::Text) CHECK(static_cast<std::size_t>(q.most) == domain::length_of(q.id));
}

TEST_CASE("intake: a node that is away gets the same facts under the same id; leaving with them is asked about") {
  Player p;
  p.intake = [](const auto&) -> Result<verbs::IntakeView> { return unreachable("node_away"); };
  p.choose("other");
  p.choose("complaint");
  nik(p);
  all_answers(p);
  p.feed(Intent{Finish{}});
  CHECK(p.at() == "Leaving");
  p.next();
  p.next();
  REQUIRE(p.at() == "Waiting");
  p.back();
  CHECK(p.at() == "Waiting");  // what was confirmed is not taken back silently
  p.pass(kRetryEvery);
  REQUIRE(p.told.size() == 2);
  CHECK(p.told[0].id == p.told[1].id);
}

TEST_CASE("update: the record is confirmed, or what differs is told and a letter for the employer comes out") {
  Player p;
  p.choose("other");
  p.choose("update");
  p.identify();
  REQUIRE(p.at() == "Record");
  SUBCASE("all is right") {
    p.next();
    REQUIRE(p.at() == "IntakeSaved");
    CHECK(p.told[0].kind == "correction");
    CHECK(p.told[0].answers == std::map<std::string, std::string>{{"all_right", "yes"}});
    CHECK(p.slips.empty());
  }
  SUBCASE("two differ, one of them is taken back") {
    p.edit("name");
    p.enter("SUWARNI BARU");
    p.next();
    p.edit("birth");
    p.feed(Intent{EnterDate{"08", "03", "1968"}});
    p.next();
    p.edit("phone");
    p.enter("081200000009");
    p.other();
    CHECK(p.at() == "Record");
    p.next();
    CHECK(p.told[0].answers == std::map<std::string, std::string>{{"name", "SUWARNI BARU"}, {"birth", "1968-03-08"}});
    REQUIRE(p.slips.size() == 1);
    CHECK(p.slips[0].slip == Slip::Correction);
    CHECK(p.slips[0].fields == std::vector<std::string>{"birth", "name"});
  }
  SUBCASE("the NIK is not among what may be corrected") {
    p.edit("nik");
    CHECK(p.at() == "Record");
  }
}

TEST_CASE("card: the membership is shown after two facts and printed when asked") {
  Player p;
  p.choose("other");
  p.choose("card");
  p.identify();
  REQUIRE(p.at() == "CardShown");
  CHECK(p.slips.empty());
  p.other();
  REQUIRE(p.slips.size() == 1);
  CHECK(p.slips[0].slip == Slip::Card);
  Player k;
  k.choose("kpj");
  k.identify();
  k.third();
  REQUIRE(k.slips.size() == 1);
  CHECK(k.slips[0].slip == Slip::Kpj);
}

TEST_CASE("account: each trouble has its advice without a question, and the way to an officer") {
  for (const char* id : {"forgot_account", "forgot_password", "activation", "new_phone", "contact"}) {
    Player p;
    p.choose("other");
    p.choose("account");
    p.choose(id);
    REQUIRE(p.at() == "AccountAdvice");
    CHECK(p.searched.empty());
    p.other();
    p.choose("none");
    CHECK(p.ticketed[0].purpose == std::string("service:") + id);
    CHECK(p.ticketed[0].service == "ISO");
  }
}

TEST_CASE("consent: asked before a number is typed, recorded once the person is known, and a no leads to an officer") {
  Player p;
  p.stop_at_consent = true;
  p.choose("claim");
  REQUIRE(p.at() == "DataConsent");
  SUBCASE("yes") {
    p.next();
    REQUIRE(p.at() == "EnterNik");
    CHECK(p.consents.empty());
    p.identify();
    REQUIRE(p.consents.size() == 1);
    CHECK(p.consents[0].purpose == "data");
    CHECK(p.consents[0].given);
    CHECK(p.consents[0].text == kConsentText);
    p.next();
    p.choose("RESIGN");
    p.next();
    p.next();
    REQUIRE(p.consents.size() == 2);
    CHECK(p.consents[1].purpose == "camera");
  }
  SUBCASE("no") {
    p.other();
    p.choose("none");
    CHECK(p.at() == "TicketShown");
    CHECK_FALSE(p.ticketed[0].person);
    CHECK(p.consents.empty());
  }
}

TEST_CASE("consent: what was agreed to is shown after two facts and may be taken back, asked first") {
  Player p;
  p.find = [](const auto&) {
    verbs::ParticipantFound f{verbs::Source::Cache, WallTime{}, true, invented_person(), "S***"};
    f.consents = {{"camera", "2026-11", "id", true, {}}};
    return f;
  };
  p.choose("other");
  p.choose("privacy");
  p.identify();
  REQUIRE(p.at() == "Consents");
  p.choose("camera");
  p.next();  // no, leave it
  REQUIRE(p.at() == "Consents");
  CHECK(p.consents.empty());
  p.choose("camera");
  p.other();
  CHECK(p.at() == "Withdrawn");
  REQUIRE(p.consents.size() == 1);
  CHECK_FALSE(p.consents[0].given);
  CHECK(p.consents[0].purpose == "camera");
  p.back();
  CHECK(p.at() == "Withdrawn");  // done is done
}
