#include "base/net/pki.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <memory>

namespace kiosk::net {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertPtr = std::unique_ptr<X509, Deleter<X509_free>>;
using ReqPtr = std::unique_ptr<X509_REQ, Deleter<X509_REQ_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using ExtPtr = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;
struct ExtensionsFree {
  void operator()(STACK_OF(X509_EXTENSION) * s) const { sk_X509_EXTENSION_pop_free(s, X509_EXTENSION_free); }
};
using ExtensionsPtr = std::unique_ptr<STACK_OF(X509_EXTENSION), ExtensionsFree>;

// OpenSSL out of memory or misused: nothing sensible can follow.
void must(bool ok) {
  if (!ok) std::abort();
}

BioPtr reading(std::string_view text) { return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }
std::string drained(BIO* b) {
  char* data = nullptr;
  const long n = BIO_get_mem_data(b, &data);
  return {data, static_cast<std::size_t>(n)};
}

KeyPtr read_key(const SecretString& pem) {
  const auto bio = reading(pem.reveal());
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return key;
}

std::string pem_of(X509* cert) {
  BioPtr out(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(out.get(), cert) == 1);
  return drained(out.get());
}

std::string common_name_of(X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (n < 0) return {};
  std::string text(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(n));
  OPENSSL_free(utf8);
  return text;
}

std::vector<std::string> uris_of(const GENERAL_NAMES* names) {
  std::vector<std::string> uris;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* n = sk_GENERAL_NAME_value(names, i);
    if (n->type != GEN_URI) continue;
    const auto* s = n->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(s)),
                      static_cast<std::size_t>(ASN1_STRING_length(s)));
  }
  return uris;
}

void set_name(X509_NAME* name, const std::string& common_name) {
  must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.data()),
                                  static_cast<int>(common_name.size()), -1, 0) == 1);
}

// The alternative names are built as values, not through OpenSSL's configuration syntax, where a comma would start
// another.
ExtPtr alternative_names(const std::vector<std::string>& names, const std::vector<std::string>& uris) {
  NamesPtr all(sk_GENERAL_NAME_new_null());
  const auto add_text = [&](int type, const std::string& text) {
    GENERAL_NAME* g = GENERAL_NAME_new();
    ASN1_IA5STRING* s = ASN1_IA5STRING_new();
    must(g && s && ASN1_STRING_set(s, text.data(), static_cast<int>(text.size())) == 1);
    GENERAL_NAME_set0_value(g, type, s);
    must(sk_GENERAL_NAME_push(all.get(), g) > 0);
  };
  for (const std::string& n : names) {
    unsigned char ip[16];
    const int size = inet_pton(AF_INET, n.c_str(), ip) == 1 ? 4 : inet_pton(AF_INET6, n.c_str(), ip) == 1 ? 16 : 0;
    if (size == 0) {
      add_text(GEN_DNS, n);
      continue;
    }
    GENERAL_NAME* g = GENERAL_NAME_new();
    ASN1_OCTET_STRING* s = ASN1_OCTET_STRING_new();
    must(g && s && ASN1_OCTET_STRING_set(s, ip, size) == 1);
    GENERAL_NAME_set0_value(g, GEN_IPADD, s);
    must(sk_GENERAL_NAME_push(all.get(), g) > 0);
  }
  for (const std::string& u : uris) add_text(GEN_URI, u);
  return ExtPtr(X509V3_EXT_i2d(NID_subject_alt_name, 0, all.get()));
}

void add_extension(X509* cert, X509* issuer, int nid, const char* value) {
  X509V3_CTX ctx;
  X509V3_set_ctx_nodb(&ctx);
  X509V3_set_ctx(&ctx, issuer, cert, nullptr, nullptr, 0);
  const ExtPtr e(X509V3_EXT_conf_nid(nullptr, &ctx, nid, value));
  must(e != nullptr && X509_add_ext(cert, e.get(), -1) == 1);
}

void set_time(ASN1_TIME* t, WallTime when) {
  must(ASN1_TIME_set(t, static_cast<time_t>(to_ms(when) / 1000)) != nullptr);
}

WallTime time_of(const ASN1_TIME* t) {
  std::tm tm{};
  if (ASN1_TIME_to_tm(t, &tm) != 1) return {};
  return from_ms(static_cast<std::int64_t>(timegm(&tm)) * 1000);
}

CertPtr new_certificate(EVP_PKEY* public_key, const std::string& common_name, WallTime from, WallTime until) {
  CertPtr cert(X509_new());
  must(cert != nullptr && X509_set_version(cert.get(), 2) == 1);
  unsigned char serial[16];
  must(RAND_bytes(serial, sizeof serial) == 1);
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40);  // positive, of constant length
  std::unique_ptr<BIGNUM, Deleter<BN_free>> n(BN_bin2bn(serial, sizeof serial, nullptr));
  must(BN_to_ASN1_INTEGER(n.get(), X509_get_serialNumber(cert.get())) != nullptr);
  set_name(X509_get_subject_name(cert.get()), common_name);
  set_time(X509_getm_notBefore(cert.get()), from);
  set_time(X509_getm_notAfter(cert.get()), until);
  must(X509_set_pubkey(cert.get(), public_key) == 1);
  return cert;
}

CertPtr read_cert(std::string_view pem) {
  const auto bio = reading(pem);
  CertPtr cert(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return cert;
}

bool is_p256(EVP_PKEY* key) {
  char group[32] = {};
  return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1 && std::string_view(group) == "prime256v1";
}

Result<ReqPtr> checked_request(std::string_view pem) {
  if (pem.size() > 16'384) return bad_input("csr_unreadable", "csr_pem", "at most 16 KiB");
  const auto bio = reading(pem);
  ReqPtr req(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!req) return bad_input("csr_unreadable", "csr_pem", "a PKCS#10 request in PEM");
  EVP_PKEY* key = X509_REQ_get0_pubkey(req.get());
  if (!is_p256(key)) return bad_input("csr_key", "csr_pem", "a key on the curve P-256");
  if (X509_REQ_verify(req.get(), key) != 1) {
    ERR_clear_error();
    return bad_input("csr_signature", "csr_pem", "signed by its own key");
  }
  return req;
}

}  // namespace

SecretString make_key() {
  const KeyPtr key(EVP_EC_gen("P-256"));
  must(key != nullptr);
  BioPtr out(BIO_new(BIO_s_secmem()));
  must(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return SecretString(drained(out.get()));
}

Result<Authority> make_authority(const std::string& common_name, WallTime not_before, WallTime not_after) {
  Authority ca;
  ca.key_pem = make_key();
  const KeyPtr key = read_key(ca.key_pem);
  const CertPtr cert = new_certificate(key.get(), common_name, not_before, not_after);
  must(X509_set_issuer_name(cert.get(), X509_get_subject_name(cert.get())) == 1);
  add_extension(cert.get(), cert.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(cert.get(), cert.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(cert.get(), cert.get(), NID_subject_key_identifier, "hash");
  must(X509_sign(cert.get(), key.get(), EVP_sha256()) != 0);
  ca.certificate_pem = pem_of(cert.get());
  return ca;
}

Result<std::string> make_csr(const SecretString& key_pem, const std::string& common_name,
                             const std::vector<std::string>& uris) {
  const KeyPtr key = read_key(key_pem);
  if (!key) return bad_input("key_unreadable", "key_pem");
  const ReqPtr req(X509_REQ_new());
  must(req != nullptr && X509_REQ_set_version(req.get(), 0) == 1);
  set_name(X509_REQ_get_subject_name(req.get()), common_name);
  must(X509_REQ_set_pubkey(req.get(), key.get()) == 1);
  if (!uris.empty()) {
    const ExtensionsPtr list(sk_X509_EXTENSION_new_null());
    ExtPtr san = alternative_names({}, uris);
    must(san != nullptr && sk_X509_EXTENSION_push(list.get(), san.release()) > 0);
    must(X509_REQ_add_extensions(req.get(), list.get()) == 1);
  }
  must(X509_REQ_sign(req.get(), key.get(), EVP_sha256()) != 0);
  BioPtr out(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509_REQ(out.get(), req.get()) == 1);
  return drained(out.get());
}

Result<CsrFacts> read_csr(std::string_view csr_pem) {
  TRY(const ReqPtr req, checked_request(csr_pem));
  CsrFacts facts;
  facts.common_name = common_name_of(X509_REQ_get_subject_name(req.get()));
  const ExtensionsPtr list(X509_REQ_get_extensions(req.get()));
  if (list) {
    const NamesPtr names(
        static_cast<GENERAL_NAMES*>(X509V3_get_d2i(list.get(), NID_subject_alt_name, nullptr, nullptr)));
    facts.uris = uris_of(names.get());
  }
  ERR_clear_error();
  return facts;
}

Result<std::string> sign_csr(const Authority& ca, std::string_view csr_pem, const CertificateWish& wish) {
  TRY(const ReqPtr req, checked_request(csr_pem));
  const KeyPtr ca_key = read_key(ca.key_pem);
  if (!ca_key) return damaged("key_unreadable", "the CA's key");
  const CertPtr ca_cert = read_cert(ca.certificate_pem);
  if (!ca_cert) return damaged("certificate_unreadable", "the CA's certificate");
  const CertPtr cert =
      new_certificate(X509_REQ_get0_pubkey(req.get()), wish.common_name, wish.not_before, wish.not_after);
  must(X509_set_issuer_name(cert.get(), X509_get_subject_name(ca_cert.get())) == 1);
  add_extension(cert.get(), ca_cert.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(cert.get(), ca_cert.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(cert.get(), ca_cert.get(), NID_ext_key_usage, wish.server ? "serverAuth" : "clientAuth");
  add_extension(cert.get(), ca_cert.get(), NID_authority_key_identifier, "keyid");
  if (!wish.names.empty() || !wish.uris.empty()) {
    const ExtPtr san = alternative_names(wish.names, wish.uris);
    must(san != nullptr && X509_add_ext(cert.get(), san.get(), -1) == 1);
  }
  must(X509_sign(cert.get(), ca_key.get(), EVP_sha256()) != 0);
  return pem_of(cert.get());
}

Result<CertificateFacts> read_certificate(std::string_view pem) {
  const CertPtr cert = read_cert(pem);
  if (!cert) return bad_input("certificate_unreadable", "certificate_pem", "an X.509 certificate in PEM");
  CertificateFacts f;
  f.common_name = common_name_of(X509_get_subject_name(cert.get()));
  const NamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(cert.get(), NID_subject_alt_name, nullptr, nullptr)));
  f.uris = uris_of(names.get());
  const ASN1_INTEGER* serial = X509_get0_serialNumber(cert.get());
  f.serial = to_hex({ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial))});
  f.not_before = time_of(X509_get0_notBefore(cert.get()));
  f.not_after = time_of(X509_get0_notAfter(cert.get()));
  unsigned int n = 0;
  must(X509_digest(cert.get(), EVP_sha256(), f.fingerprint.data(), &n) == 1 && n == f.fingerprint.size());
  ERR_clear_error();
  return f;
}

bool issued_by(std::string_view ca_pem, std::string_view certificate_pem) {
  const CertPtr ca = read_cert(ca_pem), cert = read_cert(certificate_pem);
  EVP_PKEY* key = ca ? X509_get0_pubkey(ca.get()) : nullptr;
  const bool ok = cert && key && X509_verify(cert.get(), key) == 1;
  ERR_clear_error();
  return ok;
}

bool key_matches(const SecretString& key_pem, std::string_view certificate_pem) {
  const KeyPtr key = read_key(key_pem);
  const CertPtr cert = read_cert(certificate_pem);
  const bool ok = key && cert && X509_check_private_key(cert.get(), key.get()) == 1;
  ERR_clear_error();
  return ok;
}

}  // namespace kiosk::net
