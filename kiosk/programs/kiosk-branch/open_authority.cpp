#include "programs/kiosk-branch/open_authority.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <unistd.h>

#include <algorithm>

#include "base/endpoint.h"
#include "node/branch/outgoing.h"

namespace kiosk::programs {
namespace {

constexpr const char* k_certificate = "lan.ca";
constexpr const char* k_key = "lan.ca_key";

}  // namespace

Result<std::unique_ptr<lan::LanTerminalAuthority>> open_terminal_authority(store::Store& store,
                                                                           const Settings& settings, const Clock& clock,
                                                                           Random& random) {
  if (settings.lan_listen.empty()) return std::unique_ptr<lan::LanTerminalAuthority>();
  branch::Outgoing notes(store);
  net::Authority ca;
  TRY(ca.certificate_pem, notes.note(k_certificate));
  if (ca.certificate_pem.empty()) {
    TRY(ca, lan::make_terminal_ca(store.identity().node, clock.now()));
    TRY_DONE(notes.set_notes({{k_certificate, ca.certificate_pem}}, {{k_key, &ca.key_pem}}));
  } else {
    TRY(ca.key_pem, notes.secret_note(k_key));
  }
  return std::make_unique<lan::LanTerminalAuthority>(std::move(ca), clock, random);
}

std::vector<std::string> names_of_machine(const Settings& settings) {
  std::vector<std::string> names = settings.lan_names;
  const auto where = parse_endpoint(settings.lan_listen);
  const std::string host = where ? where->host : "";
  if (!host.empty() && host != "0.0.0.0" && host != "::") names.push_back(host);
  char own[256] = {};
  if (::gethostname(own, sizeof own - 1) == 0 && *own) names.emplace_back(own);
  names.emplace_back("localhost");
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) == 0) {
    for (const ifaddrs* i = all; i; i = i->ifa_next) {
      char text[INET6_ADDRSTRLEN] = {};
      if (!i->ifa_addr) continue;
      if (i->ifa_addr->sa_family == AF_INET)
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(i->ifa_addr)->sin_addr, text, sizeof text);
      if (i->ifa_addr->sa_family == AF_INET6)
        ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(i->ifa_addr)->sin6_addr, text, sizeof text);
      if (*text) names.emplace_back(text);
    }
    ::freeifaddrs(all);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace kiosk::programs
