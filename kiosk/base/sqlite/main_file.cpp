#include "base/sqlite/main_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <new>

#include "base/sqlite/page_sums.h"

namespace kiosk::sqlite {
namespace {
struct MainFile : sqlite3_file {
  sqlite3_file* real;
  PageSums* sums;  // null: none are kept
};
static_assert(sizeof(MainFile) <= k_main_file_size);
MainFile& own(sqlite3_file* f) { return *static_cast<MainFile*>(f); }
sqlite3_file* real(sqlite3_file* f) { return own(f).real; }

// Pages are read and written whole; everything else that is read (the header at the opening) is smaller than one.
bool is_page(int n, sqlite3_int64 at) { return n >= 512 && (n & (n - 1)) == 0 && at % n == 0; }

int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
  const int rc = real(f)->pMethods->xRead(real(f), to, n, at);
  if (own(f).sums == nullptr || !is_page(n, at) || (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ)) return rc;
  return own(f).sums->fits(at / n + 1, static_cast<const unsigned char*>(to), n) ? rc : SQLITE_IOERR_DATA;
}

int write(sqlite3_file* f, const void* data, int n, sqlite3_int64 at) {
  const int rc = real(f)->pMethods->xWrite(real(f), data, n, at);
  if (rc != SQLITE_OK || own(f).sums == nullptr || !is_page(n, at)) return rc;
  return own(f).sums->put(at / n + 1, static_cast<const unsigned char*>(data), n);
}

int truncate(sqlite3_file* f, sqlite3_int64 size) {
  const int rc = real(f)->pMethods->xTruncate(real(f), size);
  if (rc != SQLITE_OK || own(f).sums == nullptr) return rc;
  unsigned char header[18] = {};
  if (size > 0 && real(f)->pMethods->xRead(real(f), header, sizeof header, 0) != SQLITE_OK) return SQLITE_IOERR_READ;
  const int page = header[16] << 8 | header[17];
  return own(f).sums->cut(size == 0 ? 0 : size / (page == 1 ? 65536 : page == 0 ? 4096 : page));
}

int sync(sqlite3_file* f, int flags) {
  if (own(f).sums != nullptr)
    if (const int rc = own(f).sums->sync(); rc != SQLITE_OK) return rc;
  return real(f)->pMethods->xSync(real(f), flags);
}

int control(sqlite3_file* f, int op, void* p) {
  // Before other connections are told that these pages are in the file.
  if (op == SQLITE_FCNTL_CKPT_DONE && own(f).sums != nullptr) (void)own(f).sums->flush();
  return real(f)->pMethods->xFileControl(real(f), op, p);
}

sqlite3_io_methods make_methods() {
  sqlite3_io_methods m = {};
  m.iVersion = 2;
  m.xClose = [](sqlite3_file* f) {
    if (own(f).sums != nullptr) (void)own(f).sums->flush();
    delete own(f).sums;
    return real(f)->pMethods->xClose(real(f));
  };
  m.xRead = read;
  m.xWrite = write;
  m.xTruncate = truncate;
  m.xSync = sync;
  m.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) { return real(f)->pMethods->xFileSize(real(f), n); };
  m.xLock = [](sqlite3_file* f, int l) { return real(f)->pMethods->xLock(real(f), l); };
  m.xUnlock = [](sqlite3_file* f, int l) { return real(f)->pMethods->xUnlock(real(f), l); };
  m.xCheckReservedLock = [](sqlite3_file* f, int* r) { return real(f)->pMethods->xCheckReservedLock(real(f), r); };
  m.xFileControl = control;
  m.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
  m.xDeviceCharacteristics = [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); };
  m.xShmMap = [](sqlite3_file* f, int page, int n, int extend, void volatile** p) {
    return real(f)->pMethods->xShmMap(real(f), page, n, extend, p);
  };
  m.xShmLock = [](sqlite3_file* f, int at, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), at, n, flags);
  };
  m.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
  m.xShmUnmap = [](sqlite3_file* f, int del) { return real(f)->pMethods->xShmUnmap(real(f), del); };
  return m;
}

const sqlite3_io_methods* methods() {
  static const sqlite3_io_methods m = make_methods();
  return &m;
}

Result<Done> write_whole(const std::string& path, const Bytes& bytes) {
  const std::string part = path + ".new";
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool ok = fd >= 0;
  for (std::size_t at = 0; ok && at < bytes.size();) {
    const auto n = ::write(fd, bytes.data() + at, bytes.size() - at);
    ok = n > 0;
    at += ok ? static_cast<std::size_t>(n) : 0;
  }
  ok = ok && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!ok || std::rename(part.c_str(), path.c_str()) != 0) return refused("store_io", "the checksums beside the file");
  if (const int dir = ::open(path.substr(0, path.rfind('/') + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      dir >= 0) {
    ::fsync(dir);
    ::close(dir);
  }
  return Done{};
}
}  // namespace

int open_main_file(sqlite3_vfs* base, const char* path, sqlite3_file* f, int flags, int* out_flags) {
  MainFile& m = own(f);
  m.pMethods = nullptr;
  m.sums = nullptr;
  m.real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(f) + k_main_file_size);
  std::memset(m.real, 0, static_cast<std::size_t>(base->szOsFile));
  const int rc = base->xOpen(base, path, m.real, flags, out_flags);
  if (m.real->pMethods == nullptr) return rc;
  m.pMethods = methods();  // to be closed by SQLite, also after a failure
  if (rc != SQLITE_OK || path == nullptr) return rc;
  const std::string beside = std::string(path) + "-sums";
  m.sums = PageSums::open(beside, base->zName).release();
  // Never without those that are there: what is written would not fit them.
  return m.sums == nullptr && ::access(beside.c_str(), F_OK) == 0 ? SQLITE_CANTOPEN : SQLITE_OK;
}

Result<Done> sum_pages_of(sqlite3* db, const std::string& path, const std::string& vfs, int page_size) {
  sqlite3_file* f = nullptr;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &f) != SQLITE_OK || f == nullptr ||
      f->pMethods != methods())
    return refused("store_io", "the file is open without its checksums");
  sqlite3_int64 size = 0;
  if (real(f)->pMethods->xFileSize(real(f), &size) != SQLITE_OK) return refused("store_io", "no size of the file");
  Bytes sums = PageSums::begin(), page(static_cast<std::size_t>(page_size));
  for (sqlite3_int64 at = 0; at + page_size <= size; at += page_size) {
    if (real(f)->pMethods->xRead(real(f), page.data(), page_size, at) != SQLITE_OK)
      return refused("store_io", "the file cannot be read");
    PageSums::append(sums, PageSums::sum(at / page_size + 1, page.data(), page_size));
  }
  TRY_DONE(write_whole(path + "-sums", sums));
  delete own(f).sums;
  own(f).sums = PageSums::open(path + "-sums", vfs).release();
  if (own(f).sums == nullptr) return refused("store_io", "the checksums cannot be opened");
  return Done{};
}

}  // namespace kiosk::sqlite
