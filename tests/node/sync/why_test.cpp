// Every way in which the centre cannot be reached, met by a real node over real sockets: what the node says of it.
#include <doctest/doctest.h>

#include <atomic>

#include "base/net/http.h"
#include "base/net/pki.h"
#include "node/sync/diagnosis.h"
#include "tests/node/sync/pair.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

const auto day = std::chrono::hours(24);

std::string http_date_of(WallTime t) {
  const std::time_t s = static_cast<std::time_t>(to_ms(t) / 1000);
  std::tm parts{};
  ::gmtime_r(&s, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

// A node that was enrolled at a centre of our own making, and whatever now answers at that address.
struct Meeting {
  Meeting() : branch(clock, random, home.path()) {
    branch.open();
    const auto now = clock.now();
    ca = net::make_authority("centre CA", now - day * 400, now + day * 400).value();
    e.branch = "JKT01";
    e.branch_name = "Jakarta";
    e.node = branch.store->identity().node;
    e.tls = leaf(ca, false, now - day, now + day * 30);
    e.certificate_until = now + day * 30;
    e.receipt_key = crypto::SigningKey::random().public_key();
    e.box_key = crypto::BoxKey::random().public_key();
    server_identity = leaf(ca, true, now - day, now + day);
  }
  ~Meeting() { branch.close(); }

  net::TlsIdentity leaf(const net::Authority& by, bool server, WallTime from, WallTime until,
                        const std::string& name = "127.0.0.1") {
    net::TlsIdentity id;
    id.key_pem = net::make_key();
    net::CertificateWish wish;
    wish.common_name = server ? "centre" : "node";
    wish.server = server;
    if (server) wish.names = {name};
    if (!server) wish.uris = {"urn:kiosk:node:" + e.node};
    wish.not_before = from;
    wish.not_after = until;
    id.certificate_pem = net::sign_csr(by, net::make_csr(id.key_pem, wish.common_name, {}).value(), wish).value();
    id.ca_pem = by.certificate_pem;
    return id;
  }
  // What stands at the centre's address: the same answer for whatever is asked, but /healthz when `health` is given.
  void serve(net::Response answer, std::optional<net::Response> health = {}) {
    net::Server::Options o;
    o.listen = "127.0.0.1:0";
    o.tls = &server_identity;
    server = std::make_unique<net::Server>(o);
    const auto say = [this, answer](const net::Request&) {
      ++asked;
      return answer;
    };
    server->on({"POST", "/v1/events"}, say);
    server->on({"GET", "/v1/feed"}, say);
    server->on({"GET", "/healthz"}, [answer = health.value_or(answer)](const net::Request&) { return answer; });
    const auto port = server->start();
    REQUIRE(port.ok());
    e.url = "https://127.0.0.1:" + std::to_string(*port);
  }
  // One try of every lane.
  verbs::SyncStatus met() {
    branch::Outgoing out(*branch.store);
    REQUIRE(sync::keep(out, e).ok());
    branch.open_engine(sync::http_wires());
    branch.add_event();
    branch.engine->run_due();
    const auto s = branch.engine->status();
    CHECK(s.pending == 1);
    CHECK(branch.cursor().seq == 0);
    CHECK(s.next_try.has_value());
    return s;
  }

  const Clock& clock = real_clock();
  SystemRandom random;
  TempDir home;
  BranchSide branch;
  net::Authority ca;
  sync::Enrolment e;
  net::TlsIdentity server_identity;
  std::unique_ptr<net::Server> server;
  std::atomic<int> asked = 0;
};

net::Response page(int status, const std::string& type, const std::string& body) {
  net::Response r;
  r.status = status;
  r.type = type;
  r.body = body;
  return r;
}

}  // namespace

TEST_CASE("why not yet: nobody listens, the name is unknown, there is no route") {
  Meeting m;
  SUBCASE("refused") {
    m.serve(page(200, "application/json", "{}"));
    m.server->stop();
    m.server.reset();
    const auto s = m.met();
    CHECK(s.why == "refused");
    CHECK(s.state == "offline");
  }
  SUBCASE("dns") {
    m.e.url = "https://centre.invalid:8443";
    const auto s = m.met();
    CHECK(s.why == "dns");
    CHECK(s.state == "offline");
  }
}

TEST_CASE("why not yet: the centre's certificate has expired, or is not valid yet") {
  Meeting m;
  const auto now = m.clock.now();
  SUBCASE("expired") {
    m.server_identity = m.leaf(m.ca, true, now - day * 30, now - day);
    m.serve(page(200, "application/json", "{}"));
    const auto s = m.met();
    CHECK(s.why == "tls_expired");
    CHECK(s.why_detail.find("expired") != std::string::npos);
    CHECK(m.asked == 0);  // nothing was sent to it
  }
  SUBCASE("not yet") {
    m.server_identity = m.leaf(m.ca, true, now + day, now + day * 30);
    m.serve(page(200, "application/json", "{}"));
    CHECK(m.met().why == "tls_not_yet");
    CHECK(m.asked == 0);
  }
}

TEST_CASE("why not yet: certificates that are out of time by our clock alone say that our clock is wrong") {
  Meeting m;
  // As if our clock stood still two weeks ago: the other side's certificate and its Date are both of today.
  const auto today = m.clock.now() + day * 14;
  m.server_identity = m.leaf(m.ca, true, today - day, today + day * 30);
  auto health = page(200, "application/json", "{\"ok\":true}");
  health.headers.emplace_back("Date", http_date_of(today));
  m.serve(page(200, "application/json", "{}"), health);
  const auto s = m.met();
  CHECK(s.why == "clock_wrong");
  CHECK(s.state == "paused");
  CHECK(std::abs(s.skew_ms - std::chrono::duration_cast<Millis>(day * 14).count()) < 60'000);
  CHECK(m.asked == 0);  // for diagnosis only
}

TEST_CASE("why not yet: whoever answers is not our centre") {
  Meeting m;
  const auto now = m.clock.now();
  SUBCASE("another CA") {
    const auto other = net::make_authority("other CA", now - day, now + day).value();
    m.server_identity = m.leaf(other, true, now - day, now + day);
    m.server_identity.ca_pem.clear();
    m.serve(page(200, "application/json", "{}"));
    CHECK(m.met().why == "tls_unknown_ca");
    CHECK(m.asked == 0);
  }
  SUBCASE("another name") {
    m.server_identity = m.leaf(m.ca, true, now - day, now + day, "centre.example");
    m.serve(page(200, "application/json", "{}"));
    CHECK(m.met().why == "tls_wrong_name");
    CHECK(m.asked == 0);
  }
  SUBCASE("a portal that ends TLS itself and shows its log-in page") {
    const auto other = net::make_authority("hotel", now - day, now + day).value();
    m.server_identity = m.leaf(other, true, now - day, now + day);
    m.server_identity.ca_pem.clear();
    m.serve(page(200, "text/html", "<html>Selamat datang</html>"));
    const auto s = m.met();
    CHECK(s.why == "captive_portal");
    CHECK(s.state == "offline");
    CHECK(m.asked == 0);
  }
}

TEST_CASE("why not yet: the centre refuses our certificate") {
  Meeting m;
  const auto now = m.clock.now();
  SUBCASE("it has expired") {
    m.e.tls = m.leaf(m.ca, false, now - day * 30, now - std::chrono::hours(1));
    m.serve(page(200, "application/json", "{}"));
    const auto s = m.met();
    CHECK(s.why == "certificate_expired");
    CHECK(s.state == "paused");
  }
  SUBCASE("it is of another CA") {
    const auto other = net::make_authority("other CA", now - day, now + day).value();
    m.e.tls = m.leaf(other, false, now - day, now + day);
    m.e.tls.ca_pem = m.ca.certificate_pem;
    m.serve(page(200, "application/json", "{}"));
    const auto s = m.met();
    CHECK(s.why == "certificate_refused");
    CHECK(s.state == "paused");
  }
  SUBCASE("the node was revoked") {
    m.serve(page(403, "application/json", "{\"code\":\"node_revoked\",\"message\":\"\"}"));
    const auto s = m.met();
    CHECK(s.why == "node_revoked");
    CHECK(s.state == "paused");
  }
}

TEST_CASE("why not yet: pages and redirects in place of data") {
  Meeting m;
  SUBCASE("a portal's page") {
    m.serve(page(200, "text/html; charset=utf-8", "<html>log in</html>"));
    CHECK(m.met().why == "captive_portal");
  }
  SUBCASE("a portal's redirect") {
    auto r = page(302, "text/html", "");
    r.headers.emplace_back("Location", "http://portal.example/");
    m.serve(r);
    CHECK(m.met().why == "captive_portal");
  }
  SUBCASE("network authentication required") {
    m.serve(page(511, "text/html", "<html>log in</html>"));
    CHECK(m.met().why == "captive_portal");
  }
  SUBCASE("the page of a proxy before a centre that is down") {
    m.serve(page(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>"));
    const auto s = m.met();
    CHECK(s.why == "centre_5xx");
    CHECK(s.state == "waiting");
  }
  SUBCASE("the centre's own trouble") {
    m.serve(page(500, "application/json", "{\"code\":\"internal\",\"message\":\"\"}"));
    CHECK(m.met().why == "centre_5xx");
  }
  SUBCASE("no JSON at all") {
    m.serve(page(200, "application/json", "hello"));
    CHECK(m.met().why == "bad_reply");
  }
}

TEST_CASE("why not yet: a busy centre says when to come back, in seconds or as a date") {
  Meeting m;
  auto busy = page(429, "application/json", "{\"code\":\"busy\",\"message\":\"\"}");
  SUBCASE("seconds") { busy.headers.emplace_back("Retry-After", "120"); }
  SUBCASE("a date") { busy.headers.emplace_back("Retry-After", http_date_of(m.clock.now() + Seconds{120})); }
  SUBCASE("a proxy's page with seconds") {
    busy = page(429, "text/html", "<html>slow down</html>");
    busy.headers.emplace_back("Retry-After", "120");
  }
  m.serve(busy);
  const auto s = m.met();
  CHECK(s.why == "centre_busy");
  CHECK(s.state == "waiting");
  const auto wait = *s.next_try - m.clock.now();
  CHECK(wait > Seconds{110});
  CHECK(wait < Seconds{130});
}

TEST_CASE("why not yet: a claim says the same as the whole") {
  Meeting m;
  m.serve(page(502, "text/html", "<html>Bad Gateway</html>"));
  REQUIRE(m.met().why == "centre_5xx");
  const verbs::Actor kiosk{"kiosk-1", ""};
  verbs::SubmitClaim c{.id = {}, .person = domain::PersonId(*domain::Nik::parse("3578011708650001"))};
  c.kpj = "12345678901";
  c.name = "Budi Santoso";
  c.mother = "Siti Aminah";
  c.birth = *Date::of(1965, 8, 17);
  c.cause = "USIA56";
  c.phone = "081234567890";
  c.account = {"002", "123456789012345", c.name};
  const auto claim = m.branch.node->ask(kiosk, c);
  if (!claim) FAIL(claim.fault().code << " " << claim.fault().field);
  CHECK(claim->sync == domain::SyncState::Saved);
  CHECK(claim->sync_why == "centre_5xx");
  REQUIRE(m.branch.node->ask(kiosk, verbs::HoldSync{true}).ok());
  CHECK(m.branch.node->ask({"ctl", ""}, verbs::GetClaim{claim->id})->sync_why == "held");
  CHECK(m.branch.node->ask(kiosk, verbs::GetSyncStatus{})->why == "held");
}

TEST_CASE("why not yet: the skew is measured by quick answers; what a long poll waited is no skew") {
  Pair p;
  static constexpr Millis ahead{40'000};  // of the centre
  struct Dated final : sync::Wire {
    Dated(std::unique_ptr<sync::Wire> w, FakeClock& c) : wire(std::move(w)), clock(c) {}
    Result<net::Reply> send(const net::Call& call) override {
      auto r = wire->send(call);
      clock.advance(call.path.find("/v1/feed") == 0 ? Millis{25'000} : Millis{400});
      if (r) r->date = clock.now() + ahead;
      return r;
    }
    void cancel() override { wire->cancel(); }
    std::unique_ptr<sync::Wire> wire;
    FakeClock& clock;
  };
  p.side.close();
  p.side.open();
  p.side.open_engine([&, under = p.centre.wires()](net::Client::Options o) -> std::unique_ptr<sync::Wire> {
    return std::make_unique<Dated>(under(std::move(o)), p.clock);
  });
  for (int i = 0; i < 3; ++i) {
    p.side.add_event();
    p.settle();
    p.clock.advance(Seconds{60});
    p.side.engine->run_due();  // polls
  }
  REQUIRE(p.centre.waits.size() > 2);
  CHECK(std::abs(p.side.engine->status().skew_ms - ahead.count()) < 1'500);
}

TEST_CASE("diagnosis: the Date of whoever answers is believed for words only, and only when it is far off") {
  const WallTime now = from_ms(1'795'140'000'000);
  const auto expired = unreachable("tls_expired", "certificate has expired");
  const auto answer = [&](Millis off) {
    net::Reply r;
    r.status = 200;
    r.date = now + off;
    return Result<net::Reply>(r);
  };
  CHECK(sync::diagnosed(expired, answer(Millis{60'000}), now).fault.code == "tls_expired");
  CHECK(sync::diagnosed(expired, answer(std::chrono::hours(-1)), now).fault.code == "clock_wrong");
  CHECK(sync::diagnosed(unreachable("tls_unknown_ca"), answer(std::chrono::hours(5)), now).fault.code ==
        "tls_unknown_ca");
  CHECK(sync::diagnosed(expired, unreachable("timeout"), now).fault.code == "tls_expired");
  CHECK(sync::diagnosed(unreachable("certificate_expired"), answer(std::chrono::hours(5)), now).fault.code ==
        "certificate_expired");
}
