// The officer's task to scan a damaged document or photo again: from the task to the camera to the claim.
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

template <class E>
const E* effect(const Step& s) {
  const E* found = nullptr;
  for (const auto& e : s.effects)
    if (const auto* one = std::get_if<E>(&e)) found = one;
  return found;
}

const PhotoBytes k_picture = std::make_shared<const Bytes>(Bytes{1, 2, 3});

Model at_task(const std::string& subject, std::vector<std::string> rights = {"call", "claim"}, bool person = true) {
  Model m;
  m = step(std::move(m), TypeNumber{"1001"}).model;
  m = step(std::move(m), LogIn{std::make_shared<const SecretString>(std::string("123456"))}).model;
  verbs::SessionView session;
  session.officer.rights = std::move(rights);
  m = step(std::move(m), LoggedIn{session}).model;
  verbs::Task task;
  task.id = id(4);
  task.kind = "scan_again";
  task.subject = subject;
  m.tasks = {task};
  verbs::CaseView view;
  if (person) view.person = *domain::Passport::parse("AUS", "PA1234567");
  return step(std::move(m), CaseOpened{{{}, id(4), {}, std::nullopt}, view}).model;
}

}  // namespace

TEST_CASE("counter: from its task a damaged document is scanned again for its claim, and the officer is back") {
  auto s = step(at_task(id(9).str() + ":kk"), ScanAgain{});
  REQUIRE(name(s.model.state) == "ScanningAgain");
  REQUIRE(effect<DoStartCamera>(s));
  CHECK(effect<DoStartCamera>(s)->paper);
  auto m = step(s.model, FrameSeen{{}, std::make_shared<const Image>()}).model;
  s = step(m, TakePhoto{});
  CHECK(effect<DoTakePhoto>(s));
  m = step(s.model, PhotoTaken{k_picture, {}, nullptr}).model;  // no face on a paper
  CHECK(std::get<ScanningAgain>(m.state).stage == PhotoStage::Taken);
  m = step(m, RetakePhoto{}).model;
  CHECK(!effect<DoScanAgain>(step(m, SendScan{})));
  m = step(m, PhotoTaken{k_picture, {}, nullptr}).model;
  s = step(m, SendScan{});
  REQUIRE(effect<DoScanAgain>(s));
  CHECK(effect<DoScanAgain>(s)->scan.claim == id(9));
  CHECK(effect<DoScanAgain>(s)->scan.kind == "kk");
  CHECK(!effect<DoScanAgain>(step(s.model, SendScan{})));  // pressed twice
  // The node was away: nothing is lost, the same picture is sent again.
  m = step(s.model, Failed{unreachable("node_away")}).model;
  s = step(m, SendScan{});
  REQUIRE(effect<DoScanAgain>(s));
  CHECK(effect<DoScanAgain>(s)->photo == k_picture);
  s = step(s.model, ScannedAgain{id(9)});
  REQUIRE(name(s.model.state) == "AtQueue");
  CHECK(std::get<AtQueue>(s.model.state).tab == Tab::Tasks);
  CHECK(effect<DoStopCamera>(s));
  CHECK(effect<DoRefresh>(s));
  CHECK(s.model.notice->code == "counter.notice.scanned_again");
}

TEST_CASE("counter: a damaged photo is taken of the person again, and a poor one is not kept") {
  auto s = step(at_task(id(9).str() + ":photo"), ScanAgain{});
  REQUIRE(effect<DoStartCamera>(s));
  CHECK(!effect<DoStartCamera>(s)->paper);
  auto m = step(s.model, PhotoTaken{k_picture, {}, nullptr}).model;
  CHECK(std::get<ScanningAgain>(m.state).photo == nullptr);
  domain::FaceReport good;
  good.usable = true;
  m = step(m, PhotoTaken{k_picture, good, nullptr}).model;
  CHECK(effect<DoScanAgain>(step(m, SendScan{})));
}

TEST_CASE("counter: nothing is scanned without the right, the claim or the person of the task") {
  for (const auto& m : {at_task(id(9).str() + ":kk", {"call"}), at_task("a photo of nobody's claim"),
                        at_task(id(9).str() + ":"), at_task(id(9).str() + ":kk", {"call", "claim"}, false)})
    CHECK(name(step(m, ScanAgain{}).model.state) == "AtCase");
}

TEST_CASE("counter: leaving the scan or logging out lets the camera go and keeps no picture") {
  auto m = step(at_task(id(9).str() + ":kk"), ScanAgain{}).model;
  m = step(m, PhotoTaken{k_picture, {}, nullptr}).model;
  auto s = step(m, CloseCase{});
  CHECK(name(s.model.state) == "AtQueue");
  CHECK(effect<DoStopCamera>(s));
  s = step(m, LogOut{});
  CHECK(name(s.model.state) == "LoggingIn");
  CHECK(effect<DoStopCamera>(s));
}
