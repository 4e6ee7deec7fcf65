// Answers without end: pieces, ends, peers that do not read.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <utility>

#include "tests/base/net/pki_kit.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::net;

namespace {

// An endless answer: as many bytes a piece as it is told, one piece a wake.
struct Endless {
  explicit Endless(Server& server, std::size_t bytes) {
    server.on({"GET", "/stream"}, [this, bytes](const Request&) {
      Response r;
      r.type = "text/event-stream";
      r.body = "begin;";
      r.stream = Stream{"news", Millis{50}, [this, bytes] {
                          ++pieces;
                          return ended ? std::nullopt : std::optional(std::string(bytes, 'x') + ";");
                        }};
      return r;
    });
  }
  std::atomic<int> pieces{0};
  std::atomic<bool> ended{false};
};

}  // namespace

TEST_CASE("net: an answer without end comes piece by piece, over TLS too, and ends when the server says so") {
  const Pki pki;
  for (const bool tls : {false, true}) {
    Server server({.listen = "127.0.0.1:0", .tls = tls ? &pki.server : nullptr});
    Endless endless(server, 3);
    const int port = server.start().value();
    Client client({.base = (tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port),
                   .tls = tls ? &pki.client : nullptr});
    Call call;
    call.path = "/stream";
    call.expect_json = false;
    std::string got;
    const auto reply = client.stream(call, Seconds{20}, [&](std::string_view part) {
      got += part;
      endless.ended = got.size() >= 30;
      return true;
    });
    REQUIRE(reply.ok());
    CHECK(reply->status == 200);
    CHECK(got.starts_with("begin;xxx;xxx;"));
    CHECK(server.streams() == 0);
    const auto stopped = client.stream(call, Seconds{20}, [](std::string_view) { return false; });
    CHECK(stopped.ok());
    call.path = "/nothing";
    const auto refused = client.stream(call, Seconds{20}, [](std::string_view) { return true; });
    REQUIRE(refused.ok());
    CHECK(refused->status == 404);
    CHECK(refused->body.find("no_such_route") != std::string::npos);
    server.stop();
  }
}

TEST_CASE("net: a peer that does not read its endless answer costs one piece and no worker, and is cut off") {
  Server server({.listen = "127.0.0.1:0", .max_workers = 1, .io_timeout = Millis{400}});
  Endless endless(server, 8u << 20);
  server.on({"GET", "/ping"}, [](const Request&) { return Response{}; });
  const int port = server.start().value();
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(static_cast<std::uint16_t>(port));
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
  const std::string head = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
  REQUIRE(::send(fd, head.data(), head.size(), 0) == static_cast<ssize_t>(head.size()));
  while (endless.pieces == 0) std::this_thread::yield();
  Client client({.base = "http://127.0.0.1:" + std::to_string(port)});
  Call ping;
  ping.path = "/ping";
  for (int i = 0; i < 50; ++i) {
    server.wake("news");
    CHECK(client.send(ping).ok());
  }
  CHECK(kiosk::test::wait_until([&] { return server.streams() == 0; }));
  CHECK(endless.pieces == 1);  // nothing more was made for a peer that takes nothing
  ::close(fd);
  server.stop();
}

TEST_CASE("net: a peer is cut off while it listens, and a server ends while many listen") {
  Server server({.listen = "127.0.0.1:0"});
  Endless endless(server, 1);
  const int port = server.start().value();
  std::atomic<int> begun{0}, over{0};
  std::vector<std::thread> peers;
  for (int i = 0; i < 20; ++i)
    peers.emplace_back([&] {
      Client client({.base = "http://127.0.0.1:" + std::to_string(port)});
      Call call;
      call.path = "/stream";
      call.expect_json = false;
      bool first = true;
      (void)client.stream(call, Seconds{60}, [&](std::string_view) {
        if (std::exchange(first, false)) ++begun;
        return true;
      });
      ++over;
    });
  while (begun < 20) std::this_thread::yield();
  CHECK(over == 0);
  // Who is being served this instant is not cut; it is soon waiting again.
  CHECK(kiosk::test::wait_until([&] {
    if (over >= 10) return true;
    int n = 0;
    server.cut([&](const Peer&) { return n++ < 10 - over; });
    return false;
  }));
  server.stop();
  for (auto& t : peers) t.join();
  CHECK(over == 20);
}
