// An event: plain header without personal data + ciphertext under a per-record key; chained and signed by its node.
// The header's bytes are kept exactly as hashed; nothing is ever serialised twice.
// head = BLAKE2b(previous head | header | BLAKE2b(ciphertext)); the node signs every head.
// Wrapping: the DEK is stored wrapped for the node (its data key); the wrap for the centre is made with the key that
// node and centre share (X25519) when the record leaves, so that it exists for records made before the enrolment too.
// Neither wrap is hashed.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/crypto/crypto.h"
#include "base/ids.h"

namespace kiosk::events {

struct Header {  // everything here is plain: no name, no NIK, no balance
  Uuid id;
  std::string branch, node;
  std::string epoch;     // 16 hex digits, random, new at each restore
  std::int64_t seq = 0;  // gap-free within (node, epoch), from 1
  std::string kind;      // a name of events::AllKinds (kinds.h): "ticket.issued", "claim.submitted", ...; in a stored
                         // chain also a former one
  WallTime at{};
  std::int64_t skew_ms = 0;  // centre minus node, when measured
  std::string service, counter, officer, terminal, ticket, subject,
      reason;  // codes and ids; empty fields are not written
  std::int64_t duration_ms = 0;
  std::vector<std::string> blobs;  // hashes of sealed blobs this event refers to
};
constexpr std::size_t k_max_header = 4096;   // bytes
std::string encode_header(const Header& h);  // canonical JSON, written by hand
// Strict: UTF-8, no field twice, texts up to 128 bytes, up to 16 blobs; unknown fields are ignored. Errors: bad_input
// header_invalid, field "header" or "header.<key>".
Result<Header> decode_header(std::string_view json);

struct Sealed {        // as stored and as sent
  std::string header;  // exact bytes
  Bytes ciphertext;    // of the personal payload (JSON); may be empty
  Bytes node_wrap;     // DEK under the node's data key
  crypto::Hash head{};
  crypto::Signature signature{};  // of head
};

// What the branch says happened; the chain fills id, branch, node, epoch, seq, at.
struct Draft {
  Header header;
  std::string payload;  // JSON, sealed; empty: nothing personal
};

crypto::Hash chain_head(const crypto::Hash& previous, std::string_view header, ByteView ciphertext);
// The same from the ciphertext's hash, which stays when the ciphertext was purged.
crypto::Hash chain_head_of(const crypto::Hash& previous, std::string_view header, const crypto::Hash& ciphertext_hash);
// The draft's header is complete. No personal payload: ciphertext and wrap stay empty.
Sealed seal(const Draft& draft, const crypto::Hash& previous, const crypto::KeyRing& keys);
Result<std::string> open_payload(const Sealed& e, const crypto::Key& data_key);  // empty when there is none
// For the centre: unwraps with the node's data key and wraps again under the shared key. Context binds the event's id.
Result<Bytes> wrap_for_centre(const Sealed& e, const crypto::Key& data_key, const crypto::Key& shared);
// The same for one whose id is known without reading its header.
Result<Bytes> wrap_for_centre(const Uuid& id, ByteView node_wrap, const crypto::Key& data_key,
                              const crypto::Key& shared);
// For the node, of a record that comes back from the centre: the key under its own data key again.
Result<Bytes> wrap_for_node(const Uuid& id, ByteView centre_wrap, const crypto::Key& shared,
                            const crypto::Key& data_key);
Result<std::string> open_at_centre(std::string_view header, ByteView ciphertext, ByteView centre_wrap,
                                   const crypto::Key& shared);

// A centre-signed acknowledgement: (epoch, seq, head).
struct Ack {
  std::string branch, node, epoch;
  std::int64_t seq = 0;
  crypto::Hash head{};
  crypto::Signature signature{};
};
Bytes ack_bytes(const Ack& a);  // what is signed
Ack sign_ack(Ack a, const crypto::SigningKey& centre);
bool check_ack(const Ack& a, const crypto::PublicKey& centre);

// The short code on a claim's slip: 10 Crockford characters of the hash of the claim's id and branch, with the branch
// as prefix; the QR holds "K1.<claim id>.<code>.<signature base64>" signed by the node.
std::string receipt_code(const std::string& branch, const Uuid& claim);  // "JKT01-7F3K9-Q2M4D"
std::string receipt_qr(const std::string& branch, const Uuid& claim, const crypto::SigningKey& key);
bool check_receipt_qr(std::string_view qr, const std::string& branch, const crypto::PublicKey& node_key);

}  // namespace kiosk::events
