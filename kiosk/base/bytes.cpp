#include "base/bytes.h"

#include <array>

namespace kiosk {
namespace {
constexpr std::string_view k_hex = "0123456789abcdef";
constexpr std::string_view k_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view k_32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

constexpr std::array<std::int8_t, 256> reverse(std::string_view alphabet) {
  std::array<std::int8_t, 256> table{};
  for (auto& t : table) t = -1;
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}

std::string encode(ByteView bytes, std::string_view alphabet, unsigned bits) {
  std::string out;
  out.reserve((bytes.size() * 8 + bits - 1) / bits);
  std::uint32_t acc = 0;
  unsigned have = 0;
  for (auto b : bytes) {
    acc = (acc << 8) | b;
    have += 8;
    while (have >= bits) {
      have -= bits;
      out += alphabet[(acc >> have) & ((1u << bits) - 1)];
    }
  }
  if (have > 0) out += alphabet[(acc << (bits - have)) & ((1u << bits) - 1)];
  return out;
}

// Left-over bits must be zero, so that one value has one text.
std::optional<Bytes> decode(std::string_view text, const std::array<std::int8_t, 256>& table, unsigned bits) {
  Bytes out;
  out.reserve(text.size() * bits / 8);
  std::uint32_t acc = 0;
  unsigned have = 0;
  for (char c : text) {
    const int v = table[static_cast<unsigned char>(c)];
    if (v < 0) return std::nullopt;
    acc = (acc << bits) | static_cast<std::uint32_t>(v);
    have += bits;
    if (have >= 8) {
      have -= 8;
      out.push_back(static_cast<std::uint8_t>(acc >> have));
    }
  }
  if (have >= bits || (acc & ((1u << have) - 1)) != 0) return std::nullopt;
  return out;
}
}  // namespace

std::string to_hex(ByteView bytes) { return encode(bytes, k_hex, 4); }
std::optional<Bytes> from_hex(std::string_view text) {
  static constexpr auto table = reverse(k_hex);
  if (text.size() % 2 != 0) return std::nullopt;
  return decode(text, table, 4);
}

// Three bytes are four letters: the whole groups at once, what is left over by the general way. Every event of a drain
// passes here twice.
std::string to_base64(ByteView bytes) {
  const std::size_t groups = bytes.size() / 3;
  std::string out(groups * 4, '\0');
  for (std::size_t i = 0; i < groups; ++i) {
    const auto* b = bytes.data() + i * 3;
    char* to = out.data() + i * 4;
    to[0] = k_64[b[0] >> 2];
    to[1] = k_64[((b[0] & 3u) << 4) | (b[1] >> 4)];
    to[2] = k_64[((b[1] & 15u) << 2) | (b[2] >> 6)];
    to[3] = k_64[b[2] & 63u];
  }
  return groups * 3 == bytes.size() ? out : out + encode(bytes.subspan(groups * 3), k_64, 6);
}
std::optional<Bytes> from_base64(std::string_view text) {
  static constexpr auto table = reverse(k_64);
  const std::size_t groups = text.size() / 4;
  Bytes out(groups * 3);
  int bad = 0;  // negative once a letter is none
  for (std::size_t i = 0; i < groups; ++i) {
    const auto* t = text.data() + i * 4;
    const auto value = [&](int k) {
      const int v = table[static_cast<unsigned char>(t[k])];
      bad |= v;
      return static_cast<unsigned>(v);
    };
    const unsigned v = (value(0) << 18) | (value(1) << 12) | (value(2) << 6) | value(3);
    out[i * 3] = static_cast<std::uint8_t>(v >> 16);
    out[i * 3 + 1] = static_cast<std::uint8_t>(v >> 8);
    out[i * 3 + 2] = static_cast<std::uint8_t>(v);
  }
  if (bad < 0) return std::nullopt;
  if (groups * 4 == text.size()) return out;
  const auto rest = decode(text.substr(groups * 4), table, 6);
  if (!rest) return std::nullopt;
  out.insert(out.end(), rest->begin(), rest->end());
  return out;
}
std::string to_base32(ByteView bytes) { return encode(bytes, k_32, 5); }
std::optional<Bytes> from_base32(std::string_view text) {
  static constexpr auto table = reverse(k_32);
  return decode(text, table, 5);
}

}  // namespace kiosk
