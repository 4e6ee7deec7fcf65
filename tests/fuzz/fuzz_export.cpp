#include "events/export.h"

#include <cstdlib>

// A sealed export from anywhere: read it whole and in small pieces; both ways must say the same. The first byte chooses
// how large the pieces are; with its top bit the rest is frames without checks, which get true ones behind a true
// manifest, so that what stands behind the checks is reached too.
namespace {
struct Seen {
  std::string code;
  std::int64_t frames = 0, events = 0, blobs = 0;
  bool finished = false;
  bool operator==(const Seen&) const = default;
};
Seen read(kiosk::ByteView file, std::size_t piece) {
  kiosk::events::ExportReader r;
  Seen seen;
  for (;;) {
    auto frame = r.next();
    if (!frame) {
      seen.code = frame.fault().code;
      break;
    }
    if (*frame) {
      ++seen.frames;
      continue;
    }
    if (r.finished() && file.empty()) break;
    const auto n = std::min(piece, file.size());
    if (n > 0)
      r.feed(file.first(n));
    else
      r.end();
    file = file.subspan(n);
  }
  seen.events = r.events();
  seen.blobs = r.blobs();
  seen.finished = r.finished();
  return seen;
}

kiosk::Bytes checked(kiosk::ByteView frames) {
  using namespace kiosk;
  static const auto key = crypto::SigningKey::from_seed(Bytes(32, 7)).value();
  events::ExportManifest m;
  m.branch = "JKT01";
  m.node = "00112233aabbccdd";
  events::ExportWriter w;
  Bytes out = w.add(events::sign_manifest(std::move(m), key));
  crypto::Hash check = crypto::Hasher().add(crypto::Hash{}).add(ByteView(out).subspan(8, out.size() - 8 - 16)).finish();
  while (frames.size() >= 3) {
    const std::size_t n = std::min<std::size_t>(frames[1] << 8 | frames[2], frames.size() - 3);
    const std::uint8_t head[] = {frames[0], 0, 0, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
    const ByteView body = frames.subspan(3, n);
    check = crypto::Hasher().add(check).add(head).add(body).finish();
    out.insert(out.end(), std::begin(head), std::end(head));
    out.insert(out.end(), body.begin(), body.end());
    out.insert(out.end(), check.begin(), check.begin() + 16);
    frames = frames.subspan(3 + n);
  }
  return out;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  kiosk::crypto::init();
  kiosk::ByteView file(data + 1, size - 1);
  kiosk::Bytes made;
  if ((data[0] & 0x80) != 0) file = made = checked(file);
  if (read(file, file.size() + 1) != read(file, 1 + data[0] % 97)) __builtin_trap();
  return 0;
}
