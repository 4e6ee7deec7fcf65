// PIN verifiers. The text form is libsodium's: $argon2id$v=19$m=KIB,t=PASSES,p=1$salt$hash.
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "base/crypto/crypto.h"

namespace kiosk::crypto {
namespace {
constexpr unsigned k_max_memory_kib = 256 * 1024;
constexpr unsigned k_max_passes = 8;

// The PIN never reaches Argon2id bare: without the pepper a stolen verifier cannot be guessed, however short the PIN.
SecretString peppered(const SecretString& pin, const Key& pepper) {
  Hash h = keyed_hash(pepper.reveal(), as_bytes(pin.reveal()));
  SecretString out(to_hex(h));
  wipe(h.data(), h.size());
  return out;
}

bool within_bounds(std::string_view verifier) {
  constexpr std::string_view head = "$argon2id$v=19$m=";
  if (verifier.size() >= crypto_pwhash_STRBYTES || !verifier.starts_with(head)) return false;
  const char* end = verifier.data() + verifier.size();
  unsigned memory = 0, passes = 0;
  const auto m = std::from_chars(verifier.data() + head.size(), end, memory);
  if (m.ec != std::errc() || end - m.ptr < 3 || std::string_view(m.ptr, 3) != ",t=") return false;
  const auto t = std::from_chars(m.ptr + 3, end, passes);
  return t.ec == std::errc() && memory <= k_max_memory_kib && passes <= k_max_passes;
}
}  // namespace

std::string make_pin_verifier(const SecretString& pin, const Key& pepper, PinCost cost) {
  const auto input = peppered(pin, pepper);
  const auto passes = std::clamp(cost.passes, 1u, k_max_passes);
  const auto memory = static_cast<std::size_t>(std::clamp(cost.memory_kib, 8u, k_max_memory_kib)) * 1024;
  char out[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(out, input.reveal().data(), input.reveal().size(), passes, memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    std::abort();  // out of memory: no verifier is better than a weak one
  return out;
}

bool check_pin(const SecretString& pin, const Key& pepper, std::string_view verifier) {
  if (!within_bounds(verifier)) return false;
  char text[crypto_pwhash_STRBYTES] = {};
  std::memcpy(text, verifier.data(), verifier.size());
  const auto input = peppered(pin, pepper);
  return crypto_pwhash_str_verify(text, input.reveal().data(), input.reveal().size()) == 0;
}

}  // namespace kiosk::crypto
