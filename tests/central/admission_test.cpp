// What the centre takes on at once, what it says to the rest, what it counts, and how it leaves.
#include <thread>

#include "tests/support/wait_until.h"
#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

std::string page(int port, const std::string& path, int* status = nullptr) {
  net::Client c(net::Client::Options{.base = "http://127.0.0.1:" + std::to_string(port)});
  net::Call call;
  call.path = path;
  call.expect_json = false;
  const auto r = c.send(call);
  if (!r) return r.fault().code;
  if (status) *status = r->status;
  return r->body;
}

std::int64_t figure(const std::string& text, const std::string& name) {
  const auto at = text.find("\n" + name + " ");
  REQUIRE_MESSAGE(at != std::string::npos, name);
  return std::stoll(text.substr(at + name.size() + 2));
}

// A world whose lanes are this narrow.
struct Narrow : World {
  explicit Narrow(const std::string& lane, double per_second, double burst, int participants = 0)
      : World(participants) {
    service->stop();
    central::Service::Options o;
    o.metrics = "127.0.0.1:0";
    for (auto& l : o.lanes)
      if (l.name == lane) {
        l.per_second = per_second;
        l.burst = burst;
      }
    service = std::make_unique<central::Service>(*centre, o);
    port = must(service->start());
  }
};

}  // namespace

TEST_CASE("central: a node that asks for people too often is told 429 and when to come back; another is served") {
  Narrow w("find", 0.1, 2, 3);
  TestNode a = w.enrolled(), b = w.enrolled("SBY02");
  const auto ask = [&](TestNode& n) {
    return n.post("/v1/people/find", protocol::encode(protocol::seal_wanted({w.seeded.participants[0].id}, *n.shared)));
  };
  CHECK(ask(a).status == 200);
  CHECK(ask(a).status == 200);
  const auto refused = ask(a);
  CHECK(refused.status == 429);
  const auto said = must(protocol::decode<protocol::ApiError>(refused.body));
  CHECK(said.code == "too_many_requests");
  CHECK(said.retry_after_s.value() >= 10);
  CHECK(refused.headers.at("retry-after") == std::to_string(*said.retry_after_s));
  CHECK(ask(b).status == 200);
  CHECK(a.get("/v1/feed").status == 200);  // one kind of work does not close the others
}

TEST_CASE("central: an address that tries codes too fast is refused before a code is looked at") {
  Narrow w("enrol", 0.1, 6);
  TestNode n(w.url(), must(w.centre->make_code("JKT01")));
  int refused = 0;
  for (int i = 0; i < 6; ++i) {
    auto r = n.enrol_request();
    r.code[8] = r.code[8] == 'A' ? 'B' : 'A';
    net::TlsIdentity trust;
    trust.ca_pem = w.centre->ca_pem();
    net::Client::Options o{.base = w.url()};
    o.tls = &trust;
    net::Client c(o);
    net::Call call;
    call.method = "POST";
    call.path = "/v1/enrol";
    call.body = protocol::encode(r);
    refused += exchange(c, call).status == 429;
    call.method = "GET";
    call.path = "/v1/ca";
    call.body.clear();
    refused += exchange(c, call).status == 429;
  }
  CHECK(refused == 6);
}

TEST_CASE("central: more pushes than the lane has room for are told centre_busy, and lose nothing") {
  World w(0);
  w.service->stop();
  central::Service::Options o;
  for (auto& l : o.lanes)
    if (l.name == "push") l.at_work = l.inside = 1;
  w.service = std::make_unique<central::Service>(*w.centre, o);
  w.port = must(w.service->start());
  constexpr int nodes = 6;
  std::atomic<int> busy = 0;
  std::vector<TestNode> all;
  for (int i = 0; i < nodes; ++i) all.push_back(w.enrolled("JKT0" + std::to_string(i)));
  for (auto& n : all)
    for (int i = 0; i < 200; ++i) n.add("ticket.issued");
  std::vector<std::thread> threads;
  for (auto& n : all)
    threads.emplace_back([&] {
      for (std::size_t at = 0; at < 200;) {
        const std::size_t end = std::min<std::size_t>(200, at + 20);
        net::Call call;
        call.method = "POST";
        call.path = "/v1/events";
        call.body = protocol::encode(n.batch(at, end));
        const auto r = n.client->send(call);
        if (r && r->status == 200) at = end;
        if (r && r->status == 429) {
          busy += must(protocol::decode<protocol::ApiError>(r->body)).code == "centre_busy";
          std::this_thread::yield();  // a node would wait; here only the order of things matters
        }
      }
    });
  for (auto& t : threads) t.join();
  CHECK(busy > 0);
  int rows = 0;
  REQUIRE(w.centre->each_event("", [&](const auto&) { ++rows; }).ok());
  CHECK(rows == nodes * 200);
}

TEST_CASE("central: its figures count requests, refusals, events and verdicts, and name nobody") {
  Narrow w("find", 10, 60, 3);
  TestNode n = w.enrolled();
  for (int i = 0; i < 5; ++i) n.add("ticket.issued");
  n.add("dance.performed");
  n.push_all();
  auto bad = n.batch(0, 2);
  bad.signature[0] ^= 1;
  n.refused(bad);
  const int port = w.service->metrics_port();
  std::string text = page(port, "/metrics");
  // A request is counted when it has been answered, so its sender may look before that.
  const auto pushes = [&] { return figure(text, "kiosk_central_request_seconds_bucket{lane=\"push\",le=\"+Inf\"}"); };
  wait_until([&] {
    text = page(port, "/metrics");
    return pushes() >= 2;
  });
  CHECK(text == w.service->metrics_page());
  CHECK(figure(text, "kiosk_central_events_total") == 6);
  CHECK(figure(text, "kiosk_central_verdicts_total{verdict=\"flagged\"}") == 1);
  CHECK(figure(text, "kiosk_central_batches_refused_total{code=\"bad_signature\"}") == 1);
  CHECK(figure(text, "kiosk_central_requests_total{lane=\"push\",outcome=\"admitted\"}") == 2);
  CHECK(figure(text, "kiosk_central_request_seconds_bucket{lane=\"push\",le=\"+Inf\"}") == 2);
  CHECK(figure(text, "kiosk_central_draining") == 0);
  CHECK(text.find(n.node) == std::string::npos);
  CHECK(text.find("JKT01") == std::string::npos);
  CHECK(page(port, "/v1/feed").find("no_such_route") != std::string::npos);  // nothing else is served in plain
}

TEST_CASE("central: hundreds of branches wait for news with few workers, and only those who have some are answered") {
  World w(1);
  w.service->stop();
  central::Service::Options o;
  o.max_workers = 8;
  o.metrics = "127.0.0.1:0";
  w.service = std::make_unique<central::Service>(*w.centre, o);
  w.port = must(w.service->start());
  TestNode a = w.enrolled(), b = w.enrolled("SBY02");
  const auto until_a = a.feed(0).until, until_b = b.feed(0).until;
  // One certificate may wait many times: the centre cannot tell, and connections are what is counted.
  constexpr int polls = 40;
  std::atomic<int> answered_a = 0, answered_b = 0;
  std::vector<std::thread> threads;
  const auto wait = [&](TestNode& n, std::int64_t until, std::atomic<int>& answered) {
    net::Client::Options co{.base = w.url()};
    co.tls = &n.tls;
    co.timeout = Millis{60'000};
    net::Client c(co);
    net::Call call;
    call.path = "/v1/feed?after=" + std::to_string(until) + "&wait_s=30";
    const auto r = c.send(call);
    if (r && r->status == 200) ++answered;
  };
  for (int i = 0; i < polls; ++i) {
    threads.emplace_back([&] { wait(a, until_a, answered_a); });
    threads.emplace_back([&] { wait(b, until_b, answered_b); });
  }
  const auto waiting = [&] { return figure(w.service->metrics_page(), "kiosk_central_feed_waiting"); };
  while (waiting() < 2 * polls) std::this_thread::yield();
  CHECK(a.get("/healthz").status == 200);
  REQUIRE(w.centre->block(w.seeded.participants[0].id).ok());  // kept by JKT01 alone
  while (answered_a < polls) std::this_thread::yield();
  CHECK(answered_b == 0);
  CHECK(waiting() == polls);
  w.service->drain(Millis{0}, Millis{1'000});  // long polls return at once
  for (auto& t : threads) t.join();
  CHECK(answered_b == polls);
}
