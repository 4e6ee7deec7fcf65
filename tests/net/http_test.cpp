// The server and client against each other and against a raw socket that does not behave. Loopback and Unix sockets
// only.
#include "net/http.h"

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

#include "net/pki.h"

using namespace kiosk;
using namespace kiosk::net;

namespace {

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

const WallTime now = SystemClock().now();  // certificates are checked by OpenSSL against the system's clock
const auto day = std::chrono::hours(24);

struct Pki {
  Authority ca = make_authority("test CA", now - day, now + day * 365).value();
  TlsIdentity server = leaf(true, "centre", now + day);
  TlsIdentity client = leaf(false, "node", now + day);

  TlsIdentity leaf(bool for_server, const std::string& name, WallTime until) const {
    TlsIdentity id;
    id.key_pem = make_key();
    CertificateWish wish;
    wish.common_name = name;
    wish.server = for_server;
    if (for_server) wish.names = {"localhost", "127.0.0.1"};
    if (!for_server) wish.uris = {"urn:kiosk:node:" + name};
    wish.not_before = now - day;
    wish.not_after = until;
    id.certificate_pem = sign_csr(ca, make_csr(id.key_pem, name, {}).value(), wish).value();
    id.ca_pem = ca.certificate_pem;
    return id;
  }
};

Response echo(const Request& q) {
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

Server::Options plain() {
  Server::Options o;
  o.listen = "127.0.0.1:0";
  return o;
}
Client::Options to(int port) {
  Client::Options o;
  o.base = "http://127.0.0.1:" + std::to_string(port);
  return o;
}
Call post(std::string path, std::string body) {
  Call c;
  c.method = "POST";
  c.path = std::move(path);
  c.body = std::move(body);
  return c;
}
Call get(std::string path) {
  Call c;
  c.path = std::move(path);
  return c;
}

// Sends bytes as they are and reads until the server closes.
std::string raw(int port, const std::string& bytes, bool half_close = true) {
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

std::string code_of(const Result<Reply>& r) { return r ? "status " + std::to_string(r->status) : r.fault().code; }

}  // namespace

TEST_CASE("net: a request reaches its route with parts, query and body, on one kept-alive connection") {
  Running s(plain());
  Client c(to(s.port));
  for (int i = 0; i < 300; ++i) {  // more than any default keep-alive count
    const auto r = c.send(post("/echo", std::string(static_cast<std::size_t>(i), 'b')));
    REQUIRE(r.ok());
    CHECK(r->status == 200);
    CHECK(r->body == "POST /echo " + std::to_string(i) + " nobody");
  }
  Call put;
  put.method = "PUT";
  put.path = "/things/ab%20c?offset=" + escape("1 2&3");
  const auto r = c.send(put);
  REQUIRE(r.ok());
  CHECK(r->body == "\"ab c|1 2&3\"");
  REQUIRE(r->date.has_value());
  CHECK(std::abs(to_ms(*r->date) - to_ms(SystemClock().now())) < 5'000);
}

TEST_CASE("net: large answers and bodies travel packed, small ones as they are") {
  Running s(plain());
  Client c(to(s.port));
  const auto r = c.send(get("/big"));
  REQUIRE(r.ok());
  CHECK(r->body.size() == 300'002);
  CHECK(r->headers.at("content-encoding") == "zstd");
  Call p = post("/echo", std::string(500'000, 'z'));
  p.compress = true;
  const auto q = c.send(p);
  REQUIRE(q.ok());
  CHECK(q->body == "POST /echo 500000 nobody");
  CHECK(c.send(get("/echo"))->headers.count("content-encoding") == 0);
}

TEST_CASE("net: a body over the limit is refused, plain, packed or chunked, and the next request works") {
  Running s(plain());
  Client c(to(s.port));
  const auto large = c.send(post("/echo", std::string((1 << 20) + 1, 'x')));
  REQUIRE(large.ok());
  CHECK(large->status == 413);
  CHECK(large->body.find("body_too_large") != std::string::npos);
  CHECK(large->body.find("\"field\":\"body\"") != std::string::npos);
  Call bomb = post("/echo", std::string(64u << 20, '\0'));  // a few KiB packed
  bomb.compress = true;
  const auto b = c.send(bomb);
  REQUIRE(b.ok());
  CHECK(b->status == 413);
  CHECK(c.send(post("/large", std::string(2u << 20, 'x')))->status == 200);
  CHECK(c.send(post("/echo", "ok"))->status == 200);
  std::string chunked = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunked += "10000\r\n" + std::string(0x10000, 'y') + "\r\n";
  chunked += "0\r\n\r\n";
  CHECK(raw(s.port, chunked).starts_with("HTTP/1.1 413"));
}

TEST_CASE("net: what is no proper request is refused and never mistaken for another") {
  Running s(plain());
  CHECK(raw(s.port, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 404"));
  CHECK(raw(s.port, "DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 405"));
  CHECK(raw(s.port, "GET /" + std::string(600, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 414"));
  CHECK(raw(s.port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")
            .starts_with("HTTP/1.1 400"));
  CHECK(raw(s.port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello").starts_with("HTTP/1.1 400"));
  CHECK(
      raw(s.port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
          .starts_with("HTTP/1.1 400"));
  CHECK(raw(s.port, "POST /echo HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 411"));
  CHECK(raw(s.port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")
            .starts_with("HTTP/1.1 415"));
  CHECK(raw(s.port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: zstd\r\nContent-Length: 3\r\n\r\nabc")
            .starts_with("HTTP/1.1 400"));
  CHECK(raw(s.port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhello").find(" 200 ") ==
        std::string::npos);
  CHECK(raw(s.port, "complete nonsense\r\n\r\n").find(" 200 ") == std::string::npos);
  // A GET with a body: its body must not be read as the next request.
  const std::string smuggled = raw(
      s.port,
      "GET /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 41\r\n\r\nGET /big HTTP/1.1\r\nHost: smuggled.test\r\n\r\n");
  CHECK(smuggled.starts_with("HTTP/1.1 400"));
  CHECK(smuggled.find("xxxx") == std::string::npos);
  // A head without end.
  CHECK(raw(s.port, "GET /echo HTTP/1.1\r\n" + std::string(100'000, 'h')).find(" 200 ") == std::string::npos);
  std::string many = "GET /echo HTTP/1.1\r\n";
  for (int i = 0; i < 5'000; ++i) many += "X-" + std::to_string(i) + ": yyyyyyyyyy\r\n";
  CHECK(raw(s.port, many + "\r\n").find(" 200 ") == std::string::npos);
  Client c(to(s.port));
  CHECK(c.send(get("/echo"))->status == 200);
}

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
  const SystemClock clock;
  const auto before = clock.steady();
  s.server.stop();
  CHECK(clock.steady() - before < Millis{2'000});
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

TEST_CASE("net: a body that is packed already arrives as it was, and one packed in parts is one") {
  Running s(plain());
  Packer packer;
  std::string whole;
  for (int i = 0; i < 500; ++i) {
    const std::string part(static_cast<std::size_t>(i) * 7 % 900, static_cast<char>('a' + i % 26));
    whole += part;
    packer.add(part);
  }
  Call call = post("/echo", packer.finish());
  call.packed = true;
  CHECK(call.body.size() < whole.size() / 4);
  CHECK(plain_body(call, 1 << 20).value() == whole);
  CHECK(Client(to(s.port)).send(call)->body == "POST /echo " + std::to_string(whole.size()) + " nobody");
}

TEST_CASE("net: Retry-After is understood in seconds and as a date, and never as more than a day") {
  const WallTime then = from_ms(1'795'140'000'000);  // Fri, 20 Nov 2026 02:00:00 GMT
  CHECK(retry_after("120", then) == Millis{120'000});
  CHECK(retry_after("999999999", then) == Millis{86'400'000});
  CHECK(retry_after("Fri, 20 Nov 2026 02:01:00 GMT", then) == Millis{60'000});
  CHECK(retry_after("Fri, 20 Nov 2026 01:00:00 GMT", then) == Millis{0});
  CHECK_FALSE(retry_after("soon", then));
  CHECK_FALSE(retry_after("-5", then));
}

TEST_CASE("net: zstd unpacks what it packed, and refuses what is cut, damaged or too large") {
  const std::string text(100'000, 'q');
  const std::string packed = pack(text);
  CHECK(unpack(packed, 100'000).value() == text);
  CHECK(unpack(packed, 99'999).fault().code == "body_too_large");
  CHECK(unpack(packed.substr(0, packed.size() - 3), 100'000).fault().code == "body_unreadable");
  CHECK(unpack("not zstd", 100'000).fault().code == "body_unreadable");
  CHECK(unpack("", 100).fault().code == "body_unreadable");
  CHECK(unpack(pack(""), 100).value().empty());
}

TEST_CASE("net: a request without a connection meets the routes and the refusals of one that came over the wire") {
  Server::Options o;
  o.max_body = 10;
  Server server(std::move(o));
  server.on({"PUT", "/things/{}", true}, [](const Request& q) {
    Response r;
    r.body = q.parts.at(0) + " " + q.body + " " + q.peer.common_name;
    return r;
  });
  Request q;
  q.method = "PUT";
  q.path = "/things/one";
  q.body = "bytes";
  CHECK(server.handle(q).status == 403);
  q.peer.certificate = true;
  q.peer.common_name = "node";
  CHECK(server.handle(q).body == "one bytes node");
  q.body = "more than ten";
  CHECK(server.handle(q).status == 413);
  q.method = "GET";
  CHECK(server.handle(q).status == 405);
  q.path = "/nothing";
  CHECK(server.handle(q).status == 404);
}
