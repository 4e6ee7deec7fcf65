// HOST:PORT as people write it, for every place that takes one: a name, an IPv4 address, or an IPv6 address in brackets
// with an optional zone ("[::1]:9100", "[fe80::1%eth0]:9100"). An IPv6 address without brackets is refused: its last
// group would be taken for the port. Pure. Source: RFC 3986 section 3.2.2, RFC 4007 section 11 for zones.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace kiosk {

struct Endpoint {
  std::string host;  // without brackets, as getaddrinfo takes it; empty: every address of this machine
  int port = 0;      // 0 to 65535
};

// Nothing: not of this form. Without a port `default_port` is taken; none: a port must be there.
std::optional<Endpoint> parse_endpoint(std::string_view text, std::optional<int> default_port = std::nullopt);

// "[::1]:9100", "kiosk:9100"
std::string str(const Endpoint& e);

}  // namespace kiosk
