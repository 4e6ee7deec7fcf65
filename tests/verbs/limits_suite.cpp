// Limits: what a branch refuses, and what it never does, when room runs out.
#include "tests/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::ClaimState;
using domain::FaceVerdict;

EVERY_WAY(
    "limits: on a nearly full disk photos and documents are refused; log-ins, tickets, calls and claims are not") {
  auto& b = w.branch();
  w.disk().free = 499'999'999;
  CHECK(code_of(b.put_blob(w.kiosk(), "ktp", photo_of("ktp"))) == "disk_low");
  const auto officer = w.log_in("1003", "counter-1");
  const auto ticket = good(b.issue_ticket(w.kiosk(), {.id = w.id(), .service = "JHT"}));
  CHECK(good(b.call_ticket(officer, "1", "")).id == ticket.ticket.id);
  CHECK(good(b.submit_claim(w.kiosk(), claim_of(budi()))).state == ClaimState::NeedsOfficer);
  w.disk().free = 500'000'000;
  CHECK(code_of(b.put_blob(w.kiosk(), "ktp", photo_of("ktp"))) == "ok");
}

EVERY_WAY(
    "limits: a face that cannot be kept counts nothing, leads to an officer with a ticket, and the claim goes on") {
  auto& b = w.branch();
  w.disk().free = 1000;
  for (int i = 0; i < 4; ++i) {  // more often than a photo may fail
    w.judge().next(FaceVerdict::NoMatch, 0.1);
    const auto r = good(b.attempt_face(w.kiosk(), {.id = w.id(), .person = budi().id, .photo = photo_of("face")}));
    CHECK(r.verdict == FaceVerdict::Officer);
    CHECK(r.reason == "disk_low");
    CHECK_FALSE(r.counted);
    CHECK(r.account.attempts_left == 3);
    CHECK(r.photo_blob.empty());
    REQUIRE(r.ticket);
    if (i < 3) continue;
    auto claim = claim_of(budi());
    claim.attempt = r.attempt;
    const auto saved = good(b.submit_claim(w.kiosk(), claim));
    CHECK(saved.state == ClaimState::NeedsOfficer);
    const auto tasks = good(b.tasks(w.log_in("1003", "counter-1")));
    REQUIRE(tasks.size() == 1);
    CHECK(tasks.front().reason == "disk_low");
  }
}

EVERY_WAY("limits: a disk that does not say how much is free is not refused anything") {
  w.disk().free.reset();
  CHECK(code_of(w.branch().put_blob(w.kiosk(), "ktp", photo_of("ktp"))) == "ok");
}
