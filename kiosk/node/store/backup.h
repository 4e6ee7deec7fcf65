// A backup of a home's file, made while its node writes: one moment of it, checked before it gets its name. It is
// sealed like the file itself and worth nothing without the keys, which are not in it.
// Thread: any, any process. Blocks: disk. Errors: refused home_empty, file_exists, store_io, store_full; damaged
//   store_corrupt, chain_broken (the file is damaged already; no backup is made of it).
#pragma once
#include <string>

#include "base/result.h"

namespace kiosk::store {

struct BackupMade {
  std::string node;
  std::int64_t events = 0, blobs = 0, acknowledged_until = 0, bytes = 0;
};
Result<BackupMade> back_up(const std::string& home, const std::string& file, bool replace);

}  // namespace kiosk::store
