// Keys and sealing over libsodium. Thread: any after init(). Errors: damaged seal_broken when a seal does not open.
// Source: libsodium's constructions: XChaCha20-Poly1305 (sealing), BLAKE2b-256 (hash, blind index), Ed25519 (signing),
// X25519 (wrapping for the centre), Argon2id (PIN). Which seals what: kiosk/docs/SECURITY.md.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"

namespace kiosk::crypto {

using Hash = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;
using PublicKey = std::array<std::uint8_t, 32>;

void init();  // once, before anything else; aborts when libsodium cannot start

Hash hash(ByteView data);
class Hasher {  // hash of concatenated parts
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  Hasher& add(ByteView part);
  Hash finish();

 private:
  alignas(64) unsigned char state_[384];
};
Hash keyed_hash(ByteView key, ByteView data);  // key: 16 to 64 bytes

// A 32-byte symmetric key. Sealed form: nonce(24) | ciphertext+tag. `context` is bound, not stored.
class Key {
 public:
  static Key random();
  static Result<Key> from_bytes(ByteView bytes);
  Bytes seal(ByteView plain, ByteView context) const;
  Result<Bytes> open(ByteView sealed, ByteView context) const;
  Bytes wrap(const Key& inner, ByteView context) const;  // a key sealed under this one
  Result<Key> unwrap(ByteView sealed, ByteView context) const;
  Hash blind_index(std::string_view text) const;  // keyed BLAKE2b: equal texts, equal index
  const Bytes& reveal() const { return bytes_.reveal(); }
  Key clone() const { return Key(bytes_.clone()); }

 private:
  explicit Key(SecretBytes b) : bytes_(std::move(b)) {}
  SecretBytes bytes_;
};

class SigningKey {  // Ed25519
 public:
  static SigningKey random();
  static Result<SigningKey> from_seed(ByteView seed32);
  Signature sign(ByteView data) const;
  const PublicKey& public_key() const { return public_; }
  Bytes seed() const;
  SigningKey clone() const;

 private:
  SigningKey() = default;
  SecretBytes secret_;
  PublicKey public_{};
};
bool verify(const PublicKey& key, ByteView data, const Signature& signature);

class BoxKey {  // X25519; shared_with gives the same Key on both sides
 public:
  static BoxKey random();
  static Result<BoxKey> from_bytes(ByteView secret32);
  Result<Key> shared_with(const PublicKey& other) const;  // refused weak_key
  const PublicKey& public_key() const { return public_; }
  const Bytes& reveal() const { return secret_.reveal(); }
  BoxKey clone() const;

 private:
  BoxKey() = default;
  SecretBytes secret_;
  PublicKey public_{};
};

// PIN verifier: Argon2id over the PIN keyed with the sealed pepper; text form carries its parameters.
struct PinCost {  // the default takes about 0.1 s and 64 MiB
  unsigned passes = 2;
  unsigned memory_kib = 64 * 1024;  // 8 to 262144
};
std::string make_pin_verifier(const SecretString& pin, const Key& pepper, PinCost cost = {});
bool check_pin(const SecretString& pin, const Key& pepper, std::string_view verifier);

// Everything a node or a centre must keep secret. `from` says where it came from, for doctor.
struct KeyRing {
  Key data = Key::random();    // wraps DEKs and seals rows
  Key index = Key::random();   // blind index of NIK, KPJ
  Key pepper = Key::random();  // PIN
  SigningKey signing = SigningKey::random();
  BoxKey box = BoxKey::random();
  std::string from;  // "credentials" or "file"
  KeyRing clone() const;
};
// $CREDENTIALS_DIRECTORY/kiosk-keys when set; else HOME/keys (mode 0600) if allow_key_file, made when absent and
// `create`. Errors: refused keys_missing, keys_exposed (others may read the file), keys_unwritable; damaged
// keys_unreadable.
Result<KeyRing> load_keys(const std::string& home, bool allow_key_file, bool create);

}  // namespace kiosk::crypto
