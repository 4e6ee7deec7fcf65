#include <doctest/doctest.h>

#include "terminal/flow/counter/flow.h"

using namespace kiosk;
using namespace kiosk::flow::counter;

namespace {

Uuid id(std::uint8_t n) {
  std::uint8_t raw[16] = {};
  raw[15] = n;
  return Uuid::from_bytes(raw);
}

domain::PersonId person() { return *domain::Passport::parse("AUS", "PA1234567"); }

template <class E>
bool has(const Step& s) {
  for (const auto& e : s.effects)
    if (std::holds_alternative<E>(e)) return true;
  return false;
}

Model logged_in(std::vector<std::string> rights = {"call", "claim", "interview", "reset", "approve"}) {
  Model m;
  m.terminal = "counter-1";
  m = step(std::move(m), TypeNumber{"1001"}).model;
  m = step(std::move(m), LogIn{std::make_shared<const SecretString>(std::string("123456"))}).model;
  verbs::SessionView session;
  session.officer.number = "1001";
  session.officer.rights = std::move(rights);
  return step(std::move(m), LoggedIn{session}).model;
}

Model at_case() {
  verbs::CaseView view;
  view.person = person();
  return step(logged_in(), CaseOpened{{id(1), {}, {}, std::nullopt}, view}).model;
}

Model interviewed(bool passed) {
  auto m = step(at_case(), StartInterview{}).model;
  m = step(std::move(m), QuestionsCame{{"mother", "employer"}}).model;
  m = step(std::move(m), TypeAnswer{0, "Siti"}).model;
  m = step(std::move(m), TypeAnswer{1, "PT Maju"}).model;
  m = step(std::move(m), FinishInterview{id(7)}).model;
  return step(std::move(m), InterviewJudged{{id(7), {2, passed ? 2 : 0, passed}}}).model;
}

Model photo_taken() {
  auto m = step(interviewed(true), StartPhoto{}).model;
  domain::FaceReport good;
  good.usable = true;
  return step(std::move(m), PhotoTaken{std::make_shared<const Bytes>(Bytes{1, 2, 3}), good, nullptr}).model;
}

}  // namespace

TEST_CASE("counter: logging in needs a number and a PIN, and a wrong one leaves the number typed") {
  Model m;
  auto s = step(m, LogIn{std::make_shared<const SecretString>(std::string("1"))});
  CHECK(!has<DoLogIn>(s));
  CHECK(s.model.notice->code == "counter.notice.number_and_pin");
  m = step(m, TypeNumber{"1001"}).model;
  s = step(m, LogIn{std::make_shared<const SecretString>(std::string("1"))});
  REQUIRE(has<DoLogIn>(s));
  s = step(s.model, Failed{refused("pin_wrong")});
  CHECK(name(s.model.state) == "LoggingIn");
  CHECK(std::get<LoggingIn>(s.model.state).number == "1001");
  CHECK(s.model.notice->code == "fault.pin_wrong");
}

TEST_CASE("counter: the sync page tries once at a time, says when all is sent, and lets only the head hold") {
  auto m = step(logged_in(), ShowSync{}).model;
  REQUIRE(name(m.state) == "AtSync");
  auto s = step(m, TryNow{});
  REQUIRE(has<DoTryNow>(s));
  CHECK(!has<DoTryNow>(step(s.model, TryNow{})));
  verbs::SyncStatus sync;
  sync.state = "offline";
  sync.why = "no_route";
  s = step(s.model, SyncChanged{sync});
  CHECK(s.model.sync.why == "no_route");
  CHECK(!s.model.notice);
  CHECK(has<DoTryNow>(step(s.model, TryNow{})));
  sync.state = "idle";
  sync.why = "";
  CHECK(step(s.model, SyncChanged{sync}).model.notice->code == "counter.notice.sync_done");
  CHECK(!has<DoHoldSync>(step(m, HoldSync{true})));
  auto head = step(logged_in({"call", "admin"}), ShowSync{}).model;
  s = step(head, HoldSync{true});
  REQUIRE(has<DoHoldSync>(s));
  CHECK(name(step(s.model, Failed{refused("right_missing")}).model.state) == "AtSync");
  CHECK(name(step(m, CloseCase{}).model.state) == "AtQueue");
  CHECK(!has<DoTryNow>(step(logged_in(), TryNow{})));  // not on another page
}

TEST_CASE("counter: a second call is refused while a ticket is at this counter") {
  auto m = logged_in();
  auto s = step(m, CallNext{});
  REQUIRE(has<DoCall>(s));
  CHECK(!has<DoCall>(step(s.model, CallNext{})));  // pressed twice: one call
  domain::Ticket t;
  t.id = id(3);
  t.counter = "1";
  t.state = domain::TicketState::Called;
  m = step(s.model, TicketChanged{t}).model;
  s = step(m, CallNext{});
  CHECK(!has<DoCall>(s));
  CHECK(s.model.notice->code == "counter.notice.finish_first");
}

TEST_CASE("counter: a right that the officer lacks opens nothing") {
  CHECK(!has<DoCall>(step(logged_in({"claim"}), CallNext{})));
  verbs::CaseView view;
  view.person = person();
  auto m = step(logged_in({"call"}), CaseOpened{{}, view}).model;
  CHECK(name(step(m, StartInterview{}).model.state) == "AtCase");
}

TEST_CASE("counter: the interview is judged once, after every answer, and answers are gone afterwards") {
  auto m = step(at_case(), StartInterview{}).model;
  m = step(std::move(m), QuestionsCame{{"mother", "employer"}}).model;
  m = step(std::move(m), TypeAnswer{0, "Siti"}).model;
  auto s = step(m, FinishInterview{id(7)});
  CHECK(!has<DoInterview>(s));
  CHECK(s.model.notice->code == "counter.notice.answer_all");
  m = step(s.model, TypeAnswer{1, "PT Maju"}).model;
  s = step(m, FinishInterview{id(7)});
  REQUIRE(has<DoInterview>(s));
  // The answer was lost on the way: pressing again sends the same id.
  m = step(s.model, Failed{unreachable("node_away")}).model;
  CHECK(m.node_away);
  s = step(m, FinishInterview{id(8)});
  REQUIRE(has<DoInterview>(s));
  for (const auto& e : s.effects)
    if (const auto* d = std::get_if<DoInterview>(&e)) CHECK(d->request.id == id(7));
  m = step(s.model, InterviewJudged{{id(7), {2, 2, true}}}).model;
  CHECK(std::get<Interviewing>(m.state).answers.empty());
}

TEST_CASE("counter: a failed interview leads to no photo") {
  CHECK(name(step(interviewed(false), StartPhoto{}).model.state) == "Interviewing");
  auto s = step(interviewed(true), StartPhoto{});
  CHECK(name(s.model.state) == "Photographing");
  CHECK(has<DoStartCamera>(s));
}

TEST_CASE("counter: a poor photo is not kept, a reset needs a photo and a reason") {
  auto m = step(interviewed(true), StartPhoto{}).model;
  m = step(m, PhotoTaken{std::make_shared<const Bytes>(Bytes{1}), {}, nullptr}).model;
  CHECK(std::get<Photographing>(m.state).photo == nullptr);
  CHECK(!has<DoReset>(step(m, AskReset{id(9)})));
  m = photo_taken();
  auto s = step(m, AskReset{id(9)});
  CHECK(!has<DoReset>(s));
  m = step(s.model, ChooseReason{"face_changed"}).model;
  s = step(m, AskReset{id(9)});
  REQUIRE(has<DoReset>(s));
  CHECK(!has<DoReset>(step(s.model, AskReset{id(10)})));
  // Refused: the photo and the reason are still there.
  m = step(s.model, Failed{refused("photo_poor")}).model;
  CHECK(std::get<Photographing>(m.state).stage == PhotoStage::Taken);
  CHECK(std::get<Photographing>(m.state).reason == "face_changed");
}

TEST_CASE("counter: a requested reset shows usable_from as soon as the centre gave it") {
  auto m = step(photo_taken(), ChooseReason{"light"}).model;
  m = step(m, AskReset{id(9)}).model;
  verbs::ResetView r;
  r.id = id(9);
  auto s = step(m, ResetRequested{r});
  CHECK(name(s.model.state) == "ResetAsked");
  CHECK(has<DoStopCamera>(s));
  r.usable_from = from_ms(1'800'000'000'000);
  m = step(s.model, Refreshed{{}, {}, {}, {r}, {}}).model;
  CHECK(std::get<ResetAsked>(m.state).reset.usable_from.has_value());
}

TEST_CASE("counter: approving needs the right and happens once") {
  verbs::ResetView r;
  r.id = id(9);
  auto m = step(logged_in({"call"}), Refreshed{{}, {}, {}, {r}, {}}).model;
  CHECK(name(step(m, OpenApproval{id(9)}).model.state) == "AtQueue");
  m = step(logged_in(), Refreshed{{}, {}, {}, {r}, {}}).model;
  m = step(m, OpenApproval{id(9)}).model;
  REQUIRE(name(m.state) == "Approving");
  auto s = step(m, Approve{});
  REQUIRE(has<DoApprove>(s));
  CHECK(!has<DoApprove>(step(s.model, Approve{})));
  s = step(s.model, Failed{refused("same_officer")});
  CHECK(s.model.notice->code == "fault.same_officer");
  s = step(s.model, Approve{});
  CHECK(has<DoApprove>(s));
  m = step(s.model, ResetApproved{r}).model;
  CHECK(std::get<Approving>(m.state).done);
}

TEST_CASE("counter: logging out forgets the case, the queue and the officer") {
  auto s = step(photo_taken(), LogOut{});
  CHECK(has<DoLogOut>(s));
  CHECK(name(s.model.state) == "LoggingIn");
  CHECK(!s.model.session);
  CHECK(s.model.tickets.empty());
}

TEST_CASE("counter: events that make no sense in a state change nothing") {
  const Model m = logged_in();
  for (const Event& e :
       std::vector<Event>{TypeAnswer{0, "x"}, FinishInterview{id(1)}, TakePhoto{}, RetakePhoto{}, AskReset{id(1)},
                          Approve{}, PrintSlip{}, QuestionsCame{{"mother"}}, FrameSeen{}, StartPhoto{}}) {
    const auto s = step(m, e);
    CHECK(name(s.model.state) == "AtQueue");
    CHECK(s.effects.empty());
  }
}

TEST_CASE("counter: an export is saved once at a time, its end is shown, and a failure leaves the page as it was") {
  auto m = step(logged_in(), ShowSync{}).model;
  auto s = step(m, SaveExport{});
  REQUIRE(has<DoSaveExport>(s));
  CHECK(std::get<AtSync>(s.model.state).saving);
  CHECK(!has<DoSaveExport>(step(s.model, SaveExport{})));
  CHECK(!has<DoTakeReceipt>(step(s.model, TakeReceipt{})));
  auto failed = step(s.model, Failed{refused("stick_missing")}).model;
  CHECK(!std::get<AtSync>(failed.state).saving);
  CHECK(failed.notice->code == "fault.stick_missing");
  CHECK(has<DoSaveExport>(step(failed, SaveExport{})));
  s = step(s.model, ExportSaved{"ekspor-JKT01.kiosk", 12, 3});
  REQUIRE(std::get<AtSync>(s.model.state).saved);
  CHECK(std::get<AtSync>(s.model.state).saved->events == 12);
  CHECK(!std::get<AtSync>(s.model.state).busy);
  s = step(s.model, TakeReceipt{});
  REQUIRE(has<DoTakeReceipt>(s));
  s = step(s.model, ReceiptRead{{12, 3, true}});
  CHECK(std::get<AtSync>(s.model.state).received->complete);
  CHECK(has<DoRefresh>(s));  // what waits has changed
  // The officer who has gone on to the queue hears of the file there.
  m = step(step(m, SaveExport{}).model, CloseCase{}).model;
  m = step(m, ExportSaved{"ekspor-JKT01.kiosk", 12, 3}).model;
  CHECK(name(m.state) == "AtQueue");
  CHECK(m.notice->code == "counter.notice.export_saved");
}

TEST_CASE("counter: a task is finished only where an officer's word ends it") {
  struct Row {
    const char* kind;
    domain::ClaimState state;
    bool may;
  };
  for (const auto& row :
       {Row{"rejected", domain::ClaimState::Saved, true}, Row{"officer_ended", domain::ClaimState::Saved, true},
        Row{"claim_review", domain::ClaimState::Saved, false}, Row{"claim_review", domain::ClaimState::Accepted, true},
        Row{"blocked", domain::ClaimState::Saved, false}, Row{"approve_reset", domain::ClaimState::Accepted, false}}) {
    CAPTURE(row.kind);
    auto m = logged_in();
    verbs::Task task;
    task.id = id(4);
    task.kind = row.kind;
    task.subject = id(9).str();
    m.tasks = {task};
    verbs::CaseView view;
    view.person = person();
    verbs::ClaimView claim;
    claim.id = id(9);
    claim.state = row.state;
    view.claims = {claim};
    m = step(std::move(m), OpenTask{id(4)}).model;
    m = step(std::move(m), CaseOpened{{{}, id(4), {}, std::nullopt}, view}).model;
    CHECK((m.task_of(std::get<AtCase>(m.state)) != nullptr) == row.may);
    auto s = step(m, FinishTask{});
    CHECK(has<DoFinishTask>(s) == row.may);
    if (!row.may) continue;
    CHECK(!has<DoFinishTask>(step(s.model, FinishTask{})));
    s = step(s.model, TaskFinished{});
    REQUIRE(name(s.model.state) == "AtQueue");
    CHECK(std::get<AtQueue>(s.model.state).tab == Tab::Tasks);
    CHECK(s.model.notice->code == "counter.notice.task_finished");
  }
}

TEST_CASE("counter: news that may concern the open case are offered, and read only when the officer asks") {
  const auto news = [](Model m, verbs::Change c) {
    return std::get<AtCase>(step(std::move(m), BranchChanged{{std::move(c)}}).model.state).news;
  };
  verbs::CaseView view;
  view.person = person();
  verbs::ClaimView claim;
  claim.id = id(9);
  view.claims = {claim};
  const auto m = step(logged_in(), CaseOpened{{id(1), {}, {}, std::nullopt}, view}).model;
  CHECK(news(m, {1, "claim", id(9).str()}));
  CHECK(!news(m, {1, "claim", id(8).str()}));
  CHECK(!news(m, {1, "ticket", id(9).str()}));
  CHECK(news(m, {1, "person", ""}));
  CHECK(news(m, {1, "account", ""}));
  auto s = step(m, BranchChanged{{{1, "person", ""}}});
  CHECK(!has<DoOpenCase>(s));
  s = step(s.model, ReadAgain{});
  REQUIRE(has<DoOpenCase>(s));
  s = step(s.model, CaseOpened{{id(1), {}, {}, std::nullopt}, view});
  CHECK(!std::get<AtCase>(s.model.state).news);
}
