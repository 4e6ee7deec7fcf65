// The screen forgets, in tests: the whole writable memory of this process is searched for a planted NIK, so the needle
// itself is kept in a form that cannot be found.
#pragma once
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "base/secret.h"

namespace kiosk::test {

inline constexpr std::uint8_t kMask = 0x55;
inline constexpr int kDigits = 16;
// 9902020804690002, each digit exclusive-or 0x55.
inline constexpr std::uint8_t kHidden[kDigits] = {
    '9' ^ kMask, '9' ^ kMask, '0' ^ kMask, '2' ^ kMask, '0' ^ kMask, '2' ^ kMask, '0' ^ kMask, '8' ^ kMask,
    '0' ^ kMask, '4' ^ kMask, '6' ^ kMask, '9' ^ kMask, '0' ^ kMask, '0' ^ kMask, '0' ^ kMask, '2' ^ kMask};

inline void reveal(std::string& into) {
  into.clear();
  for (auto c : kHidden) into.push_back(static_cast<char>(c ^ kMask));
}

inline bool matches(const std::uint8_t* at) {
  for (int i = 0; i < kDigits; ++i)
    if ((at[i] ^ kMask) != kHidden[i]) return false;
  return true;
}

// Where `size` bytes stand that fit, in writable memory; the sanitizer's own huge maps are left out.
template <class Fits>
int times_found_where(std::size_t size, const Fits& fits) {
  int found = 0;
  std::ifstream maps("/proc/self/maps");
  std::FILE* memory = std::fopen("/proc/self/mem", "rb");
  if (!memory) return -1;
  std::vector<std::uint8_t> block;
  for (std::string line; std::getline(maps, line);) {
    unsigned long from = 0, to = 0;
    char mode[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, mode) != 3) continue;
    if (mode[0] != 'r' || mode[1] != 'w' || to - from > (512ul << 20)) continue;
    block.resize(to - from);
    if (std::fseek(memory, static_cast<long>(from), SEEK_SET) != 0) continue;
    const auto got = std::fread(block.data(), 1, block.size(), memory);
    for (std::size_t i = 0; i + size <= got; ++i)
      if (fits(block.data() + i)) ++found;
    wipe(block.data(), block.size());
  }
  std::fclose(memory);
  return found;
}

// Where the planted number stands.
inline int times_found() { return times_found_where(kDigits, matches); }

}  // namespace kiosk::test
