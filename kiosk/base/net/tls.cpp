#include "base/net/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/net/pki.h"

namespace kiosk::net {
namespace {

struct BioFree {
  void operator()(BIO* b) const { BIO_free_all(b); }
};
struct X509Free {
  void operator()(X509* c) const { X509_free(c); }
};
using BioPtr = std::unique_ptr<BIO, BioFree>;
using X509Ptr = std::unique_ptr<X509, X509Free>;

X509Ptr read_pem(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

Fault unusable(const std::string& what) { return refused("tls_unusable", what + ": " + last_tls_error()); }

}  // namespace

std::string last_tls_error() {
  const unsigned long e = ERR_get_error();
  ERR_clear_error();
  const char* reason = e ? ERR_reason_error_string(e) : nullptr;
  return reason ? reason : "no reason given";
}

Result<SslCtxPtr> server_context(const TlsIdentity& identity) {
  SslCtxPtr ctx(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_min_proto_version(ctx.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(ctx.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(ctx.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const X509Ptr cert = read_pem(identity.certificate_pem);
  if (!cert || SSL_CTX_use_certificate(ctx.get(), cert.get()) != 1) return unusable("the server's certificate");
  const std::string& key_text = identity.key_pem.reveal();
  const BioPtr key_bio(BIO_new_mem_buf(key_text.data(), static_cast<int>(key_text.size())));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr);
  const bool key_ok = key && SSL_CTX_use_PrivateKey(ctx.get(), key) == 1;
  EVP_PKEY_free(key);
  if (!key_ok) return unusable("the server's key");
  if (SSL_CTX_check_private_key(ctx.get()) != 1) return unusable("key and certificate do not belong together");
  if (!identity.ca_pem.empty()) {
    const X509Ptr ca = read_pem(identity.ca_pem);
    if (!ca || X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx.get()), ca.get()) != 1) return unusable("the CA");
    SSL_CTX_add_client_CA(ctx.get(), ca.get());
    SSL_CTX_set_verify(ctx.get(), SSL_VERIFY_PEER, nullptr);
  }
  // Without it every resumed session with a client certificate fails.
  static constexpr unsigned char session_context[] = "kiosk";
  SSL_CTX_set_session_id_context(ctx.get(), session_context, sizeof session_context - 1);
  ERR_clear_error();
  return ctx;
}

void read_peer(SSL* ssl, Peer& peer) {
  const X509Ptr cert(SSL_get1_peer_certificate(ssl));
  if (!cert || SSL_get_verify_result(ssl) != X509_V_OK) return;
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(out.get(), cert.get()) != 1) return;
  char* data = nullptr;
  const long n = BIO_get_mem_data(out.get(), &data);
  const auto facts = read_certificate({data, static_cast<std::size_t>(n)});
  if (!facts) return;
  peer.certificate = true;
  peer.common_name = facts->common_name;
  peer.uris = facts->uris;
  peer.serial = facts->serial;
}

}  // namespace kiosk::net
