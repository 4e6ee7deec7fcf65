// HOST:PORT, one form for printers, listeners and addresses of servers.
#include "base/endpoint.h"

#include <doctest/doctest.h>

using namespace kiosk;

TEST_CASE("endpoint: names, IPv4, IPv6 in brackets with and without a zone") {
  const struct {
    const char *text, *host;
    int port;
  } good[] = {{"[::1]:9100", "::1", 9100},
              {"[fe80::1%eth0]:9100", "fe80::1%eth0", 9100},
              {"[2001:db8::7]", "2001:db8::7", 80},
              {"[::ffff:10.0.0.1]:1", "::ffff:10.0.0.1", 1},
              {"192.168.1.50:9100", "192.168.1.50", 9100},
              {"printer-2.branch.lan:0", "printer-2.branch.lan", 0},
              {"kiosk", "kiosk", 80},
              {":9100", "", 9100}};
  for (const auto& g : good) {
    CAPTURE(g.text);
    const auto e = parse_endpoint(g.text, 80);
    REQUIRE(e);
    CHECK(e->host == g.host);
    CHECK(e->port == g.port);
    CHECK(parse_endpoint(str(*e))->host == g.host);
  }
  for (const char* bad : {"::1:9100", "[::1:9100", "[::1]9100", "[]:1", "[host]:1", "[::1%]:1", "host:", "host:x",
                          "host:65536", "host:-1", "a b:1", "host:1 ", "host:1:2", "user@host:1", "host/x:1"}) {
    CAPTURE(bad);
    CHECK(!parse_endpoint(bad, 80));
  }
  CHECK(!parse_endpoint("kiosk"));  // no port, and none to fall back to
}
