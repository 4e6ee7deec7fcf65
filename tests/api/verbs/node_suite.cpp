// What only the node itself can show: its files, its disk, and what it makes of the centre's word.
#include "api/protocol/central_api.h"
#include "node/store/outbox.h"
#include "tests/api/verbs/branch_suite.h"
#include "tests/support/fault_vfs.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::AccountState;
using domain::FaceVerdict;

namespace {

Result<verbs::AttemptResult> fail_face(World& w) {
  w.judge().next(FaceVerdict::NoMatch, 0.1);
  return w.branch().ask(w.kiosk(), verbs::AttemptFace{.id = w.id(), .person = budi().id, .photo = photo_of("face")});
}

}  // namespace

TEST_CASE(
    "node: a disk that fills at any write of the last failure leaves the block, ticket, task and events whole or "
    "absent") {
  FaultVfs::install();
  int blocked_runs = 0, clean_runs = 0;
  long needed = 0;  // measured by the first run, which has room enough
  constexpr long kRuns = 16;
  for (long run = 0; run < kRuns; ++run) {
    // Evenly over the whole failure, the last runs at its very end.
    const long writes = run == 0 ? -1 : run > kRuns - 4 ? needed - (kRuns - run) : needed * (run - 1) / (kRuns - 4);
    CAPTURE(writes);
    World w;
    w.set_vfs(FaultVfs::name);
    w.reopen();
    w.seed();
    good(fail_face(w));
    good(fail_face(w));
    const auto before = w.store().identity().last_seq;
    FaultVfs::writes_left = writes;
    FaultVfs::writes = 0;
    const auto last = fail_face(w);
    if (run == 0) needed = FaultVfs::writes;
    FaultVfs::heal();
    w.reopen();
    const auto account = good(w.branch().ask(w.kiosk(), verbs::GetAccount{budi().id}));
    const bool blocked = account.account.state == AccountState::Blocked;
    (blocked ? blocked_runs : clean_runs) += 1;
    if (last) CHECK(blocked);  // what was answered is there
    CHECK(good(w.branch().ask(w.kiosk(), verbs::ListTickets{true})).size() == (blocked ? 1 : 0));
    CHECK(account.account.failed == (blocked ? 3 : 2));
    CHECK(account.purpose.empty() == !blocked);
    CHECK(w.store().identity().last_seq == before + (blocked ? 3 : 0));
    CHECK_FALSE(good(w.branch().ask(w.kiosk(), verbs::VerifyAudit{})).first_bad);
    CHECK(good(w.branch().ask(w.log_in("1001", "counter-1"), verbs::ListTasks{})).size() == (blocked ? 1 : 0));
  }
  CHECK(blocked_runs > 0);
  CHECK(clean_runs > 5);
}

TEST_CASE("node: nothing personal stands readable in the home, whatever was done") {
  World w;
  w.seed();
  verbs::FindParticipant q{.person = budi().id};
  q.birth = budi().birth;
  good(w.branch().ask(w.kiosk(), q));
  good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "JHT", .person = budi().id}));
  for (int i = 0; i < 3; ++i) good(fail_face(w));
  good(w.branch().ask(w.kiosk(), claim_of(budi())));
  const auto o = w.log_in("1003", "counter-1");
  verbs::OpenCase open;
  open.person = budi().id;
  open.reason = "alasan yang rahasia";
  good(w.branch().ask(o, open));
  const std::vector<std::string> planted = {"3578011708650001", "Budi",           "SANTOSO", "Siti Aminah",
                                            "12345678901",      "81234567890",    "Kenanga", "123456789012345",
                                            "10031003",         "alasan yang ra", "B*** S"};
  for (const std::string file : {"/branch.db", "/branch.db-wal"}) {
    const std::string bytes = slurp(w.home() + file);
    CAPTURE(file);
    for (const auto& p : planted) {
      CAPTURE(p);
      CHECK(bytes.find(p) == std::string::npos);
    }
  }
  CHECK(slurp(w.home() + "/branch.db").size() > 0);
}

TEST_CASE("feed: an item that cannot be read is skipped, and those behind it are taken") {
  World w;
  w.seed();
  const auto before = good(w.feed().cursor());
  good(w.feed().apply({before + 1, "person", "{\"participant\":", false}));
  good(w.feed().apply({before + 2, "rules", "{\"settings\":{\"face_attempts\":[[\"x\",\"y\"]]}}", false}));
  good(w.feed().apply({before + 3, "something_new", "{}", false}));
  CHECK(good(w.feed().cursor()) == before + 3);
  auto read = good(w.store().read());
  CHECK(good(store::meta(read.db(), "feed_skipped")) == "2");
}

TEST_CASE("feed: a person who is gone or whose time is over is unknown again") {
  World w;
  w.seed();
  verbs::FindParticipant q{.person = budi().id};
  q.birth = budi().birth;
  w.send("person_gone", protocol::encode(protocol::FeedGone{budi().id}));
  CHECK(good(w.branch().ask(w.kiosk(), q)).source == verbs::Source::None);
  protocol::FeedPerson looked_up{budi(), {}, {}, to_ms(w.clock().now()), to_ms(w.clock().now()) + 3'600'000};
  good(w.feed().remember(looked_up));
  CHECK(good(w.branch().ask(w.kiosk(), q)).source == verbs::Source::Centre);
  w.clock().advance(std::chrono::hours(1));
  CHECK(good(w.branch().ask(w.kiosk(), q)).source == verbs::Source::None);
}

TEST_CASE("feed: stages of a claim arrive with dates and a deadline; a paid claim frees its KPJ") {
  World w;
  w.seed();
  const auto v = good(w.branch().ask(w.kiosk(), claim_of(budi())));
  w.acknowledge();
  const auto at = to_ms(w.clock().now());
  w.send("claim_stage",
         protocol::encode(protocol::FeedClaimStage{v.id.str(), domain::Stage::Penetapan, at, "2026-11-27"}));
  auto c = good(w.branch().ask(w.kiosk(), verbs::GetClaim{v.id}));
  CHECK(c.stages[1].at == from_ms(at));
  REQUIRE(c.deadline);
  CHECK(c.deadline->iso() == "2026-11-27");
  CHECK(code_of(w.branch().ask(w.kiosk(), claim_of(budi()))) == "claim_exists");
  w.send("claim_stage", protocol::encode(protocol::FeedClaimStage{v.id.str(), domain::Stage::Selesai, at + 1, {}}));
  CHECK(code_of(w.branch().ask(w.kiosk(), claim_of(budi()))) == "ok");
}

TEST_CASE("feed: a rejected event about a person becomes a task even when nobody expected it") {
  World w;
  w.seed();
  good(fail_face(w));
  w.acknowledge({{w.store().identity().last_seq, "rejected", "person_unknown", {}, ""}});
  const auto tasks = good(w.branch().ask(w.log_in("1001", "counter-1"), verbs::ListTasks{}));
  REQUIRE(tasks.size() == 1);
  CHECK(tasks[0].kind == "rejected");
  CHECK(tasks[0].reason == "person_unknown");
}
