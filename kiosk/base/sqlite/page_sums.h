// The checksum of every page of a database file, in a file beside it (PATH-sums): written with the page at a
// checkpoint, compared at every read. A page that rotted, was written to another's place, was not written at all or was
// put back to what it was does not fit; the same page with its checksum inside it would pass in the last two cases. A
// page that a checkpoint was cut off at stands in the log until page and checksum are synced, and is read from there.
// Thread: that of its connection. Errors are SQLite's codes. Inside this room.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/sqlite/side_file.h"

namespace kiosk::sqlite {

class PageSums {
 public:
  // Null when there is no such file.
  static std::unique_ptr<PageSums> open(const std::string& path, const std::string& vfs);

  // Page numbers begin at 1. One that was never written fits when it is nothing but zeros.
  bool fits(std::int64_t page, const unsigned char* data, int size);
  int put(std::int64_t page, const unsigned char* data, int size);
  int flush();  // what waits becomes visible to other connections
  int cut(std::int64_t pages);
  int sync();

  static std::uint64_t sum(std::int64_t page, const unsigned char* data, int size);
  static Bytes begin();  // of a new file
  static void append(Bytes& to, std::uint64_t sum);

 private:
  explicit PageSums(SideFile file) : file_(std::move(file)) {}
  SideFile file_;
  std::int64_t first_ = 0;  // of those that wait: a checkpoint writes pages in their order
  std::vector<std::uint64_t> waiting_;
};

}  // namespace kiosk::sqlite
