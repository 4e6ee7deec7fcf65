// The kiosk: photographs, what comes of them, and blocked accounts.
#include <doctest/doctest.h>

#include "kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;

namespace {
Result<verbs::AttemptResult> clear_no(Uuid id, int left) {
  verbs::AttemptResult r{.attempt = id, .verdict = domain::FaceVerdict::NoMatch, .counted = true};
  r.account.attempts_left = left;
  if (left == 0) {
    r.account.account.state = domain::AccountState::Blocked;
    r.ticket = verbs::TicketIssued{};
    r.ticket->ticket.number = "B-001";
    r.ticket->ticket.priority = domain::Priority::Blocked;
    r.ticket->ticket.purpose = "blocked:case";
  }
  return r;
}
// From the home screen to the page that says what to bring.
void to_blocked_documents(Player& p) {
  p.choose("blocked");
  p.next();
  CHECK(p.at() == "BlockedConsent");
  p.next();
  p.enter(kNik);
  p.next();
  p.feed(Intent{EnterDate{"07", "03", "1968"}});
  p.next();
  p.enter("SITI PERCONTOHAN");
  p.next();
  CHECK(p.at() == "BlockedDocuments");
}
}  // namespace

TEST_CASE("flow: the shutter opens only for a usable, still face, and sentences do not flicker") {
  Player p;
  p.to_photo();
  p.feed(Intent{TakePhoto{}});
  CHECK(p.at() == "Photo");
  p.advice("coach.move_closer");
  CHECK(p.page<page::Photo>().advice == "coach.move_closer");
  p.advice("coach.more_light");
  CHECK(p.page<page::Photo>().advice == "coach.move_closer");
  p.advice("coach.more_light");
  p.advice("coach.more_light");
  CHECK(p.page<page::Photo>().advice == "coach.more_light");
  domain::FaceReport moving;
  moving.face = domain::FaceFound{};
  moving.usable = true;
  p.feed(FaceSeen{moving, false});
  CHECK_FALSE(p.page<page::Photo>().ready);
  p.good_face();
  CHECK(p.page<page::Photo>().ready);
  CHECK(p.page<page::Photo>().advice == "coach.ready");
  p.feed(FaceSeen{moving, false});  // one frame of a blink: who reads the good news and presses is not ignored
  CHECK(p.page<page::Photo>().advice == "coach.ready");
  CHECK(p.page<page::Photo>().ready);
  p.feed(Intent{TakePhoto{}});
  CHECK(p.at() == "EnterNpwp");
}

TEST_CASE("flow: a good face that is held takes the photograph by itself; what may cost an attempt waits for a touch") {
  Player p;
  int attempts = 0;
  p.attempt = [&](Uuid id) { return clear_no(id, 3 - ++attempts); };
  p.to_photo();
  const auto photo = [&]() -> const page::Photo& { return p.page<page::Photo>(); };
  p.good_face();
  REQUIRE(photo().takes_at);
  CHECK(next_deadline(p.state) == photo().takes_at);
  p.pass(kPhotoAfter / 2);
  p.good_face();
  CHECK(photo().held == doctest::Approx(0.5f));
  for (int k = 0; k <= kAdviceFrames; ++k) p.advice("coach.move_closer");  // turned away: held anew
  CHECK_FALSE(photo().takes_at);
  CHECK(photo().held == 0);
  p.good_face();
  p.feed(CameraLost{});
  CHECK_FALSE(photo().takes_at);
  p.pass(kPhotoAfter);
  CHECK(attempts == 0);
  p.good_face();
  p.pass(kPhotoAfter - Millis{1});
  CHECK(attempts == 0);
  p.pass(Millis{1});
  CHECK(attempts == 1);
  REQUIRE(p.at() == "Photo");
  CHECK(photo().last == "no_match");
  p.good_face();
  CHECK(photo().ready);
  CHECK_FALSE(photo().takes_at);
  p.pass(kPhotoAfter * 2);
  CHECK(attempts == 1);
  p.feed(Intent{TakePhoto{}});
  CHECK(attempts == 2);
}

TEST_CASE(
    "flow: nobody is photographed while \"Masih di sana?\" lies over the page, and a photograph shows that one is") {
  Player p;
  int attempts = 0;
  p.attempt = [&](Uuid id) -> Result<verbs::AttemptResult> {
    verbs::AttemptResult r{.attempt = id, .verdict = domain::FaceVerdict::Accept};
    ++attempts;
    return r;
  };
  p.to_photo();
  p.pass(kIdle - kPhotoAfter / 2);
  p.good_face();
  p.pass(kPhotoAfter / 2);
  REQUIRE(p.state.idle_asked);
  p.pass(kPhotoAfter);
  CHECK(attempts == 0);
  p.good_face();
  p.feed(Intent{StayHere{}});
  p.pass(kPhotoAfter);
  CHECK(attempts == 0);
  p.good_face();  // held anew
  p.pass(kPhotoAfter);
  CHECK(attempts == 1);
  CHECK(p.at() == "EnterNpwp");
  p.pass(kIdle - Millis{1});
  CHECK_FALSE(p.state.idle_asked);
}

TEST_CASE("flow: poor photographs never count, three clear failures lead to a priority number") {
  Player p;
  int left = 3, attempts = 0;
  bool poor = true;
  std::vector<Uuid> ids;
  p.attempt = [&](Uuid id) -> Result<verbs::AttemptResult> {
    ids.push_back(id);
    ++attempts;
    if (std::exchange(poor, false)) {
      verbs::AttemptResult r{.attempt = id, .verdict = domain::FaceVerdict::PoorPhoto, .reason = "coach.more_light"};
      r.account.attempts_left = left;
      return r;
    }
    return clear_no(id, --left);
  };
  p.to_photo();
  p.photo();
  CHECK(p.at() == "Photo");
  CHECK(p.page<page::Photo>().last == "poor");
  CHECK(p.visit().attempts_left == 3);
  p.photo();
  CHECK(p.page<page::Photo>().last == "no_match");
  CHECK(p.visit().attempts_left == 2);
  p.photo();
  CHECK(p.visit().attempts_left == 1);
  p.photo();
  CHECK(p.at() == "BlockedNow");
  CHECK(p.visit().ticket->ticket.number == "B-001");
  CHECK(p.tickets_printed == 1);
  CHECK(p.ticketed.empty());  // the node gave the number with the verdict
  CHECK(attempts == 4);
  for (std::size_t i = 1; i < ids.size(); ++i) CHECK(ids[i] != ids[i - 1]);
  p.back();
  CHECK(p.at() == "BlockedNow");
  p.next();
  CHECK(p.at() == "Home");
}

TEST_CASE("flow: the grey zone keeps the form, submits it and leads to an officer") {
  Player p;
  p.attempt = [](Uuid id) -> Result<verbs::AttemptResult> {
    verbs::AttemptResult r{.attempt = id, .verdict = domain::FaceVerdict::Grey};
    r.account.attempts_left = 3;
    r.photo_blob = "blob-grey";
    r.ticket = verbs::TicketIssued{};
    r.ticket->ticket.number = "A-020";
    return r;
  };
  p.submit = [](const auto& c) {
    verbs::ClaimView v{.id = c.id, .state = domain::ClaimState::NeedsOfficer};
    return v;
  };
  p.to_photo();
  p.photo();
  CHECK(p.at() == "FaceKept");
  p.next();
  p.form();
  p.next();
  CHECK(p.at() == "Saved");
  CHECK(p.submitted.front().face == domain::FaceVerdict::Grey);
  CHECK(p.submitted.front().photo_blob == "blob-grey");
  CHECK(p.ticketed.empty());
  CHECK(p.visit().ticket->ticket.number == "A-020");
}

TEST_CASE("flow: a photo that the full disk cannot keep is nobody's failure, and the claim goes on with the attempt") {
  Player p;
  p.attempt = [](Uuid id) -> Result<verbs::AttemptResult> {
    verbs::AttemptResult r{.attempt = id, .verdict = domain::FaceVerdict::Officer, .reason = "disk_low"};
    r.account.attempts_left = 3;
    r.ticket = verbs::TicketIssued{};
    r.ticket->ticket.number = "A-021";
    return r;
  };
  p.submit = [](const auto& c) { return verbs::ClaimView{.id = c.id, .state = domain::ClaimState::NeedsOfficer}; };
  p.to_photo();
  p.photo();
  REQUIRE(p.at() == "FaceKept");
  CHECK_FALSE(std::get<self::page::FaceKept>(p.state.page).photo_kept);
  CHECK(p.visit().photo_done());
  p.next();
  p.form();
  p.next();
  CHECK(p.at() == "Saved");
  CHECK(p.submitted.front().photo_blob.empty());
  CHECK_FALSE(p.submitted.front().attempt.is_nil());
}

TEST_CASE("flow: without a camera the claim is saved and a number to an officer follows by itself") {
  Player p;
  p.submit = [](const auto& c) { return verbs::ClaimView{.id = c.id, .state = domain::ClaimState::NeedsOfficer}; };
  p.choose("claim");
  p.identify();
  p.next();
  p.choose("RESIGN");
  p.next();
  p.other();  // no camera
  CHECK(p.at() == "EnterNpwp");
  p.form();
  p.next();
  CHECK(p.at() == "Saved");
  CHECK(p.submitted.front().attempt.is_nil());
  CHECK(p.submitted.front().photo_blob.empty());
  REQUIRE(p.ticketed.size() == 1);
  CHECK(p.ticketed.front().purpose == "claim:" + p.submitted.front().id.str());
  CHECK(p.ticketed.front().service == "JHT");
  // The receipt waited for the number and names it.
  CHECK(p.receipts == 1);
  CHECK_FALSE(p.receipt_number.empty());
  CHECK(p.receipt_number == p.visit().ticket->ticket.number);
}

TEST_CASE("flow: a claim that waits for an officer has its receipt also when no number can be had") {
  Player p;
  p.submit = [](const auto& c) { return verbs::ClaimView{.id = c.id, .state = domain::ClaimState::NeedsOfficer}; };
  p.ticket = [](const auto&) -> Result<verbs::TicketIssued> { return unreachable("node_away", "gone"); };
  p.choose("claim");
  p.identify();
  p.next();
  p.choose("RESIGN");
  p.next();
  p.other();  // no camera
  p.form();
  p.next();
  CHECK(p.at() == "Saved");
  CHECK(p.receipts == 1);
  CHECK(p.receipt_number.empty());
}

TEST_CASE("flow: an account that is blocked already leads to the priority number before any photograph") {
  Player p;
  p.account = [] {
    verbs::AccountView a;
    a.account.state = domain::AccountState::Blocked;
    a.purpose = "blocked:42";
    return a;
  };
  p.choose("claim");
  p.identify();
  CHECK(p.at() == "BlockedNow");
  CHECK_FALSE(p.visit().ticket.has_value());
  p.next();
  CHECK(p.at() == "BlockedNow");
  REQUIRE(p.ticketed.size() == 1);
  CHECK(p.ticketed.front().purpose == "blocked:42");
  CHECK(p.ticketed.front().priority == domain::Priority::Blocked);
  CHECK(p.tickets_printed == 1);
}

TEST_CASE("flow: Akun JMO terblokir goes by consent, number and documents to ISO") {
  Player p;
  p.account = [] {
    verbs::AccountView a;
    a.account.state = domain::AccountState::Blocked;
    return a;
  };
  to_blocked_documents(p);
  p.next();
  CHECK(p.at() == "BlockedNow");
  REQUIRE(p.ticketed.size() == 1);
  CHECK(p.ticketed.front().service == "ISO");
  CHECK(p.ticketed.front().priority == domain::Priority::Blocked);
  REQUIRE(p.consents.size() == 1);
  CHECK(p.consents[0].purpose == "data");
}

TEST_CASE("flow: an account that is not blocked gets an ordinary number, its class is not claimed") {
  Player p;
  to_blocked_documents(p);
  p.next();
  CHECK(p.at() == "AskPriority");
  p.choose("none");
  CHECK(p.at() == "TicketShown");
  CHECK(p.ticketed.front().priority == domain::Priority::Normal);
  CHECK(p.ticketed.front().service == "ISO");
}
