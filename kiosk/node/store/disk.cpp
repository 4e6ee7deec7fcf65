#include "node/store/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"

namespace kiosk::store {

std::optional<std::int64_t> SystemDisk::free_bytes(const std::string& folder) const {
  struct statvfs s {};
  if (::statvfs(folder.c_str(), &s) != 0) return std::nullopt;
  return static_cast<std::int64_t>(s.f_bavail) * static_cast<std::int64_t>(s.f_frsize);
}

Reserve::Reserve(std::string home, const Disk& disk, DiskLimits limits)
    : home_(std::move(home)), file_(home_ + "/reserve"), disk_(disk), limits_(limits) {
  struct stat s {};
  // Of an earlier run; one of another size is made anew.
  if (::stat(file_.c_str(), &s) != 0) return;
  held_ = limits_.reserve > 0 && s.st_size == limits_.reserve && s.st_blocks * 512 >= limits_.reserve;
  if (!held_) ::unlink(file_.c_str());
}

bool Reserve::take() {
  const int fd = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  // Blocks, not a hole: what is not there cannot be given back.
  const bool kept = ::posix_fallocate(fd, 0, limits_.reserve) == 0 && ::fsync(fd) == 0;
  ::close(fd);
  if (!kept) ::unlink(file_.c_str());
  return kept;
}

DiskState Reserve::state() const {
  DiskState s;
  s.free_bytes = disk_.free_bytes(home_);
  s.reserve_held = held_;
  if (!s.free_bytes) return s;
  if (*s.free_bytes < limits_.low) s.room = Room::Low;
  if (limits_.reserve > 0 && !s.reserve_held && s.room == Room::Low) s.room = Room::Full;
  return s;
}

DiskState Reserve::look() {
  DiskState s = state();
  if (limits_.reserve <= 0 || !s.free_bytes) return s;
  if (held_ && *s.free_bytes < limits_.reserve / 4) {
    ::unlink(file_.c_str());
    held_ = false;
    log::warn("store: the disk is full; the reserve was given back for tickets", {{"free_bytes", *s.free_bytes}});
    return state();
  }
  if (!held_ && *s.free_bytes > limits_.low + limits_.reserve) {
    held_ = take();
    return state();
  }
  return s;
}

}  // namespace kiosk::store
