// A card before the camera instead of typing, a companion of the family, and the guide.
#include <doctest/doctest.h>

#include "kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

namespace {

void scan(Player& p, CardSeen card) {
  p.third();
  REQUIRE(p.at() == "ScanCard");
  REQUIRE(p.state.camera == LookFor::Cards);
  p.feed(std::move(card));
}
const Date k_birth = Date::of(1968, 3, 7).value();

}  // namespace

TEST_CASE("scan: a KTP fills number and birth date once the person says that they are right") {
  Player p;
  p.choose("balance");
  scan(p, {kNik, {}, k_birth});
  REQUIRE(p.at() == "ScanConfirm");
  CHECK_FALSE(p.state.camera);
  CHECK(p.visit().nik.empty());  // not taken over yet
  p.next();
  REQUIRE(p.at() == "EnterMother");
  p.enter("SITI PERCONTOHAN");
  p.next();
  CHECK(p.at() == "Balance");
  REQUIRE(p.searched.size() == 1);
  CHECK(p.searched[0].person->nik()->digits() == kNik);
  CHECK(p.searched[0].birth == k_birth);
  CHECK(p.searched[0].kpj.empty());
}

TEST_CASE("scan: back from the next page are the keys with the number, never the card again") {
  Player p;
  p.choose("balance");
  scan(p, {kNik, {}, std::nullopt});
  p.next();
  REQUIRE(p.at() == "EnterBirth");  // the date was not read
  p.back();
  REQUIRE(p.at() == "EnterNik");
  CHECK(p.visit().nik.view() == kNik);
  CHECK(p.visit().card_nik.empty());
}

TEST_CASE("scan: what was read wrongly goes no further") {
  Player p;
  p.choose("balance");
  scan(p, {kNik, {}, k_birth});
  SUBCASE("again") {
    p.other();
    CHECK(p.at() == "ScanCard");
    CHECK(p.state.camera == LookFor::Cards);
  }
  SUBCASE("by the keys") {
    p.third();
    CHECK(p.at() == "EnterNik");
  }
  CHECK(p.visit().nik.empty());
  CHECK(p.visit().card_nik.empty());
  CHECK_FALSE(p.visit().card_birth);
}

TEST_CASE("scan: half a number, or a date that the NIK contradicts, is not taken") {
  Player p;
  p.choose("balance");
  scan(p, {"99010107036800", {}, std::nullopt});
  CHECK(p.at() == "ScanCard");
  p.feed(CardSeen{kNik, {}, Date::of(1970, 1, 1).value()});
  REQUIRE(p.at() == "ScanConfirm");
  CHECK_FALSE(p.visit().card_birth);
}

TEST_CASE("scan: by the KPJ card the person is found, and the record's NIK counts from then on") {
  Player p;
  p.find = [](const auto&) {
    auto person = invented_person();
    auto older = person.memberships.front();
    older.kpj = domain::Kpj::parse("99000000025").value();
    older.since = Date::of(1999, 1, 4).value();
    person.memberships.push_back(older);
    return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, true, std::move(person), {}};
  };
  p.choose("claim");
  scan(p, {{}, "99000000025", std::nullopt});
  p.next();
  REQUIRE(p.at() == "EnterBirth");
  p.feed(Intent{EnterDate{"07", "03", "1968"}});
  p.next();
  p.enter("SITI PERCONTOHAN");
  p.next();
  CHECK(p.at() == "ThreeChecks");
  REQUIRE(p.searched.size() == 1);
  CHECK_FALSE(p.searched[0].person);
  CHECK(p.searched[0].kpj == "99000000025");
  CHECK(p.visit().nik.view() == kNik);
  CHECK_FALSE(p.visit().by_kpj);
  CHECK(p.visit().chosen_kpj() == "99000000025");  // the card's, not the newest
  CHECK(p.consents.size() == 1);                   // told once it is known of whom
}

TEST_CASE("scan: a KPJ card that nobody here knows leads to the NIK, with what was typed besides") {
  Player p;
  p.find = [](const auto& r) {
    verbs::ParticipantFound f;
    if (r.person) f = {verbs::Source::Cache, WallTime{}, true, invented_person(), {}};
    return f;
  };
  p.choose("balance");
  scan(p, {{}, "99000000092", std::nullopt});
  p.next();
  p.feed(Intent{EnterDate{"07", "03", "1968"}});
  p.next();
  p.enter("SITI PERCONTOHAN");
  p.next();
  REQUIRE(p.at() == "EnterNik");
  CHECK(p.page<page::EnterNik>().error == "card_unknown");
  CHECK(p.visit().kpj.empty());
  p.enter(kNik);
  p.next();
  REQUIRE(p.at() == "EnterBirth");
  CHECK(p.visit().year.view() == "1968");
  p.next();
  CHECK(p.visit().mother.view() == "SITI PERCONTOHAN");
  p.next();
  CHECK(p.at() == "Balance");
}

TEST_CASE("scan: a card registered to a passport leads to an officer") {
  Player p;
  p.find = [](const auto&) {
    auto person = invented_person();
    person.id = domain::PersonId(domain::Passport::parse("IND", "X1234567").value());
    return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, true, std::move(person), {}};
  };
  p.choose("balance");
  scan(p, {{}, "99000000011", std::nullopt});
  p.next();
  p.feed(Intent{EnterDate{"07", "03", "1968"}});
  p.next();
  p.enter("SITI PERCONTOHAN");
  p.next();
  REQUIRE(p.at() == "Problem");
  p.other();
  CHECK(p.at() == "AskPriority");
}

TEST_CASE("scan: a code under the scanner counts only with one number of a person in it") {
  struct Row {
    const char *text, *at, *error;
  };
  for (const auto& row : {Row{"9901010703680001", "ScanConfirm", ""}, Row{"KPJ:99000000011", "ScanConfirm", ""},
                          Row{"https://example.invalid/k?n=99000000011&x=1", "ScanConfirm", ""},
                          // One of each kind is one person's; two of a kind are a question.
                          Row{"99000000011 9901010703680001", "ScanConfirm", ""},
                          Row{"99000000011 99000000022", "ScanCard", "card_foreign"},
                          Row{"990000000111", "ScanCard", "card_foreign"}, Row{"", "ScanCard", "card_foreign"},
                          Row{"ticket:01890000-0000-7000-8000-000000000001", "ScanCard", "card_foreign"}}) {
    CAPTURE(row.text);
    Player p;
    p.choose("balance");
    p.third();
    p.feed(CodeSeen{row.text});
    CHECK(p.at() == row.at);
    if (p.at() == "ScanCard") CHECK(p.page<page::ScanCard>().error == row.error);
  }
}

TEST_CASE("scan: a ticket needs the NIK; a lost camera says so and the keys are there") {
  Player p;
  p.choose("ticket");
  p.choose("JHT");
  p.next();
  REQUIRE(p.at() == "EnterNik");
  scan(p, {{}, "99000000011", std::nullopt});
  REQUIRE(p.at() == "ScanCard");
  CHECK(p.page<page::ScanCard>().error == "card_needs_ktp");
  p.feed(CameraLost{});
  CHECK(p.page<page::ScanCard>().camera_away);
  p.next();
  CHECK(p.at() == "EnterNik");
}

TEST_CASE("companion: the person comes to the camera and to the answers, and says so each time") {
  Player p;
  p.stop_at_consent = true;
  p.choose("claim");
  p.third();
  REQUIRE(p.at() == "Companion");
  p.next();
  REQUIRE(p.at() == "EnterNik");
  p.identify();
  REQUIRE(p.consents.size() == 1);
  CHECK(p.consents[0].purpose == "data");
  p.next();
  p.choose("RESIGN");
  p.next();
  REQUIRE(p.at() == "HandOver");
  p.next();
  REQUIRE(p.at() == "CameraConsent");
  REQUIRE(p.consents.size() == 2);
  CHECK(p.consents[1].purpose == "companion");
  p.back();
  CHECK(p.at() == "Membership");  // not the hand-over again
  p.next();
  p.next();
  p.next();
  p.photo();
  p.form();
  REQUIRE(p.at() == "HandOver");
  CHECK(p.page<page::HandOver>().to == page::HandOver::To::Answers);
  p.other();  // the person is not here
  CHECK(p.at() == "HelpOffer");
  p.back();
  p.next();
  CHECK(p.at() == "CheckAnswers");
  p.next();
  CHECK(p.at() == "Saved");
}

TEST_CASE("companion: nothing is asked of who came alone, and a mistake is taken back") {
  Player p;
  p.stop_at_consent = true;
  p.choose("claim");
  p.third();
  p.other();
  CHECK(p.at() == "DataConsent");
  p.next();
  p.identify();
  p.next();
  p.choose("RESIGN");
  p.next();
  CHECK(p.at() == "CameraConsent");
}

TEST_CASE("companion: before a report and a record too") {
  Player p;
  p.stop_at_consent = true;
  p.choose("other");
  p.choose("update");
  p.third();
  p.next();
  p.identify();
  REQUIRE(p.at() == "HandOver");
  p.next();
  CHECK(p.at() == "Record");
}

TEST_CASE("guide: the flow, its steps as pictures that move by themselves and stop, and once more") {
  Player p;
  p.choose("other");
  p.choose("guide");
  REQUIRE(p.at() == "Guide");
  p.next();
  REQUIRE(p.at() == "GuideStep");
  for (int shown = 1; shown < kGuidePictures; ++shown) {
    REQUIRE(next_deadline(p.state));
    p.pass(kGuidePicture);
    CHECK(p.page<page::GuideStep>().shown == shown);
  }
  CHECK_FALSE(p.page<page::GuideStep>().next_at);
  p.pass(kGuidePicture);
  CHECK(p.page<page::GuideStep>().shown == kGuidePictures - 1);
  p.third();
  CHECK(p.page<page::GuideStep>().shown == 0);
  CHECK(p.page<page::GuideStep>().next_at);
  for (int step = 1; step < kGuideSteps; ++step) {
    p.next();
    CHECK(p.page<page::GuideStep>().step == step);
    CHECK(p.page<page::GuideStep>().shown == 0);
  }
  CHECK(place(p.state.page) == "GuideStep.7");
  p.next();
  CHECK(p.at() == "Home");
}

TEST_CASE("guide: papers by cause, and an officer for questions") {
  Player p;
  p.choose("other");
  p.choose("guide");
  p.other();
  REQUIRE(p.at() == "GuideCauses");
  p.choose("PHK");
  REQUIRE(p.at() == "GuidePapers");
  p.next();
  CHECK(p.at() == "GuideCauses");
  p.choose("nothing");
  CHECK(p.at() == "GuideCauses");
  p.choose("DEATH");
  p.other();
  CHECK(p.at() == "AskPriority");
}
