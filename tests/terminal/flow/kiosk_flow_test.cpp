// Identification and the claim, page by page.
#include <doctest/doctest.h>

#include "kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

TEST_CASE("flow: a claim walks the ten steps from home to a saved receipt") {
  Player p;
  p.choose("claim");
  CHECK(p.at() == "EnterNik");
  CHECK(progress(p.state).step == 1);
  p.identify();
  CHECK(p.at() == "ThreeChecks");
  for (const auto& c : three_checks(p.visit(), p.rules)) CHECK_MESSAGE(c.passed, c.code);
  p.next();
  CHECK(p.at() == "ChooseCause");
  p.choose("RESIGN");
  CHECK(p.at() == "Membership");
  p.next();
  CHECK(p.at() == "CameraConsent");
  CHECK_FALSE(p.state.camera.has_value());
  p.next();
  CHECK(p.at() == "Photo");
  CHECK(p.state.camera.has_value());
  p.photo();
  CHECK(p.at() == "EnterNpwp");
  CHECK_FALSE(p.state.camera.has_value());
  p.form();
  CHECK(p.at() == "CheckAnswers");
  CHECK(progress(p.state).step == 8);
  p.next();
  CHECK(p.at() == "Saved");
  CHECK(p.receipts == 1);
  CHECK(p.ticketed.empty());
  REQUIRE(p.submitted.size() == 1);
  const auto& c = p.submitted.front();
  CHECK(c.cause == "RESIGN");
  CHECK(c.account.number == "1234567890");
  CHECK(c.account.holder == "SUWARNI CONTOH");
  CHECK(c.npwp == kNik);
  CHECK(c.phone == "+6281200000001");
  CHECK(c.face == domain::FaceVerdict::Accept);
  CHECK_FALSE(c.attempt.is_nil());
  p.next();
  CHECK(p.at() == "Home");
  CHECK(p.forgotten == 1);
}

TEST_CASE("flow: two facts are asked before anything of a person is looked up") {
  Player p;
  p.choose("balance");
  p.identify();
  REQUIRE(p.searched.size() == 1);
  CHECK(p.searched.front().mother == "SITI PERCONTOHAN");
  CHECK(p.searched.front().birth == Date::of(1968, 3, 7).value());
  CHECK(p.at() == "Balance");
}

TEST_CASE("flow: a mother's name of 78 letters is asked for as it was typed") {
  Player p;
  p.choose("balance");
  p.enter(kNik);
  p.next();
  p.feed(Intent{EnterDate{"07", "03", "1968"}});
  p.next();
  const std::string mother = "SITI " + std::string(73, 'A');
  p.enter(mother);
  CHECK(p.visit().mother.view() == mother);
  p.next();
  REQUIRE(p.searched.size() == 1);
  CHECK(p.searched.front().mother == mother);
}

TEST_CASE("flow: a number that cannot be a NIK stays on its page with the code of a sentence") {
  Player p;
  p.choose("claim");
  const std::pair<const char*, const char*> bad[] = {
      {"990101070368000", "nik_length"}, {"9901013213680001", "nik_date"}, {"9901010703680000", "nik_serial"}};
  for (const auto& [text, code] : bad) {
    p.enter(text);
    p.next();
    CHECK(p.at() == "EnterNik");
    CHECK(p.page<page::EnterNik>().error == code);
  }
  p.enter("99 0101 070368 0001 abc");  // only digits are taken
  CHECK(p.page<page::EnterNik>().error.empty());
  p.next();
  CHECK(p.at() == "EnterBirth");
}

TEST_CASE("flow: a birth date that differs from the NIK is a question with three ways out") {
  for (int way = 0; way < 3; ++way) {
    Player p;
    p.choose("claim");
    p.enter(kNik);
    p.next();
    p.feed(Intent{EnterDate{"08", "03", "1968"}});
    p.next();
    CHECK(p.at() == "BirthDiffers");
    if (way == 0) p.next();
    if (way == 1) p.other();
    if (way == 2) p.third();
    const std::string_view expected[] = {"EnterMother", "EnterBirth", "EnterNik"};
    CHECK(p.at() == expected[way]);
  }
}

TEST_CASE("flow: a date that does not exist or lies ahead is said in words and nothing moves") {
  Player p;
  p.choose("claim");
  p.enter(kNik);
  p.next();
  p.feed(Intent{EnterDate{"31", "02", "1968"}});
  p.next();
  CHECK(p.page<page::EnterBirth>().error == "date_invalid");
  p.feed(Intent{EnterDate{"07", "03", "2068"}});
  p.next();
  CHECK(p.page<page::EnterBirth>().error == "birth_future");
  p.feed(Intent{EnterDate{"07", "03", "68"}});
  p.next();
  CHECK(p.page<page::EnterBirth>().error == "birth_incomplete");
}

TEST_CASE("flow: facts that disagree are asked again, the third time an officer helps") {
  Player p;
  p.find = [](const auto&) {
    return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, false, std::nullopt, "S*** C***"};
  };
  p.choose("kpj");
  p.identify();
  for (int tried = 1; tried < kFactsTries; ++tried) {
    CHECK(p.at() == "FactsDiffer");
    p.pass(kWrongFacts * tried);
    p.next();
    CHECK(p.at() == "EnterBirth");
    CHECK(p.visit().mother.empty());
    p.next();
    p.enter("SITI");
    p.next();
  }
  CHECK(p.at() == "FactsDiffer");
  p.next();
  CHECK(p.at() == "FactsDiffer");  // no fourth try here
  p.other();
  p.choose("none");
  CHECK(p.at() == "TicketShown");
}

TEST_CASE("flow: a person nobody here knows is saved as unverified with what was typed") {
  Player p;
  p.find = [](const auto&) { return verbs::ParticipantFound{}; };
  p.account = [] {
    verbs::AccountView a;
    a.account.state = domain::AccountState::Unknown;
    return a;
  };
  p.check = [&](const auto& c) { return domain::check_claim(nullptr, c.cause, p.today, p.rules); };
  p.submit = [](const auto& c) { return verbs::ClaimView{.id = c.id, .state = domain::ClaimState::Unverified}; };
  p.choose("claim");
  p.identify();
  CHECK(p.at() == "NotKnown");
  p.next();
  p.enter("BUDI CONTOH");
  p.next();
  p.enter("9900000001");
  p.next();
  CHECK(p.page<page::EnterKpj>().error == "kpj_length");
  p.enter("99000000019");
  p.next();
  CHECK(p.at() == "ChooseCause");
  p.choose("RESIGN");
  CHECK(p.at() == "CameraConsent");
  p.other();
  p.other();
  p.choose("014");
  p.enter("1234567890");
  p.next();
  p.enter("081200000002");
  p.next();
  CHECK(p.at() == "CheckAnswers");
  p.next();
  CHECK(p.at() == "Saved");
  CHECK(p.submitted.front().name == "BUDI CONTOH");
  CHECK(p.submitted.front().kpj == "99000000019");
  CHECK(p.ticketed.size() == 1);
}

TEST_CASE("flow: Ubah changes one answer and comes back to the check of answers") {
  Player p;
  p.to_photo();
  p.photo();
  p.form();
  REQUIRE(p.at() == "CheckAnswers");
  p.feed(Intent{Edit{"phone"}});
  CHECK(p.at() == "EnterPhone");
  p.enter("081299999999");
  p.next();
  CHECK(p.at() == "CheckAnswers");
  p.feed(Intent{Edit{"bank"}});
  CHECK(p.at() == "ChooseBank");
  p.choose("002");
  CHECK(p.at() == "EnterAccount");
  CHECK(p.visit().account.empty());
  p.enter("123456789012345");
  p.next();
  CHECK(p.at() == "CheckAnswers");
  p.feed(Intent{Edit{"cause"}});
  p.choose("PHK");
  CHECK(p.at() == "CheckAnswers");
  p.feed(Intent{Edit{"npwp"}});
  p.enter("091234567890123");
  p.next();
  if (p.at() == "EnterNpwp") {  // that number has a wrong check digit
    CHECK(p.page<page::EnterNpwp>().error == "npwp_check");
    p.back();
  }
  CHECK(p.at() == "CheckAnswers");
  p.feed(Intent{Edit{"photo"}});  // a photograph that matched is not spent again
  CHECK(p.at() == "CheckAnswers");
  p.next();
  CHECK(p.submitted.front().phone == "+6281299999999");
  CHECK(p.submitted.front().account.bank == "002");
  CHECK(p.submitted.front().cause == "PHK");
}

TEST_CASE("flow: an account number of unusual length is asked about once, never refused") {
  Player p;
  p.to_photo();
  p.photo();
  p.other();
  p.choose("014");
  p.enter("123");
  p.next();
  CHECK(p.page<page::EnterAccount>().error == "account_short");
  p.enter("12345678901");
  p.next();
  CHECK(p.page<page::EnterAccount>().error == "account_unusual");
  p.next();
  CHECK(p.at() == "EnterPhone");
}

TEST_CASE("flow: what was confirmed while the node is away is sent again under the same id") {
  Player p;
  bool away = true;
  p.submit = [&](const auto& c) -> Result<verbs::ClaimView> {
    if (away) return unreachable("node_away");
    return verbs::ClaimView{.id = c.id};
  };
  p.to_photo();
  p.photo();
  p.form();
  p.next();
  CHECK(p.at() == "Waiting");
  CHECK(p.page<page::Waiting>().away);
  p.back();
  CHECK(p.at() == "Waiting");  // going back could lose a change silently
  p.pass(kRetryEvery);
  CHECK(p.submitted.size() == 2);
  away = false;
  p.pass(kRetryEvery);
  CHECK(p.at() == "Saved");
  CHECK(p.submitted.size() == 3);
  CHECK(p.submitted[0].id == p.submitted[2].id);
  CHECK_FALSE(p.submitted[0].id.is_nil());
}

TEST_CASE("flow: who holds a live number already is shown that number") {
  Player p;
  p.ticket = [](const auto&) -> Result<verbs::TicketIssued> { return refused("ticket_exists", "A-007", "nik"); };
  p.choose("ticket");
  p.choose("JHT");
  p.next();
  p.enter(kNik);
  p.next();
  p.choose("none");
  CHECK(p.at() == "Problem");
  CHECK(p.page<page::Problem>().detail == "A-007");
  Player q;
  q.ticket = p.ticket;
  q.submit = [](const auto& c) { return verbs::ClaimView{.id = c.id, .state = domain::ClaimState::NeedsOfficer}; };
  q.choose("claim");
  q.identify();
  q.next();
  q.choose("RESIGN");
  q.next();
  q.other();
  q.form();
  q.next();
  CHECK(q.at() == "Saved");
  CHECK(q.visit().number_held == "A-007");
}

TEST_CASE("flow: an officer's cause and a failed condition keep who and what for the counter") {
  for (const char* cause : {"DEATH", "USIA56"}) {
    Player p;
    p.check = [&](const auto& c) {
      auto young = invented_person();
      young.birth = Date::of(1990, 1, 1).value();
      return domain::check_claim(&young, c.cause, p.today, p.rules);
    };
    p.choose("claim");
    p.identify();
    p.next();
    p.choose(cause);
    CHECK((p.at() == "OfficerCause" || p.at() == "NotEligible"));
    p.other();
    CHECK(p.at() == "ChooseCause");
    p.choose(cause);
    p.next();
    p.choose("elderly");
    CHECK(p.at() == "TicketShown");
    REQUIRE(p.ticketed.size() == 1);
    CHECK(p.ticketed.front().purpose == std::string("claim_help:") + cause);
    CHECK(p.ticketed.front().person->nik()->digits() == kNik);
    CHECK(p.ticketed.front().priority == domain::Priority::Elderly);
  }
}
