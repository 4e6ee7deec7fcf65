// A VFS over another one through which the write-ahead log is written commit by commit: SQLite hands over each frame in
// two small writes, and a ticket has seven frames; here they reach the kernel in one. Everything else passes by.
// Nothing is held back that anybody could ask for: the frame that ends a commit writes all that waits, before SQLite
// syncs or shows it to readers, and so does every other use of the file.
// A log that SQLite would cut to nothing (wal_checkpoint(TRUNCATE)) keeps its blocks: its header is overwritten with
// zeros and synced, so that none of its frames can ever be taken for new ones again. Inside this room.
#pragma once
#include <string>

#include "base/sqlite/log_check.h"

struct sqlite3;

namespace kiosk::sqlite {

// The name of the VFS over `base` (empty: the default one), registered when it is first asked for; empty when there is
// no such base. Thread: any.
std::string log_vfs(const std::string& base);

// Of the last commit through this connection; nothing since the log was last spoiled: no frames.
LogPosition log_position(sqlite3* db);

}  // namespace kiosk::sqlite
