// A small picture of one colour as PNG bytes, written without a library (stored deflate blocks).
#pragma once
#include <array>
#include <string>

#include "base/bytes.h"

inline kiosk::Bytes tiny_png(std::uint8_t red, std::uint8_t green, std::uint8_t blue, std::uint32_t side = 16) {
  using kiosk::Bytes;
  const auto be32 = [](Bytes& out, std::uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(v >> shift));
  };
  const auto crc = [](const Bytes& data) {
    std::uint32_t c = 0xFFFFFFFFu;
    for (const auto b : data) {
      c ^= b;
      for (int k = 0; k < 8; ++k) c = (c & 1) ? 0xEDB88320u ^ (c >> 1) : c >> 1;
    }
    return c ^ 0xFFFFFFFFu;
  };
  Bytes rows;
  for (std::uint32_t y = 0; y < side; ++y) {
    rows.push_back(0);
    for (std::uint32_t x = 0; x < side; ++x) rows.insert(rows.end(), {red, green, blue});
  }
  std::uint32_t a = 1, b = 0;  // Adler-32
  for (const auto v : rows) a = (a + v) % 65521, b = (b + a) % 65521;
  Bytes zlib = {0x78, 0x01, 0x01};
  const auto n = static_cast<std::uint16_t>(rows.size());
  for (const std::uint16_t v : {n, static_cast<std::uint16_t>(~n)})
    zlib.insert(zlib.end(), {static_cast<std::uint8_t>(v), static_cast<std::uint8_t>(v >> 8)});
  zlib.insert(zlib.end(), rows.begin(), rows.end());
  be32(zlib, b << 16 | a);
  Bytes head;
  be32(head, side), be32(head, side);
  head.insert(head.end(), {8, 2, 0, 0, 0});
  Bytes out = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  const auto chunk = [&](const char* type, const Bytes& body) {
    be32(out, static_cast<std::uint32_t>(body.size()));
    Bytes typed(type, type + 4);
    typed.insert(typed.end(), body.begin(), body.end());
    out.insert(out.end(), typed.begin(), typed.end());
    be32(out, crc(typed));
  };
  chunk("IHDR", head), chunk("IDAT", zlib), chunk("IEND", {});
  return out;
}
