// SHA-256, only for sums that people compare with other tools; everything of ours is BLAKE2b. Thread: one.
#pragma once
#include <string>

#include "base/bytes.h"

namespace kiosk::crypto {

class Sha256 {
 public:
  Sha256();
  Sha256& add(ByteView part);
  std::string hex();  // ends it

 private:
  alignas(8) unsigned char state_[112];
};

std::string sha256_hex(ByteView bytes);

}  // namespace kiosk::crypto
