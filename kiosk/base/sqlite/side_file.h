// A small file beside a database, kept through the database's own VFS: what a fault shim does to the disk it does to
// this one too. Thread: one at a time. Blocks: disk. Errors: store_full, store_io. Inside this room and for `store`.
#pragma once
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace kiosk::sqlite {

class SideFile {
 public:
  // `path` is absolute or relative to the process; `vfs` empty: the default. Without `create` an absent file is refused
  // store_no_file.
  static Result<SideFile> open(const std::string& path, const std::string& vfs, bool create);
  SideFile(SideFile&&) noexcept;
  SideFile& operator=(SideFile&&) noexcept;
  ~SideFile();

  std::int64_t size() const;
  Result<Bytes> read(std::int64_t at, std::int64_t size) const;  // fewer bytes at the end of the file
  bool read_into(std::int64_t at, void* to, int size) const;     // false: not all of them could be read
  Result<Done> write(std::int64_t at, ByteView bytes);
  Result<Done> truncate(std::int64_t size);
  Result<Done> sync();

 private:
  struct Impl;
  explicit SideFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::sqlite
