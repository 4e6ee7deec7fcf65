// SHA-256 (FIPS 180-4) of model files; vision may not use `crypto`, and integrity of a file is all this is for.
#pragma once
#include <string>

#include "base/bytes.h"

namespace kiosk::vision {

std::string sha256_hex(ByteView bytes);

}  // namespace kiosk::vision
