// Waiting and ending: cancelled requests, a server that ends, idle connections and long polls.
#include "net_kit.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::net;
using namespace kiosk::test_net;

TEST_CASE("net: cancel ends a waiting request at once, and the client works again") {
  Running s(plain());
  Client c(to(s.port));
  Result<Reply> r = unreachable("not_run");
  std::thread t([&] { r = c.send(get("/wait")); });
  s.until_waiting(1);
  c.cancel();
  t.join();
  CHECK(code_of(r) == "cancelled");
  CHECK(c.send(get("/echo"))->status == 200);
}

TEST_CASE("net: a server ends within two seconds although clients wait, idle and dawdle") {
  const Pki pki;
  Server::Options o = plain();
  o.tls = &pki.server;
  Running s(std::move(o));
  Client::Options co;
  co.base = "https://127.0.0.1:" + std::to_string(s.port);
  co.tls = &pki.client;
  Client idle(co);
  REQUIRE(idle.send(get("/echo")).ok());
  Client waiting(co);
  Result<Reply> r = unreachable("not_run");
  std::thread t([&] { r = waiting.send(get("/wait")); });
  s.until_waiting(1);
  const int dawdler = ::socket(AF_INET, SOCK_STREAM, 0);  // connects and never shakes hands
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(static_cast<std::uint16_t>(s.port));
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(dawdler, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
  REQUIRE(::send(dawdler, "\x16", 1, MSG_NOSIGNAL) == 1);
  const kiosk::test::Stopwatch watch;
  s.server.stop();
  CHECK(watch.spent() < Millis{2'000});
  t.join();
  REQUIRE_MESSAGE(r.ok(), code_of(r));  // the running request was still answered
  CHECK(r->body == "\"stopped\"");
  ::close(dawdler);
}

TEST_CASE("net: two hundred idle connections and ten long polls do not starve the next request") {
  Server::Options o = plain();
  o.max_workers = 16;
  Running s(std::move(o));
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 200; ++i) {
    idle.push_back(std::make_unique<Client>(to(s.port)));
    REQUIRE(idle.back()->send(get("/echo")).ok());
  }
  std::vector<std::thread> polls;
  std::vector<std::unique_ptr<Client>> pollers;
  for (int i = 0; i < 10; ++i) pollers.push_back(std::make_unique<Client>(to(s.port)));
  for (auto& p : pollers) polls.emplace_back([&p] { (void)p->send(get("/wait")); });
  s.until_waiting(10);
  Client c(to(s.port));
  CHECK(c.send(get("/echo"))->status == 200);
  for (auto& i : idle) CHECK(i->send(get("/echo"))->status == 200);
  for (auto& p : pollers) p->cancel();
  for (auto& t : polls) t.join();
}
