// The server and client against each other and against a raw socket that does not behave. Loopback and Unix sockets
// only.
#include "net_kit.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::net;
using namespace kiosk::test_net;

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
  CHECK(std::abs(to_ms(*r->date) - to_ms(kiosk::test::real_clock().now())) < 5'000);
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
