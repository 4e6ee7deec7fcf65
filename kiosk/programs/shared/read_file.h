// A whole file of an operator in memory, up to a bound. Errors: bad_input file_missing, file_too_large, naming `field`.
#pragma once
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace kiosk::programs {

Result<Bytes> read_file_bytes(const std::string& path, const std::string& field, std::size_t most);

}  // namespace kiosk::programs
