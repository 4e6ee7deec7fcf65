// The checksum of SQLite's write-ahead log, which runs on from frame to frame. Inside this room.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace kiosk::sqlite {

inline std::uint32_t big_word(const unsigned char* b) {
  return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
}

struct LogSum {
  std::uint32_t a = 0, b = 0;
  bool operator==(const LogSum&) const = default;
  static LogSum stored(const unsigned char* at) { return {big_word(at), big_word(at + 4)}; }
  // n: a multiple of 8. `big_endian`: how the log's first word says that the words are taken.
  LogSum run(const unsigned char* data, std::size_t n, bool big_endian) const {
    LogSum s = *this;
    for (std::size_t i = 0; i + 8 <= n; i += 8) {
      std::uint32_t x = big_word(data + i), y = big_word(data + i + 4);
      if (!big_endian) {
        x = __builtin_bswap32(x);
        y = __builtin_bswap32(y);
      }
      s.a += x + s.b;
      s.b += y + s.a;
    }
    return s;
  }
};

}  // namespace kiosk::sqlite
