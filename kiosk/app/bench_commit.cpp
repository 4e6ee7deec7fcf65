// The cost of "tersimpan": a ticket through the branch node's own verb (rules, row, sealed, chained and signed event,
// all durable) against one write + fdatasync of the record's bytes into a file whose blocks exist. Both in turns, so
// that a busy disk slows both.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "app/bench.h"
#include "branch/node.h"
#include "store/outbox.h"

namespace kiosk::app {
namespace {
constexpr int k_waiting = 20;  // the queue that is kept: officers call while people come

class NoJudge final : public verbs::FaceJudge {  // tickets have no faces
 public:
  bool ready() const override { return false; }
  std::string profile() const override { return {}; }
  Result<domain::FaceReport> inspect(ByteView, bool) override { return refused("no_judge"); }
  Result<domain::FaceTemplate> enrol(ByteView) override { return refused("no_judge"); }
  Result<Match> compare(ByteView, const domain::FaceTemplate&) override { return refused("no_judge"); }
};

// The bare limit: bytes appended to a file that was written once before.
class BareFile {
 public:
  static constexpr std::int64_t k_size = 8 << 20;
  explicit BareFile(const std::string& path) : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    const Bytes zeros(1 << 20);
    for (int i = 0; ok() && i < k_size >> 20; ++i)
      if (::write(fd_, zeros.data(), zeros.size()) != static_cast<ssize_t>(zeros.size())) failed_ = true;
    if (ok()) ::fsync(fd_);
  }
  ~BareFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  BareFile(const BareFile&) = delete;
  BareFile& operator=(const BareFile&) = delete;
  bool ok() const { return fd_ >= 0 && !failed_; }
  void append(ByteView bytes) {
    if (at_ + static_cast<std::int64_t>(bytes.size()) > k_size) at_ = 0;
    failed_ =
        ::pwrite(fd_, bytes.data(), bytes.size(), at_) != static_cast<ssize_t>(bytes.size()) || ::fdatasync(fd_) != 0;
    at_ += static_cast<std::int64_t>(bytes.size());
  }

 private:
  int fd_ = -1;
  std::int64_t at_ = 0;
  bool failed_ = false;
};

double micros_of(auto&& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
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

protocol::FeedItem item(std::int64_t cursor, const char* kind, std::string body) {
  protocol::FeedItem i;
  i.cursor = cursor;
  i.kind = kind;
  i.body = std::move(body);
  return i;
}
}  // namespace

Result<Measured> bench_commit(const BenchOptions& options) {
  const int n = options.n > 0 ? options.n : 2000;
  const SystemClock clock;
  SystemRandom random;
  crypto::init();
  TRY(auto store,
      store::Store::open({.home = options.dir + "/home", .clock = &clock, .random = &random}, crypto::KeyRing{}));
  NoJudge judge;
  branch::Node node(*store, judge, clock);
  TRY_DONE(node.feed().apply(
      item(1, "services", protocol::encode(std::vector<domain::Service>{{"JHT", "Jaminan Hari Tua", "A", true}}))));
  // An officer with a session keeps the queue at a normal length; the calls are not measured.
  const SecretString pin(std::string("482913"));
  protocol::FeedOfficer officer;
  officer.officer.number = "1001";
  officer.officer.name = "Bench Officer";
  officer.officer.role = "CSO";
  officer.pin_verifier = crypto::make_pin_verifier(pin, store->keys().pepper, {1, 64});
  TRY_DONE(node.feed().apply(item(2, "officers", protocol::encode(std::vector<protocol::FeedOfficer>{officer}))));
  TRY(const auto session, node.log_in({"counter-1", ""}, officer.officer.number, pin));
  const verbs::Actor kiosk{"kiosk-1", ""}, counter{"counter-1", session.session};

  BareFile bare(options.dir + "/bare");
  if (!bare.ok()) return refused("store_io", "the file of the bare limit cannot be written");
  IdSource ids(clock, random);
  std::vector<double> ours, limit;
  double record_bytes = 0, wal_bytes = 0;
  for (int i = 0; i < n + k_waiting; ++i) {
    verbs::IssueTicket request;
    request.id = ids.next();
    request.service = "JHT";
    const double before = written_bytes();
    std::optional<Fault> fault;
    const double took = micros_of([&] {
      const auto issued = node.issue_ticket(kiosk, request);
      if (!issued) fault = issued.fault();
    });
    if (fault) return *fault;
    const double wrote = written_bytes() - before;

    TRY(auto snapshot, store->read());
    TRY(const auto last, store::events_after(snapshot.db(), store->identity().last_seq - 1, 1, 1));
    const auto& e = last.front().sealed;
    Bytes record(e.header.begin(), e.header.end());
    for (const ByteView part : {ByteView(e.ciphertext), ByteView(e.node_wrap), ByteView(e.head), ByteView(e.signature)})
      record.insert(record.end(), part.begin(), part.end());
    const double bare_took = micros_of([&] { bare.append(record); });
    if (!bare.ok()) return refused("store_io", "the file of the bare limit cannot be written");
    if (i < k_waiting) continue;  // the queue fills, caches warm
    ours.push_back(took);
    limit.push_back(bare_took);
    record_bytes += static_cast<double>(record.size());
    wal_bytes += wrote;
    TRY(const auto called, node.call_ticket(counter, "1", ""));
    verbs::TicketRef ref;
    ref.ticket = called.id;
    ref.counter = "1";
    ref.reason = "done";
    TRY_DONE(node.act_on_ticket(counter, domain::TicketAct::Begin, ref));
    TRY_DONE(node.act_on_ticket(counter, domain::TicketAct::Finish, ref));
  }
  Measured m;
  m.ours = percentile(ours, 0.5);
  m.limit = percentile(limit, 0.5);
  m.unit = "us";
  m.target = 2;
  m.more = {{"p50", m.ours},
            {"p99", percentile(ours, 0.99)},
            {"limit_p50", m.limit},
            {"limit_p99", percentile(limit, 0.99)},
            {"ratio_p99", percentile(ours, 0.99) / percentile(limit, 0.99)},
            {"n", static_cast<double>(n)},
            {"record_bytes", record_bytes / n},
            {"written_bytes", wal_bytes / n}};
  return m;
}

}  // namespace kiosk::app
