// What the centre holds of a node, and the receipt of an import: values and codecs of four routes (the contract is
// openapi/central.json, the rules of central_api.h hold).
//   GET  /v1/chains                    -> HeldChains     where each of the node's chains stands at the centre
//   GET  /v1/events?epoch&after&limit  -> HeldEvents     the node's own events back, keys wrapped under the shared key
//   GET  /v1/blobs/{hash}/bytes?offset&limit -> raw bytes      of a blob of the node's branch, with the headers of
//   BlobPiece POST /v1/import  an export's bytes -> ImportReceipt  the same code as `kiosk-central import FILE`
// Thread: any. Errors: bad_input of decoding.
#pragma once
#include <map>

#include "api/protocol/central_api.h"

namespace kiosk::protocol {

struct HeldChain {
  std::string epoch;
  crypto::Hash base{};  // head the epoch continues; zero for a node's first
  std::int64_t seq = 0;
  crypto::Hash head{};
  crypto::Signature signature{};  // the node's own, of head: what comes back was made by it
};
struct HeldChains {
  std::vector<HeldChain> chains;  // in the order they began
};
struct HeldEvents {
  std::string epoch;
  std::int64_t first_seq = 1;
  crypto::Hash previous{};
  std::vector<PushEvent> events;
  std::vector<Verdict> verdicts;  // those that are more than a plain "accepted"
  bool more = false;
};

// What goes with a piece of a blob, in headers: the answer's body is the ciphertext from the asked offset on.
struct BlobPiece {
  std::string hash;  // whose, so that an answer to another request is never taken for this one's
  std::string kind;
  std::int64_t size = 0;  // of the whole ciphertext
  Bytes wrap;             // the blob's key, wrapped under the key that the asking node shares with the centre
};
constexpr std::int64_t k_max_blob = 32 << 20;
constexpr std::int64_t k_blob_piece = 256 << 10;  // the longest answer
std::vector<std::pair<std::string, std::string>> headers_of(const BlobPiece&);
// Names in lower case. bad_input names the header.
Result<BlobPiece> blob_piece_of(const std::map<std::string, std::string>& headers);

struct ImportedChain {
  events::Ack ack;
  std::vector<Verdict> verdicts;
};
struct ImportReceipt {  // says nothing of when: the same file gives the same receipt
  std::string branch, node;
  bool complete = false;  // the file was whole to its end
  std::vector<ImportedChain> chains;
  std::vector<std::string> blobs;  // that the centre holds whole
  crypto::Signature signature{};
};
ImportReceipt sign_receipt(ImportReceipt r, const crypto::SigningKey& centre);
bool check_receipt(const ImportReceipt& r, const crypto::PublicKey& centre);

std::string encode(const HeldChains&);
std::string encode(const HeldEvents&);
std::string encode(const ImportReceipt&);
template <>
Result<HeldChains> decode<HeldChains>(std::string_view json);
template <>
Result<HeldEvents> decode<HeldEvents>(std::string_view json);
template <>
Result<ImportReceipt> decode<ImportReceipt>(std::string_view json);

}  // namespace kiosk::protocol
