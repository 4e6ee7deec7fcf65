#include "base/net/pki.h"

#include <doctest/doctest.h>

using namespace kiosk;
using namespace kiosk::net;

namespace {
const WallTime from = from_ms(1'750'000'000'000), until = from_ms(1'790'000'000'000);
const std::string urn = std::string(event_key_urn) + std::string(64, 'a');
}  // namespace

TEST_CASE("pki: a request carries the event key, and the certificate only what the authority wishes") {
  const Authority ca = make_authority("KIOSK CA", from, until).value();
  const SecretString key = make_key();
  const std::string csr = make_csr(key, "my own idea", {urn, "urn:kiosk:admin"}).value();
  const auto facts = read_csr(csr);
  REQUIRE(facts.ok());
  CHECK(facts->common_name == "my own idea");
  REQUIRE(facts->uris.size() == 2);
  CHECK(facts->uris[0] == urn);
  CertificateWish wish{"0123456789abcdef", false, {}, {urn}, from, until};
  const std::string cert = sign_csr(ca, csr, wish).value();
  const auto c = read_certificate(cert);
  REQUIRE(c.ok());
  CHECK(c->common_name == "0123456789abcdef");
  CHECK(c->uris == std::vector<std::string>{urn});
  CHECK(c->not_before == from);
  CHECK(c->not_after == until);
  CHECK(c->serial.size() == 32);
  CHECK(key_matches(key, cert));
  CHECK(!key_matches(make_key(), cert));
  CHECK(read_certificate(ca.certificate_pem)->fingerprint != c->fingerprint);
}

TEST_CASE("pki: two authorities of one name have different fingerprints") {
  const auto a = read_certificate(make_authority("CA", from, until)->certificate_pem);
  const auto b = read_certificate(make_authority("CA", from, until)->certificate_pem);
  CHECK(a->fingerprint != b->fingerprint);
}

TEST_CASE("pki: a request that is damaged, of another curve or not its own is refused by code") {
  CHECK(read_csr("").fault().code == "csr_unreadable");
  CHECK(read_csr(std::string(20'000, 'x')).fault().code == "csr_unreadable");
  std::string csr = make_csr(make_key(), "n", {urn}).value();
  std::string hurt = csr;
  auto at = hurt.size() - 60;  // within the signature
  hurt[at] = hurt[at] == 'A' ? 'B' : 'A';
  const auto r = read_csr(hurt);
  REQUIRE(!r.ok());
  CHECK((r.fault().code == "csr_signature" || r.fault().code == "csr_unreadable"));
  CHECK(r.fault().field == "csr_pem");
  CHECK(make_csr(SecretString("no key"), "n", {}).fault().code == "key_unreadable");
  CHECK(read_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").fault().code ==
        "certificate_unreadable");
}

TEST_CASE("pki: a comma in a name cannot add another name") {
  const Authority ca = make_authority("CA", from, until).value();
  const SecretString key = make_key();
  const std::string csr = make_csr(key, "n", {}).value();
  CertificateWish wish{"n", false, {}, {"urn:x,URI:urn:kiosk:admin"}, from, until};
  const auto c = read_certificate(sign_csr(ca, csr, wish).value());
  CHECK(c->uris == std::vector<std::string>{"urn:x,URI:urn:kiosk:admin"});
}
