#include "base/crypto/crypto.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <set>

#include "base/crypto/sha256.h"
#include "tests/support/temp_dir.h"

using namespace kiosk;
using namespace kiosk::crypto;
using test::TempDir;

namespace {
constexpr PinCost k_cheap{1, 64};

struct NoCredentials {  // whatever the machine that runs the tests has set
  NoCredentials() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
};
const NoCredentials k_no_credentials;
}  // namespace

TEST_CASE("crypto: hashing is BLAKE2b-256, whole or in parts") {
  // RFC 7693 parameters with a 32-byte output; the value is the reference implementation's for "abc".
  CHECK(to_hex(hash(as_bytes("abc"))) == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  CHECK(Hasher().add(as_bytes("a")).add({}).add(as_bytes("bc")).finish() == hash(as_bytes("abc")));
}

TEST_CASE("crypto: a seal opens with its key and context only, and shows every changed byte") {
  const auto key = Key::random();
  const auto sealed = key.seal(as_bytes("rahasia"), as_bytes("people.name:1"));
  CHECK(as_text(key.open(sealed, as_bytes("people.name:1")).value()) == "rahasia");
  CHECK(key.open(sealed, as_bytes("people.name:2")).fault().code == "seal_broken");
  CHECK(Key::random().open(sealed, as_bytes("people.name:1")).fault().kind == FaultKind::Damaged);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] ^= 1;
    CHECK_FALSE(key.open(changed, as_bytes("people.name:1")).ok());
  }
  for (std::size_t n = 0; n < sealed.size(); ++n)
    CHECK_FALSE(key.open(ByteView(sealed).first(n), as_bytes("people.name:1")).ok());
  CHECK(key.seal(as_bytes("rahasia"), {}) != key.seal(as_bytes("rahasia"), {}));
  CHECK(key.open(key.seal({}, {}), {}).value().empty());
}

TEST_CASE("crypto: a key travels wrapped under another") {
  const auto outer = Key::random(), inner = Key::random();
  const auto wrapped = outer.wrap(inner, as_bytes("record 1"));
  CHECK(outer.unwrap(wrapped, as_bytes("record 1"))->reveal() == inner.reveal());
  CHECK_FALSE(outer.unwrap(wrapped, as_bytes("record 2")).ok());
  CHECK(outer.unwrap(outer.seal(as_bytes("short"), {}), {}).fault().code == "seal_broken");
}

TEST_CASE("crypto: a blind index is the same for the same text and key, and different otherwise") {
  const auto key = Key::random();
  CHECK(key.blind_index("3171010101600001") == key.blind_index("3171010101600001"));
  CHECK(key.blind_index("3171010101600001") != key.blind_index("3171010101600002"));
  CHECK(key.blind_index("3171010101600001") != Key::random().blind_index("3171010101600001"));
  CHECK(key.blind_index("3171010101600001") != hash(as_bytes("3171010101600001")));
}

TEST_CASE("crypto: signatures hold for one key and one text") {
  const auto key = SigningKey::random();
  const auto s = key.sign(as_bytes("head"));
  CHECK(verify(key.public_key(), as_bytes("head"), s));
  CHECK_FALSE(verify(key.public_key(), as_bytes("hEad"), s));
  CHECK_FALSE(verify(SigningKey::random().public_key(), as_bytes("head"), s));
  const auto again = SigningKey::from_seed(key.seed());
  CHECK(again->public_key() == key.public_key());
  CHECK(verify(key.public_key(), as_bytes("x"), key.clone().sign(as_bytes("x"))));
  CHECK_FALSE(SigningKey::from_seed(Bytes(31)).ok());
}

TEST_CASE("crypto: node and centre reach the same shared key, and a weak public key is refused") {
  const auto node = BoxKey::random(), centre = BoxKey::random(), stranger = BoxKey::random();
  const auto a = node.shared_with(centre.public_key());
  const auto b = centre.shared_with(node.public_key());
  CHECK(a->reveal() == b->reveal());
  CHECK(a->reveal() != stranger.shared_with(node.public_key())->reveal());
  CHECK(node.shared_with(PublicKey{}).fault().code == "weak_key");
}

TEST_CASE("crypto: a PIN is checked with its pepper, and guessed without it in vain") {
  const auto pepper = Key::random();
  const SecretString pin(std::string("482913"));
  const auto verifier = make_pin_verifier(pin, pepper, k_cheap);
  CHECK(verifier.starts_with("$argon2id$"));
  CHECK(verifier.find("482913") == std::string::npos);
  CHECK(check_pin(pin, pepper, verifier));
  CHECK_FALSE(check_pin(SecretString(std::string("482914")), pepper, verifier));
  CHECK_FALSE(check_pin(pin, Key::random(), verifier));
  CHECK(make_pin_verifier(pin, pepper, k_cheap) != verifier);
}

TEST_CASE("crypto: a verifier that is broken or asks for too much is refused at once") {
  const auto pepper = Key::random();
  const SecretString pin(std::string("482913"));
  for (const char* text :
       {"", "x", "$argon2id$v=19$m=", "$argon2id$v=19$m=64", "$argon2id$v=19$m=64,t=1,p=1$",
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=4000000000,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    CHECK_FALSE(check_pin(pin, pepper, text));
  CHECK_FALSE(check_pin(pin, pepper, std::string(5000, '$')));
}

TEST_CASE("crypto: a key file is made once, private, and read back the same") {
  const TempDir dir;
  const std::string home = dir / "home";
  CHECK(load_keys(home, true, false).fault().code == "keys_missing");
  const auto made = load_keys(home, true, true);
  REQUIRE(made.ok());
  CHECK(made->from == "file");
  struct stat st {};
  REQUIRE(::stat((home + "/keys").c_str(), &st) == 0);
  CHECK((st.st_mode & 0777) == 0600);
  const auto again = load_keys(home, true, true);
  REQUIRE(again.ok());
  CHECK(again->data.reveal() == made->data.reveal());
  CHECK(again->signing.public_key() == made->signing.public_key());
  CHECK(again->box.public_key() == made->box.public_key());
  CHECK(load_keys(home, false, true).fault().code == "keys_missing");
  std::set<Bytes> all{made->data.reveal(), made->index.reveal(), made->pepper.reveal(), made->signing.seed(),
                      made->box.reveal()};
  CHECK(all.size() == 5);
}

TEST_CASE("crypto: a key file that others may read, or that is damaged, is not used and not replaced") {
  const TempDir dir;
  REQUIRE(load_keys(dir.path(), true, true).ok());
  const auto whole = test::slurp(dir / "keys");
  ::chmod((dir / "keys").c_str(), 0644);
  CHECK(load_keys(dir.path(), true, true).fault().code == "keys_exposed");
  ::chmod((dir / "keys").c_str(), 0600);
  const auto write = [&](const std::string& text) {
    FILE* f = std::fopen((dir / "keys").c_str(), "wb");
    std::fwrite(text.data(), 1, text.size(), f);
    std::fclose(f);
  };
  for (const auto& text :
       {std::string(), whole.substr(0, whole.size() / 2), "x" + whole, whole + whole, std::string(10'000, 'a')}) {
    write(text);
    CHECK(load_keys(dir.path(), true, true).fault().code == "keys_unreadable");
    CHECK(test::slurp(dir / "keys") == text);
  }
}

TEST_CASE("crypto: systemd's credential goes before a key file") {
  const TempDir dir;
  REQUIRE(load_keys(dir / "a", true, true).ok());
  const auto credential = load_keys(dir / "b", true, true);
  REQUIRE(credential.ok());
  REQUIRE(::rename((dir / "b/keys").c_str(), (dir / "b/kiosk-keys").c_str()) == 0);
  ::setenv("CREDENTIALS_DIRECTORY", (dir / "b").c_str(), 1);
  const auto used = load_keys(dir / "a", false, false);
  ::unsetenv("CREDENTIALS_DIRECTORY");
  REQUIRE(used.ok());
  CHECK(used->from == "credentials");
  CHECK(used->data.reveal() == credential->data.reveal());
}

TEST_CASE("crypto: SHA-256 agrees with the published examples") {
  CHECK(crypto::sha256_hex({}) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(crypto::sha256_hex(as_bytes("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(crypto::sha256_hex(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}
