// Bounded admission: the arithmetic with a clock and a random of its own, then through a server on loopback.
#include "base/net/admission.h"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/net/http.h"
#include "tests/support/descriptors.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::net;

namespace {

Lane small_lane() {
  Lane l;
  l.name = "push";
  l.at_work = 2;
  l.inside = 4;
  l.body_bytes = 1'000;
  l.patience = Millis{0};
  return l;
}

struct Judge {
  explicit Judge(Lane lane) : admission({std::move(lane)}, clock, random) {}
  Admission::Place arrive(const std::string& peer = "node", std::size_t bytes = 10) {
    return admission.arrive("push", peer, bytes);
  }
  FakeClock clock{from_ms(1'795'000'000'000)};
  SeededRandom random{7};
  Admission admission;
};

Call get(std::string path) {
  Call c;
  c.path = std::move(path);
  return c;
}
Client::Options to(int port) {
  Client::Options o;
  o.base = "http://127.0.0.1:" + std::to_string(port);
  return o;
}

// A server whose handlers stand still until they are let go.
struct Gate {
  void wait() {
    std::unique_lock lock(m);
    ++inside;
    cv.notify_all();
    cv.wait(lock, [&] { return open; });
  }
  void until(int n) {
    std::unique_lock lock(m);
    cv.wait(lock, [&] { return inside >= n; });
  }
  void let_go() {
    {
      const std::lock_guard lock(m);
      open = true;
    }
    cv.notify_all();
  }
  std::mutex m;
  std::condition_variable cv;
  int inside = 0;
  bool open = false;
};

}  // namespace

TEST_CASE("net: a lane lets in as many as it has room for, by count and by bytes, and the rest are told when to come") {
  Judge j(small_lane());
  std::vector<Admission::Place> in;
  for (int i = 0; i < 4; ++i) {
    in.push_back(j.arrive());
    CHECK_FALSE(in.back().refusal);
  }
  auto fifth = j.arrive();
  REQUIRE(fifth.refusal);
  CHECK(fifth.refusal->status == 429);
  CHECK(fifth.refusal->code == "busy");
  CHECK(fifth.refusal->retry_after_s >= 1);
  CHECK(j.admission.work(in[0]));
  CHECK(j.admission.work(in[1]));
  CHECK_FALSE(j.admission.work(in[2]));  // two are at work, and nobody has patience here
  CHECK(in[2].refusal->code == "busy");
  in.clear();
  CHECK_FALSE(j.arrive("node", 1'000).refusal);
  CHECK(j.arrive("node", 1'001).refusal);
  const auto c = j.admission.counts().at(0);
  CHECK(c.admitted == 2);
  CHECK(c.refused_busy == 3);
  CHECK(c.inside == 0);
  CHECK(c.at_work == 0);
}

TEST_CASE("net: the more were refused lately, the longer and the further apart they are told to come back") {
  Lane l = small_lane();
  l.at_work = 1;
  l.inside = 1;
  Judge j(std::move(l));
  {
    auto one = j.arrive();  // work takes long here
    REQUIRE(j.admission.work(one));
    j.clock.advance(Millis{4'000});
  }
  const auto inside = j.arrive();
  std::int64_t first = 0, last = 0;
  std::set<std::int64_t> told;
  for (int i = 0; i < 325; ++i) {
    const auto after = j.arrive("branch" + std::to_string(i)).refusal.value().retry_after_s;
    CHECK(after >= 1);
    CHECK(after <= 121);
    if (i < 10) first = std::max(first, after);
    if (i >= 315) last = std::max(last, after);
    if (i >= 225) told.insert(after);
  }
  CHECK(last > 2 * first);
  CHECK(told.size() > 30);  // a hundred branches do not return together
  j.clock.advance(Millis{120'000});
  CHECK(j.arrive().refusal.value().retry_after_s <= 3);  // forgotten
}

TEST_CASE("net: one peer that asks too often is told so, and another is not") {
  Lane l = small_lane();
  l.inside = 100;
  l.at_work = 100;
  l.per_second = 2;
  l.burst = 3;
  Judge j(std::move(l));
  for (int i = 0; i < 3; ++i) CHECK_FALSE(j.arrive("a").refusal);
  const auto r = j.arrive("a").refusal;
  REQUIRE(r);
  CHECK(r->code == "too_many_requests");
  CHECK_FALSE(j.arrive("b").refusal);
  j.clock.advance(Millis{500});
  CHECK_FALSE(j.arrive("a").refusal);
  CHECK(j.arrive("a").refusal);
  CHECK(j.admission.counts().at(0).refused_rate == 2);
}

TEST_CASE("net: places at work are given in the order of arrival, and waiting ends when patience does") {
  Lane l = small_lane();
  l.at_work = 1;
  l.patience = Millis{5'000};
  const Clock& clock = kiosk::test::real_clock();
  SeededRandom random{1};
  Admission a({l}, clock, random);
  std::mutex m;
  std::vector<int> order;
  std::vector<std::thread> threads;
  {
    auto first = a.arrive("push", "x", 1);
    REQUIRE(a.work(first));
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&, i] {
        auto p = a.arrive("push", "x", 1);
        if (!a.work(p)) return;
        const std::lock_guard lock(m);
        order.push_back(i);
      });
      while (a.counts().at(0).waiting != i + 1) std::this_thread::yield();
    }
  }
  for (auto& t : threads) t.join();
  CHECK(order == std::vector<int>{0, 1, 2});
}

TEST_CASE("net: beyond its lane a request is refused before its body is read, with seconds in header and body") {
  Gate gate;
  Server::Options o;
  o.listen = "127.0.0.1:0";
  Lane l = small_lane();
  l.body_bytes = 8 << 20;
  l.at_work = l.inside = 1;
  o.lanes = {l};
  o.busy_prefix = "centre_";
  Server server(std::move(o));
  server.on({"POST", "/push", false, 4 << 20, "push"}, [&](const Request&) {
    gate.wait();
    return Response{};
  });
  server.on({"GET", "/healthz"}, [](const Request&) { return Response{.body = "{}"}; });
  const int port = server.start().value();
  Client first(to(port)), second(to(port));
  Call call;
  call.method = "POST";
  call.path = "/push";
  call.body = "{}";
  std::thread t([&] { CHECK(first.send(call)->status == 200); });
  gate.until(1);
  call.body = std::string(3 << 20, 'x');
  const auto busy = second.send(call);
  REQUIRE(busy.ok());
  CHECK(busy->status == 429);
  CHECK(busy->body.find("\"code\":\"centre_busy\"") != std::string::npos);
  CHECK(busy->body.find("\"retry_after_s\":" + busy->headers.at("retry-after")) != std::string::npos);
  CHECK(second.send(get("/healthz"))->status == 200);  // what has no lane is never refused
  gate.let_go();
  t.join();
  // The answer is on the wire a moment before the place in the lane is given back.
  while (server.lanes().at(0).inside != 0) std::this_thread::yield();
  CHECK(second.send(call)->status == 200);
  CHECK(server.lanes().at(0).refused_busy == 1);
}

TEST_CASE("net: a thousand parked requests hold no worker; a wake answers those with its key, time the others") {
  Server::Options o;
  o.listen = "127.0.0.1:0";
  o.max_workers = 4;
  Server server(std::move(o));
  std::atomic<int> news = 0;
  server.on({"GET", "/feed/{}"}, [&](const Request& q) {
    Response r;
    r.body = "\"" + q.parts.at(0) + "\"";
    const Millis whole{q.parts.at(0) == "short" ? 200 : 60'000};
    if (news == 0 && q.waited < whole && !q.stopping()) r.park = Park{q.parts.at(0), whole - q.waited};
    return r;
  });
  server.on({"GET", "/echo"}, [](const Request&) { return Response{.body = "{}"}; });
  const int port = server.start().value();

  Client brief(to(port));
  CHECK(brief.send(get("/feed/short"))->body == "\"short\"");

  constexpr int groups = 8;
  const int many = test::connections_that_fit(1'000, 2, 100);  // both ends are in this process
  // A thread holds many connections: what waits is the server's side of them.
  std::vector<std::unique_ptr<Client>> gone;
  std::vector<std::thread> threads;
  std::atomic<int> answered = 0;
  for (int i = 0; i < groups; ++i)
    threads.emplace_back([&, i] {
      Client c(to(port));
      if (c.send(get("/feed/" + std::string(i % 2 ? "JKT" : "SBY")))->status == 200) ++answered;
    });
  std::vector<int> raw;
  const std::string head = "GET /feed/BDG HTTP/1.1\r\nHost: x\r\n\r\n";
  for (int i = 0; i < many; ++i) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(static_cast<std::uint16_t>(port));
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    raw.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(raw.back(), reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
    REQUIRE(::send(raw.back(), head.data(), head.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(head.size()));
  }
  while (server.parked() < many + groups) std::this_thread::yield();
  Client other(to(port));
  CHECK(other.send(get("/echo"))->status == 200);

  ::close(raw.back());
  raw.pop_back();
  while (server.parked() > many + groups - 1) std::this_thread::yield();  // who went away is forgotten

  server.wake("JKT");  // nothing new after all: they wait on
  while (server.parked() < many + groups - 1) std::this_thread::yield();
  CHECK(answered == 0);
  news = 1;
  server.wake("JKT");
  while (answered < groups / 2) std::this_thread::yield();
  server.wake("SBY");
  for (auto& t : threads) t.join();
  CHECK(answered == groups);
  CHECK(server.parked() == many - 1);
  server.wake("BDG");
  for (const int fd : raw) {
    char buffer[512];
    CHECK(::recv(fd, buffer, sizeof buffer, 0) > 0);
    ::close(fd);
  }
}

TEST_CASE("net: a draining server answers what waits and what runs, and lets nobody else in") {
  Gate gate;
  Server::Options o;
  o.listen = "127.0.0.1:0";
  Lane l = small_lane();
  l.inside = l.at_work = 10;
  o.lanes = {l};
  o.busy_prefix = "centre_";
  Server server(std::move(o));
  server.on({"GET", "/run", false, 0, "push"}, [&](const Request&) {
    gate.wait();
    return Response{.body = "\"ran\""};
  });
  server.on({"GET", "/feed", false, 0, "push"}, [](const Request& q) {
    Response r{.body = "\"nothing\""};
    if (!q.stopping()) r.park = Park{"x", Millis{60'000}};
    return r;
  });
  server.on({"GET", "/healthz"},
            [&](const Request&) { return Response{.status = server.draining() ? 503 : 200, .body = "{}"}; });
  const int port = server.start().value();
  std::string ran, waited;
  std::thread runs([&] { ran = Client(to(port)).send(get("/run"))->body; });
  std::thread waits([&] { waited = Client(to(port)).send(get("/feed"))->body; });
  gate.until(1);
  while (server.parked() == 0) std::this_thread::yield();
  Client probe(to(port));
  CHECK(probe.send(get("/healthz"))->status == 200);
  const kiosk::test::Stopwatch watch;
  std::thread drains([&] { server.drain(Millis{0}, Millis{5'000}); });
  waits.join();
  CHECK(waited == "\"nothing\"");
  CHECK(probe.send(get("/healthz"))->status == 503);
  const auto refused = probe.send(get("/run"));
  REQUIRE(refused.ok());
  CHECK(refused->status == 503);
  CHECK(refused->body.find("centre_draining") != std::string::npos);
  CHECK(refused->headers.at("connection") == "close");
  gate.let_go();
  drains.join();
  CHECK(watch.spent() < Millis{4'000});  // it did not wait longer than the request ran
  runs.join();
  CHECK(ran == "\"ran\"");
  server.stop();
}
