#include "node/store/accounts.h"
#include "node/store/outbox.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::AccountState;
using domain::FaceVerdict;

namespace {

std::optional<store::AccountRow> stored_account(World& w) {
  auto read = good(w.store().read());
  return good(store::account(read, w.store().person_index(budi().id.key())));
}
std::int64_t unsent_blobs(World& w) {
  auto read = good(w.store().read());
  return good(store::pending(read.db())).blobs;
}
verbs::AttemptResult attempt(World& w, FaceVerdict verdict, const std::string& photo = "face") {
  w.judge().next(verdict, 0.1);
  return good(
      w.branch().ask(w.kiosk(), verbs::AttemptFace{.id = w.id(), .person = budi().id, .photo = photo_of(photo)}));
}
void block(World& w) {
  for (int i = 0; i < 3; ++i) attempt(w, FaceVerdict::NoMatch);
}
std::vector<domain::Answer> right_answers(const std::vector<std::string>& questions) {
  std::vector<domain::Answer> out;
  for (const auto& q : questions) {
    std::string text;
    if (q == "name") text = "budi santoso";
    if (q == "birth") text = "17 Agustus 1965";
    if (q == "mother") text = "siti aminah";
    if (q == "employer") text = "Kapas Jaya";
    if (q == "period") text = "2009 sampai 2021";
    if (q == "wage_range") text = "3 juta";
    if (q == "phone") text = "081234567890";
    if (q == "address") text = "jalan kenanga surabaya";
    out.push_back({q, text});
  }
  return out;
}
Uuid passed_interview(World& w, const verbs::Actor& officer) {
  const auto questions = good(w.branch().ask(officer, verbs::ListQuestions{budi().id}));
  const auto r = good(w.branch().ask(
      officer, verbs::Interview{.id = w.id(), .person = budi().id, .answers = right_answers(questions)}));
  REQUIRE(r.verdict.passed);
  return r.id;
}
verbs::ResetAccount reset_of(World& w, const Uuid& interview) {
  return {.id = w.id(),
          .person = budi().id,
          .interview = interview,
          .photo = photo_of("new face"),
          .reason = "face_changed"};
}

}  // namespace

EVERY_WAY("faces: a poor photo is coached, never counted and not kept") {
  for (int i = 0; i < 10; ++i) {
    const auto r = attempt(w, FaceVerdict::NoMatch, "poor");
    CHECK(r.verdict == FaceVerdict::PoorPhoto);
    CHECK_FALSE(r.counted);
    CHECK(r.reason == "coach.hold_still");
    CHECK(r.photo_blob.empty());
    CHECK(r.account.attempts_left == 3);
  }
  CHECK(unsent_blobs(w) == 0);
}

EVERY_WAY("faces: three good photos that did not match block, and lead to an officer with a priority ticket") {
  CHECK(attempt(w, FaceVerdict::NoMatch).account.attempts_left == 2);
  attempt(w, FaceVerdict::NoMatch, "poor");
  CHECK(attempt(w, FaceVerdict::NoMatch).account.attempts_left == 1);
  const auto last = attempt(w, FaceVerdict::NoMatch);
  CHECK(last.counted);
  CHECK(last.reason == "face_failed");
  CHECK(last.account.account.state == AccountState::Blocked);
  CHECK(last.account.attempts_left == 0);
  REQUIRE(last.ticket);
  CHECK(last.ticket->ticket.service == "ISO");
  CHECK(last.ticket->ticket.priority == domain::Priority::Blocked);
  CHECK(last.ticket->ticket.purpose == last.account.purpose);
  CHECK(last.account.purpose.starts_with("blocked:"));
  w.reopen();  // all of it was one transaction
  const auto a = good(w.branch().ask(w.kiosk(), verbs::GetAccount{budi().id}));
  CHECK(a.account.state == AccountState::Blocked);
  CHECK(good(w.branch().ask(w.kiosk(), verbs::ListTickets{true})).size() == 1);
  const auto tasks = good(w.branch().ask(w.log_in("1001", "counter-1"), verbs::ListTasks{}));
  REQUIRE(tasks.size() == 1);
  CHECK(tasks[0].kind == "blocked");
  CHECK(a.purpose == "blocked:" + tasks[0].subject);
  // A fourth photo changes nothing.
  CHECK_FALSE(attempt(w, FaceVerdict::NoMatch).counted);
  CHECK(good(w.branch().ask(w.kiosk(), verbs::ListTickets{true})).size() == 1);
}

EVERY_WAY("faces: the same attempt sent twice counts once, also over a restart") {
  w.judge().next(FaceVerdict::NoMatch, 0.1);
  const verbs::AttemptFace request{.id = w.id(), .person = budi().id, .photo = photo_of("face")};
  const auto first = good(w.branch().ask(w.kiosk(), request));
  w.reopen();
  const auto again = good(w.branch().ask(w.kiosk(), request));
  CHECK(again.counted);
  CHECK(again.verdict == first.verdict);
  CHECK(again.account.attempts_left == 2);
}

EVERY_WAY("faces: a match gives all attempts back") {
  attempt(w, FaceVerdict::NoMatch);
  attempt(w, FaceVerdict::NoMatch);
  CHECK(attempt(w, FaceVerdict::Accept).account.attempts_left == 3);
}

EVERY_WAY("faces: who waits for an officer already is raised, not given a second number") {
  const auto t =
      good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "ISO", .person = budi().id})).ticket;
  block(w);
  const auto live = good(w.branch().ask(w.kiosk(), verbs::ListTickets{true}));
  REQUIRE(live.size() == 1);
  CHECK(live[0].id == t.id);
  CHECK(live[0].priority == domain::Priority::Blocked);
}

EVERY_WAY("faces: without a recogniser an officer compares and nothing counts") {
  w.judge().set_ready(false);
  for (int i = 0; i < 4; ++i) {
    const auto r = attempt(w, FaceVerdict::NoMatch);
    CHECK(r.verdict == FaceVerdict::Officer);
    CHECK_FALSE(r.counted);
    CHECK(r.account.attempts_left == 3);
  }
}

EVERY_WAY("faces: without a recogniser the officer's third clear no blocks, each attempt counted once") {
  w.judge().set_ready(false);
  auto& b = w.branch();
  std::vector<Uuid> attempts;
  for (int i = 0; i < 3; ++i) attempts.push_back(attempt(w, FaceVerdict::NoMatch).attempt);
  const auto waiting = good(b.ask(w.kiosk(), verbs::ListTickets{true}));
  REQUIRE(waiting.size() == 1);  // one way to an officer, however many photos
  CHECK(waiting[0].priority == domain::Priority::Elderly);
  CHECK(waiting[0].purpose == "face:" + attempts[0].str());
  const auto o = w.log_in("1001", "counter-1");
  CHECK(code_of(b.ask(o, verbs::CompareFace{.id = w.id(), .attempt = attempts[0], .verdict = FaceVerdict::NoMatch})) ==
        "case_not_open");
  good(b.ask(o, verbs::CallTicket{"1", ""}));
  const auto differs = [&](int i) {
    return good(
        b.ask(o, verbs::CompareFace{
                     .id = w.id(), .attempt = attempts[static_cast<std::size_t>(i)], .verdict = FaceVerdict::NoMatch}));
  };
  CHECK(differs(0).account.attempts_left == 2);
  CHECK(differs(0).account.attempts_left == 2);
  CHECK(differs(1).account.attempts_left == 1);
  const auto last = differs(2);
  CHECK(last.counted);
  CHECK(last.reason == "face_failed");
  CHECK(last.account.account.state == AccountState::Blocked);
  const auto tickets = good(b.ask(w.kiosk(), verbs::ListTickets{true}));
  REQUIRE(tickets.size() == 1);
  CHECK(tickets[0].purpose == last.account.purpose);
  CHECK(good(b.ask(o, verbs::ListTasks{})).size() == 1);
}

EVERY_WAY("faces: what is no photo is bad input by name") {
  const auto send = [&](Bytes photo) {
    return code_of(
        w.branch().ask(w.kiosk(), verbs::AttemptFace{.id = {}, .person = budi().id, .photo = std::move(photo)}));
  };
  CHECK(send({}) == "photo_empty");
  CHECK(send(photo_of("no picture")) == "photo_unreadable");
  CHECK(send(Bytes((8u << 20) + 1, 7)) == "photo_too_large");
}

EVERY_WAY("faces: an account blocked at the centre opens a task too, and closes when the centre lifts it") {
  w.clock().advance(Millis{1'000});
  domain::Account blocked;
  blocked.state = AccountState::Blocked;
  w.send_person(budi(), blocked);
  const auto o = w.log_in("1001", "counter-1");
  auto tasks = good(w.branch().ask(o, verbs::ListTasks{}));
  REQUIRE(tasks.size() == 1);
  CHECK(tasks[0].reason == "centre");
  w.send_person(budi(), blocked);
  CHECK(good(w.branch().ask(o, verbs::ListTasks{})).size() == 1);
  w.send_person(budi());
  CHECK(good(w.branch().ask(o, verbs::ListTasks{})).empty());
}

EVERY_WAY("faces: the centre's older word does not lift a block it has not heard of") {
  block(w);
  w.clock().advance(Millis{1'000});
  w.send_person(budi());
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetAccount{budi().id})).account.state == AccountState::Blocked);
  w.acknowledge();
  w.send_person(budi());
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetAccount{budi().id})).account.state == AccountState::Active);
}

EVERY_WAY("reset: interview, new photo, second officer elsewhere; usable when the centre says so") {
  auto& b = w.branch();
  block(w);
  const auto iso = w.log_in("1001", "counter-1"), jsu = w.log_in("1002", "counter-2");
  const auto t = good(b.ask(iso, verbs::CallTicket{"1", ""}));
  verbs::OpenCase open;
  open.ticket = t.id;
  auto c = good(b.ask(iso, open));
  REQUIRE(c.person);
  CHECK(*c.person == budi().id);
  CHECK_FALSE(c.record);  // blind
  REQUIRE(c.account);
  REQUIRE(c.account->attempts.size() == 3);
  CHECK(good(b.ask(iso, verbs::GetPhoto{c.account->attempts[0].photo_blob})) == photo_of("face"));

  const auto interview = passed_interview(w, iso);
  const auto request = reset_of(w, interview);
  const auto r = good(b.ask(iso, request));
  CHECK(r.state == AccountState::ResetPending);
  CHECK(r.interview_passed);
  CHECK_FALSE(r.usable_from);
  CHECK(good(b.ask(iso, request)).id == r.id);
  CHECK(code_of(b.ask(iso, reset_of(w, interview))) == "reset_exists");
  CHECK(code_of(b.ask(iso, verbs::ApproveReset{r.id})) == "right_missing");
  CHECK(good(b.ask(jsu, verbs::ListResets{true})).size() == 1);
  CHECK(good(b.ask(jsu, verbs::GetPhoto{r.photo_blob})) == photo_of("new face"));

  const auto done = good(b.ask(jsu, verbs::ApproveReset{r.id}));
  CHECK(done.state == AccountState::ResetWaiting);
  CHECK(done.second_officer == "1002");
  CHECK_FALSE(done.usable_from);
  CHECK_FALSE(done.same_terminal);
  const auto seq = w.store().identity().last_seq;
  w.reopen();
  CHECK(good(w.branch().ask(jsu, verbs::ApproveReset{r.id})).state ==
        AccountState::ResetWaiting);  // the answer was lost
  CHECK(w.store().identity().last_seq == seq);
  CHECK(good(w.branch().ask(jsu, verbs::ListTasks{})).empty());
  const auto row = stored_account(w);
  REQUIRE(row);
  REQUIRE(row->reference);
  CHECK(row->reference->values == photo_of("new face"));

  // The centre takes it a moment after the word that follows.
  const auto usable = w.clock().now() + std::chrono::hours(24) + Millis{1'000};
  w.acknowledge({{seq, "accepted", "", to_ms(usable), ""}});
  const auto told = good(w.branch().ask(jsu, verbs::ListResets{false}));
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].usable_from);
  CHECK(*told[0].usable_from == usable);
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetAccount{budi().id})).account.state == AccountState::ResetWaiting);
  w.send_person(budi(), [&] {  // an older reference from the centre does not come back
    domain::Account a;
    a.state = AccountState::ResetWaiting;
    a.usable_from = usable;
    return a;
  }());
  CHECK(stored_account(w)->reference->values == photo_of("new face"));
  w.clock().advance(std::chrono::hours(25));
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetAccount{budi().id})).account.state == AccountState::Active);
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetAccount{budi().id})).attempts_left == 3);
}

EVERY_WAY("reset: each rule refuses by its name") {
  auto& b = w.branch();
  block(w);
  const auto iso = w.log_in("1001", "counter-1"), cso = w.log_in("1003", "counter-3");
  CHECK(code_of(b.ask(cso, verbs::ListQuestions{budi().id})) == "right_missing");
  CHECK(code_of(b.ask(iso, verbs::ListQuestions{siti().id})) == "case_not_open");
  CHECK(code_of(b.ask(iso, reset_of(w, w.id()))) == "interview_unknown");

  auto answers = right_answers(good(b.ask(iso, verbs::ListQuestions{budi().id})));
  for (auto& a : answers) a.text = "tidak tahu";
  const auto failed = good(b.ask(iso, verbs::Interview{.id = w.id(), .person = budi().id, .answers = answers}));
  CHECK_FALSE(failed.verdict.passed);
  CHECK(code_of(b.ask(iso, reset_of(w, failed.id))) == "interview_not_passed");

  const auto interview = passed_interview(w, iso);
  auto request = reset_of(w, interview);
  request.photo = photo_of("poor");
  const auto poor = b.ask(iso, request);
  REQUIRE(code_of(poor) == "photo_poor");
  CHECK(poor.fault().detail == "coach.hold_still");
  request.photo = photo_of("new face");
  request.reason = "because";
  CHECK(code_of(b.ask(iso, request)) == "reason_unknown");
  request.reason = "light";
  const auto head = w.log_in("1004", "counter-1");
  const auto r = good(b.ask(iso, request));
  CHECK(code_of(b.ask(head, verbs::ApproveReset{r.id})) == "same_terminal");
  CHECK(code_of(b.ask(w.log_in("1002", "counter-2"), verbs::ApproveReset{w.id()})) == "unknown_reset");
}

EVERY_WAY("reset: the officer who asked never approves, whatever rights he has") {
  block(w);
  const auto head = w.log_in("1004", "counter-1");
  const auto r = good(w.branch().ask(head, reset_of(w, passed_interview(w, head))));
  CHECK(code_of(w.branch().ask(w.log_in("1004", "counter-9"), verbs::ApproveReset{r.id})) == "same_officer");
}

EVERY_WAY("reset: an old list of officers refuses resets, never tickets") {
  block(w);
  w.clock().advance(std::chrono::hours(24 * 8));
  const auto iso = w.log_in("1001", "counter-1");
  const auto interview = passed_interview(w, iso);
  CHECK(code_of(w.branch().ask(iso, reset_of(w, interview))) == "officers_outdated");
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "JHT"})) == "ok");
}

EVERY_WAY("interview: the same questions until it is judged, and the record is withheld meanwhile") {
  block(w);
  const auto iso = w.log_in("1001", "counter-1");
  const auto first = good(w.branch().ask(iso, verbs::ListQuestions{budi().id}));
  w.reopen();
  CHECK(good(w.branch().ask(iso, verbs::ListQuestions{budi().id})) == first);
  verbs::FindParticipant q{.person = budi().id};
  q.birth = budi().birth;
  CHECK_FALSE(good(w.branch().ask(iso, q)).record);
}

TEST_CASE("reset: approval at the same terminal is possible only when settings allow it, and is flagged") {
  for (const auto& way : make_branch()) {
    CAPTURE(way.name);
    branch::Settings s;
    s.same_terminal_approval = true;
    auto world = way.make(s);
    world->seed();
    World& w = *world;
    block(w);
    const auto iso = w.log_in("1001", "counter-1");
    const auto r = good(w.branch().ask(iso, reset_of(w, passed_interview(w, iso))));
    CHECK(good(w.branch().ask(w.log_in("1002", "counter-1"), verbs::ApproveReset{r.id})).same_terminal);
  }
}
