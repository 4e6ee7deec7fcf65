// A busy branch on one node, through real processes and sockets: n visits at the pace of 1,000 in four hours (time goes
// 120 times faster, the order and the overlap of acts stay), two kiosks on the box, ten counters and three boards that
// joined over the LAN. Measured: a ticket until it is durable, a call until each board shows it, the node's memory.
// The bare limit beside it, in the same minutes: the same bytes written and synced, and two hops of a bare socket.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "base/crypto/crypto.h"
#include "node/branch/node.h"
#include "node/lan/branch_client.h"
#include "node/lan/terminal_identity.h"
#include "node/store/store.h"
#include "tests/support/wait_until.h"
#include "tests/tools/bench/bench.h"
#include "tests/tools/bench/parts.h"
#include "tests/tools/process/process.h"

namespace kiosk::tools {
namespace {

constexpr int k_visits = 1'000, k_counters = 10, k_kiosks = 2, k_boards = 3;
constexpr double k_day_s = 4 * 3600, k_speed = 120;
constexpr double k_busy = 0.85;  // of the counters' time
constexpr double k_call_most_ms = 100, k_ticket_most_ms = 20, k_memory_most_mb = 150;
constexpr const char* k_pin = "482913";

double ms_since(test::Moment t) { return std::chrono::duration<double, std::milli>(test::moment() - t).count(); }

double exponential(Random& random, double mean) {
  const double u = (static_cast<double>(random.u64() >> 11) + 1) / 9007199254740993.0;
  return -mean * std::log(u);
}

// The shortest way there could be: over TCP to somebody who writes and syncs, and back; and once more for the reading.
class BareHop {
 public:
  explicit BareHop(BareFile& file) : file_(file) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof a;
    ours_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool up = ::bind(listener, reinterpret_cast<sockaddr*>(&a), size) == 0 && ::listen(listener, 1) == 0 &&
                    ::getsockname(listener, reinterpret_cast<sockaddr*>(&a), &size) == 0 &&
                    ::connect(ours_, reinterpret_cast<sockaddr*>(&a), size) == 0;
    theirs_ = up ? ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC) : -1;
    ::close(listener);
    const int on = 1;
    for (const int fd : {ours_, theirs_}) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    thread_ = std::thread([this] {
      for (char b = 0; ::recv(theirs_, &b, 1, 0) == 1;) {
        if (b == 'w') file_.append(Bytes(1'024));
        if (::send(theirs_, &b, 1, MSG_NOSIGNAL) != 1) return;
      }
    });
  }
  ~BareHop() {
    ::shutdown(ours_, SHUT_RDWR);
    thread_.join();
    ::close(ours_);
    ::close(theirs_);
  }
  BareHop(const BareHop&) = delete;
  BareHop& operator=(const BareHop&) = delete;
  bool hop(char what) { return ::send(ours_, &what, 1, MSG_NOSIGNAL) == 1 && ::recv(ours_, &what, 1, 0) == 1; }

 private:
  BareFile& file_;
  int ours_ = -1, theirs_ = -1;
  std::thread thread_;
};

// A home with a service and ten officers, as the centre's feed would have brought them.
Result<Done> make_home(const std::string& home) {
  const Clock& clock = test::real_clock();
  SystemRandom random;
  NoJudge judge;
  TRY(auto keys, crypto::load_keys(home, true, true));
  const auto pepper = keys.pepper.clone();
  TRY(auto store, store::Store::open({.home = home, .clock = &clock, .random = &random}, std::move(keys)));
  branch::Node node(*store, judge, clock);
  TRY_DONE(store->set_branch("BENCH"));
  TRY_DONE(node.feed().apply(feed_item(
      1, "services", protocol::encode(std::vector<domain::Service>{{"JHT", "Jaminan Hari Tua", "A", true}}))));
  std::vector<protocol::FeedOfficer> officers;
  for (int i = 0; i < k_counters; ++i) {
    protocol::FeedOfficer o;
    o.officer.number = std::to_string(1'001 + i);
    o.officer.name = "Bench Officer";
    o.officer.role = "CSO";
    o.pin_verifier = crypto::make_pin_verifier(SecretString(std::string(k_pin)), pepper, {1, 64});
    officers.push_back(std::move(o));
  }
  TRY_DONE(node.feed().apply(feed_item(2, "officers", protocol::encode(officers))));
  std::ofstream(home + "/kiosk.toml") << "[lan]\nlisten = \"127.0.0.1:0\"\n[log]\nlevel = \"warn\"\n";
  return Done{};
}

Result<int> read_port(Process& node, const std::string& file) {
  int port = 0;
  test::wait_until([&] { return std::ifstream(file) >> port || !node.running(); });
  if (port > 0) return port;
  return unreachable("program_timeout", "kiosk-branch ended at its start or does not listen");
}

double peak_mb(int pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string key;
  while (status >> key) {
    double kib = 0;
    if (key == "VmHWM:" && status >> kib) return kib / 1'024;
  }
  return 0;
}

struct Visit {
  double comes_s = 0, takes_s = 0;  // of the simulated day
};

class Day {
 public:
  Day(std::vector<Visit> visits, BareHop& hop) : visits_(std::move(visits)), hop_(hop), begin_(test::moment()) {}

  void kiosk(verbs::Branch& node, std::size_t which, IdSource& ids) {
    const verbs::Actor me{"kiosk-" + std::to_string(which + 1), ""};
    for (std::size_t i = which; i < visits_.size() && !failed_; i += k_kiosks) {
      test::keep_pace(at(visits_[i].comes_s));
      verbs::IssueTicket ask;
      ask.id = ids.next();
      ask.service = "JHT";
      const auto asked = test::moment();
      const auto issued = node.ask(me, ask);
      const double took = ms_since(asked);
      if (!issued) return fail(issued.fault());
      const std::lock_guard lock(mutex_);
      ticket_ms_.push_back(took);
      const auto bare = test::moment();
      if (!hop_.hop('w')) failed_ = true;
      ticket_bare_ms_.push_back(ms_since(bare));
      if (!hop_.hop('r')) failed_ = true;
      call_bare_ms_.push_back(ms_since(bare));
    }
  }

  // As the officer's terminal: reads again whatever changed, calls when somebody waits, serves, finishes.
  void counter(lan::BranchClient& node, std::size_t which) {
    const std::string number = std::to_string(which + 1);
    verbs::Actor me{"counter-" + number, ""};
    const auto session = node.ask(me, verbs::LogIn{std::to_string(1'001 + which), SecretString(std::string(k_pin))});
    if (!session) return fail(session.fault());
    me.session = session->session;
    std::int64_t until = 0;
    while (!failed_ && served_ < visits_.size()) {
      const auto pressed = test::moment();
      const auto called = node.ask(me, verbs::CallTicket{number, ""});
      if (called) {
        {
          const std::lock_guard lock(mutex_);
          pressed_[called->id.str()] = pressed;
        }
        const std::size_t visit = taken_++;
        if (visit >= visits_.size()) return fail(refused("lost", "more tickets were called than were issued"));
        verbs::TicketRef ref;
        ref.ticket = called->id;
        ref.counter = number;
        test::keep_pace(std::chrono::duration<double>(15 / k_speed));  // walks to the counter
        auto done = node.ask(me, verbs::ActOnTicket{domain::TicketAct::Begin, ref});
        test::keep_pace(std::chrono::duration<double>(visits_[visit].takes_s / k_speed));
        ref.reason = "done";
        if (done) done = node.ask(me, verbs::ActOnTicket{domain::TicketAct::Finish, ref});
        if (!done) return fail(done.fault());
        ++served_;
        continue;
      }
      if (called.fault().code != "queue_empty") return fail(called.fault());
      const auto changes = node.ask(me, verbs::WaitChanges{until, Millis{500}});
      if (!changes) return fail(changes.fault());
      until = changes->until;
      if (!node.ask(me, verbs::ListTickets{true}) || !node.ask(me, verbs::GetSyncStatus{}) ||
          !node.ask(me, verbs::ListTasks{}))
        return fail(refused("reading"));
    }
  }

  void board(lan::BranchClient& node, const std::string& name, std::int64_t until) {
    const verbs::Actor me{name, ""};
    while (!failed_) {
      const auto changes = node.ask(me, verbs::WaitChanges{until, Millis{200}});
      if (!changes) return fail(changes.fault());
      until = changes->until;
      std::vector<std::string> calls;
      for (const auto& c : changes->changes)
        if (c.call) calls.push_back(c.id);  // numbers begin again after 999
      const bool end = changes->changes.empty() && served_ >= visits_.size();
      if (!calls.empty()) {
        if (const auto shown = node.ask(me, verbs::GetBoard{}); !shown) return fail(shown.fault());
      }
      const auto now = test::moment();
      const std::lock_guard lock(mutex_);
      for (const auto& ticket : calls) heard_.push_back({ticket, now});
      if (end) return;
    }
  }

  // A counter knows the ticket only from its answer, so the boards' times are told from its press afterwards.
  Result<Measured> told(int visits) {
    if (failed_) return fault_.value_or(refused("bench_failed", "a terminal failed"));
    std::map<std::string, int> times;
    std::vector<double> call_ms;
    for (const auto& [ticket, when] : heard_) {
      const auto pressed = pressed_.find(ticket);
      if (pressed == pressed_.end()) return refused("lost", "a board heard of a call that nobody made");
      ++times[ticket];
      call_ms.push_back(std::chrono::duration<double, std::milli>(when - pressed->second).count());
    }
    for (const auto& [ticket, pressed] : pressed_)
      if (times[ticket] != k_boards)
        return refused("lost", ticket + " was heard " + std::to_string(times[ticket]) + " times by three boards");
    if (static_cast<int>(pressed_.size()) != visits || served_ != static_cast<std::size_t>(visits))
      return refused("lost", "not every visit was called and served");
    Measured m;
    m.unit = "ms";
    m.ours = percentile(call_ms, 0.99);
    m.limit = percentile(call_bare_ms_, 0.99);
    m.more = {{"visits", visits},
              {"call_p50", percentile(call_ms, 0.5)},
              {"call_most", k_call_most_ms},
              {"ticket_p50", percentile(ticket_ms_, 0.5)},
              {"ticket_p99", percentile(ticket_ms_, 0.99)},
              {"ticket_limit_p99", percentile(ticket_bare_ms_, 0.99)},
              {"ticket_most", k_ticket_most_ms}};
    m.met = m.ours <= k_call_most_ms && percentile(ticket_ms_, 0.99) <= k_ticket_most_ms;
    return m;
  }

 private:
  test::Moment at(double simulated_s) const {
    return begin_ +
           std::chrono::duration_cast<test::Moment::duration>(std::chrono::duration<double>(simulated_s / k_speed));
  }
  void fail(const Fault& fault) {
    const std::lock_guard lock(mutex_);
    if (!failed_.exchange(true)) fault_ = fault;
  }

  const std::vector<Visit> visits_;
  BareHop& hop_;
  const test::Moment begin_;
  std::atomic<bool> failed_{false};
  std::atomic<std::size_t> taken_{0}, served_{0};
  std::mutex mutex_;
  std::optional<Fault> fault_;
  std::vector<double> ticket_ms_, ticket_bare_ms_, call_bare_ms_;
  std::map<std::string, test::Moment> pressed_;
  std::vector<std::pair<std::string, test::Moment>> heard_;
};

std::vector<Visit> make_visits(int n) {
  SeededRandom random(20'261'120);
  const double between = k_day_s / k_visits, service = between * k_counters * k_busy - 15;
  std::vector<Visit> out;
  double now = 0;
  for (int i = 0; i < n; ++i) {
    now += exponential(random, between);
    out.push_back({now, std::min(exponential(random, service), 8 * service)});
  }
  return out;
}

}  // namespace

Result<Measured> bench_queue(const BenchOptions& options) {
  const int n = options.n > 0 ? options.n : k_visits;
  crypto::init();
  const std::string home = options.dir + "/node";
  if (::mkdir(home.c_str(), 0700) != 0) return refused("store_io", "no folder can be made", "dir");
  TRY_DONE(make_home(home));
  const std::string port_file = options.dir + "/port";
  Command command;
  command.argv = {program_dir() + "/kiosk-branch", "--home", home, "--port-file", port_file};
  TRY(auto node, Process::start(command));
  TRY([[maybe_unused]] const int page, read_port(node, port_file));
  TRY(const int lan_port, read_port(node, port_file + ".lan"));
  const std::string url = "https://127.0.0.1:" + std::to_string(lan_port);

  const Clock& clock = test::real_clock();
  SystemRandom random;
  IdSource ids(clock, random);
  BareFile bare(options.dir + "/bare");
  BareHop hop(bare);
  lan::BranchClient box(lan::BranchClient::at_home(home));
  std::vector<std::unique_ptr<lan::BranchClient>> counters, boards;
  const auto join = [&](const char* role, const std::string& name, auto& into) -> Result<Done> {
    TRY(const auto code, box.ask({"ctl", ""}, verbs::AddTerminal{role, name}));
    lan::BranchClient::Options o;
    o.base = url;
    TRY(o.badge, lan::join_at(url, code.code, options.dir + "/" + name));
    into.push_back(std::make_unique<lan::BranchClient>(std::move(o)));
    return Done{};
  };
  for (int i = 1; i <= k_counters; ++i) TRY_DONE(join("counter", "counter-" + std::to_string(i), counters));
  for (int i = 1; i <= k_boards; ++i) TRY_DONE(join("board", "board-" + std::to_string(i), boards));

  std::vector<std::int64_t> heard;  // the boards listen before the doors open
  for (std::size_t i = 0; i < boards.size(); ++i) {
    TRY(const auto first, boards[i]->ask({"board-" + std::to_string(i + 1), ""}, verbs::WaitChanges{0, Millis{0}}));
    heard.push_back(first.until);
  }
  Day day(make_visits(n), hop);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < boards.size(); ++i)
    threads.emplace_back([&, i] { day.board(*boards[i], "board-" + std::to_string(i + 1), heard[i]); });
  for (std::size_t i = 0; i < counters.size(); ++i) threads.emplace_back([&, i] { day.counter(*counters[i], i); });
  for (std::size_t i = 0; i < k_kiosks; ++i) threads.emplace_back([&, i] { day.kiosk(box, i, ids); });
  for (auto& t : threads) t.join();
  TRY(auto m, day.told(n));
  const double memory = peak_mb(node.pid());
  m.more.emplace_back("node_peak_mb", memory);
  m.more.emplace_back("node_peak_most", k_memory_most_mb);
  m.met = *m.met && memory <= k_memory_most_mb;
  node.signal(SIGTERM);
  if (node.wait(Millis{10'000}) != 0) return refused("program_did_not_stop", "kiosk-branch did not end cleanly");
  return m;
}

}  // namespace kiosk::tools
