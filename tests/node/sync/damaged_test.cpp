// A document whose bytes rot on the disk before the centre has them: through a real node, its engine and a real centre.
#include <algorithm>
#include <set>

#include "domain/claims/claim.h"
#include "node/store/claims.h"
#include "node/store/damaged.h"
#include "tests/node/sync/institution.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::SyncState;

namespace {

// Somebody whose claim the kiosk alone may take.
domain::Participant claimant(Institution& all, const central::Seeded& seeded) {
  const Date day = Date::at(all.clock.now(), std::chrono::minutes(420));
  const auto rules = good(domain::RuleBook::defaults().at(day));
  for (const auto& p : seeded.participants) {
    const auto e = domain::check_claim(&p, "USIA56", day, rules);
    if (e.eligible && e.channel == domain::Channel::Self && !e.npwp_needed && p.memberships.size() == 1) return p;
  }
  FAIL("nobody may claim");
  return seeded.participants.front();
}

struct Claimed {
  verbs::SubmitClaim request;
  verbs::ClaimView view;
};
// With a photo and two papers, made while there is no network.
Claimed claim_with_papers(Institution& all, Site& s) {
  const auto p = claimant(all, s.seeded);
  Claimed c{s.claim_of(p), {}};
  const auto a = s.attempt(p, domain::FaceVerdict::Accept);
  c.request.attempt = a.attempt;
  c.request.photo_blob = a.photo_blob;
  for (const char* kind : {"kk", "ktp"})
    c.request.documents.push_back(
        {kind, good(s.node->ask(s.kiosk(),
                                verbs::PutBlob{"document", photo_of(std::string(kind) + std::string(5'000, 'p'))}))});
  c.view = good(s.node->ask(s.kiosk(), c.request));
  return c;
}

// One bit of the ciphertext, as a bad sector would.
void flip_a_bit(Site& s, const std::string& blob) {
  auto tx = good(s.store->begin());
  Bytes bytes;
  std::int64_t n = 0;
  good(tx.db()
           .prepared("SELECT c.n, c.bytes FROM blob b JOIN blob_bytes c ON c.n = b.n WHERE b.hash = ?1")
           .bind_all(blob)
           .each([&](sqlite::Stmt& row) { n = row.integer(0), bytes = row.blob(1); }));
  REQUIRE(bytes.size() > 100);
  bytes[bytes.size() / 2] ^= 0x10;
  good(tx.db().prepared("UPDATE blob_bytes SET bytes = ?2 WHERE n = ?1").bind_all(n, bytes).run());
  good(tx.commit_local());
}

int tasks_to_scan(Site& s) {
  const auto tasks = s.tasks();
  return static_cast<int>(
      std::count_if(tasks.begin(), tasks.end(), [](const verbs::Task& t) { return t.kind == "scan_again"; }));
}

bool at_the_centre(Institution& all, Site& s, const std::string& blob) {
  const central::NodeRef node{s.store->identity().node, s.branch};
  const auto state = all.centre->blob_state(node, blob);
  return state && state->complete;
}

}  // namespace

TEST_CASE("damaged: a document that rots before it is sent holds up nothing, and an officer is told") {
  Institution all;
  Site s(all, "JKT01");
  const auto c = claim_with_papers(all, s);
  const auto &kk = c.request.documents[0].blob, &ktp = c.request.documents[1].blob;
  flip_a_bit(s, kk);
  s.sync();
  CHECK(at_the_centre(all, s, ktp));
  CHECK(at_the_centre(all, s, c.request.photo_blob));
  CHECK_FALSE(at_the_centre(all, s, kk));
  const auto status = s.engine->status();
  CHECK(status.pending_blobs == 0);  // nothing that could be sent waits
  CHECK(status.why == "");
  const auto now = s.now(c.view);
  CHECK(now.sync == SyncState::Sending);  // not "accepted": the centre lacks a paper
  CHECK(now.sync_why == "document_damaged");
  const auto* task = s.task("scan_again");
  REQUIRE(task);
  CHECK(task->subject == c.view.id.str() + ":kk");
  CHECK(task->reason == "document_damaged");
  CHECK_FALSE(task->person_masked.empty());
  s.sync();
  CHECK(tasks_to_scan(s) == 1);
}

TEST_CASE("damaged: scanned again under the same claim it goes out, and its task is done") {
  Institution all;
  Site s(all, "JKT01");
  auto c = claim_with_papers(all, s);
  flip_a_bit(s, c.request.documents[0].blob);
  s.sync();
  REQUIRE(s.now(c.view).sync_why == "document_damaged");
  // A terminal that says the same again, with another scan, replaces nothing: that is an officer's act.
  auto again = c.request;
  again.documents[0].blob = good(s.node->ask(s.kiosk(), verbs::PutBlob{"document", photo_of("the paper once more")}));
  CHECK(good(s.node->ask(s.kiosk(), again)).sync_why == "document_damaged");
  again.documents[1].blob = again.documents[0].blob;  // and what is whole stays
  good(s.node->ask(s.log_in("1001"), again));
  CHECK(tasks_to_scan(s) == 0);
  CHECK(s.now(c.view).sync_why == "waiting_photo");
  s.sync();
  const auto now = s.now(c.view);
  CHECK(now.sync == SyncState::Accepted);
  CHECK(now.sync_why == "");
  CHECK(at_the_centre(all, s, again.documents[0].blob));
  auto read = good(s.store->read());
  const auto kept = good(store::documents_of(read.db(), c.view.id));
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].blob == again.documents[0].blob);
  CHECK(kept[1].blob == c.request.documents[1].blob);
  int told = 0;
  good(all.centre->each_event(s.branch, [&](const auto& r) {
    if (r.kind != "claim.document_replaced") return;
    ++told;
    CHECK(r.verdict == "accepted");
  }));
  CHECK(told == 1);
  good(s.node->ask(s.log_in("1001"), again));  // the answer was lost: nothing more happens
  CHECK(good(s.node->ask(s.kiosk(), verbs::VerifyAudit{})).damaged.empty());
  CHECK(tasks_to_scan(s) == 0);
}

TEST_CASE("damaged: the check of the store finds it before it is sent, also when its bytes are gone") {
  Institution all;
  Site s(all, "JKT01");
  const auto c = claim_with_papers(all, s);
  CHECK(good(s.node->ask(s.kiosk(), verbs::VerifyAudit{})).damaged.empty());
  CHECK(s.now(c.view).sync_why != "document_damaged");
  CHECK(tasks_to_scan(s) == 0);
  flip_a_bit(s, c.request.documents[1].blob);
  {
    auto tx = good(s.store->begin());
    good(tx.db()
             .prepared("DELETE FROM blob_bytes WHERE n = (SELECT n FROM blob WHERE hash = ?1)")
             .bind_all(c.request.photo_blob)
             .run());
    good(tx.commit_local());
  }
  const auto found = good(s.node->ask(s.kiosk(), verbs::VerifyAudit{})).damaged;
  REQUIRE(found.size() == 2);
  for (const auto& f : found) {
    CHECK(f.claim == c.view.id);
    CHECK(f.blob == (f.kind == "photo" ? c.request.photo_blob : c.request.documents[1].blob));
  }
  CHECK(s.now(c.view).sync_why == "document_damaged");
  std::set<std::string> subjects, reasons;
  for (const auto& t : s.tasks())
    if (t.kind == "scan_again") subjects.insert(t.subject), reasons.insert(t.reason);
  CHECK(subjects == std::set{c.view.id.str() + ":ktp", c.view.id.str() + ":photo"});
  CHECK(reasons == std::set<std::string>{"document_damaged", "photo_damaged"});
  CHECK(tasks_to_scan(s) == 2);
  CHECK(good(s.node->ask(s.kiosk(), verbs::VerifyAudit{})).damaged.size() == 2);  // until somebody has scanned it again
  CHECK(tasks_to_scan(s) == 2);
  s.sync();
  CHECK(at_the_centre(all, s, c.request.documents[0].blob));
}

TEST_CASE("damaged: of many one in ten rots; every whole one arrives") {
  Institution all;
  Site s(all, "JKT01");
  std::vector<std::string> whole, rotten;
  for (int i = 0; i < 30; ++i) {
    const auto blob =
        good(s.node->ask(s.kiosk(), verbs::PutBlob{"document", photo_of(std::to_string(i) + std::string(500, 'q'))}));
    (i % 10 == 3 ? rotten : whole).push_back(blob);
  }
  for (const auto& blob : rotten) flip_a_bit(s, blob);
  s.sync();
  for (const auto& blob : whole) CHECK(at_the_centre(all, s, blob));
  for (const auto& blob : rotten) CHECK_FALSE(at_the_centre(all, s, blob));
}
