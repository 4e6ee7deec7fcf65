// The database file itself as the VFS of log_file.h opens it: each page that is written leaves its checksum beside it,
// each page that is read is compared (page_sums.h); SQLITE_IOERR_DATA when it does not fit. Inside this room.
#pragma once
#include <sqlite3.h>

#include <string>

#include "base/result.h"

namespace kiosk::sqlite {

constexpr int k_main_file_size = 64;  // bytes before the file of the VFS below
int open_main_file(sqlite3_vfs* base, const char* path, sqlite3_file* f, int flags, int* out_flags);

// Makes the checksums of all pages of an open database, on the disk before any of them counts. `vfs`: below ours.
Result<Done> sum_pages_of(sqlite3* db, const std::string& path, const std::string& vfs, int page_size);

}  // namespace kiosk::sqlite
