#include "base/sqlite/side_file.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <vector>

namespace kiosk::sqlite {

struct SideFile::Impl {
  std::string path;  // SQLite keeps the pointer
  std::vector<std::uint64_t> memory;
  bool open = false;
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory.data()); }
  ~Impl() {
    if (open) file()->pMethods->xClose(file());
  }
};

namespace {
Result<Done> done(int rc, const char* what) {
  if (rc == SQLITE_OK) return Done{};
  const std::string detail = std::string(what) + " beside the file: " + std::to_string(rc);
  if ((rc & 0xff) == SQLITE_FULL) return refused("store_full", detail);
  return refused("store_io", detail);
}
}  // namespace

SideFile::SideFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SideFile::SideFile(SideFile&&) noexcept = default;
SideFile& SideFile::operator=(SideFile&&) noexcept = default;
SideFile::~SideFile() = default;

Result<SideFile> SideFile::open(const std::string& path, const std::string& vfs_name, bool create) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(vfs_name.empty() ? nullptr : vfs_name.c_str());
  if (vfs == nullptr) return refused("store_io", "no such VFS");
  auto impl = std::make_unique<Impl>();
  // A name that SQLite may look behind for more: two further zeros end it.
  impl->path = path + std::string(3, '\0');
  if (create) {
    // Made by us first, so that it is readable by its owner alone.
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) ::close(fd);
  } else if (::access(path.c_str(), F_OK) != 0) {
    return refused("store_no_file", path);
  }
  impl->memory.resize((static_cast<std::size_t>(vfs->szOsFile) + 7) / 8);
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_SUPER_JOURNAL;
  const int rc = vfs->xOpen(vfs, impl->path.c_str(), impl->file(), flags, nullptr);
  impl->open = impl->file()->pMethods != nullptr;
  TRY_DONE(done(rc, "opening"));
  return SideFile(std::move(impl));
}

std::int64_t SideFile::size() const {
  sqlite3_int64 n = 0;
  auto* f = impl_->file();
  return f->pMethods->xFileSize(f, &n) == SQLITE_OK ? n : 0;
}

bool SideFile::read_into(std::int64_t at, void* to, int size) const {
  auto* f = impl_->file();
  return f->pMethods->xRead(f, to, size, at) == SQLITE_OK;
}

Result<Bytes> SideFile::read(std::int64_t at, std::int64_t size) const {
  const std::int64_t there = std::max<std::int64_t>(0, std::min(size, this->size() - at));
  Bytes out(static_cast<std::size_t>(there));
  auto* f = impl_->file();
  if (there > 0) TRY_DONE(done(f->pMethods->xRead(f, out.data(), static_cast<int>(there), at), "reading"));
  return out;
}

Result<Done> SideFile::write(std::int64_t at, ByteView bytes) {
  auto* f = impl_->file();
  return done(f->pMethods->xWrite(f, bytes.data(), static_cast<int>(bytes.size()), at), "writing");
}

Result<Done> SideFile::truncate(std::int64_t size) {
  auto* f = impl_->file();
  return done(f->pMethods->xTruncate(f, size), "cutting");
}

Result<Done> SideFile::sync() {
  auto* f = impl_->file();
  return done(f->pMethods->xSync(f, SQLITE_SYNC_NORMAL), "syncing");
}

}  // namespace kiosk::sqlite
