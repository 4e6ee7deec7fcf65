// A whole PNG of one grey pixel that carries what the test says in a chunk of its own, for doors that take pictures
// only.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace kiosk::test {

inline std::uint32_t png_crc(ByteView bytes) {
  std::uint32_t c = 0xFFFFFFFFu;
  for (const auto b : bytes) {
    c ^= b;
    for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
  }
  return c ^ 0xFFFFFFFFu;
}

inline void add_chunk(Bytes& png, std::string_view name, ByteView body) {
  const auto number = [&](std::size_t v) {
    for (int shift = 24; shift >= 0; shift -= 8) png.push_back(static_cast<std::uint8_t>(v >> shift));
  };
  number(body.size());
  const std::size_t from = png.size();
  png.insert(png.end(), name.begin(), name.end());
  png.insert(png.end(), body.begin(), body.end());
  number(png_crc(ByteView(png).subspan(from)));
}

inline Bytes tiny_png(ByteView carried) {
  constexpr std::uint8_t header[] = {0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0};
  // A zlib stream of one stored block: filter 0 and the pixel 0.
  constexpr std::uint8_t pixel[] = {0x78, 0x01, 1, 2, 0, 0xFD, 0xFF, 0, 0, 0, 2, 0, 1};
  Bytes png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  add_chunk(png, "IHDR", header);
  add_chunk(png, "teSt", carried);
  add_chunk(png, "IDAT", pixel);
  add_chunk(png, "IEND", {});
  return png;
}
inline Bytes tiny_png(std::string_view carried) { return tiny_png(as_bytes(carried)); }

}  // namespace kiosk::test
