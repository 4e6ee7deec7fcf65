// A CA with a server's and a client's certificate, for tests over loopback.
#pragma once
#include <string>

#include "base/net/http.h"
#include "base/net/pki.h"
#include "tests/support/wait_until.h"

namespace kiosk::net {

inline const WallTime now = test::real_clock().now();  // certificates are checked by OpenSSL against the system's clock
inline const auto day = std::chrono::hours(24);

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

}  // namespace kiosk::net
