#include "api/protocol/central_api.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {
std::string try_pin(World& w, const std::string& pin) {
  return code_of(w.branch().ask({"counter-1", ""}, verbs::LogIn{"1001", SecretString(pin)}));
}
}  // namespace

EVERY_WAY("officers: five wrong PINs lock for a growing time that survives a restart") {
  for (int i = 0; i < 5; ++i) CHECK(try_pin(w, "0000") == "pin_wrong");
  CHECK(try_pin(w, "10011001") == "officer_locked");
  w.reopen();
  CHECK(try_pin(w, "10011001") == "officer_locked");
  w.clock().advance(Seconds{61});
  CHECK(try_pin(w, "0000") == "pin_wrong");  // the sixth locks for two minutes
  w.clock().advance(Seconds{61});
  CHECK(try_pin(w, "10011001") == "officer_locked");
  w.clock().advance(Seconds{60});
  CHECK(try_pin(w, "10011001") == "ok");
  CHECK(try_pin(w, "0000") == "pin_wrong");  // counted from the start again
  CHECK(try_pin(w, "10011001") == "ok");
}

EVERY_WAY("officers: a session ends by log-out, idle time, its length and at another terminal, not by a restart") {
  auto o = w.log_in("1001", "counter-1");
  const auto usable = [&] { return code_of(w.branch().ask(o, verbs::ListResets{false})); };
  w.reopen();
  CHECK(usable() == "ok");
  CHECK(code_of(w.branch().ask({"counter-2", o.session}, verbs::ListResets{false})) == "session_ended");
  CHECK(code_of(w.branch().ask({"counter-1", "made-up"}, verbs::ListResets{false})) == "session_ended");
  good(w.branch().ask(o, verbs::LogOut{}));
  CHECK(usable() == "session_ended");
  o = w.log_in("1001", "counter-1");
  w.clock().advance(std::chrono::minutes(31));
  CHECK(usable() == "session_ended");
  o = w.log_in("1001", "counter-1");
  for (int i = 0; i < 25; ++i) {
    w.clock().advance(std::chrono::minutes(29));
    if (i < 24) CHECK(code_of(w.branch().ask(o, verbs::CallTicket{"1", ""})) == "queue_empty");
  }
  CHECK(usable() == "session_ended");  // twelve hours are over
}

EVERY_WAY("officers: who leaves the centre's list may do nothing from then on") {
  const auto o = w.log_in("1001", "counter-1");
  protocol::FeedOfficer other;
  other.officer.number = "1009";
  other.officer.name = "Petugas Baru";
  other.officer.role = "CSO";
  other.activation_pin = "424242";
  w.send("officers", protocol::encode(std::vector{other}));
  CHECK(code_of(w.branch().ask(o, verbs::ListResets{false})) == "officer_not_valid");
  CHECK(try_pin(w, "10011001") == "pin_wrong");
  const auto s = good(w.branch().ask({"counter-1", ""}, verbs::LogIn{"1009", SecretString(std::string("424242"))}));
  CHECK(s.officer.rights == std::vector<std::string>{"call", "claim"});
  CHECK(good(w.branch().ask(w.kiosk(), verbs::ListOfficers{})).size() == 1);
}

EVERY_WAY("officers: an officer without a PIN is not activated yet") {
  protocol::FeedOfficer o;
  o.officer.number = "1001";
  o.officer.name = "Petugas";
  o.officer.role = "ISO";
  protocol::FeedOfficer fresh = o;
  fresh.officer.number = "1008";
  w.send("officers", protocol::encode(std::vector{o, fresh}));
  CHECK(try_pin(w, "10011001") == "ok");  // the verifier kept here stays
  CHECK(code_of(w.branch().ask({"counter-1", ""}, verbs::LogIn{"1008", SecretString(std::string("1"))})) ==
        "officer_not_activated");
}

EVERY_WAY("cases: a ticket opens its person only for the officer who called it") {
  auto& b = w.branch();
  const auto t = good(b.ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "JHT", .person = budi().id})).ticket;
  const auto o = w.log_in("1003", "counter-1"), other = w.log_in("1001", "counter-2");
  verbs::OpenCase open;
  open.ticket = t.id;
  CHECK(code_of(b.ask(o, open)) == "ticket_not_yours");
  good(b.ask(o, verbs::CallTicket{"1", ""}));
  CHECK(code_of(b.ask(other, open)) == "ticket_not_yours");
  const auto c = good(b.ask(o, open));
  REQUIRE(c.record);
  CHECK(c.record->name == "Budi Santoso");
  CHECK(code_of(b.ask(o, verbs::GetPhoto{"00"})) == "unknown_blob");
}

EVERY_WAY("cases: a photo is shown only with the case open") {
  const auto a =
      good(w.branch().ask(w.kiosk(), verbs::AttemptFace{.id = {}, .person = budi().id, .photo = photo_of("face")}));
  const auto o = w.log_in("1003", "counter-1");
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::GetPhoto{a.photo_blob})) == "not_logged_in");
  CHECK(code_of(w.branch().ask(o, verbs::GetPhoto{a.photo_blob})) == "case_not_open");
  verbs::OpenCase open;
  open.person = budi().id;
  open.reason = "foto diperiksa";
  good(w.branch().ask(o, open));
  CHECK(good(w.branch().ask(o, verbs::GetPhoto{a.photo_blob})) == photo_of("face"));
}

EVERY_WAY("cases: documents are stored before the claim that names them, within bounds") {
  auto& b = w.branch();
  CHECK(code_of(b.ask(w.kiosk(), verbs::PutBlob{"ktp", Bytes{}})) == "blob_empty");
  CHECK(code_of(b.ask(w.kiosk(), verbs::PutBlob{"KTP!", photo_of("x")})) == "kind_invalid");
  const auto hash = good(b.ask(w.kiosk(), verbs::PutBlob{"ktp", photo_of("ktp")}));
  auto c = claim_of(budi());
  c.documents = {{"ktp", hash}};
  CHECK(code_of(b.ask(w.kiosk(), c)) == "ok");
}

EVERY_WAY("operation: who this is, what waits, and that the chain is whole") {
  auto& b = w.branch();
  const auto info = good(b.ask(w.kiosk(), verbs::GetInfo{}));
  CHECK(info.branch == "JKT01");
  CHECK(info.enrolled);
  CHECK(info.face_judge);
  CHECK(info.version == "test");
  CHECK(info.utc_offset_min == 7 * 60);
  CHECK(info.zone == "Asia/Jakarta");
  good(b.ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "JHT"}));
  good(b.ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "JHT"}));
  w.clock().advance(std::chrono::minutes(10));
  const auto s = good(b.ask(w.kiosk(), verbs::GetSyncStatus{}));
  CHECK(s.pending == 2);
  CHECK(s.state == "not_enrolled");
  REQUIRE(s.oldest_unsent_s);
  CHECK(*s.oldest_unsent_s == 600);
  CHECK(s.alert.empty());
  CHECK_FALSE(s.next_try);
  CHECK(s.officers_as_of == from_ms(1'795'140'000'000));
  CHECK_FALSE(s.rules_as_of);  // the built-in ones hold
  CHECK(code_of(b.ask(w.kiosk(), verbs::HoldSync{true})) == "sync_unavailable");
  const auto audit = good(b.ask(w.kiosk(), verbs::VerifyAudit{}));
  CHECK(audit.events == 2);
  CHECK_FALSE(audit.first_bad);
  CHECK(good(b.ask(w.kiosk(), verbs::ListServices{})).size() == 3);
  CHECK(good(b.ask(w.kiosk(), verbs::GetRules{})).causes.size() == domain::RuleBook::defaults().causes.size());
}

EVERY_WAY("operation: a record that stays unsent is an alert after a day, two and three, and none once it is sent") {
  auto& b = w.branch();
  good(b.ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "JHT"}));
  const auto at = [&](int hours) {
    w.clock().advance(std::chrono::hours(hours));
    return good(b.ask(w.kiosk(), verbs::GetSyncStatus{})).alert;
  };
  CHECK(at(23) == "");
  CHECK(at(1) == "warn");
  CHECK(at(24) == "escalate");
  CHECK(at(23) == "escalate");
  CHECK(at(1) == "export");
  w.acknowledge();
  CHECK(at(0) == "");
}

EVERY_WAY("rules: the centre's rules replace the built-in ones and survive a restart") {
  auto book = domain::RuleBook::defaults();
  book.settings["face_attempts"].since = {{*Date::of(2020, 1, 1), "1"}};
  w.send("rules", protocol::encode(book));
  w.reopen();
  w.judge().next(domain::FaceVerdict::NoMatch, 0.1);
  const auto r =
      good(w.branch().ask(w.kiosk(), verbs::AttemptFace{.id = {}, .person = budi().id, .photo = photo_of("face")}));
  CHECK(r.account.account.state == domain::AccountState::Blocked);
}
