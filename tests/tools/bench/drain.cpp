// How fast a branch that was cut off gets rid of what it kept: a node with N unsent events of about 300 bytes (this
// process: the real store and engine) and a centre (kiosk-central, a process of its own) over mutual TLS on loopback,
// durable at both ends. The limit is the same centre fed with requests of another node that were read, wrapped, written
// and packed beforehand, one after the other: what remains when the node's own work costs nothing.
// What arrived is counted and its hashes are recomputed; anything lost or changed is no figure but a fault.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "api/protocol/held.h"
#include "node/branch/node.h"
#include "node/branch/outgoing.h"
#include "node/sync/engine.h"
#include "tests/support/wait_until.h"
#include "tests/tools/bench/bench.h"
#include "tests/tools/bench/parts.h"
#include "tests/tools/postgres/postgres_server.h"
#include "tests/tools/process/process.h"

namespace kiosk::tools {
namespace {

constexpr int k_at_once = 500;  // events a transaction while the store is filled
constexpr std::size_t k_payload = 48;

double resident_kib() {
  std::ifstream status("/proc/self/status");
  std::string key;
  while (status >> key)
    if (double value = 0; key == "VmRSS:" && status >> value) return value;
  return 0;
}

// A branch as kiosk-branch makes it, without its servers.
struct Branch {
  Result<Done> open(const std::string& home) {
    TRY(store, store::Store::open({.home = home, .clock = &clock, .random = &random}, crypto::KeyRing{}));
    node = std::make_unique<branch::Node>(*store, judge, clock);
    sync::Engine::Options o;
    o.clock = &clock;
    o.random = &random;
    o.watch_network = false;
    engine = std::make_unique<sync::Engine>(branch::Outgoing(*store), node->feed(), std::move(o));
    TRY_DONE(engine->load());
    node->set_centre(engine.get());
    return Done{};
  }
  ~Branch() {
    if (node) node->set_centre(nullptr);
    engine.reset();
  }
  // Tickets with a sealed payload: header and payload are about 300 bytes together.
  Result<Done> fill(int n, double& bytes) {
    for (int done = 0; done < n;) {
      TRY(auto tx, store->begin());
      std::vector<events::Draft> drafts;
      for (; done < n && drafts.size() < k_at_once; ++done) {
        events::Draft d;
        d.header.kind = "ticket.issued";
        d.header.service = "JHT";
        d.header.terminal = "kiosk-1";
        d.header.subject = "A-" + std::to_string(done);
        d.payload = std::string(k_payload, 'x');
        drafts.push_back(std::move(d));
      }
      TRY_DONE(tx.commit(std::move(drafts)));
    }
    TRY(auto read, store->read());
    TRY(const auto last, store::events_after(read.db(), store->identity().last_seq - 1, 1, 1));
    bytes = static_cast<double>(last.front().sealed.header.size() + k_payload);
    return Done{};
  }

  const Clock& clock = test::real_clock();
  SystemRandom random;
  NoJudge judge;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<branch::Node> node;
  std::unique_ptr<sync::Engine> engine;
};

struct Centre {
  std::string home, url;
  std::vector<std::string> store;  // --store URL, or nothing
  std::optional<Process> process;

  Result<Done> start(const std::string& dir) {
    const std::string port_file = dir + "/centre.port";
    std::vector<std::string> argv = {
        program_dir() + "/kiosk-central", "run", "--home", home, "--listen", "127.0.0.1:0", "--port-file", port_file};
    argv.insert(argv.end(), store.begin(), store.end());
    TRY(process,
        Process::start(
            {.argv = std::move(argv), .env = {}, .input = {}, .out_path = {}, .err_path = dir + "/centre.log"}));
    std::string port;
    test::wait_until([&] { return std::ifstream(port_file) >> port || !process->running(); });
    if (port.empty()) return unreachable("bench_no_centre", "kiosk-central did not listen: see its log");
    url = "https://127.0.0.1:" + port;
    return Done{};
  }
  Result<std::string> code(const std::string& branch) const {
    std::vector<std::string> argv = {program_dir() + "/kiosk-central", "code", "--home", home, "--branch", branch};
    argv.insert(argv.end(), store.begin(), store.end());
    TRY(const Finished done,
        run({.argv = std::move(argv), .env = {}, .input = {}, .out_path = {}, .err_path = {}}, Millis{30'000}));
    if (done.status != 0) return unreachable("bench_no_code", done.err);
    std::string last, line;
    for (std::istringstream lines(done.out); std::getline(lines, line);)
      if (!line.empty()) last = line;
    return last;
  }
};

// The limit: every batch made before the clock runs.
Result<double> prebuilt_rate(Branch& b, int n) {
  const auto enrolment = b.engine->enrolment();
  if (!enrolment) return refused("not_enrolled");
  const auto& e = *enrolment;
  branch::Outgoing out(*b.store);
  TRY(const auto shared, out.keys().box.shared_with(e.box_key));
  TRY(const auto cursor, out.cursor());
  std::vector<net::Call> calls;
  for (std::int64_t after = cursor.seq;;) {
    TRY(auto batch, sync::make_batch(out, shared, cursor.epoch, after, sync::BatchLimits{}));
    if (!batch) break;
    after = batch->last;
    calls.push_back(sync::push_call(std::move(*batch)));
  }
  net::Client::Options o;
  o.base = e.url;
  o.tls = &e.tls;
  net::Client client(std::move(o));
  net::Call hello;
  hello.path = "/healthz";
  TRY([[maybe_unused]] const auto warm, client.send(hello));
  const test::Stopwatch watch;
  for (const auto& call : calls) {
    TRY(const auto reply, client.send(call));
    if (reply.status != 200) return refused("bench_push", "the centre answered " + std::to_string(reply.status));
  }
  return n / watch.seconds();
}

// What arrived, counted and recomputed: the chain over the exact bytes that the centre holds must end where ours does.
Result<Done> judge(Branch& b) {
  const auto enrolment = b.engine->enrolment();
  if (!enrolment) return refused("not_enrolled");
  const auto& e = *enrolment;
  const auto ours = b.store->identity();
  net::Client::Options o;
  o.base = e.url;
  o.tls = &e.tls;
  net::Client client(std::move(o));
  crypto::Hash head{};
  std::int64_t arrived = 0;
  for (bool more = true; more;) {
    net::Call ask;
    ask.path = "/v1/events?epoch=" + ours.epoch + "&after=" + std::to_string(arrived) + "&limit=1000";
    TRY(const auto reply, client.send(ask));
    if (reply.status != 200) return refused("bench_judge", "the centre answered " + std::to_string(reply.status));
    TRY(const auto page, protocol::decode<protocol::HeldEvents>(reply.body));
    if (arrived == 0) head = page.previous;
    if (page.previous != head || (page.events.empty() && page.more))
      return damaged("bench_lost", "the pages of the ledger do not continue each other");
    for (const auto& event : page.events) head = events::chain_head(head, event.header, event.ciphertext);
    arrived += static_cast<std::int64_t>(page.events.size());
    more = page.more;
  }
  if (arrived != ours.last_seq || head != ours.head)
    return damaged("bench_lost", std::to_string(arrived) + " of " + std::to_string(ours.last_seq) +
                                     " events arrived, or not as they were made");
  return Done{};
}

}  // namespace

Result<Measured> bench_drain(const BenchOptions& options) {
  const int n = options.n > 0 ? options.n : 50'000;
  crypto::init();
  std::unique_ptr<PostgresServer> server;  // ends last
  Centre centre;
  centre.home = options.dir + "/centre";
  if (options.store == "postgresql") {
    ::chmod(options.dir.c_str(), 0711);  // the server may run as another user
    TRY(server, PostgresServer::start(options.dir + "/postgres"));
    TRY_DONE(server->make_schema("drain"));
    centre.store = {"--store", server->url("postgres", "drain")};
  } else if (!options.store.empty() && options.store != "sqlite") {
    centre.store = {"--store", options.store};
  }
  TRY_DONE(centre.start(options.dir));

  const auto enrolled = [&](Branch& b, const std::string& name) -> Result<double> {
    TRY_DONE(b.open(options.dir + "/" + name));
    TRY(const auto code, centre.code(name));
    TRY([[maybe_unused]] const auto joined, b.engine->enrol(centre.url, code));
    double bytes = 0;
    TRY_DONE(b.fill(n, bytes));
    return bytes;
  };
  Branch ours;
  TRY(const double bytes, enrolled(ours, "JKT01"));
  const double before_kib = resident_kib();
  const std::int64_t last = ours.store->identity().last_seq;
  const auto sent = [&]() -> Result<std::int64_t> {
    TRY(const auto cursor, branch::Outgoing(*ours.store).cursor());
    return cursor.seq;
  };
  const test::Stopwatch watch;
  ours.engine->start();
  double first_kib = 0, most_kib = 0;  // from the first acknowledgement on
  for (;;) {
    TRY(const auto now, sent());
    const double kib = resident_kib();
    if (now > 0 && first_kib == 0) first_kib = kib;
    most_kib = std::max(most_kib, kib);
    if (now >= last) break;
    if (watch.seconds() > 600) return unreachable("bench_slow", "not drained within 10 minutes");
    test::keep_pace(Millis{2});  // a look costs little against what is measured
  }
  const double took = watch.seconds();
  ours.engine->stop();
  TRY_DONE(judge(ours));
  Branch other;
  TRY([[maybe_unused]] const double same, enrolled(other, "JKT02"));
  TRY(const double limit, prebuilt_rate(other, n));
  centre.process->signal(15);
  (void)centre.process->wait(Millis{5'000});

  Measured m;
  m.ours = n / took;
  m.limit = limit;
  m.unit = "events/s";
  m.least = 40'000;
  m.more = {{"n", static_cast<double>(n)},
            {"seconds", took},
            {"event_bytes", bytes},
            {"node_idle_kib", before_kib},
            {"node_first_kib", first_kib},
            {"node_most_kib", most_kib},
            {"node_growth_percent", first_kib > 0 ? (most_kib / first_kib - 1) * 100 : 0}};
  return m;
}

}  // namespace kiosk::tools
