#include "events/event.h"
#include "node/store/outbox.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::ClaimState;
using domain::FaceVerdict;
using domain::SyncState;

EVERY_WAY("people: a name stays masked until the facts agree") {
  verbs::FindParticipant q{.person = budi().id};
  q.birth = budi().birth;
  q.mother = "Nama Lain";
  auto f = good(w.branch().ask(w.kiosk(), q));
  CHECK_FALSE(f.facts_agree);
  CHECK_FALSE(f.record);
  CHECK(f.masked_name == "B*** S***");
  q.mother = "SITI AMINAH";
  f = good(w.branch().ask(w.kiosk(), q));
  CHECK(f.facts_agree);
  CHECK(f.source == verbs::Source::Cache);
  REQUIRE(f.record);
  CHECK(f.record->memberships.front().kpj.digits() == "12345678901");
  REQUIRE(f.as_of);
  CHECK(*f.as_of == w.clock().now());
}

EVERY_WAY("people: by the number of a KPJ card the same person is found, and guessing counts for the person") {
  verbs::FindParticipant q;
  q.kpj = budi().memberships.front().kpj.digits();
  q.birth = budi().birth;
  q.mother = budi().mother;
  auto f = good(w.branch().ask(w.kiosk(), q));
  REQUIRE(f.record);
  CHECK(f.record->id == budi().id);
  auto unknown = q;
  unknown.kpj = "99000000092";
  f = good(w.branch().ask(w.kiosk(), unknown));
  CHECK(f.source == verbs::Source::None);
  CHECK_FALSE(f.record);
  unknown.kpj = "123";
  CHECK(code_of(w.branch().ask(w.kiosk(), unknown)) == "kpj_length");
  q.mother = "Nama Lain";
  for (int i = 0; i < 5; ++i) CHECK_FALSE(good(w.branch().ask(w.kiosk(), q)).facts_agree);
  verbs::FindParticipant by_nik{.person = budi().id};
  by_nik.birth = budi().birth;
  CHECK(code_of(w.branch().ask(w.kiosk(), by_nik)) == "find_closed");
}

EVERY_WAY("people: guessing is counted per number and day, also over a restart, and then closed") {
  verbs::FindParticipant q{.person = budi().id};
  q.birth = *Date::of(1965, 8, 18);
  for (int i = 0; i < 5; ++i) {
    CHECK_FALSE(good(w.branch().ask(w.kiosk(), q)).facts_agree);
    if (i == 2) w.reopen();
  }
  q.birth = budi().birth;
  CHECK(code_of(w.branch().ask(w.kiosk(), q)) == "find_closed");
  // An officer has the KTP before him.
  const auto officer = w.log_in("1001", "counter-1");
  auto by_officer = q;
  by_officer.reason = "assisted";
  CHECK(w.branch().ask(officer, by_officer).ok());
  w.clock().advance(std::chrono::hours(24));
  CHECK(good(w.branch().ask(w.kiosk(), q)).facts_agree);
}

EVERY_WAY("people: nobody knows a stranger off line, and that is said") {
  verbs::FindParticipant q{.person = stranger()};
  q.birth = *Date::of(1970, 1, 1);
  const auto f = good(w.branch().ask(w.kiosk(), q));
  CHECK(f.source == verbs::Source::None);
  CHECK_FALSE(f.facts_agree);
  CHECK_FALSE(f.as_of);
  CHECK(f.masked_name.empty());
}

EVERY_WAY("people: an officer opens a person only with a ticket, a task or a reason") {
  const auto o = w.log_in("1003", "counter-1");
  verbs::FindParticipant q{.person = budi().id};
  q.birth = budi().birth;
  CHECK(code_of(w.branch().ask(o, q)) == "case_not_open");
  verbs::OpenCase open;
  open.person = budi().id;
  CHECK(code_of(w.branch().ask(o, open)) == "reason_missing");
  open.reason = "datang tanpa nomor antrean";
  const auto c = good(w.branch().ask(o, open));
  CHECK(c.masked_name == "B*** S***");
  REQUIRE(c.record);
  REQUIRE_FALSE(c.timeline.empty());
  CHECK(c.timeline[0].kind == "case.opened");
  CHECK(c.timeline[0].officer == "1003");
  CHECK(code_of(w.branch().ask(o, q)) == "ok");
}

EVERY_WAY("claims: eligibility is judged per cause, an unknown person goes to an officer") {
  auto e = good(w.branch().ask(w.kiosk(), verbs::CheckClaim{.person = budi().id, .cause = "USIA56", .on = {}}));
  CHECK(e.eligible);
  CHECK(e.channel == domain::Channel::Self);
  CHECK_FALSE(
      good(w.branch().ask(w.kiosk(), verbs::CheckClaim{.person = siti().id, .cause = "RESIGN", .on = {}})).eligible);
  e = good(w.branch().ask(w.kiosk(), verbs::CheckClaim{.person = stranger(), .cause = "USIA56", .on = {}}));
  CHECK(e.eligible);
  CHECK(e.channel == domain::Channel::Officer);
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::CheckClaim{.person = budi().id, .cause = "NOPE", .on = {}})) ==
        "cause_unknown");
}

EVERY_WAY("claims: a face that matched makes a saved claim with receipt and amounts; the same id is one claim") {
  const auto a =
      good(w.branch().ask(w.kiosk(), verbs::AttemptFace{.id = w.id(), .person = budi().id, .photo = photo_of("face")}));
  CHECK(a.verdict == FaceVerdict::Accept);
  CHECK_FALSE(a.photo_blob.empty());
  auto c = claim_of(budi());
  c.id = w.id();
  c.attempt = a.attempt;
  c.photo_blob = a.photo_blob;
  c.face = a.verdict;
  const auto v = good(w.branch().ask(w.kiosk(), c));
  CHECK(v.state == ClaimState::Saved);
  CHECK(v.sync == SyncState::Saved);
  CHECK(v.sync_why == "not_enrolled");
  CHECK(v.receipt.starts_with("JKT01-"));
  CHECK(events::check_receipt_qr(v.receipt_qr, "JKT01", w.store().keys().signing.public_key()));
  CHECK(v.gross == Rupiah{9'000'000});
  CHECK(v.net == Rupiah{9'000'000});
  const auto seq = w.store().identity().last_seq;
  w.reopen();
  CHECK(good(w.branch().ask(w.kiosk(), c)).receipt == v.receipt);
  CHECK(w.store().identity().last_seq == seq);
  c.id = w.id();
  const auto second = w.branch().ask(w.kiosk(), c);
  REQUIRE(code_of(second) == "claim_exists");
  CHECK(second.fault().detail == v.receipt);
}

EVERY_WAY("claims: fields and facts are judged at the node, whatever the terminal thought") {
  auto& b = w.branch();
  const auto submit = [&](auto change) {
    auto c = claim_of(budi());
    change(c);
    return code_of(b.ask(w.kiosk(), c));
  };
  using C = verbs::SubmitClaim;
  CHECK(submit([](C& c) { c.kpj = "1234567890"; }) == "kpj_length");
  CHECK(submit([](C& c) { c.kpj = "99999999999"; }) == "kpj_not_listed");
  CHECK(submit([](C& c) { c.account.holder = "Orang Lain"; }) == "account_holder_differs");
  CHECK(submit([](C& c) { c.account.bank = "BRI"; }) == "bank_code");
  CHECK(submit([](C& c) { c.account.number = "12"; }) == "account_number");
  CHECK(submit([](C& c) { c.npwp = "1234"; }) == "npwp_length");
  CHECK(submit([](C& c) { c.phone = "12"; }) == "phone_invalid");
  CHECK(submit([](C& c) { c.cause = "NOPE"; }) == "cause_unknown");
  CHECK(submit([](C& c) { c.birth = *Date::of(1966, 8, 17); }) == "facts_differ");
  CHECK(submit([&](C& c) { c.attempt = w.id(); }) == "attempt_unknown");
  CHECK(submit([](C& c) { c.documents = {{"ktp", "00ff"}}; }) == "unknown_blob");
  CHECK(submit([](C& c) { c.cause = "P10"; }) == "npwp_missing");
  auto c = claim_of(siti(), "RESIGN");
  const auto r = b.ask(w.kiosk(), c);
  REQUIRE(code_of(r) == "not_eligible");
  CHECK(r.fault().detail == "still_active");
  CHECK(good(w.node().ask({"ctl", ""}, verbs::ListClaims{})).empty());
}

EVERY_WAY("claims: the grey zone, no camera and an unknown person each wait for an officer, with a task") {
  auto& b = w.branch();
  w.judge().next(FaceVerdict::Grey, 0.3);
  const auto a = good(b.ask(w.kiosk(), verbs::AttemptFace{.id = {}, .person = budi().id, .photo = photo_of("face")}));
  CHECK(a.verdict == FaceVerdict::Grey);
  CHECK_FALSE(a.counted);
  REQUIRE(a.ticket);
  CHECK(a.ticket->ticket.service == "ISO");
  auto c = claim_of(budi());
  c.attempt = a.attempt;
  const auto grey = good(b.ask(w.kiosk(), c));
  CHECK(grey.state == ClaimState::NeedsOfficer);
  CHECK(grey.reason == "face_grey");

  domain::Participant unknown{stranger()};
  unknown.name = "Rina Marlina";
  unknown.birth = *Date::of(1970, 1, 1);
  unknown.memberships.push_back({*domain::Kpj::parse("32345678901")});
  const auto face =
      good(b.ask(w.kiosk(), verbs::AttemptFace{.id = {}, .person = stranger(), .photo = photo_of("face")}));
  CHECK(face.verdict == FaceVerdict::Officer);
  CHECK_FALSE(face.counted);
  auto u = claim_of(unknown);
  u.attempt = face.attempt;
  const auto unverified = good(b.ask(w.kiosk(), u));
  CHECK(unverified.state == ClaimState::Unverified);
  CHECK(unverified.gross == Rupiah{0});

  const auto o = w.log_in("1003", "counter-1");
  const auto tasks = good(b.ask(o, verbs::ListTasks{}));
  REQUIRE(tasks.size() == 2);
  CHECK(tasks[0].kind == "claim_review");
  CHECK(tasks[0].subject == grey.id.str());
  CHECK(tasks[1].kind == "unverified");
  CHECK(tasks[1].person_masked == "R*** M***");

  // The officer's eye ends the review; twice is once.
  const verbs::CompareFace eye{.id = w.id(), .attempt = a.attempt, .verdict = FaceVerdict::Accept};
  CHECK(good(b.ask(o, eye)).verdict == FaceVerdict::Accept);
  const auto seq = w.store().identity().last_seq;
  good(b.ask(o, eye));
  CHECK(w.store().identity().last_seq == seq);
  CHECK(good(b.ask(o, verbs::GetClaim{grey.id})).state == ClaimState::Saved);
  CHECK(good(b.ask(o, verbs::ListTasks{})).size() == 1);
}

EVERY_WAY("claims: without a camera an officer looks at the person, and the claim goes on") {
  const auto v = good(w.branch().ask(w.kiosk(), claim_of(budi())));
  CHECK(v.state == ClaimState::NeedsOfficer);
  CHECK(v.reason == "no_camera");
  const auto o = w.log_in("1003", "counter-1");
  good(w.branch().ask(o, verbs::CompareFace{.id = w.id(), .attempt = v.id, .verdict = FaceVerdict::Accept}));
  CHECK(good(w.branch().ask(o, verbs::GetClaim{v.id})).state == ClaimState::Saved);
}

EVERY_WAY("claims: a partial claim of a working participant is taxed by article 17") {
  const auto o = w.log_in("1003", "counter-1");
  auto c = claim_of(siti(), "P10");
  const auto v = good(w.branch().ask(o, c));
  CHECK(v.gross == Rupiah{1'400'000});
  CHECK(v.tax > Rupiah{0});
  CHECK(v.net + v.tax == v.gross);
}

EVERY_WAY("claims: the list without an officer shows where records are, not what they are worth") {
  const auto v = good(w.branch().ask(w.kiosk(), claim_of(budi())));
  verbs::FindParticipant q{.person = budi().id};
  q.birth = budi().birth;
  q.mother = budi().mother;
  CHECK(good(w.branch().ask(w.kiosk(), q)).facts_agree);
  const auto list = good(w.branch().ask(w.kiosk(), verbs::ListClaims{}));
  REQUIRE(list.size() == 1);
  CHECK(list[0].kpj == "*******8901");
  CHECK(list[0].gross == Rupiah{0});
  CHECK(good(w.branch().ask(w.log_in("1003", "counter-1"), verbs::ListClaims{}))[0].gross == v.gross);
}

EVERY_WAY("claims: where a record is follows from the centre's word and the photo's way") {
  auto& b = w.branch();
  const auto a = good(b.ask(w.kiosk(), verbs::AttemptFace{.id = {}, .person = budi().id, .photo = photo_of("face")}));
  auto c = claim_of(budi());
  c.attempt = a.attempt;
  const auto v = good(b.ask(w.kiosk(), c));
  w.acknowledge();
  auto now = good(b.ask(w.kiosk(), verbs::GetClaim{v.id}));
  CHECK(now.state == ClaimState::Accepted);
  CHECK(now.sync == SyncState::Sending);
  CHECK(now.sync_why == "waiting_photo");
  auto tx = good(w.store().begin());
  good(store::set_blob_sent(tx, a.photo_blob, 1, true));
  good(tx.commit_local());
  now = good(b.ask(w.kiosk(), verbs::GetClaim{v.id}));
  CHECK(now.sync == SyncState::Accepted);
  REQUIRE(now.stages.size() == 5);
  CHECK(now.stages[0].at);
  CHECK_FALSE(now.stages[1].at);
}

EVERY_WAY("claims: a rejection becomes an officer's task, and the KPJ is free again") {
  auto& b = w.branch();
  const auto v = good(b.ask(w.kiosk(), claim_of(budi())));
  w.acknowledge({{w.store().identity().last_seq, "rejected", "claimed_elsewhere", {}, ""}});
  const auto now = good(b.ask(w.kiosk(), verbs::GetClaim{v.id}));
  CHECK(now.state == ClaimState::Rejected);
  CHECK(now.sync == SyncState::Rejected);
  CHECK(now.reason == "claimed_elsewhere");
  const auto tasks = good(b.ask(w.log_in("1003", "counter-1"), verbs::ListTasks{}));
  REQUIRE(tasks.size() == 1);
  CHECK(tasks[0].kind == "rejected");
  CHECK(tasks[0].reason == "claimed_elsewhere");
  CHECK(code_of(b.ask(w.kiosk(), claim_of(budi()))) == "ok");
}
