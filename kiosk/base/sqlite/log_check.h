// What the write-ahead log of a file that nobody has open holds, looked at before SQLite does: SQLite replays the valid
// frames before a damaged one and says nothing of those behind it, although they were committed and their pages may be
// in the file already. Thread: any; nobody else may write the log. Blocks: reads the log once. Source: "WAL-mode file
// format" of the SQLite documentation: header of 32 bytes, frames of 24 bytes and a page, a checksum that runs on from
// frame to frame.
#pragma once
#include <cstdint>
#include <string>

namespace kiosk::sqlite {

// The salts are drawn anew and the first counted on by one when a log begins again from its start.
struct LogPosition {
  std::uint32_t salt1 = 0, salt2 = 0;
  std::int64_t frames = 0;  // up to the end of the last commit; 0: nothing is known of it
  bool operator==(const LogPosition&) const = default;
};

struct LogFound {
  enum class State { Empty, Whole, Damaged } state = State::Empty;
  LogPosition end;     // of the last whole commit
  std::string reason;  // of a damaged one
};
// A commit that was cut off at the end is no damage: whoever died there had told nobody of it.
LogFound look_at_log(const std::string& path);

// What is wrong with a log in which `known` was once durable; empty: nothing.
std::string lacks(const LogFound& found, const LogPosition& known);

}  // namespace kiosk::sqlite
