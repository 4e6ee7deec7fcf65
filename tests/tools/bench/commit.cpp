// The cost of "tersimpan": a ticket through the branch node's own verb (rules, row, sealed, chained and signed event,
// all durable) against one write + fdatasync of the record's bytes into a file whose blocks exist. In a new store,
// after a restart, and in one with 1,000,000 events.
#include <chrono>
#include <fstream>

#include "node/branch/node.h"
#include "node/store/outbox.h"
#include "node/store/tickets.h"
#include "tests/support/wait_until.h"
#include "tests/tools/bench/bench.h"
#include "tests/tools/bench/parts.h"

namespace kiosk::tools {
namespace {
constexpr int k_waiting = 20;             // the queue that is kept: officers call while people come
constexpr std::size_t k_at_once = 2'000;  // events a transaction while a store is grown

double micros_of(auto&& work) {
  const test::Stopwatch watch;
  work();
  return watch.us();
}

// Bytes this process has handed to write calls so far.
double written_bytes() {
  std::ifstream io("/proc/self/io");
  std::string key;
  double value = 0;
  while (io >> key >> value)
    if (key == "wchar:") return value;
  return 0;
}

// A branch with one open service and an officer whose session keeps the queue at a normal length.
class BenchBranch {
 public:
  static constexpr const char* k_officer = "1001";
  BenchBranch(std::string home, const Clock& clock, Random& random)
      : home_(std::move(home)), clock_(clock), random_(random) {}

  // The first time the branch is made; later the same home is opened as a restarted node does.
  Result<Done> open() {
    TRY(store_, store::Store::open({.home = home_, .clock = &clock_, .random = &random_}, keys_.clone()));
    node_ = std::make_unique<branch::Node>(*store_, judge_, clock_);
    if (session_.empty()) TRY_DONE(first_day());
    TRY(const auto session, node_->ask({"counter-1", ""}, verbs::LogIn{k_officer, pin_.clone()}));
    session_ = session.session;
    return Done{};
  }
  void close() {
    node_.reset();
    store_.reset();
  }
  branch::Node& node() { return *node_; }
  store::Store& store() { return *store_; }
  verbs::Actor kiosk() const { return {"kiosk-1", ""}; }

  // Calls and serves one visitor; not measured.
  Result<Done> serve_one() {
    const verbs::Actor counter{"counter-1", session_};
    TRY(const auto called, node_->ask(counter, verbs::CallTicket{"1", ""}));
    verbs::TicketRef ref;
    ref.ticket = called.id;
    ref.counter = "1";
    ref.reason = "done";
    TRY_DONE(node_->ask(counter, verbs::ActOnTicket{domain::TicketAct::Begin, ref}));
    TRY_DONE(node_->ask(counter, verbs::ActOnTicket{domain::TicketAct::Finish, ref}));
    return Done{};
  }
  // Years of events by the store's own code, many a transaction: per visitor a served ticket's row and four events.
  Result<Done> grow(int events) {
    constexpr const char* kinds[] = {"ticket.issued", "ticket.called", "ticket.begun", "ticket.finished"};
    const WallTime past = clock_.now() - std::chrono::hours(24 * 400);
    for (int done = 0; done < events;) {
      TRY(auto tx, store_->begin());
      std::vector<events::Draft> drafts;
      for (; done < events && drafts.size() < k_at_once; done += 4) {
        store::TicketRow row;
        row.ticket.id = store_->ids().next();
        row.ticket.number = "A-" + std::to_string(done / 4 % 1'000);
        row.ticket.service = "JHT";
        row.ticket.state = domain::TicketState::Served;
        row.ticket.counter = "1";
        row.ticket.officer = k_officer;
        row.ticket.issued_at = past + Seconds{done};
        row.day = Zone().day(row.ticket.issued_at).iso();
        TRY_DONE(store::insert_ticket(tx, row));
        for (const char* kind : kinds) {
          events::Draft d;
          d.header.kind = kind;
          d.header.service = "JHT";
          d.header.ticket = row.ticket.id.str();
          d.header.subject = row.ticket.number;
          d.header.terminal = "kiosk-1";
          drafts.push_back(std::move(d));
        }
      }
      TRY_DONE(tx.commit(std::move(drafts)));
    }
    return Done{};
  }

 private:
  Result<Done> first_day() {
    TRY_DONE(node_->feed().apply(feed_item(
        1, "services", protocol::encode(std::vector<domain::Service>{{"JHT", "Jaminan Hari Tua", "A", true}}))));
    protocol::FeedOfficer officer;
    officer.officer.number = k_officer;
    officer.officer.name = "Bench Officer";
    officer.officer.role = "CSO";
    officer.pin_verifier = crypto::make_pin_verifier(pin_, keys_.pepper, {1, 64});
    return node_->feed().apply(feed_item(2, "officers", protocol::encode(std::vector<protocol::FeedOfficer>{officer})));
  }

  const std::string home_;
  const Clock& clock_;
  Random& random_;
  const SecretString pin_{std::string("482913")};
  crypto::KeyRing keys_;
  NoJudge judge_;
  std::string session_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<branch::Node> node_;
};

struct Series {
  std::vector<double> ours, limit;  // us
  double record_bytes = 0, written_bytes = 0;

  double p50() { return percentile(ours, 0.5) / percentile(limit, 0.5); }
  double p99() { return percentile(ours, 0.99) / percentile(limit, 0.99); }
};

// n tickets, each followed by the bare write of its record, so that a busy disk slows both alike. `unmeasured`: so many
// first ones fill the queue and warm the caches.
Result<Series> measure(BenchBranch& b, BareFile& bare, IdSource& ids, int n, int unmeasured) {
  Series out;
  for (int i = 0; i < n + unmeasured; ++i) {
    verbs::IssueTicket request;
    request.id = ids.next();
    request.service = "JHT";
    const double before = written_bytes();
    std::optional<Fault> fault;
    const double took = micros_of([&] {
      const auto issued = b.node().ask(b.kiosk(), request);
      if (!issued) fault = issued.fault();
    });
    if (fault) return *fault;
    const double wrote = written_bytes() - before;

    Bytes record;
    {
      TRY(auto snapshot, b.store().read());
      TRY(const auto last, store::events_after(snapshot.db(), b.store().identity().last_seq - 1, 1, 1));
      const auto& e = last.front().sealed;
      record.assign(e.header.begin(), e.header.end());
      for (const ByteView part :
           {ByteView(e.ciphertext), ByteView(e.node_wrap), ByteView(e.head), ByteView(e.signature)})
        record.insert(record.end(), part.begin(), part.end());
    }
    const double bare_took = micros_of([&] { bare.append(record); });
    if (!bare.ok()) return refused("store_io", "the file of the bare limit cannot be written");
    if (i < unmeasured) continue;
    out.ours.push_back(took);
    out.limit.push_back(bare_took);
    out.record_bytes += static_cast<double>(record.size()) / n;
    out.written_bytes += wrote / n;
    TRY_DONE(b.serve_one());
  }
  return out;
}

}  // namespace

Result<Measured> bench_commit(const BenchOptions& options) {
  const int n = options.n > 0 ? options.n : 2000;
  const int many = options.events > 0 ? options.events : 1'000'000;
  const Clock& clock = test::real_clock();
  SystemRandom random;
  crypto::init();
  IdSource ids(clock, random);
  BareFile bare(options.dir + "/bare");
  if (!bare.ok()) return refused("store_io", "the file of the bare limit cannot be written");

  BenchBranch small(options.dir + "/home", clock, random);
  TRY_DONE(small.open());
  TRY(auto warm, measure(small, bare, ids, n, k_waiting));
  small.close();
  TRY_DONE(small.open());
  TRY(auto restarted, measure(small, bare, ids, n, 0));  // from its very first commit on
  small.close();

  BenchBranch large(options.dir + "/large", clock, random);
  TRY_DONE(large.open());
  TRY_DONE(large.grow(many));
  TRY(auto grown, measure(large, bare, ids, n, k_waiting));
  const auto events = static_cast<double>(large.store().identity().last_seq);

  Measured m;
  m.ours = percentile(warm.ours, 0.5);
  m.limit = percentile(warm.limit, 0.5);
  m.unit = "us";
  m.target = 1.6;
  m.more = {{"n", static_cast<double>(n)},
            {"p99", percentile(warm.ours, 0.99)},
            {"limit_p99", percentile(warm.limit, 0.99)},
            {"ratio_p99", warm.p99()},
            {"record_bytes", warm.record_bytes},
            {"written_bytes", warm.written_bytes},
            {"restart_ratio", restarted.p50()},
            {"restart_ratio_p99", restarted.p99()},
            {"large_events", events},
            {"large_ratio", grown.p50()},
            {"large_ratio_p99", grown.p99()},
            {"large_written_bytes", grown.written_bytes},
            {"large_to_empty", grown.p50() / warm.p50()}};
  return m;
}

}  // namespace kiosk::tools
