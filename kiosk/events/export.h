// Sealed records outside of any store: the export on a USB stick and the second copy are this one format.
//   "KIOSKX1\n", then frames: kind (1 byte), length (4), body, check (16). The first frame is the manifest, the last
//   one says how many records there are. check = BLAKE2b(check before | kind | length | body), so that a byte that
//   was changed, a frame that was moved and a file that was cut are all noticed, and what stands before is still whole.
// Nothing personal is open: payloads and blobs are sealed, their keys wrapped for the node and (once it is enrolled)
// for the centre. Bounded: a frame is at most 1 MiB, whatever the file says; blobs come in parts. Thread: one at a
// time; no I/O here. Errors: bad_input export_unknown (no such file of ours), export_version; damaged
//   export_damaged, export_cut (ended before its last frame), export_unsigned (the manifest's signature does not fit).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "events/event.h"

namespace kiosk::events {

struct ExportManifest {  // who made it, signed by the node
  std::string branch, node;
  crypto::PublicKey sign_key{};
  WallTime made_at{};
  std::optional<Ack> continues;  // the last acknowledgement the node holds
  crypto::Signature signature{};
};
ExportManifest sign_manifest(ExportManifest m, const crypto::SigningKey& key);

struct ExportChain {  // the events that follow are this piece of a chain
  std::string epoch;
  std::int64_t first_seq = 1;
  crypto::Hash previous{};  // head before first_seq
};
struct ExportEvent {
  std::string header;
  Bytes ciphertext, node_wrap, centre_wrap;
  crypto::Signature signature{};
  // Filled by the reader.
  std::string epoch;
  std::int64_t seq = 0;
  crypto::Hash previous{}, head{};
};
struct ExportBlob {  // its parts follow
  std::string hash, kind;
  std::int64_t size = 0;  // of the ciphertext
  Bytes node_wrap, centre_wrap;
};
struct ExportPart {
  std::string hash;         // filled by the reader
  std::int64_t offset = 0;  // the next byte of the blob; filled by the reader
  bool last = false;        // the whole has the name it should have; filled by the reader
  Bytes data;
};
struct ExportState {  // sealed under the node's own key: what it needs to go on by itself (second copy only)
  Bytes sealed;
};
struct ExportMark {  // everything up to here, in the node's own counting, stands before it (second copy only)
  std::int64_t place = 0, blob = 0;
};
struct ExportEnd {
  std::int64_t events = 0, blobs = 0;
};
using ExportFrame =
    std::variant<ExportManifest, ExportChain, ExportEvent, ExportBlob, ExportPart, ExportState, ExportMark, ExportEnd>;

constexpr std::size_t k_max_export_frame = 1u << 20;
constexpr std::size_t k_export_part = 256u << 10;
constexpr std::int64_t k_max_export_blob = 33 << 20;

// Makes the bytes of a file, piece by piece; the caller writes them. Order: manifest, [state], then chains with their
// events and blobs with their parts in any order, end.
class ExportWriter {
 public:
  Bytes add(const ExportFrame& frame);
  Bytes end();  // counts what was added
  std::int64_t events() const { return events_; }
  std::int64_t blobs() const { return blobs_; }

 private:
  crypto::Hash check_{};
  bool begun_ = false;
  std::int64_t events_ = 0, blobs_ = 0;
};

// Takes the bytes of a file as they come and gives back frames that are whole and fit: events continue their chain
// (heads are recomputed; their signatures are for the caller), a blob's last part completes the bytes of its name.
class ExportReader {
 public:
  void feed(ByteView bytes);
  void end() { ended_ = true; }  // there is no more
  // nullopt: feed more, or it is finished. After a fault nothing more comes.
  Result<std::optional<ExportFrame>> next();
  bool finished() const { return finished_; }  // the last frame was there, and nothing after it
  std::int64_t events() const { return events_; }
  std::int64_t blobs() const { return blobs_; }  // whole ones

 private:
  Result<std::optional<ExportFrame>> read(char kind, ByteView body);
  Result<ExportFrame> manifest(ByteView body);
  Result<ExportFrame> event(ByteView body);
  Result<ExportFrame> part(ByteView body);
  Fault damage(std::string what);
  Fault fail(Fault f);

  Bytes buffer_;
  std::size_t at_ = 0;  // in the buffer
  crypto::Hash check_{};
  bool begun_ = false, ended_ = false, finished_ = false;
  std::optional<Fault> fault_;
  std::string node_;
  std::optional<ExportChain> chain_;  // where the next event belongs
  std::optional<ExportBlob> blob_;    // of which parts are missing
  std::int64_t blob_offset_ = 0;
  std::optional<crypto::Hasher> blob_hash_;
  std::int64_t events_ = 0, blobs_ = 0;
};

}  // namespace kiosk::events
