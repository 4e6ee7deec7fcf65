// A proxy between the branch and the centre: one of the test's own that knows CONNECT, on loopback.
#include <poll.h>

#include "net_kit.h"

using namespace kiosk;
using namespace kiosk::net;
using namespace kiosk::test_net;

namespace {

// Answers each CONNECT with `answer`; after a 200 it carries bytes both ways until either side ends. One at a time.
class Proxy {
 public:
  explicit Proxy(std::string answer) : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in a = loopback(0);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
    REQUIRE(::listen(listener_, 8) == 0);
    socklen_t size = sizeof a;
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&a), &size) == 0);
    port_ = ntohs(a.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Proxy() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int tunnels() const { return tunnels_; }

 private:
  static sockaddr_in loopback(int port) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(static_cast<std::uint16_t>(port));
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
  }
  void serve() {
    for (int from = -1; (from = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(from)) {
      std::string head;
      char c = 0;
      while (head.find("\r\n\r\n") == std::string::npos && ::recv(from, &c, 1, 0) == 1) head += c;
      int port = 0;
      if (std::sscanf(head.c_str(), "CONNECT 127.0.0.1:%d ", &port) != 1) continue;
      (void)!::send(from, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      if (answer_.find(" 200 ") == std::string::npos) continue;
      ++tunnels_;
      carry(from, port);
    }
  }
  void carry(int from, int port) {
    const int to = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in a = loopback(port);
    if (::connect(to, reinterpret_cast<const sockaddr*>(&a), sizeof a) == 0) {
      pollfd both[2] = {{from, POLLIN, 0}, {to, POLLIN, 0}};
      for (bool open = true; open && ::poll(both, 2, 10'000) > 0;)
        for (int i = 0; i < 2; ++i) {
          if (both[i].revents == 0) continue;
          char bytes[4096];
          const ssize_t n = ::recv(both[i].fd, bytes, sizeof bytes, 0);
          open = n > 0 && ::send(both[1 - i].fd, bytes, static_cast<std::size_t>(n), MSG_NOSIGNAL) == n;
          if (!open) break;
        }
    }
    ::close(to);
  }

  std::string answer_;
  int listener_, port_ = 0;
  std::atomic<int> tunnels_ = 0;
  std::thread thread_;
};

constexpr const char* k_open = "HTTP/1.1 200 Connection established\r\n\r\n";

}  // namespace

TEST_CASE("net: by a proxy the client speaks to the centre itself, with mutual TLS through the tunnel") {
  const Pki pki;
  Server::Options o = plain();
  o.tls = &pki.server;
  Running s(std::move(o));
  Proxy proxy(k_open);
  Client::Options co;
  co.base = "https://127.0.0.1:" + std::to_string(s.port);
  co.tls = &pki.client;
  co.proxy = proxy.url();
  {
    Client c(co);
    const auto r = c.send(post("/mutual", "12345"));
    REQUIRE_MESSAGE(r.ok(), code_of(r));
    CHECK(r->body == "POST /mutual 5 node urn:kiosk:node:node");
  }
  CHECK(proxy.tunnels() == 1);
}

TEST_CASE("net: what a proxy does wrong is told apart from what the centre does") {
  Running s(plain());
  Client::Options co = to(s.port);
  SUBCASE("it is not there") {
    int gone = 0;
    {
      Proxy proxy(k_open);
      gone = std::stoi(proxy.url().substr(proxy.url().rfind(':') + 1));
    }
    co.proxy = "http://127.0.0.1:" + std::to_string(gone);
    CHECK(code_of(Client(co).send(get("/echo"))) == "proxy_away");
  }
  SUBCASE("it does not let the address through, or wants a log-in") {
    for (const char* answer : {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
                               "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"}) {
      Proxy proxy(answer);
      co.proxy = proxy.url();
      CHECK(code_of(Client(co).send(get("/echo"))) == "proxy_refused");
    }
  }
  SUBCASE("one of the environment is never used") {
    Proxy proxy(k_open);
    ::setenv("http_proxy", proxy.url().c_str(), 1);
    ::setenv("all_proxy", proxy.url().c_str(), 1);
    CHECK(Client(co).send(get("/echo"))->status == 200);
    CHECK(proxy.tunnels() == 0);
    ::unsetenv("http_proxy");
    ::unsetenv("all_proxy");
  }
}
