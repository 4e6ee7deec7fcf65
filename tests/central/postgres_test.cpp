// What only PostgreSQL has: several instances at once, a server that goes away, a schema from tomorrow.
#include <algorithm>
#include <atomic>
#include <map>
#include <pqxx/pqxx>
#include <set>
#include <thread>

#include "tests/support/wait_until.h"
#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// One more instance on the same facts: its home holds the same keys, as credentials give them to all.
struct Instance {
  Instance(const std::string& store, const std::string& keys_of = {}) {
    REQUIRE(std::system(("mkdir -p '" + home.path + "/centre'").c_str()) == 0);
    if (!keys_of.empty())
      REQUIRE(std::system(("cp -r '" + keys_of + "/keys' '" + home.path + "/centre/'").c_str()) == 0);
    central::Centre::Options o;
    o.home = home.path + "/centre";
    o.store = store;
    o.clock = &clock;
    o.random = &random;
    o.serve = true;
    centre = must(central::Centre::open(o));
    service = std::make_unique<central::Service>(*centre, central::Service::Options{});
    url = "https://127.0.0.1:" + std::to_string(must(service->start()));
  }
  TempDir home;
  const Clock& clock = real_clock();
  SystemRandom random;
  std::unique_ptr<central::Centre> centre;
  std::unique_ptr<central::Service> service;
  std::string url;
};

TestNode node_of(Instance& i, const std::string& branch) {
  TestNode n(i.url, must(i.centre->make_code(branch)));
  REQUIRE(n.enrol().status == 200);
  return n;
}

// Busy is no failure, however long a loaded machine takes; what never ends is.
class Patience {
 public:
  bool wait() {
    keep_pace(Millis{20});
    return watch_.spent() < k_patience;
  }

 private:
  Stopwatch watch_;
};

std::unique_ptr<net::Client> client_of(const TestNode& n, const std::string& url) {
  net::Client::Options o{.base = url};
  o.tls = &n.tls;
  o.timeout = Millis{60'000};
  return std::make_unique<net::Client>(o);
}

}  // namespace

TEST_CASE("central on PostgreSQL: two instances, nodes and operators at once; every event once, no hole in a feed") {
  const std::string store = fresh_schema();
  Instance a(store), b(store, a.home.path + "/centre");
  CHECK(a.centre->ca_pem() == b.centre->ca_pem());
  const auto seeded = must(a.centre->seed({20, 7, "JKT01"}));
  constexpr int k_branches = 4, k_events = 120, k_batch = 15;
  std::vector<TestNode> nodes;
  for (int i = 0; i < k_branches; ++i) nodes.push_back(node_of(i % 2 ? b : a, "JKT0" + std::to_string(i + 1)));
  // Every branch keeps every person, so that each block must be told to all of them.
  for (int i = 1; i < k_branches; ++i) must(a.centre->seed({20, 7, "JKT0" + std::to_string(i + 1)}));
  std::vector<std::int64_t> begin;
  for (auto& n : nodes) {
    std::int64_t after = 0;
    for (auto f = n.feed(after, 0, 1000); !f.items.empty(); f = n.feed(after, 0, 1000)) after = f.until;
    begin.push_back(after);
    for (int e = 0; e < k_events; ++e) {
      protocol::PersonPayload p;
      p.person = seeded.participants[static_cast<std::size_t>(e) % 20].id.key();
      if (e % 5 == 0)
        n.add("account.blocked", protocol::encode(p));
      else
        n.add("ticket.issued", "{\"n\":1}");
    }
  }
  std::atomic<int> failures = 0;
  std::atomic<bool> pushed = false, written = false;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    // Each batch goes to both instances at once: a node whose first answer was lost on the way.
    for (int side = 0; side < 2; ++side)
      threads.emplace_back([&, i, side] {
        const auto client = client_of(nodes[i], side ? b.url : a.url);
        for (int from = 0; from < k_events; from += k_batch) {
          net::Call call;
          call.method = "POST";
          call.path = "/v1/events";
          call.body = protocol::encode(
              nodes[i].batch(static_cast<std::size_t>(from), static_cast<std::size_t>(from + k_batch)));
          for (Patience patience;;) {
            const auto r = client->send(call);
            if (r && r->status == 200) break;
            // The other side may be ahead of this one's view by nothing, but never behind: only "busy" is allowed.
            if (!r || (r->status != 503 && r->status != 429) || !patience.wait()) {
              ++failures;
              break;
            }
          }
        }
      });
  }
  std::thread operators([&] {
    for (int i = 0; !pushed; ++i) {
      const auto& who = seeded.participants[static_cast<std::size_t>(i) % 20].id;
      auto& centre = *(i % 2 ? a : b).centre;
      for (Patience patience;;) {
        const auto done = i % 3 ? centre.block(who) : centre.unblock(who);
        if (done || pushed) break;
        if (done.fault().code != "store_busy" || !patience.wait()) {
          ++failures;
          break;
        }
      }
    }
  });
  // A reader beside them: the cursor moves on by whatever is there, so an item that appears behind it would be lost.
  std::map<std::string, std::set<std::int64_t>> seen;
  std::thread reader([&] {
    std::vector<std::int64_t> at = begin;
    for (bool last = false;;) {
      const bool ending = written;
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        central::NodeRef ref{nodes[i].node, nodes[i].branch, {}, nodes[i].keys.box.public_key()};
        const auto f = (i % 2 ? a : b).centre->feed(ref, at[i], 50);
        if (!f) {
          ++failures;
          continue;
        }
        for (const auto& item : f->items) seen[nodes[i].branch].insert(item.cursor);
        at[i] = f->until;
      }
      if (last) return;
      last = ending;
    }
  });
  for (auto& t : threads) t.join();
  pushed = true;
  operators.join();
  written = true;
  reader.join();
  CHECK(failures == 0);

  for (std::size_t i = 0; i < nodes.size(); ++i) {
    std::set<std::string> ids;
    std::int64_t seq = 0;
    must((i % 2 ? a : b).centre->each_event(nodes[i].branch, [&](const central::LedgerRow& r) {
      CHECK(r.seq == ++seq);
      // An operator's unblocking beside it makes an older block stale: kept and flagged, never lost.
      CHECK((r.verdict == "accepted" || r.reason == "stale_block"));
      ids.insert(r.id);
    }));
    CHECK(seq == k_events);
    CHECK(ids.size() == k_events);
    // What a new reader finds is what the reader beside the writers has already seen.
    for (const auto& item : nodes[i].feed(begin[i], 0, 1000).items) CHECK(seen[nodes[i].branch].contains(item.cursor));
  }
}

TEST_CASE("central on PostgreSQL: a server that was away answers 503 with Retry-After and later works again") {
  const std::string store = fresh_schema();
  Instance i(store);
  auto n = node_of(i, "JKT01");
  n.add("ticket.issued", "{}");
  n.push_all();
  test_server().stop();
  n.add("ticket.issued", "{}");
  for (int k = 0; k < 3; ++k) {
    const auto r = n.push(n.batch(1, 2));
    CHECK(r.status == 503);
    CHECK(r.headers.contains("retry-after"));
    CHECK(must(protocol::decode<protocol::ApiError>(r.body)).code == "store_away");
  }
  must(test_server().resume());
  n.push_all();
  // And ended between two requests, while the connections rest.
  test_server().stop();
  must(test_server().resume());
  n.add("ticket.issued", "{}");
  n.push_all();
  std::int64_t seq = 0;
  must(i.centre->each_event("JKT01", [&](const central::LedgerRow& r) { CHECK(r.seq == ++seq); }));
  CHECK(seq == 3);
}

TEST_CASE(
    "central on PostgreSQL: two first starts at once make one authority; other keys and newer tables are refused") {
  const std::string store = fresh_schema();
  TempDir first, second;
  const Clock& clock = real_clock();
  SystemRandom random;
  const auto open = [&](const TempDir& home, bool create = true) {
    central::Centre::Options o;
    o.home = home.path + "/centre";
    o.store = store;
    o.clock = &clock;
    o.random = &random;
    o.create = create;
    return central::Centre::open(o);
  };
  CHECK(open(first, false).fault().code == "home_absent");
  REQUIRE(std::system(("mkdir '" + first.path + "/centre' '" + second.path + "/centre'").c_str()) == 0);
  (void)must(crypto::load_keys(first.path + "/centre", true, true));
  REQUIRE(std::system(("cp -r '" + first.path + "/centre/keys' '" + second.path + "/centre/'").c_str()) == 0);
  std::string ca[2];
  std::thread one([&] { ca[0] = must(open(first))->ca_pem(); }), two([&] { ca[1] = must(open(second))->ca_pem(); });
  one.join();
  two.join();
  CHECK(ca[0] == ca[1]);
  TempDir stranger;
  CHECK(open(stranger).fault().code == "keys_mismatch");
  {
    pqxx::connection c(store);
    pqxx::work tx(c);
    tx.exec("UPDATE kiosk_schema SET version = 999");
    tx.commit();
  }
  CHECK(open(first).fault().code == "store_too_new");
}
