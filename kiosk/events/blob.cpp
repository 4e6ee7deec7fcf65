#include "events/blob.h"

namespace kiosk::events {
namespace {
constexpr std::string_view k_content = "kiosk-blob-1";

std::string node_context(const std::string& hash) { return "kiosk-blob-key-node-1:" + hash; }
std::string centre_context(const std::string& hash) { return "kiosk-blob-key-centre-1:" + hash; }

Result<Bytes> open_with(const std::string& hash, ByteView ciphertext, ByteView wrap, const std::string& context,
                        const crypto::Key& wrapping) {
  if (blob_name(ciphertext) != hash) return damaged("blob_changed", "the bytes are not those of the name");
  TRY(const auto key, wrapping.unwrap(wrap, as_bytes(context)));
  return key.open(ciphertext, as_bytes(k_content));
}
}  // namespace

std::string blob_name(ByteView ciphertext) { return to_hex(crypto::hash(ciphertext)); }

SealedBlob seal_blob(ByteView plain, const crypto::Key& data_key) {
  const auto key = crypto::Key::random();
  SealedBlob b;
  b.ciphertext = key.seal(plain, as_bytes(k_content));
  b.hash = blob_name(b.ciphertext);
  b.node_wrap = data_key.wrap(key, as_bytes(node_context(b.hash)));
  return b;
}

Result<Bytes> open_blob(const std::string& hash, ByteView ciphertext, ByteView node_wrap, const crypto::Key& data_key) {
  return open_with(hash, ciphertext, node_wrap, node_context(hash), data_key);
}

Result<Bytes> wrap_blob_for_centre(const std::string& hash, ByteView node_wrap, const crypto::Key& data_key,
                                   const crypto::Key& shared) {
  TRY(const auto key, data_key.unwrap(node_wrap, as_bytes(node_context(hash))));
  return shared.wrap(key, as_bytes(centre_context(hash)));
}

Result<Bytes> wrap_blob_for_node(const std::string& hash, ByteView centre_wrap, const crypto::Key& shared,
                                 const crypto::Key& data_key) {
  TRY(const auto key, shared.unwrap(centre_wrap, as_bytes(centre_context(hash))));
  return data_key.wrap(key, as_bytes(node_context(hash)));
}

Result<Bytes> wrap_blob_for_other(const std::string& hash, ByteView centre_wrap, const crypto::Key& shared,
                                  const crypto::Key& other) {
  TRY(const auto key, shared.unwrap(centre_wrap, as_bytes(centre_context(hash))));
  return other.wrap(key, as_bytes(centre_context(hash)));
}

Result<Bytes> open_blob_at_centre(const std::string& hash, ByteView ciphertext, ByteView centre_wrap,
                                  const crypto::Key& shared) {
  return open_with(hash, ciphertext, centre_wrap, centre_context(hash), shared);
}

}  // namespace kiosk::events
