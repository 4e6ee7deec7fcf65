// Sealed blobs: photos and documents, sealed once under a key of their own and named by the hash of their ciphertext.
// The name is of the whole ciphertext, so it can be sent in parts by byte offset and checked when complete.
// Thread: any. Errors: damaged seal_broken, blob_changed (the bytes are not those of the name).
#pragma once
#include <string>

#include "base/bytes.h"
#include "base/crypto/crypto.h"

namespace kiosk::events {

struct SealedBlob {
  std::string hash;  // 64 hex digits
  Bytes ciphertext;
  Bytes node_wrap;  // the blob's key under the node's data key
};
SealedBlob seal_blob(ByteView plain, const crypto::Key& data_key);
Result<Bytes> open_blob(const std::string& hash, ByteView ciphertext, ByteView node_wrap, const crypto::Key& data_key);
// For the centre: the blob's key, taken from the node's wrap and wrapped again under the shared key.
Result<Bytes> wrap_blob_for_centre(const std::string& hash, ByteView node_wrap, const crypto::Key& data_key,
                                   const crypto::Key& shared);
Result<Bytes> open_blob_at_centre(const std::string& hash, ByteView ciphertext, ByteView centre_wrap,
                                  const crypto::Key& shared);
// The way back: from the centre's wrap to one under the node's data key.
Result<Bytes> wrap_blob_for_node(const std::string& hash, ByteView centre_wrap, const crypto::Key& shared,
                                 const crypto::Key& data_key);
// At the centre: from the key shared with the node that sent the blob to the one shared with the node that asks.
Result<Bytes> wrap_blob_for_other(const std::string& hash, ByteView centre_wrap, const crypto::Key& shared,
                                  const crypto::Key& other);
std::string blob_name(ByteView ciphertext);

}  // namespace kiosk::events
