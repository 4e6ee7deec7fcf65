#include "base/endpoint.h"

#include <algorithm>
#include <charconv>

namespace kiosk {

namespace {
bool is_space(char c) { return static_cast<unsigned char>(c) <= 0x20; }

// Digits, colons, dots, and after a percent sign the zone. Whether it is an address the system says.
bool looks_like_ipv6(std::string_view host) {
  const auto zone = host.find('%');
  const auto address = host.substr(0, zone);
  if (zone != std::string_view::npos && zone + 1 == host.size()) return false;
  if (std::count(address.begin(), address.end(), ':') < 2) return false;
  return std::all_of(address.begin(), address.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
  });
}
}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text, std::optional<int> default_port) {
  if (std::any_of(text.begin(), text.end(), is_space)) return std::nullopt;
  std::string_view host = text, rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (!looks_like_ipv6(host) || (!rest.empty() && rest[0] != ':')) return std::nullopt;
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    rest = text.substr(colon);
  }
  if (host.find_first_of("[]/@") != std::string_view::npos) return std::nullopt;
  if (rest.empty()) {
    if (!default_port) return std::nullopt;
    return Endpoint{std::string(host), *default_port};
  }
  rest.remove_prefix(1);
  int port = -1;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  if (error != std::errc{} || end != rest.data() + rest.size() || port < 0 || port > 65535) return std::nullopt;
  return Endpoint{std::string(host), port};
}

std::string str(const Endpoint& e) {
  const bool ipv6 = e.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + e.host + "]" : e.host) + ":" + std::to_string(e.port);
}

}  // namespace kiosk
