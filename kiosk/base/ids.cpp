#include "base/ids.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/bytes.h"

namespace kiosk {

std::uint64_t Random::u64() {
  std::uint8_t b[8];
  fill(b);
  std::uint64_t v;
  std::memcpy(&v, b, 8);
  return v;
}

std::uint64_t Random::below(std::uint64_t bound) {
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  for (;;)
    if (const auto v = u64(); v < limit) return v % bound;
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto n = getrandom(out.data(), out.size(), 0);
    if (n > 0)
      out = out.subspan(static_cast<std::size_t>(n));
    else if (errno != EINTR)
      std::abort();  // no randomness: no id and no key may be made
  }
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size(); i += 8) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    z ^= z >> 31;
    std::memcpy(out.data() + i, &z, std::min<std::size_t>(8, out.size() - i));
  }
}

Result<Uuid> Uuid::parse(std::string_view text, std::string field) {
  const auto bad = [&] {
    return bad_input("id_invalid", std::move(field), "expected a UUID like 0198c0de-0000-7000-8000-000000000000");
  };
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return bad();
  std::string hex;
  for (char c : text)
    if (c != '-') hex += c;
  const auto raw = from_hex(hex);
  if (hex.size() != 32 || !raw) return bad();
  Uuid u;
  std::copy(raw->begin(), raw->end(), u.b_);
  return u;
}

std::string Uuid::str() const {
  const auto hex = to_hex(b_);
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' +
         hex.substr(20);
}

Uuid Uuid::from_bytes(std::span<const std::uint8_t, 16> bytes) {
  Uuid u;
  std::copy(bytes.begin(), bytes.end(), u.b_);
  return u;
}

Uuid IdSource::next() {
  std::uint8_t b[16];
  std::lock_guard lock(mutex_);
  random_.fill(b);
  auto ms = static_cast<std::uint64_t>(to_ms(clock_.now()));
  if (ms > last_ms_) {
    last_ms_ = ms;
    counter_ = static_cast<std::uint16_t>((b[6] << 8 | b[7]) & 0x7ff);  // the top bit stays free for counting up
  } else if (++counter_ > 0xfff) {
    ++last_ms_;
    counter_ = 0;
  }
  ms = last_ms_;
  for (int i = 0; i < 6; ++i) b[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  b[6] = static_cast<std::uint8_t>(0x70 | (counter_ >> 8));
  b[7] = static_cast<std::uint8_t>(counter_);
  b[8] = static_cast<std::uint8_t>(0x80 | (b[8] & 0x3f));
  return Uuid::from_bytes(b);
}

}  // namespace kiosk
