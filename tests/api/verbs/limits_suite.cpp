// Limits: what a branch refuses, and what it never does, when room runs out.
#include <algorithm>
#include <chrono>

#include "node/branch/outgoing.h"
#include "node/store/outbox.h"
#include "tests/api/verbs/branch_suite.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::ClaimState;
using domain::FaceVerdict;

EVERY_WAY(
    "limits: on a nearly full disk photos and documents are refused; log-ins, tickets, calls and claims are not") {
  auto& b = w.branch();
  w.disk().free = 499'999'999;
  CHECK(code_of(b.ask(w.kiosk(), verbs::PutBlob{"ktp", photo_of("ktp")})) == "disk_low");
  CHECK(good(b.ask(w.kiosk(), verbs::GetSyncStatus{})).disk == "low");
  CHECK(good(b.ask(w.kiosk(), verbs::GetSyncStatus{})).disk_free_mb == 499);
  const auto officer = w.log_in("1003", "counter-1");
  const auto ticket = good(b.ask(w.kiosk(), verbs::IssueTicket{.id = w.id(), .service = "JHT"}));
  CHECK(good(b.ask(officer, verbs::CallTicket{"1", ""})).id == ticket.ticket.id);
  CHECK(good(b.ask(w.kiosk(), claim_of(budi()))).state == ClaimState::NeedsOfficer);
  w.disk().free = 500'000'000;
  CHECK(good(b.ask(w.kiosk(), verbs::GetSyncStatus{})).disk == "");
  CHECK(code_of(b.ask(w.kiosk(), verbs::PutBlob{"ktp", photo_of("ktp")})) == "ok");
}

EVERY_WAY(
    "limits: a face that cannot be kept counts nothing, leads to an officer with a ticket, and the claim goes on") {
  auto& b = w.branch();
  w.disk().free = 1000;
  for (int i = 0; i < 4; ++i) {  // more often than a photo may fail
    w.judge().next(FaceVerdict::NoMatch, 0.1);
    const auto r =
        good(b.ask(w.kiosk(), verbs::AttemptFace{.id = w.id(), .person = budi().id, .photo = photo_of("face")}));
    CHECK(r.verdict == FaceVerdict::Officer);
    CHECK(r.reason == "disk_low");
    CHECK_FALSE(r.counted);
    CHECK(r.account.attempts_left == 3);
    CHECK(r.photo_blob.empty());
    REQUIRE(r.ticket);
    if (i < 3) continue;
    auto claim = claim_of(budi());
    claim.attempt = r.attempt;
    const auto saved = good(b.ask(w.kiosk(), claim));
    CHECK(saved.state == ClaimState::NeedsOfficer);
    const auto tasks = good(b.ask(w.log_in("1003", "counter-1"), verbs::ListTasks{}));
    REQUIRE(tasks.size() == 1);
    CHECK(tasks.front().reason == "disk_low");
  }
}

EVERY_WAY("limits: a disk that does not say how much is free is not refused anything") {
  w.disk().free.reset();
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::PutBlob{"ktp", photo_of("ktp")})) == "ok");
}

TEST_CASE("limits: so many unsent records are an alert whatever their age, twice as many escalate") {
  branch::Settings settings;
  settings.many_events = 20;
  World w(settings);
  w.seed();
  const auto alert = [&] { return good(w.branch().ask(w.kiosk(), verbs::GetSyncStatus{})).alert; };
  const auto until = [&](std::int64_t n) {
    while (good(branch::Outgoing(w.store()).pending()).events < n)
      good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = w.id(), .service = "JHT"}));
  };
  until(19);
  CHECK(alert() == "");
  until(20);
  CHECK(alert() == "warn");
  until(40);
  CHECK(alert() == "escalate");
  w.acknowledge();
  CHECK(alert() == "");
}

namespace {
double median_ms(int times, auto&& work) {
  std::vector<double> took;
  for (int i = 0; i < times; ++i) {
    const Stopwatch watch;
    work();
    took.push_back(watch.ms());
  }
  std::nth_element(took.begin(), took.begin() + times / 2, took.end());
  return took[static_cast<std::size_t>(times / 2)];
}

struct Speed {
  double ticket = 0, status = 0, case_of_person = 0, photos = 0, open = 0;
};
Speed speed_of(World& w) {
  Speed s;
  s.open = median_ms(3, [&] { w.reopen(); });
  s.ticket =
      median_ms(21, [&] { good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = w.id(), .service = "JHT"})); });
  s.status = median_ms(21, [&] { good(w.branch().ask(w.kiosk(), verbs::GetSyncStatus{})); });
  s.case_of_person = median_ms(21, [&] { good(w.branch().ask(w.kiosk(), verbs::GetAccount{budi().id})); });
  s.photos = median_ms(21, [&] { good(branch::Outgoing(w.store()).blobs(16)); });
  return s;
}

// What a branch collects in weeks without network: events through the chain, photos as rows (their bytes are small
// here).
void collect(World& w, int events, int photos) {
  for (int done = 0; done < events;) {
    std::vector<events::Draft> drafts;
    for (int i = 0; i < 1000 && done < events; ++i, ++done) {
      events::Draft d;
      d.header.kind = "ticket.issued";
      d.payload = std::string(300, 'x');
      drafts.push_back(std::move(d));
    }
    auto tx = good(w.store().begin());
    good(tx.commit(std::move(drafts)));
  }
  auto tx = good(w.store().begin());
  for (int i = 0; i < photos; ++i) {
    const auto hash = std::to_string(1'000'000 + i) + std::string(57, 'a');
    good(tx.db()
             .prepared("INSERT INTO blob (hash, kind, size, wrap, urgency, at) VALUES (?1, 'face', 4, x'00', ?2, ?3)")
             .bind_all(hash,
                       i % 100 == 0  ? 0
                       : i % 10 == 0 ? 1
                                     : 2,
                       to_ms(w.clock().now()) + i)
             .run());
    good(tx.db()
             .prepared("INSERT INTO blob_bytes (n, bytes) VALUES (?1, x'00010203')")
             .bind_all(tx.db().last_rowid())
             .run());
  }
  good(tx.commit_local());
}
}  // namespace

TEST_CASE("limits: with 30,000 unsent events and 20,000 unsent photos a branch is as quick as on its first day") {
  World w;
  w.seed();
  const Speed fresh = speed_of(w);
  const auto before = good(branch::Outgoing(w.store()).pending());
  w.clock().advance(Seconds{60});
  collect(w, 30'000, 20'000);
  w.clock().advance(Seconds{3600});
  const Speed full = speed_of(w);
  const auto pending = good(branch::Outgoing(w.store()).pending());
  CHECK(pending.events == before.events + 30'000 + 21);  // speed_of issued tickets
  CHECK(pending.blobs == 20'000);
  CHECK(pending.oldest == before.oldest);
  MESSAGE("ms fresh/full: open " << fresh.open << "/" << full.open << ", ticket " << fresh.ticket << "/" << full.ticket
                                 << ", status " << fresh.status << "/" << full.status << ", account "
                                 << fresh.case_of_person << "/" << full.case_of_person << ", next photos "
                                 << fresh.photos << "/" << full.photos);
  // Generous: machines are busy. What grows with the backlog would be a hundred times slower.
  CHECK(full.open < 10 * fresh.open + 50);
  CHECK(full.ticket < 5 * fresh.ticket + 20);
  CHECK(full.status < 5 * fresh.status + 20);
  CHECK(full.case_of_person < 5 * fresh.case_of_person + 20);
  CHECK(full.photos < 5 * fresh.photos + 20);

  // Resets first, then claims, each in the order of their making; the oldest is still found when those are gone.
  const auto next = good(branch::Outgoing(w.store()).blobs(300));
  REQUIRE(next.size() == 300);
  for (int i = 0; i < 200; ++i)
    CHECK(next[static_cast<std::size_t>(i)].hash.starts_with(std::to_string(1'000'000 + i * 100)));
  CHECK(next[200].hash.starts_with("1000010"));
  CHECK(next[299].hash.starts_with("1001110"));
  {
    auto tx = good(w.store().begin());
    good(tx.db().prepared("UPDATE blob SET complete = 1, sent = 4 WHERE urgency < 2").run());
    good(tx.commit_local());
  }
  w.acknowledge();
  const auto rest = good(branch::Outgoing(w.store()).pending());
  CHECK(rest.events == 0);
  CHECK(rest.blobs == 18'000);
  CHECK(rest.oldest == from_ms(to_ms(w.clock().now()) - 3'600'000 + 1));  // the second photo: the first was a reset's
}
