// A branch after weeks without network: n unsent events (30,000) and two photos for every three of them. What people
// wait for (a ticket, the status, the next photos to send, the start of the node) against the same home on its first
// day.
#include <chrono>

#include "node/branch/node.h"
#include "node/branch/outgoing.h"
#include "tests/support/wait_until.h"
#include "tests/tools/bench/bench.h"
#include "tests/tools/bench/parts.h"

namespace kiosk::tools {
namespace {
constexpr int k_times = 200;
constexpr std::size_t k_photo = 4'000;  // bytes; their size does not matter to what is measured, only their number

struct Home {
  const Clock& clock = test::real_clock();
  SystemRandom random;
  NoJudge judge;
  crypto::KeyRing keys;
  std::string path;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<branch::Node> node;

  Result<Done> open() {
    node.reset();
    store.reset();
    TRY(store, store::Store::open({.home = path, .clock = &clock, .random = &random}, keys.clone()));
    node = std::make_unique<branch::Node>(*store, judge, clock);
    return Done{};
  }
};

Result<double> median_us(int times, auto&& work) {
  std::vector<double> took;
  for (int i = 0; i < times; ++i) {
    const test::Stopwatch watch;
    if (auto done = work(); !done) return done.fault();
    took.push_back(watch.us());
  }
  return percentile(took, 0.5);
}

struct Speed {
  double open = 0, ticket = 0, status = 0, photos = 0;
};
Result<Speed> speed(Home& home) {
  const verbs::Actor kiosk{"kiosk-1", ""};
  Speed s;
  TRY(s.open, median_us(5, [&] { return home.open(); }));
  TRY(s.ticket,
      median_us(k_times, [&] { return home.node->ask(kiosk, verbs::IssueTicket{.id = {}, .service = "JHT"}); }));
  TRY(s.status, median_us(k_times, [&] { return home.node->ask(kiosk, verbs::GetSyncStatus{}); }));
  TRY(s.photos, median_us(k_times, [&] { return branch::Outgoing(*home.store).blobs(16); }));
  return s;
}

Result<Done> collect(Home& home, int events) {
  const Bytes photo(k_photo, 7);
  for (int made = 0; made < events;) {
    std::vector<events::Draft> drafts;
    for (int i = 0; i < 300 && made < events; ++i, ++made) {
      events::Draft d;
      d.header.kind = "ticket.issued";
      d.payload = std::string(300, 'x');
      if (made % 3 != 0) {
        TRY(auto hash, home.store->put_blob("face", photo));
        d.header.blobs = {std::move(hash)};
      }
      drafts.push_back(std::move(d));
    }
    TRY(auto tx, home.store->begin());
    TRY_DONE(tx.commit(std::move(drafts)));
  }
  return Done{};
}
}  // namespace

Result<Measured> bench_backlog(const BenchOptions& options) {
  const int n = options.n > 0 ? options.n : 30'000;
  crypto::init();
  Home home;
  home.path = options.dir + "/home";
  TRY_DONE(home.open());
  protocol::FeedItem services;
  services.cursor = 1;
  services.kind = "services";
  services.body = protocol::encode(std::vector<domain::Service>{{"JHT", "Jaminan Hari Tua", "A", true}});
  TRY_DONE(home.node->feed().apply(services));
  TRY(const Speed fresh, speed(home));
  TRY_DONE(collect(home, n));
  TRY(const Speed full, speed(home));
  TRY(const auto pending, branch::Outgoing(*home.store).pending());
  Measured m;
  m.ours = full.ticket;
  m.limit = fresh.ticket;
  m.unit = "us";
  m.target = 1.2;
  m.more = {{"unsent_events", static_cast<double>(pending.events)},
            {"unsent_photos", static_cast<double>(pending.blobs)},
            {"status_us", full.status},
            {"status_first_day_us", fresh.status},
            {"next_photos_us", full.photos},
            {"next_photos_first_day_us", fresh.photos},
            {"open_us", full.open},
            {"open_first_day_us", fresh.open}};
  return m;
}

}  // namespace kiosk::tools
