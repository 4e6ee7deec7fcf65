// What the tests of HTTP share: a server that echoes and holds, certificates, requests, raw bytes on a connection.
#pragma once
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "tests/base/net/pki_kit.h"

namespace kiosk::test_net {

using namespace kiosk::net;

struct TempDir {
  TempDir() {
    char t[] = "/tmp/kiosk-net-XXXXXX";
    path = ::mkdtemp(t);
  }
  ~TempDir() {
    if (std::system(("rm -rf '" + path + "'").c_str()) != 0) std::abort();
  }
  std::string path;
};

inline Response echo(const Request& q) {
  Response r;
  r.body = q.method + " " + q.path + " " + std::to_string(q.body.size()) + " " +
           (q.peer.certificate ? q.peer.common_name + " " + q.peer.uris.at(0) : "nobody");
  r.type = "text/plain";
  return r;
}

struct Running {
  explicit Running(Server::Options o) : server(std::move(o)) {
    server.on({"GET", "/echo"}, echo);
    server.on({"POST", "/echo"}, echo);
    server.on({"PUT", "/things/{}"}, [](const Request& q) {
      Response r;
      r.body = "\"" + q.parts.at(0) + "|" + (q.query.contains("offset") ? q.query.at("offset") : "") + "\"";
      return r;
    });
    server.on({"POST", "/mutual", true}, echo);
    server.on({"POST", "/large", false, 8u << 20}, echo);
    server.on({"GET", "/big"}, [](const Request&) {
      Response r;
      r.body = "\"" + std::string(300'000, 'x') + "\"";
      return r;
    });
    server.on({"GET", "/wait"}, [this](const Request& q) {
      {
        const std::lock_guard lock(m);
        ++waiting;
      }
      cv.notify_all();
      while (!q.stopping()) std::this_thread::yield();
      Response r;
      r.body = "\"stopped\"";
      return r;
    });
    server.on({"GET", "/page"}, [](const Request&) {
      Response r;
      r.type = "text/html; charset=utf-8";
      r.body = "<html>please log in</html>";
      return r;
    });
    server.on({"GET", "/elsewhere"}, [](const Request&) {
      Response r;
      r.status = 302;
      r.headers.emplace_back("Location", "http://portal.example/");
      return r;
    });
    const auto p = server.start();
    REQUIRE_MESSAGE(p.ok(), (p.ok() ? "" : p.fault().code + " " + p.fault().detail));
    port = *p;
  }
  void until_waiting(int n) {
    std::unique_lock lock(m);
    cv.wait(lock, [&] { return waiting >= n; });
  }
  std::mutex m;
  std::condition_variable cv;
  int waiting = 0;
  Server server;  // ends first: its handlers use the others
  int port = 0;
};

inline Server::Options plain() {
  Server::Options o;
  o.listen = "127.0.0.1:0";
  return o;
}
inline Client::Options to(int port) {
  Client::Options o;
  o.base = "http://127.0.0.1:" + std::to_string(port);
  return o;
}
inline Call post(std::string path, std::string body) {
  Call c;
  c.method = "POST";
  c.path = std::move(path);
  c.body = std::move(body);
  return c;
}
inline Call get(std::string path) {
  Call c;
  c.path = std::move(path);
  return c;
}

// Sends bytes as they are and reads until the server closes.
inline std::string raw(int port, const std::string& bytes, bool half_close = true) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(static_cast<std::uint16_t>(port));
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t n = ::send(fd, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (n <= 0) break;
    at += static_cast<std::size_t>(n);
  }
  if (half_close) ::shutdown(fd, SHUT_WR);
  std::string out;
  char buffer[4096];
  for (;;) {
    const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0) break;
    out.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(fd);
  return out;
}

inline std::string code_of(const Result<Reply>& r) {
  return r ? "status " + std::to_string(r->status) : r.fault().code;
}

}  // namespace kiosk::test_net
