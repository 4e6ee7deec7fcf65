// The storm: every branch comes back at once to real centre processes over one store, over mutual TLS, with batches
// that real nodes would send. One thread is one branch: it sends its batches in order, waits when it is told to, and
// keeps its connection. Afterwards the ledger is read back: all in, none twice.
// The limit of the same run: the same rows copied into the same tables by as many connections, with nothing checked.
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/net/pki.h"
#include "central/centre.h"
#include "central/database.h"
#include "central/database_postgres.h"
#include "tests/support/wait_until.h"
#include "tests/tools/bench/bench.h"
#include "tests/tools/postgres/postgres_server.h"
#include "tests/tools/process/process.h"

namespace kiosk::tools {
namespace {

constexpr std::size_t k_batch = 500;

struct Batch {
  protocol::PushRequest request;
  std::string packed;  // as it goes over the wire
};
struct BranchNode {
  std::string branch, node;
  net::TlsIdentity tls;
  std::vector<Batch> batches;
};
struct Tally {
  std::mutex lock;
  std::vector<double> admitted_ms;
  std::int64_t told_to_wait = 0, broken = 0;
  std::string failure;
};

// A node as enrolment makes it, and its unsent events: about 300 bytes each, some with a sealed payload.
Result<BranchNode> make_node(central::Centre& centre, int number, int events, const Clock& clock, Random& random) {
  BranchNode out;
  char name[16];
  std::snprintf(name, sizeof name, "B%04d", number);
  crypto::KeyRing keys;
  std::uint8_t b[8];
  random.fill(b);
  protocol::EnrolRequest r;
  TRY(r.code, centre.make_code(name));
  r.node = to_hex(b);
  out.tls.key_pem = net::make_key();
  TRY(r.csr_pem,
      net::make_csr(out.tls.key_pem, r.node, {std::string(net::event_key_urn) + to_hex(keys.signing.public_key())}));
  r.sign_key.assign(keys.signing.public_key().begin(), keys.signing.public_key().end());
  r.box_key.assign(keys.box.public_key().begin(), keys.box.public_key().end());
  random.fill(b);
  r.epoch = to_hex(b);
  const auto proof = keys.signing.sign(as_bytes(r.code + r.csr_pem));
  r.proof.assign(proof.begin(), proof.end());
  TRY(const auto reply, centre.enrol(r));
  out.branch = reply.branch;
  out.node = reply.node;
  out.tls.certificate_pem = reply.certificate_pem;
  out.tls.ca_pem = reply.ca_pem;
  crypto::PublicKey box{};
  std::copy(reply.box_key.begin(), reply.box_key.end(), box.begin());
  const auto shared = keys.box.shared_with(box);
  if (!shared) return refused("weak_key", "the centre's box key");

  IdSource ids(clock, random);
  crypto::Hash head{};
  std::int64_t seq = 0;
  while (seq < events) {
    Batch batch;
    batch.request.epoch = r.epoch;
    batch.request.first_seq = seq + 1;
    batch.request.previous = head;
    for (std::size_t i = 0; i < k_batch && seq < events; ++i) {
      events::Draft d;
      d.header.id = ids.next();
      d.header.branch = out.branch;
      d.header.node = out.node;
      d.header.epoch = r.epoch;
      d.header.seq = ++seq;
      d.header.kind = seq % 3 == 0 ? "ticket.called" : "ticket.issued";
      d.header.at = clock.now();
      d.header.service = "JHT";
      d.header.terminal = "kiosk-1";
      if (seq % 4 == 0) d.payload = R"({"person":"nik:0000000000000000"})";
      const auto e = events::seal(d, head, keys);
      head = e.head;
      Bytes wrap;
      if (!e.node_wrap.empty()) {
        TRY(wrap, events::wrap_for_centre(e, keys.data, *shared));
      }
      batch.request.signature = e.signature;
      batch.request.events.push_back({e.header, e.ciphertext, wrap});
    }
    batch.packed = net::pack(protocol::encode(batch.request));
    out.batches.push_back(std::move(batch));
  }
  return out;
}

void play(const BranchNode& node, const std::string& url, std::atomic<bool>& go, Tally& tally) {
  net::Client client({.base = url, .tls = &node.tls, .timeout = Millis{60'000}});
  SystemRandom random;
  std::vector<double> took;
  std::int64_t waits = 0, broken = 0;
  while (!go) std::this_thread::yield();
  // Within two seconds, as nodes find the network again.
  test::keep_pace(std::chrono::milliseconds(random.below(2'000)));
  for (const Batch& b : node.batches) {
    for (;;) {
      net::Call call;
      call.method = "POST";
      call.path = "/v1/events";
      call.body = b.packed;
      call.headers.emplace_back("Content-Encoding", "zstd");
      const test::Stopwatch watch;
      const auto reply = client.send(call);
      if (reply && reply->status == 200) {
        took.push_back(watch.seconds() * 1000);
        break;
      }
      std::int64_t wait_ms = 1'000;
      if (reply && (reply->status == 429 || reply->status == 503)) {
        ++waits;
        if (const auto it = reply->headers.find("retry-after"); it != reply->headers.end())
          wait_ms = 1'000 * std::max(1, std::atoi(it->second.c_str()));
      } else if (reply) {
        const std::lock_guard lock(tally.lock);
        tally.failure = "status " + std::to_string(reply->status) + " " + reply->body.substr(0, 200);
        return;
      } else {
        ++broken;
      }
      test::keep_pace(std::chrono::milliseconds(
          wait_ms + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(wait_ms) / 2 + 1))));
    }
  }
  const std::lock_guard lock(tally.lock);
  tally.admitted_ms.insert(tally.admitted_ms.end(), took.begin(), took.end());
  tally.told_to_wait += waits;
  tally.broken += broken;
}

// The same rows into the same tables, a transaction a batch, by `connections` at once.
Result<double> bare_copy(const std::string& url, const std::string& file, const std::vector<BranchNode>& nodes,
                         int connections) {
  std::unique_ptr<central::Store> store;
  if (url.empty()) {
    TRY(store, central::open_sqlite(file));
  } else {
    TRY(store, central::open_postgres(url, true));
  }
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  const test::Stopwatch watch;
  std::vector<std::thread> threads;
  for (int i = 0; i < connections; ++i)
    threads.emplace_back([&] {
      const crypto::Hash head{};
      for (std::size_t k = next++; k < nodes.size() && !failed; k = next++)
        for (const Batch& b : nodes[k].batches) {
          central::Rows rows("event", {"branch", "epoch", "seq", "id", "node", "kind", "at", "received_at", "header",
                                       "ciphertext", "wrap", "head", "verdict", "reason", "usable_from", "stage"});
          std::int64_t seq = b.request.first_seq;
          for (const auto& e : b.request.events) {
            // Ids are the first field of a header.
            const std::string_view id = std::string_view(e.header).substr(e.header.find(":\"") + 2, 36);
            rows.add(nodes[k].branch, b.request.epoch, seq++, id, nodes[k].node, std::string_view("ticket.issued"),
                     std::int64_t{1'795'000'000'000}, std::int64_t{1'795'000'000'000}, e.header, e.ciphertext, e.wrap,
                     ByteView(head), std::string_view("accepted"), std::string_view(), std::optional<std::int64_t>(),
                     std::string_view());
          }
          auto lease = store->begin_write();
          if (!lease || !(*lease)->db().append(rows) || !(*lease)->commit()) failed = true;
        }
    });
  for (auto& t : threads) t.join();
  if (failed) return refused("store_io", "the bare copy failed");
  return watch.seconds();
}

Result<double> run_storm(const std::string& store, const std::vector<std::string>& homes,
                         const std::vector<BranchNode>& nodes, Tally& tally) {
  std::vector<Process> centres;
  std::vector<std::string> urls;
  for (const auto& home : homes) {
    Command c;
    c.argv = {program_dir() + "/kiosk-central",
              "run",
              "--home",
              home,
              "--listen",
              "127.0.0.1:0",
              "--port-file",
              home + "/port"};
    if (!store.empty()) c.argv.insert(c.argv.end(), {"--store", store});
    c.err_path = home + "/log";
    TRY(auto p, Process::start(c));
    centres.push_back(std::move(p));
    std::string port;
    if (!test::wait_until([&] { return bool(std::ifstream(home + "/port") >> port); }))
      return refused("centre_absent", "a centre did not start: see its log in " + home);
    urls.push_back("https://127.0.0.1:" + port);
  }
  std::atomic<bool> go = false;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    threads.emplace_back([&, i] { play(nodes[i], urls[i % urls.size()], go, tally); });
  const test::Stopwatch watch;
  go = true;
  for (auto& t : threads) t.join();
  const double took = watch.seconds();
  for (auto& c : centres) {
    c.signal(15);
    (void)c.wait(Millis{5'000});
  }
  return took;
}

}  // namespace

Result<Measured> bench_storm(const BenchOptions& options) {
  const int branches = options.branches, events = options.n > 0 ? options.n : 100;
  const bool sqlite = options.store == "sqlite";
  const int instances = sqlite ? 1 : options.instances;
  std::unique_ptr<PostgresServer> server;
  std::string store = sqlite ? "" : options.store, limit_store = store;
  if (store.empty() && !sqlite) store = "postgresql";
  if (store == "postgresql") {
    ::chmod(options.dir.c_str(), 0711);  // the server may run as another user
    TRY(server, PostgresServer::start(options.dir + "/postgres"));
    TRY_DONE(server->make_schema("storm"));
    TRY_DONE(server->make_schema("bare"));
    store = server->url("postgres", "storm");
    limit_store = server->url("postgres", "bare");
  }
  const Clock& clock = test::real_clock();
  SystemRandom random;
  std::vector<std::string> homes;
  for (int i = 0; i < instances; ++i) homes.push_back(options.dir + "/centre" + std::to_string(i + 1));
  central::Centre::Options c;
  c.home = homes.front();
  c.store = store;
  c.clock = &clock;
  c.random = &random;
  std::vector<BranchNode> nodes;
  {
    TRY(const auto centre, central::Centre::open(c));
    for (int i = 0; i < branches; ++i) {
      TRY(auto node, make_node(*centre, i + 1, events, clock, random));
      nodes.push_back(std::move(node));
    }
  }
  for (std::size_t i = 1; i < homes.size(); ++i) {
    TRY(const auto copied, run({{"/bin/cp", "-r", homes.front(), homes[i]}, {}, {}, {}, {}}, Millis{10'000}));
    if (copied.status != 0) return refused("store_io", "the keys could not be given to the other instance");
  }
  Tally tally;
  TRY(const double took, run_storm(store, homes, nodes, tally));
  if (!tally.failure.empty()) return refused("storm_failed", tally.failure);

  // Read back through the centre's own ledger: each chain whole from 1, and no id twice (held by the store's keys).
  TRY(const auto centre, central::Centre::open(c));
  std::int64_t held = 0, missing = 0;
  for (const auto& node : nodes) {
    std::int64_t seq = 0;
    bool whole = true;
    TRY_DONE(centre->each_event(node.branch, [&](const central::LedgerRow& r) { whole = whole && r.seq == ++seq; }));
    held += seq;
    if (!whole || seq != events) ++missing;
  }
  if (missing > 0)
    return damaged("storm_lost", std::to_string(missing) + " branches are not whole at the centre, " +
                                     std::to_string(held) + " events held");
  TRY(const double bare, bare_copy(limit_store, options.dir + "/bare.db", nodes, sqlite ? 1 : 2));
  const double all = static_cast<double>(branches) * events;
  Measured m;
  m.ours = all / took;
  m.limit = all / bare;
  m.unit = "events/s";
  m.more = {{"p50_ms", percentile(tally.admitted_ms, 0.5)},
            {"p99_ms", percentile(tally.admitted_ms, 0.99)},
            {"max_ms", percentile(tally.admitted_ms, 1)},
            {"requests", static_cast<double>(tally.admitted_ms.size())},
            {"told_to_wait", static_cast<double>(tally.told_to_wait)},
            {"broken", static_cast<double>(tally.broken)},
            {"branches", static_cast<double>(branches)},
            {"instances", static_cast<double>(instances)},
            {"events", all},
            {"held", static_cast<double>(held)},
            {"seconds", took}};
  return m;
}

}  // namespace kiosk::tools
