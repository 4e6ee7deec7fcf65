// What happens when the branch and the centre decided without each other: every row of kiosk/node/sync/README.md,
// through real nodes and a real centre. A branch is off line from one sync() to the next.
#include <fstream>
#include <set>
#include <sstream>

#include "domain/claims/claim.h"
#include "tests/node/sync/institution.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::AccountState;
using domain::ClaimState;

namespace {

// Somebody whose claim the kiosk alone may take.
domain::Participant claimant(Institution& all, const central::Seeded& seeded) {
  const Date day = Date::at(all.clock.now(), std::chrono::minutes(420));
  const auto rules = good(domain::RuleBook::defaults().at(day));
  for (const auto& p : seeded.participants) {
    const auto e = domain::check_claim(&p, "USIA56", day, rules);
    if (e.eligible && e.channel == domain::Channel::Self && !e.npwp_needed && p.balance().value > 6'000'000 &&
        p.memberships.size() == 1)
      return p;
  }
  FAIL("nobody may claim");
  return seeded.participants.front();
}

std::vector<central::LedgerRow> ledger(Institution& all, const std::string& branch, const std::string& kind) {
  std::vector<central::LedgerRow> rows;
  REQUIRE(all.centre
              ->each_event(branch,
                           [&](const auto& r) {
                             if (r.kind == kind) rows.push_back(r);
                           })
              .ok());
  return rows;
}

std::optional<domain::FaceTemplate> reference_at(Site& s, const domain::Participant& p) {
  auto read = good(s.store->read());
  const auto row = good(store::account(read, s.store->person_index(p.id.key())));
  return row ? row->reference : std::nullopt;
}

void give_face(Institution& all, const domain::Participant& p) {
  REQUIRE(all.centre->set_reference(p.id, {"told-1", photo_of("the old face")}).ok());
}

}  // namespace

TEST_CASE("conflict: the same claim at two branches goes to the one the centre heard first") {
  Institution all;
  Site jkt(all, "JKT01"), sby(all, "SBY02");
  const auto p = claimant(all, jkt.seeded);
  give_face(all, p);
  jkt.sync();
  sby.sync();
  const auto first = jkt.claim(p), second = sby.claim(p);
  REQUIRE(first.state == ClaimState::Saved);
  REQUIRE(second.state == ClaimState::Saved);
  jkt.sync();
  sby.sync();
  CHECK(jkt.now(first).state == ClaimState::Accepted);
  const auto lost = sby.now(second);
  CHECK(lost.state == ClaimState::Rejected);
  CHECK(lost.reason == "claimed_elsewhere");
  CHECK(lost.detail.starts_with("JKT01 20"));
  const auto* task = sby.task("rejected");
  REQUIRE(task);
  CHECK(task->reason == "claimed_elsewhere");
  CHECK(task->subject == second.id.str());
  CHECK(jkt.task("rejected") == nullptr);
  CHECK(good(all.centre->advance(first.id.str(), domain::Stage::Penetapan)) == domain::Stage::Penetapan);
  CHECK(all.centre->advance(second.id.str(), domain::Stage::Penetapan).fault().code == "claim_unknown");

  // The officer has told the participant; the task is done, and done once.
  const auto officer = sby.log_in("1001");
  CHECK(sby.node->ask(officer, verbs::FinishTask{task->id}).ok());
  CHECK(sby.node->ask(officer, verbs::FinishTask{task->id}).ok());
  CHECK(sby.task("rejected") == nullptr);
}

TEST_CASE("conflict: a second branch's reset neither replaces the first one's reference nor moves its hour") {
  Institution all;
  Site jkt(all, "JKT01"), sby(all, "SBY02");
  const auto p = jkt.seeded.participants[0];
  give_face(all, p);
  jkt.sync();
  sby.sync();
  jkt.block(p);
  sby.block(p);
  jkt.reset(p, "the face at JKT01");
  const auto second = sby.reset(p, "the face at SBY02");
  all.clock.advance(std::chrono::hours(1));
  jkt.sync();
  const auto usable = good(all.centre->participant(p.id)).account.usable_from;
  REQUIRE(usable.has_value());
  CHECK(*usable == all.clock.now() + std::chrono::hours(24));
  all.clock.advance(std::chrono::hours(3));
  sby.sync();

  const auto held = good(all.centre->participant(p.id));
  CHECK(held.account.state == AccountState::ResetWaiting);
  CHECK(held.account.usable_from == usable);
  REQUIRE(held.reference);
  CHECK(held.reference->values == photo_of("the face at JKT01"));
  const auto rows = ledger(all, "SBY02", "account.reset");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].verdict == "rejected");
  CHECK(rows[0].reason == "reset_elsewhere");
  CHECK(ledger(all, "SBY02", "account.blocked").at(0).reason == "stale_block");

  // The second branch has taken over what the centre holds: the hour, and the other branch's reference.
  CHECK(sby.account(p).state == AccountState::ResetWaiting);
  CHECK(sby.account(p).usable_from == usable);
  REQUIRE(reference_at(sby, p));
  CHECK(reference_at(sby, p)->values == photo_of("the face at JKT01"));
  const auto* task = sby.task("rejected");
  REQUIRE(task);
  bool told = false;
  for (const auto& t : sby.tasks()) told = told || (t.reason == "reset_elsewhere" && t.subject == second.id.str());
  CHECK(told);
  CHECK(sby.task("blocked") == nullptr);
  all.clock.advance(std::chrono::hours(24));
  CHECK(sby.account(p).state == AccountState::Active);
  CHECK(jkt.account(p).state == AccountState::Active);

  // Its next reset, made knowing all this, is taken.
  good(all.centre->block(p.id));
  sby.sync();
  sby.reset(p, "a later face at SBY02");
  sby.sync();
  CHECK(good(all.centre->participant(p.id)).reference->values == photo_of("a later face at SBY02"));
  jkt.sync();
  CHECK(reference_at(jkt, p)->values == photo_of("a later face at SBY02"));
}

TEST_CASE("conflict: a block older than the call centre's unblocking blocks nobody again") {
  Institution all;
  Site jkt(all, "JKT01");
  const auto p = jkt.seeded.participants[1];
  give_face(all, p);
  jkt.sync();
  SUBCASE("the branch blocked first") {
    jkt.block(p);
    all.clock.advance(std::chrono::hours(1));
    good(all.centre->unblock(p.id));
  }
  SUBCASE("the branch blocked later, not knowing") {
    good(all.centre->block(p.id));
    all.clock.advance(std::chrono::hours(1));
    good(all.centre->unblock(p.id));
    all.clock.advance(std::chrono::hours(1));
    jkt.block(p);
  }
  all.clock.advance(std::chrono::hours(1));
  jkt.sync();
  const auto held = good(all.centre->participant(p.id)).account;
  CHECK(held.state == AccountState::Active);
  CHECK(held.failed == 0);
  CHECK(ledger(all, "JKT01", "account.blocked").at(0).verdict == "flagged");
  CHECK(ledger(all, "JKT01", "account.blocked").at(0).reason == "stale_block");
  CHECK(jkt.account(p).state == AccountState::Active);
  CHECK(jkt.account(p).failed == 0);
  CHECK(jkt.task("blocked") == nullptr);  // nobody is to be interviewed any more
  const auto* task = jkt.task("rejected");
  REQUIRE(task);
  CHECK(task->reason == "stale_block");
  // A block made knowing of it holds.
  jkt.block(p);
  jkt.sync();
  CHECK(good(all.centre->participant(p.id)).account.state == AccountState::Blocked);
  CHECK(jkt.account(p).state == AccountState::Blocked);
}

TEST_CASE("conflict: a reset that the call centre's unblocking made needless leaves the account open") {
  Institution all;
  Site jkt(all, "JKT01");
  const auto p = jkt.seeded.participants[2];
  give_face(all, p);
  jkt.sync();
  jkt.block(p);
  jkt.reset(p, "a new face");
  all.clock.advance(std::chrono::hours(1));
  good(all.centre->unblock(p.id));
  jkt.sync();
  CHECK(ledger(all, "JKT01", "account.reset").at(0).reason == "unblocked_meanwhile");
  CHECK(good(all.centre->participant(p.id)).account.state == AccountState::Active);
  CHECK(good(all.centre->participant(p.id)).reference->values == photo_of("the old face"));
  CHECK(jkt.account(p).state == AccountState::Active);
  CHECK(reference_at(jkt, p)->values == photo_of("the old face"));
  CHECK(jkt.task("rejected") != nullptr);
  CHECK(jkt.task("blocked") == nullptr);
}

TEST_CASE("conflict: a claim is judged by the rule in force on its day, and the answer says which") {
  Institution all;
  Site jkt(all, "JKT01");
  const auto p = claimant(all, jkt.seeded);
  give_face(all, p);
  jkt.sync();
  const Date today = Date::at(all.clock.now(), std::chrono::minutes(420));
  REQUIRE(all.centre->set_rule("self_service_ceiling", "5000000", today).ok());
  const auto c = jkt.claim(p);  // by the rules of yesterday
  CHECK(c.state == ClaimState::Saved);
  jkt.sync();
  const auto judged = jkt.now(c);
  CHECK(judged.state == ClaimState::Rejected);
  CHECK(judged.reason == "above_ceiling");
  CHECK(judged.detail == "self_service_ceiling 5000000 since " + today.iso());
  const auto* task = jkt.task("rejected");
  REQUIRE(task);
  CHECK(task->reason == "above_ceiling");
  // The rule of today is known here now: the kiosk hands over, and with an officer the same claim is taken.
  const auto officer = jkt.log_in("1001");
  auto again = jkt.claim_of(p);
  const auto a = jkt.attempt(p, domain::FaceVerdict::Accept);
  again.attempt = a.attempt;
  again.photo_blob = a.photo_blob;
  const auto assisted = good(jkt.node->ask(officer, again));
  jkt.sync();
  CHECK(jkt.now(assisted).state == ClaimState::Accepted);
  // A rule that begins tomorrow is not the rule of today.
  CHECK(all.centre->set_rule("self_service_ceiling", "1000000", today.plus_days(1)).ok());
}

TEST_CASE("conflict: a claim with facts that the centre corrected meanwhile says so, and is no false statement") {
  Institution all;
  Site jkt(all, "JKT01");
  const auto p = claimant(all, jkt.seeded);
  give_face(all, p);
  jkt.sync();
  const auto c = jkt.claim(p);
  all.clock.advance(std::chrono::hours(1));
  CHECK(good(all.centre->correct(p.id, "mother", "Nama Yang Benar")));
  CHECK(good(all.centre->correct(p.id, "phone", "+6281200001111")));  // does not concern the claim
  jkt.sync();
  const auto judged = jkt.now(c);
  CHECK(judged.state == ClaimState::Rejected);
  CHECK(judged.reason == "data_corrected");
  CHECK(judged.detail == "mother");  // the field, never its value
  REQUIRE(jkt.task("rejected"));
  CHECK(jkt.task("rejected")->reason == "data_corrected");
  // The branch knows the corrected record now, and the claim goes through with it.
  verbs::FindParticipant ask{p.id, p.birth, "Nama Yang Benar", {}};
  const auto found = good(jkt.node->ask(jkt.kiosk(), ask));
  REQUIRE(found.record);
  const auto again = jkt.claim(*found.record);
  jkt.sync();
  CHECK(jkt.now(again).state == ClaimState::Accepted);
}

TEST_CASE("conflict: what an officer did after his end: resets and approvals do not hold, the rest is looked at") {
  Institution all;
  Site jkt(all, "JKT01");
  const auto p = jkt.seeded.participants[3];
  const auto q = claimant(all, jkt.seeded);
  give_face(all, p);
  give_face(all, q);
  jkt.sync();
  REQUIRE(all.centre->end_officer("JKT01", "1001").ok());
  CHECK(all.centre->end_officer("JKT01", "1001").fault().code == "officer_ended");
  CHECK(all.centre->end_officer("JKT01", "7777").fault().code == "officer_unknown");
  all.clock.advance(std::chrono::hours(1));
  jkt.block(p);
  jkt.reset(p, "a new face");  // asked for by 1001, who has gone; approved by 1002
  auto assisted = jkt.claim_of(q);
  const auto a = jkt.attempt(q, domain::FaceVerdict::Accept);
  assisted.attempt = a.attempt;
  assisted.photo_blob = a.photo_blob;
  const auto claim = good(jkt.node->ask(jkt.log_in("1001"), assisted));
  jkt.sync();

  CHECK(ledger(all, "JKT01", "account.reset").at(0).verdict == "rejected");
  CHECK(ledger(all, "JKT01", "account.reset").at(0).reason == "officer_ended");
  const auto held = good(all.centre->participant(p.id));
  CHECK(held.account.state == AccountState::Blocked);
  CHECK(held.reference->values == photo_of("the old face"));
  CHECK(jkt.account(p).state == AccountState::Blocked);
  CHECK(reference_at(jkt, p)->values == photo_of("the old face"));
  CHECK(jkt.task("blocked") != nullptr);  // the participant still waits for an officer

  // The participant is not punished: the claim is taken, and somebody looks at it.
  CHECK(ledger(all, "JKT01", "claim.submitted").at(0).verdict == "flagged");
  CHECK(jkt.now(claim).state == ClaimState::Accepted);
  REQUIRE(jkt.task("claim_review"));
  CHECK(jkt.task("claim_review")->reason == "officer_ended");
  CHECK(jkt.node->ask(jkt.log_in("1002"), verbs::FinishTask{jkt.task("claim_review")->id}).ok());
  CHECK(jkt.task("claim_review") == nullptr);
  REQUIRE(jkt.task("officer_ended"));  // one for all his other acts
  int tasks = 0;
  for (const auto& t : jkt.tasks()) tasks += t.kind == "officer_ended";
  CHECK(tasks == 1);
  CHECK(jkt.task("officer_ended")->person_masked == "1001");
  // And now the branch knows it.
  for (const auto& o : jkt.seeded.officers)
    if (o.number == "1001")
      CHECK(code_of(jkt.node->ask({"counter-9", ""}, verbs::LogIn{"1001", SecretString(o.pin)})) ==
            "officer_not_valid");
}

TEST_CASE("conflict: a claim of somebody unknown off line is the centre's to decide") {
  Institution all;
  Site jkt(all, "JKT01");
  SUBCASE("the centre does not know him either") {
    auto p = claimant(all, jkt.seeded);
    p.id = domain::PersonId(good(domain::Nik::parse("3578015208620004")));
    const auto c = good(jkt.node->ask(jkt.kiosk(), jkt.claim_of(p)));
    CHECK(c.state == ClaimState::Unverified);
    REQUIRE(jkt.task("unverified"));
    jkt.sync();
    CHECK(jkt.now(c).state == ClaimState::Rejected);
    CHECK(jkt.now(c).reason == "person_unknown");
    CHECK(jkt.task("unverified") == nullptr);
    REQUIRE(jkt.task("rejected"));
    CHECK(jkt.task("rejected")->reason == "person_unknown");
  }
  SUBCASE("the centre knows him by the time it hears of the claim") {
    // Registered while the branch was off line: other people than the branch was told of.
    const auto others = good(all.centre->seed({40, 99, ""}));
    const auto p = claimant(all, others);
    const auto c = good(jkt.node->ask(jkt.kiosk(), jkt.claim_of(p)));
    CHECK(c.state == ClaimState::Unverified);
    CHECK(jkt.account(p).state == AccountState::Unknown);
    jkt.sync();
    // The centre knows such a person; that it is this one an officer still has to say.
    CHECK(jkt.now(c).state == ClaimState::NeedsOfficer);
    CHECK(jkt.task("unverified"));
    CHECK(jkt.task("rejected") == nullptr);
  }
}

TEST_CASE("conflicts: the table and the tests are the same") {
  const char* source = std::getenv("KIOSK_SOURCE");
  const std::string root = source ? source : ".";
  const auto lines_of = [&](const std::string& path) {
    std::ifstream in(root + path);
    REQUIRE(in);
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  };
  std::set<std::string> written, tested;
  for (const auto& line : lines_of("/kiosk/node/sync/README.md")) {
    const auto at = line.find("`conflict: ");
    if (at != std::string::npos) written.insert(line.substr(at + 1, line.find('`', at + 1) - at - 1));
  }
  for (const auto& line : lines_of("/tests/node/sync/conflicts_test.cpp")) {
    const std::string head = "TEST_CASE(\"conflict: ";
    if (line.starts_with(head)) tested.insert(line.substr(11, line.rfind('"') - 11));
  }
  CHECK(tested.size() >= 7);
  CHECK(written == tested);
}
