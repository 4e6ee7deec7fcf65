#include "base/crypto/sha256.h"

#include <sodium.h>

namespace kiosk::crypto {

static_assert(sizeof(crypto_hash_sha256_state) <= 112);
Sha256::Sha256() { crypto_hash_sha256_init(reinterpret_cast<crypto_hash_sha256_state*>(state_)); }
Sha256& Sha256::add(ByteView part) {
  crypto_hash_sha256_update(reinterpret_cast<crypto_hash_sha256_state*>(state_), part.data(), part.size());
  return *this;
}
std::string Sha256::hex() {
  std::uint8_t out[32];
  crypto_hash_sha256_final(reinterpret_cast<crypto_hash_sha256_state*>(state_), out);
  return to_hex(out);
}

std::string sha256_hex(ByteView bytes) { return Sha256().add(bytes).hex(); }

}  // namespace kiosk::crypto
