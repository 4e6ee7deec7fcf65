// "Kembali" where something was begun: a change that is not confirmed leaves everything as it was, an intake that is
// left gives the claim back, and an officer who has left is nobody any more.
#include <doctest/doctest.h>

#include "kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

namespace {

void to_answers(Player& p) {
  p.to_photo();
  p.photo();
  p.form();
  REQUIRE(p.at() == "CheckAnswers");
}

void log_officer_in(Player& p) {
  p.feed(Intent{AskHelp{}});
  p.next();
  REQUIRE(p.at() == "HelpCalled");
  p.other();
  p.enter("1001");
  p.next();
  p.enter("123456");
  p.next();
  REQUIRE(p.state.officer);
}

}  // namespace

TEST_CASE("back: an answer that was begun to be changed and left is as it was, and that is what is sent") {
  struct Change {
    const char* row;
    std::function<void(Player&)> begin;
    int back;
  };
  const Change changes[] = {
      {"cause", [](Player& p) { p.choose("DEATH"); }, 2},  // an officer's cause: never sent from here
      {"cause", [](Player& p) { p.choose("P30"); }, 2},
      {"npwp", [](Player& p) { p.enter("09"); }, 1},
      {"bank", [](Player& p) { p.choose("002"), p.enter("12"); }, 2},
      {"phone", [](Player& p) { p.enter("08"); }, 1},
  };
  for (const auto& change : changes) {
    CAPTURE(change.row);
    Player p;
    to_answers(p);
    p.edit(change.row);
    CHECK(p.visit().editing());
    change.begin(p);
    for (int k = 0; k < change.back; ++k) p.back();
    REQUIRE(p.at() == "CheckAnswers");
    CHECK_FALSE(p.visit().editing());
    p.next();
    REQUIRE(p.submitted.size() == 1);
    const auto& sent = p.submitted.front();
    CHECK(sent.cause == "RESIGN");
    CHECK(sent.npwp == kNik);
    CHECK(sent.account.bank == "014");
    CHECK(sent.account.number == "1234567890");
    CHECK(!sent.phone.empty());
  }
}

TEST_CASE("back: after a change the way back is that of the check of answers") {
  Player p;
  to_answers(p);
  p.edit("cause");
  p.choose("PHK");
  REQUIRE(p.at() == "CheckAnswers");
  p.back();
  CHECK(p.at() == "Amounts");
}

TEST_CASE("back: a cause that needs the NPWP asks for it before the claim is sent") {
  Player p;
  p.to_photo();
  p.photo();
  p.third();  // no NPWP
  p.choose("014");
  p.enter("1234567890");
  p.next();
  p.other();
  p.next();
  REQUIRE(p.at() == "CheckAnswers");
  p.check = [&](const auto& c) {
    auto e = domain::check_claim(&*p.visit().found->record, c.cause, p.today, p.rules);
    e.npwp_needed = c.cause == "PHK";
    return e;
  };
  p.edit("cause");
  p.choose("PHK");
  REQUIRE(p.at() == "EnterNpwp");
  p.other();
  CHECK(p.at() == "CheckAnswers");
  p.next();
  CHECK(p.submitted.front().npwp == kNik);
}

TEST_CASE("back: an intake answer, and a correction, that are left stay as they were") {
  Player p;
  p.choose("other"), p.choose("complaint"), p.enter(kNik), p.next();
  p.choose("broker"), p.enter("ADA YANG MEMINTA UANG"), p.next(), p.other();
  REQUIRE(p.at() == "IntakeCheck");
  p.edit("what");
  p.enter("");
  p.back();
  REQUIRE(p.at() == "IntakeCheck");
  p.next();
  REQUIRE(p.told.size() == 1);
  CHECK(p.told[0].answers.at("what") == "ADA YANG MEMINTA UANG");

  Player q;
  q.choose("other"), q.choose("update"), q.identify();
  q.edit("name");
  q.enter("SUW");
  q.back();
  REQUIRE(q.at() == "Record");
  q.next();
  REQUIRE(q.told.size() == 1);
  CHECK(q.told[0].answers.count("name") == 0);
  CHECK(q.slips.empty());
}

TEST_CASE("back: from the passport, and from the heir, to one's own claim") {
  SUBCASE("a passport after all not") {
    Player p;
    p.choose("claim");
    p.other();
    p.choose("foreigner");
    REQUIRE(p.at() == "Question");
    p.back();
    p.back();
    REQUIRE(p.at() == "EnterNik");
    CHECK(p.visit().purpose == Purpose::Claim);
    p.identify();
    CHECK(p.at() == "ThreeChecks");
  }
  SUBCASE("the heir of a cause: the way back is the consent, the dead person's facts are gone") {
    Player p;
    p.choose("claim");
    p.identify();
    p.next();
    p.choose("DEATH");
    p.third();
    REQUIRE(p.at() == "EnterNik");
    CHECK_FALSE(p.visit().record());
    p.back();
    CHECK(p.at() == "DataConsent");
    p.back();
    CHECK(p.at() == "Home");
  }
}

TEST_CASE("back: what is asked of nobody is never waited for") {
  Player p;
  p.to_photo();
  p.visit().nik.clear();
  p.good_face();
  p.feed(Intent{TakePhoto{}});
  CHECK(p.at() != "Waiting");
}

TEST_CASE("assisted: the officer leaves and the person goes on; nothing is done in his name any more") {
  Player p;
  to_answers(p);
  log_officer_in(p);
  REQUIRE(p.at() == "CheckAnswers");
  p.feed(Intent{AskHelp{}});
  REQUIRE(p.at() == "HelpCalled");
  p.other();
  CHECK_FALSE(p.state.officer);
  CHECK(p.officers_left == 1);
  REQUIRE(p.at() == "CheckAnswers");
  p.next();
  CHECK(p.at() == "Saved");
}

TEST_CASE("assisted: a session that ended lets the person go on in nobody's name") {
  Player p;
  to_answers(p);
  log_officer_in(p);
  bool first = true;
  const auto usual = p.submit;
  p.submit = [&](const auto& c) -> Result<verbs::ClaimView> {
    if (std::exchange(first, false)) return refused("session_ended");
    return usual(c);
  };
  p.next();
  CHECK(p.at() == "Saved");
  CHECK_FALSE(p.state.officer);
  CHECK(p.officers_left == 1);
}

TEST_CASE("assisted: a PIN that was typed is gone when its page is left, and kept while the node is away") {
  Player p;
  p.choose("claim");
  p.feed(Intent{AskHelp{}}), p.next(), p.other(), p.enter("1001"), p.next();
  p.enter("123456");
  p.back();
  CHECK(p.visit().pin.empty());
  p.back();
  CHECK(p.visit().officer_number.empty());
  p.other(), p.enter("1001"), p.next(), p.enter("123456");
  bool away = true;
  std::vector<std::string> pins;
  p.log_in = [&](const auto& number, const auto& pin) -> Result<verbs::SessionView> {
    pins.push_back(pin);
    if (away) return unreachable("node_away");
    verbs::SessionView s;
    s.officer.number = number;
    return s;
  };
  p.next();
  REQUIRE(p.at() == "Waiting");
  p.back();  // while a PIN is looked at nobody walks away from it
  CHECK(p.at() == "Waiting");
  away = false;
  p.pass(kRetryEvery);
  CHECK(pins == std::vector<std::string>{"123456", "123456"});
  CHECK(p.state.officer);
}

TEST_CASE("assisted: a log-in that nobody waits for is ended at once") {
  Player p;
  p.choose("claim");
  p.feed(Answered<verbs::SessionView>{77, verbs::SessionView{}});
  CHECK_FALSE(p.state.officer);
  CHECK(p.officers_left == 1);
}

TEST_CASE("idle: the button erases, silence keeps; what was confirmed waits for the node; an officer is waited for") {
  SUBCASE("the button") {
    Player p;
    to_answers(p);
    const auto kept = p.drafts.size();
    p.pass(kIdle);
    REQUIRE(p.state.idle_asked);
    p.feed(Intent{Finish{}});
    CHECK(p.at() == "Home");
    REQUIRE(p.drafts.size() == kept + 1);
    CHECK(p.drafts.back().answers.empty());
  }
  SUBCASE("a confirmed claim") {
    Player p;
    to_answers(p);
    bool away = true;
    const auto usual = p.submit;
    p.submit = [&](const auto& c) -> Result<verbs::ClaimView> {
      if (away) return unreachable("node_away");
      return usual(c);
    };
    p.next();
    for (int k = 0; k < 200; ++k) p.pass(kRetryEvery);
    CHECK(p.at() == "Waiting");
    away = false;
    p.pass(kRetryEvery);
    CHECK(p.at() == "Saved");
  }
  SUBCASE("an officer who was called") {
    Player p;
    p.choose("claim");
    p.feed(Intent{AskHelp{}}), p.next();
    REQUIRE(p.at() == "HelpCalled");
    p.pass(kIdle * 4);
    CHECK_FALSE(p.state.idle_asked);
    p.pass(kIdle);
    CHECK(p.state.idle_asked);
  }
}

TEST_CASE("update: the letter is for what the employer reports, and only where there is one") {
  Player p;
  p.choose("other"), p.choose("update"), p.identify();
  p.edit("phone"), p.enter("081200000009"), p.next();
  p.next();
  CHECK(p.slips.empty());  // an officer changes a telephone number

  Player q;
  q.find = [](const auto&) {
    auto person = invented_person();
    for (auto& m : person.memberships) m.segment = domain::Segment::Bpu;
    return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, true, person, {}};
  };
  q.choose("other"), q.choose("update"), q.identify();
  q.edit("name"), q.enter("SUWARNI CONTOH BARU"), q.next();
  q.next();
  CHECK(q.at() == "IntakeSaved");
  CHECK(q.slips.empty());
}

TEST_CASE("blocked: somebody this branch does not know is told so, gets papers and a number") {
  Player p;
  p.find = [](const auto&) { return verbs::ParticipantFound{}; };
  p.choose("blocked"), p.next(), p.next();
  p.identify();
  REQUIRE(p.at() == "NotKnown");
  p.next();
  REQUIRE(p.at() == "BlockedDocuments");
  p.next();
  p.choose("none");
  CHECK(p.at() == "TicketShown");
  CHECK(p.ticketed.front().service == "ISO");
}

TEST_CASE("claim: a bank that is not among the usual ones leads to an officer, everything kept") {
  Player p;
  p.to_photo();
  p.photo();
  p.other();
  p.choose("other");
  REQUIRE(p.at() == "AskPriority");
  p.choose("none");
  CHECK(p.at() == "TicketShown");
  REQUIRE(!p.drafts.empty());
  CHECK(p.drafts.back().for_officer);
}

TEST_CASE("claim: while a reset waits for the centre no face is compared") {
  Player p;
  p.account = [] {
    verbs::AccountView a;
    a.account.state = domain::AccountState::ResetWaiting;
    return a;
  };
  p.choose("claim");
  p.identify();
  p.next();
  p.choose("RESIGN");
  p.next();
  CHECK(p.at() == "EnterNpwp");
  p.form();
  REQUIRE(p.at() == "CheckAnswers");
  p.edit("photo");
  CHECK(p.at() == "CheckAnswers");
}
