// Who speaks and where: mutual TLS, Unix sockets, addresses, and centres that cannot be reached.
#include "net_kit.h"

using namespace kiosk;
using namespace kiosk::net;
using namespace kiosk::test_net;

TEST_CASE("net: mutual TLS names the peer; a route that needs a certificate refuses those without") {
  const Pki pki;
  Server::Options o = plain();
  o.tls = &pki.server;
  Running s(std::move(o));
  Client::Options co = to(s.port);
  co.base = "https://127.0.0.1:" + std::to_string(s.port);
  SUBCASE("with its certificate, also on the second connection with a resumed session") {
    co.tls = &pki.client;
    for (int i = 0; i < 3; ++i) {
      Client c(co);
      const auto r = c.send(post("/mutual", "12345"));
      REQUIRE_MESSAGE(r.ok(), code_of(r));
      CHECK(r->body == "POST /mutual 5 node urn:kiosk:node:node");
    }
  }
  SUBCASE("without one the open routes work and the others say what is missing") {
    TlsIdentity trust;
    trust.ca_pem = pki.ca.certificate_pem;
    co.tls = &trust;
    Client c(co);
    CHECK(c.send(get("/echo"))->body == "GET /echo 0 nobody");
    const auto r = c.send(post("/mutual", "1"));
    REQUIRE(r.ok());
    CHECK(r->status == 403);
    CHECK(r->body.find("certificate_needed") != std::string::npos);
  }
  SUBCASE("a server of another CA is tls_unknown_ca, and the reason is given") {
    const Authority other = make_authority("other CA", now - day, now + day).value();
    TlsIdentity trust;
    trust.ca_pem = other.certificate_pem;
    co.tls = &trust;
    const auto r = Client(co).send(get("/echo"));
    REQUIRE(!r.ok());
    CHECK(r.fault().code == "tls_unknown_ca");
    CHECK(r.fault().detail.find("certificate") != std::string::npos);
    co.verify = false;  // the first contact, before the CA is known
    CHECK(Client(co).send(get("/echo"))->status == 200);
  }
  SUBCASE("a name that the certificate does not carry is tls_wrong_name") {
    co.tls = &pki.client;
    co.base = "https://127.0.0.2:" + std::to_string(s.port);
    Server::Options wide;
    wide.listen = "0.0.0.0:0";
    wide.tls = &pki.server;
    Running w(std::move(wide));
    co.base = "https://127.0.0.2:" + std::to_string(w.port);
    const auto r = Client(co).send(get("/echo"));
    CHECK(code_of(r) == "tls_wrong_name");
  }
  SUBCASE("a client certificate of another CA, or one out of time, is refused by name") {
    const Pki stranger;
    TlsIdentity id = stranger.leaf(false, "stranger", now + day);
    id.ca_pem = pki.ca.certificate_pem;
    co.tls = &id;
    CHECK(code_of(Client(co).send(post("/mutual", "1"))) == "certificate_refused");
    TlsIdentity old = pki.leaf(false, "old", now - std::chrono::hours(1));
    co.tls = &old;
    const auto r = Client(co).send(post("/mutual", "1"));
    CHECK(code_of(r) == "certificate_expired");
    CHECK(r.fault().detail.find("expired") != std::string::npos);
  }
  SUBCASE("plain HTTP to a TLS port is refused, and TLS to a plain port too") {
    Client::Options wrong = to(s.port);
    CHECK(!Client(wrong).send(get("/echo")).ok());
    Running p(plain());
    Client::Options tls_to_plain = co;
    tls_to_plain.base = "https://127.0.0.1:" + std::to_string(p.port);
    CHECK(code_of(Client(tls_to_plain).send(get("/echo"))) == "tls_refused");
  }
}

TEST_CASE("net: a Unix socket serves below long paths, tells who asks, is private, and is not shared") {
  const TempDir dir;
  std::string folder = dir.path + "/" + std::string(120, 'f');
  REQUIRE(::mkdir(folder.c_str(), 0700) == 0);
  const std::string path = folder + "/node.sock";
  Server::Options o;
  o.listen = "unix:" + path;
  std::atomic<std::uint32_t> uid = 12345, pid = 0;
  {
    Server s(o);
    s.on({"GET", "/who"}, [&](const Request& q) {
      uid = q.peer.uid.value_or(54321);
      pid = q.peer.pid.value_or(0);
      return Response{};
    });
    REQUIRE(s.start().ok());
    struct stat st {};
    REQUIRE(::stat(path.c_str(), &st) == 0);
    CHECK((st.st_mode & 0777) == 0600);
    Client::Options co;
    co.base = "unix:" + path;
    Client c(co);
    CHECK(c.send(get("/who"))->status == 200);
    CHECK(c.send(get("/who"))->status == 200);
    CHECK(uid == ::getuid());
    CHECK(pid == static_cast<std::uint32_t>(::getpid()));
    Server second(o);
    const auto r = second.start();
    REQUIRE(!r.ok());
    CHECK(r.fault().code == "port_in_use");
    CHECK(c.send(get("/who"))->status == 200);
  }
  Client::Options gone;
  gone.base = "unix:" + path;
  CHECK(code_of(Client(gone).send(get("/who"))) == "refused");
  Server again(o);  // also over what a killed program left behind
  CHECK(again.start().ok());
}

TEST_CASE("net: two servers on one port are refused, and a bad address is named") {
  Running s(plain());
  Server::Options o;
  o.listen = "127.0.0.1:" + std::to_string(s.port);
  Server second(o);
  const auto r = second.start();
  REQUIRE(!r.ok());
  CHECK(r.fault().code == "port_in_use");
  for (const char* bad : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", ":80"}) {
    Server::Options b;
    b.listen = bad;
    const auto f = Server(b).start();
    REQUIRE(!f.ok());
    CHECK(f.fault().code == "address_invalid");
    CHECK(f.fault().field == "listen");
  }
}

TEST_CASE("net: the ways a centre cannot be reached have different codes") {
  Client::Options o;
  o.connect_timeout = Millis{2'000};
  {
    Running s(plain());
    o.base = "http://127.0.0.1:" + std::to_string(s.port);
    CHECK(code_of(Client(o).send(get("/page"))) == "captive_portal");
    CHECK(code_of(Client(o).send(get("/elsewhere"))) == "captive_portal");
    Call page = get("/page");
    page.expect_json = false;
    CHECK(Client(o).send(page)->status == 200);
    Call slow = get("/wait");
    slow.timeout = Millis{100};
    CHECK(code_of(Client(o).send(slow)) == "timeout");
    Client::Options tiny = o;
    tiny.max_body = 1'000;
    CHECK(code_of(Client(tiny).send(get("/big"))) == "bad_reply");
  }
  CHECK(code_of(Client(o).send(get("/echo"))) == "refused");
  o.base = "http://name.invalid:1";
  CHECK(code_of(Client(o).send(get("/"))) == "dns");
}
