#include "base/crypto/crypto.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "base/log.h"

namespace kiosk::crypto {
namespace {
constexpr std::size_t k_key = 32;
constexpr std::size_t k_nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t k_tag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(sizeof(crypto_generichash_state) <= 384 && alignof(crypto_generichash_state) <= 64);

crypto_generichash_state* state(unsigned char* p) {
  return std::launder(reinterpret_cast<crypto_generichash_state*>(p));
}

void must(bool ok, const char* what) {
  if (ok) return;
  log::error("crypto: libsodium refused what cannot fail", {{"what", what}});
  std::abort();
}

Bytes random_bytes(std::size_t n) {
  Bytes b(n);
  randombytes_buf(b.data(), n);
  return b;
}
}  // namespace

void init() { must(sodium_init() >= 0, "sodium_init"); }

Hash hash(ByteView data) {
  Hash h;
  crypto_generichash(h.data(), h.size(), data.data(), data.size(), nullptr, 0);
  return h;
}

Hash keyed_hash(ByteView key, ByteView data) {
  Hash h;
  must(crypto_generichash(h.data(), h.size(), data.data(), data.size(), key.data(), key.size()) == 0, "keyed hash");
  return h;
}

Hasher::Hasher() {
  new (state_) crypto_generichash_state;
  crypto_generichash_init(state(state_), nullptr, 0, 32);
}
Hasher::~Hasher() { wipe(state_, sizeof state_); }
Hasher& Hasher::add(ByteView part) {
  crypto_generichash_update(state(state_), part.data(), part.size());
  return *this;
}
Hash Hasher::finish() {
  Hash h;
  crypto_generichash_final(state(state_), h.data(), h.size());
  return h;
}

Key Key::random() { return Key(SecretBytes(random_bytes(k_key))); }

Result<Key> Key::from_bytes(ByteView bytes) {
  if (bytes.size() != k_key) return damaged("seal_broken", "a key has 32 bytes");
  return Key(SecretBytes(Bytes(bytes.begin(), bytes.end())));
}

Bytes Key::seal(ByteView plain, ByteView context) const {
  Bytes out(k_nonce + plain.size() + k_tag);
  randombytes_buf(out.data(), k_nonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + k_nonce, nullptr, plain.data(), plain.size(), context.data(),
                                             context.size(), nullptr, out.data(), bytes_.reveal().data());
  return out;
}

Result<Bytes> Key::open(ByteView sealed, ByteView context) const {
  if (sealed.size() < k_nonce + k_tag) return damaged("seal_broken", "shorter than a seal");
  Bytes out(sealed.size() - k_nonce - k_tag);
  const auto body = sealed.subspan(k_nonce);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out.data(), nullptr, nullptr, body.data(), body.size(), context.data(),
                                                 context.size(), sealed.data(), bytes_.reveal().data()) != 0) {
    wipe(out);
    return damaged("seal_broken", "changed, moved, or sealed with another key");
  }
  return out;
}

Bytes Key::wrap(const Key& inner, ByteView context) const { return seal(inner.reveal(), context); }

Result<Key> Key::unwrap(ByteView sealed, ByteView context) const {
  TRY(auto raw, open(sealed, context));
  const SecretBytes secret(std::move(raw));
  return from_bytes(secret.reveal());
}

Hash Key::blind_index(std::string_view text) const { return keyed_hash(bytes_.reveal(), as_bytes(text)); }

SigningKey SigningKey::random() {
  SecretBytes seed(random_bytes(crypto_sign_SEEDBYTES));
  return from_seed(seed.reveal()).value();
}

Result<SigningKey> SigningKey::from_seed(ByteView seed32) {
  if (seed32.size() != crypto_sign_SEEDBYTES) return damaged("seal_broken", "a signing seed has 32 bytes");
  SigningKey k;
  Bytes secret(crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(k.public_.data(), secret.data(), seed32.data());
  k.secret_ = SecretBytes(std::move(secret));
  return k;
}

Signature SigningKey::sign(ByteView data) const {
  Signature s;
  crypto_sign_detached(s.data(), nullptr, data.data(), data.size(), secret_.reveal().data());
  return s;
}

Bytes SigningKey::seed() const {
  const auto& s = secret_.reveal();  // libsodium keeps the seed in front of the public key
  return Bytes(s.begin(), s.begin() + crypto_sign_SEEDBYTES);
}

SigningKey SigningKey::clone() const {
  SigningKey k;
  k.secret_ = secret_.clone();
  k.public_ = public_;
  return k;
}

bool verify(const PublicKey& key, ByteView data, const Signature& signature) {
  return crypto_sign_verify_detached(signature.data(), data.data(), data.size(), key.data()) == 0;
}

BoxKey BoxKey::random() {
  SecretBytes secret(random_bytes(crypto_scalarmult_SCALARBYTES));
  return from_bytes(secret.reveal()).value();
}

Result<BoxKey> BoxKey::from_bytes(ByteView secret32) {
  if (secret32.size() != crypto_scalarmult_SCALARBYTES) return damaged("seal_broken", "a box key has 32 bytes");
  BoxKey k;
  k.secret_ = SecretBytes(Bytes(secret32.begin(), secret32.end()));
  must(crypto_scalarmult_base(k.public_.data(), secret32.data()) == 0, "scalarmult base");
  return k;
}

BoxKey BoxKey::clone() const {
  BoxKey k;
  k.secret_ = secret_.clone();
  k.public_ = public_;
  return k;
}

Result<Key> BoxKey::shared_with(const PublicKey& other) const {
  std::uint8_t q[crypto_scalarmult_BYTES];
  if (crypto_scalarmult(q, secret_.reveal().data(), other.data()) != 0) return refused("weak_key", "X25519 gave zero");
  // Both public keys are bound, in an order that both sides know.
  const auto& [low, high] = std::minmax(public_, other);
  const Hash h = Hasher().add(as_bytes("kiosk-shared-1")).add(q).add(low).add(high).finish();
  wipe(q, sizeof q);
  return Key::from_bytes(h);
}

}  // namespace kiosk::crypto
