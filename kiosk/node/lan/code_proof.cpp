#include "node/lan/code_proof.h"

#include "base/crypto/crypto.h"

namespace kiosk::lan {
namespace {

Bytes proof(std::string_view what, std::string_view code, std::string_view pem, std::string_view ca_pem) {
  const auto key = crypto::hash(as_bytes(code));
  const auto ca = crypto::hash(as_bytes(ca_pem));
  Bytes said(as_bytes(what).begin(), as_bytes(what).end());
  said.insert(said.end(), ca.begin(), ca.end());
  said.insert(said.end(), as_bytes(pem).begin(), as_bytes(pem).end());
  const auto sealed = crypto::keyed_hash(key, said);
  return {sealed.begin(), sealed.end()};
}

}  // namespace

std::string code_id(std::string_view secret) { return std::string(secret.substr(0, 5)); }
Bytes prove_request(std::string_view code, std::string_view csr_pem, std::string_view ca_pem) {
  return proof("kiosk join request", code, csr_pem, ca_pem);
}
Bytes prove_answer(std::string_view code, std::string_view certificate_pem, std::string_view ca_pem) {
  return proof("kiosk join answer", code, certificate_pem, ca_pem);
}

}  // namespace kiosk::lan
