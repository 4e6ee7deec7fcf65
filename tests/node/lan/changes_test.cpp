// Pushed changes: however the connection is cut, each change is heard once and in order, or the terminal is told to
// read everything again; a node that says nothing is away.
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <thread>

#include "base/ids.h"
#include "base/net/http.h"
#include "node/lan/branch_client.h"
#include "node/lan/event_stream.h"
#include "node/lan/server.h"
#include "tests/node/lan/feed_branch.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

const verbs::Actor board{"board-1", ""};

// Hands bytes on from a Unix socket to another, and cuts each connection after so many bytes of the answer as it is
// told.
class CuttingProxy {
 public:
  CuttingProxy(std::string from, std::string to, std::function<std::size_t()> budget)
      : to_(std::move(to)), budget_(std::move(budget)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto a = address(from);
    REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&a), sizeof a) == 0);
    REQUIRE(::listen(listener_, 64) == 0);
    thread_ = std::thread([this] { run(); });
  }
  ~CuttingProxy() {
    stop_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  int connections() const { return connections_; }

 private:
  static sockaddr_un address(const std::string& path) {
    sockaddr_un a{};
    a.sun_family = AF_UNIX;
    std::strncpy(a.sun_path, path.c_str(), sizeof a.sun_path - 1);
    return a;
  }
  void run() {
    while (!stop_) {
      const int in = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (in < 0) return;
      ++connections_;
      relay(in);
      ::close(in);
    }
  }
  void relay(int in) {
    const int out = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto a = address(to_);
    if (::connect(out, reinterpret_cast<const sockaddr*>(&a), sizeof a) == 0) {
      std::size_t left = budget_();
      char buffer[4'096];
      while (left > 0 && !stop_) {
        pollfd both[2] = {{in, POLLIN, 0}, {out, POLLIN, 0}};
        if (::poll(both, 2, 50) <= 0) continue;
        if (both[0].revents != 0) {
          const auto n = ::recv(in, buffer, sizeof buffer, 0);
          if (n <= 0 || ::send(out, buffer, static_cast<std::size_t>(n), MSG_NOSIGNAL) != n) break;
        }
        if (both[1].revents != 0) {
          const auto n = ::recv(out, buffer, std::min(left, sizeof buffer), 0);
          if (n <= 0 || ::send(in, buffer, static_cast<std::size_t>(n), MSG_NOSIGNAL) != n) break;
          left -= static_cast<std::size_t>(n);
        }
      }
    }
    ::close(out);
  }
  const std::string to_;
  const std::function<std::size_t()> budget_;
  const int listener_;
  std::atomic<bool> stop_{false};
  std::atomic<int> connections_{0};
  std::thread thread_;
};

struct Node {
  explicit Node(FeedBranch& b) : branch(b) { start(); }
  ~Node() { stop(); }
  void start() {
    lan::Server::Options o;
    o.listen = "unix:" + lan::socket_of(home.path());
    o.beat = Millis{50};
    server = std::make_unique<lan::Server>(branch, o);
    REQUIRE(server->start().ok());
  }
  void stop() { server->stop(); }
  FeedBranch& branch;
  TempDir home;
  std::unique_ptr<lan::Server> server;
};

}  // namespace

TEST_CASE("changes: an event cut anywhere is read whole, in every way of ending a line, and comments are nothing") {
  const std::string text =
      ": here\n\nid: 7\r\nevent: changes\r\ndata: {\"a\":1}\r\n\r\n:x\n\rid:8\ndata: one\ndata: two\n\n";
  SeededRandom random(11);
  for (int round = 0; round < 300; ++round) {
    lan::EventReader reader;
    std::vector<lan::ServerEvent> all;
    for (std::size_t at = 0; at < text.size();) {
      const auto n = std::min<std::size_t>(text.size() - at, random.below(5));
      for (auto& e : reader.feed(std::string_view(text).substr(at, n))) all.push_back(std::move(e));
      at += n;
    }
    REQUIRE(all.size() == 2);
    CHECK(all[0].id == "7");
    CHECK(all[0].event == "changes");
    CHECK(all[0].data == "{\"a\":1}");
    CHECK(all[1].id == "8");
    CHECK(all[1].data == "one\ntwo");
  }
  lan::EventReader reader;
  CHECK(reader.feed(lan::write_event({"9", "changes", "{}"})).size() == 1);
  (void)reader.feed("data: " + std::string(2 << 20, 'x'));
  CHECK(reader.broken());
  CHECK(reader.feed("\n\ndata: y\n\n").empty());
}

TEST_CASE("changes: cut at any byte, nothing is lost, doubled or out of order") {
  constexpr std::int64_t changes = 240;  // whoever is further behind is told to read everything
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    CAPTURE(seed);
    FeedBranch b;
    Node node(b);
    SeededRandom random(seed);
    const std::string between = node.home / "between.sock";
    CuttingProxy proxy(between, lan::socket_of(node.home.path()), [&] { return 1 + random.below(2'500); });
    lan::BranchClient::Options o;
    o.base = "unix:" + between;
    lan::BranchClient client(o);
    // Born at 1: it has heard of everything up to then.
    std::jthread announcing([&] {
      for (std::int64_t i = 0; i < changes; ++i) {
        b.announce();
        if (i % 3 == 0) std::this_thread::yield();
      }
    });
    std::vector<std::int64_t> heard;
    std::int64_t until = 1;
    int away = 0;
    while (until < 1 + changes) {
      const auto c = client.ask(board, verbs::WaitChanges{until, Seconds{5}});
      if (!c) {
        REQUIRE(c.fault().code == "node_away");
        REQUIRE(++away < 5'000);
        continue;
      }
      REQUIRE_FALSE(c->reset);
      for (const auto& change : c->changes) heard.push_back(change.seq);
      until = c->until;
    }
    announcing.join();
    REQUIRE(heard.size() == changes);
    for (std::int64_t i = 0; i < changes; ++i) CHECK(heard[static_cast<std::size_t>(i)] == i + 2);
    CHECK(proxy.connections() > 5);
    client.close();
  }
}

TEST_CASE("changes: what the node forgot meanwhile, or a node that began anew, says: read everything again") {
  FeedBranch b;
  Node node(b);
  lan::BranchClient client(lan::BranchClient::at_home(node.home.path()));
  auto first = client.ask(board, verbs::WaitChanges{0, Millis{0}});
  REQUIRE(first.ok());
  CHECK(first->reset);
  b.announce();
  REQUIRE(client.ask(board, verbs::WaitChanges{first->until, Seconds{20}}).ok());
  node.stop();
  // Told that it is away as soon as it cannot be reached, not after the time it was to wait.
  auto away = client.ask(board, verbs::WaitChanges{first->until + 1, Seconds{600}});
  CHECK(away.fault().code == "node_away");
  b.forget();
  node.start();
  const auto again = client.ask(board, verbs::WaitChanges{first->until + 1, Seconds{20}});
  REQUIRE(again.ok());
  CHECK(again->reset);
  CHECK(again->changes.empty());
}

TEST_CASE("changes: whoever is far behind is told to read everything, in one short message") {
  FeedBranch b;
  Node node(b);
  b.announce(1'000);
  lan::BranchClient client(lan::BranchClient::at_home(node.home.path()));
  const auto c = client.ask(board, verbs::WaitChanges{1, Seconds{20}});
  REQUIRE(c.ok());
  CHECK(c->reset);
  CHECK(c->until == 1'001);
}

TEST_CASE("changes: a terminal that listens is heard of on every beat") {
  FeedBranch b;
  Node node(b);
  lan::BranchClient client(lan::BranchClient::at_home(node.home.path()));
  REQUIRE(client.ask(board, verbs::WaitChanges{0, Millis{0}}).ok());
  CHECK(wait_until([&] { return b.looks_of("board-1") >= 4; }));
}

TEST_CASE("changes: a node that keeps the connection and says nothing is away") {
  TempDir home;
  std::atomic<int> asked{0};
  net::Server silent({.listen = "unix:" + lan::socket_of(home.path())});
  silent.on({"GET", "/v1/changes"}, [&](const net::Request&) {
    if (++asked > 1) return net::error_response(503, "gone");
    net::Response r;
    r.type = "text/event-stream";
    r.body = lan::write_event({"5", "changes", "{\"until\":5,\"reset\":true,\"changes\":[]}"});
    r.stream = net::Stream{"never", Seconds{600}, [] { return std::optional<std::string>(""); }};
    return r;
  });
  REQUIRE(silent.start().ok());
  auto o = lan::BranchClient::at_home(home.path());
  o.silence = Millis{300};
  lan::BranchClient client(o);
  REQUIRE(client.ask(board, verbs::WaitChanges{0, Millis{0}}).ok());
  // Not after the ten minutes it was to wait.
  CHECK(client.ask(board, verbs::WaitChanges{5, Seconds{600}}).fault().code == "node_away");
  CHECK(asked == 2);
  silent.stop();
}
