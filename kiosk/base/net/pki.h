// Certificates of the centre's own CA and of a branch's LAN: EC P-256, made and signed here; keys as PEM text in
// memory. A node's request binds its event-signing key as SAN "urn:kiosk:event-key:<hex>". Thread: any. Errors:
// bad_input csr_unreadable, csr_signature, csr_key, certificate_unreadable, key_unreadable.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace kiosk::net {

inline constexpr std::string_view event_key_urn = "urn:kiosk:event-key:";

struct Authority {
  std::string certificate_pem;
  SecretString key_pem;
};

struct CertificateFacts {
  std::string common_name;
  std::vector<std::string> uris;
  std::string serial;  // hex
  WallTime not_before{}, not_after{};
  std::array<std::uint8_t, 32> fingerprint{};  // SHA-256 of the DER
};

struct CsrFacts {
  std::string common_name;
  std::vector<std::string> uris;
};

struct CertificateWish {
  std::string common_name;
  bool server = false;             // else a client's
  std::vector<std::string> names;  // DNS names or IP addresses, for servers
  std::vector<std::string> uris;
  WallTime not_before{}, not_after{};
};

SecretString make_key();  // EC P-256, PKCS#8 PEM
Result<Authority> make_authority(const std::string& common_name, WallTime not_before, WallTime not_after);
Result<std::string> make_csr(const SecretString& key_pem, const std::string& common_name,
                             const std::vector<std::string>& uris);
Result<CsrFacts> read_csr(std::string_view csr_pem);  // its own signature is checked
// Only the public key is taken from the request: names and rights are what the authority wishes.
Result<std::string> sign_csr(const Authority& ca, std::string_view csr_pem, const CertificateWish& wish);
Result<CertificateFacts> read_certificate(std::string_view pem);
// Its signature is that authority's, whatever its dates.
bool issued_by(std::string_view ca_pem, std::string_view certificate_pem);
bool key_matches(const SecretString& key_pem, std::string_view certificate_pem);

}  // namespace kiosk::net
