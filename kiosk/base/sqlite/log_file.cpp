#include "base/sqlite/log_file.h"

#include <sqlite3.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

#include "base/sqlite/log_sum.h"
#include "base/sqlite/main_file.h"

namespace kiosk::sqlite {
namespace {
constexpr std::size_t k_most_pending = 64 << 10;  // the unix VFS takes less than 128 KiB at once
constexpr int k_log_header = 32;
constexpr int k_frame_header = 24;  // bytes; the second word is not zero in the frame that ends a commit

struct Vfs : sqlite3_vfs {
  sqlite3_vfs* base = nullptr;
  std::string name;
};

struct Pending {
  std::vector<unsigned char> bytes;
  sqlite3_int64 at = 0;
  bool last_frame = false;             // its header is here, its page comes next
  std::uint32_t salt1 = 0, salt2 = 0;  // of the newest frame header
  LogPosition committed;
  sqlite3_int64 page_at = -1;  // where the page of the newest frame header belongs
  // From here on a page was written anew into its frame, whose checksum follows at the commit only.
  sqlite3_int64 unsure_from = INT64_MAX;
};
// SQLite gives the memory: this, and behind it the file of the VFS below.
struct LogFile : sqlite3_file {
  sqlite3_file* real;
  Pending* pending;
};
LogFile& log(sqlite3_file* f) { return *static_cast<LogFile*>(f); }
constexpr int k_own_size = (static_cast<int>(sizeof(LogFile)) + 7) / 8 * 8;

int flush(LogFile& f) {
  Pending& p = *f.pending;
  p.last_frame = false;
  if (p.bytes.empty()) return SQLITE_OK;
  const int rc = f.real->pMethods->xWrite(f.real, p.bytes.data(), static_cast<int>(p.bytes.size()), p.at);
  p.bytes.clear();  // also when it failed: SQLite takes the transaction back and writes these places again
  return rc;
}

int write(sqlite3_file* file, const void* data, int n, sqlite3_int64 at) {
  LogFile& f = log(file);
  Pending& p = *f.pending;
  const bool goes_on = at == p.at + static_cast<sqlite3_int64>(p.bytes.size());
  if (!goes_on || p.bytes.size() + static_cast<std::size_t>(n) > k_most_pending)
    if (const int rc = flush(f); rc != SQLITE_OK) return rc;
  if (p.bytes.empty()) p.at = at;
  const auto* bytes = static_cast<const unsigned char*>(data);
  const bool page_of_last = p.last_frame && goes_on;
  if (n > k_log_header && at != p.page_at) p.unsure_from = std::min(p.unsure_from, at);
  p.bytes.insert(p.bytes.end(), bytes, bytes + n);
  const auto not_zero = [](unsigned char b) { return b != 0; };
  if (n == k_frame_header) {
    p.page_at = at + n;
    if (at < p.unsure_from) p.unsure_from = INT64_MAX;
    p.salt1 = big_word(bytes + 8);
    p.salt2 = big_word(bytes + 12);
  }
  p.last_frame = n == k_frame_header && std::any_of(bytes + 4, bytes + 8, not_zero);
  if (!page_of_last) return SQLITE_OK;
  const int rc = flush(f);
  if (rc == SQLITE_OK) p.committed = {p.salt1, p.salt2, (at + n - k_log_header) / (k_frame_header + n)};
  return rc;
}

// A log that would be cut to nothing keeps its blocks and loses what makes its frames valid.
int spoil(LogFile& f) {
  static const unsigned char zeros[k_log_header] = {};
  f.pending->committed = {};
  if (const int rc = flush(f); rc != SQLITE_OK) return rc;
  sqlite3_int64 size = 0;
  if (f.real->pMethods->xFileSize(f.real, &size) == SQLITE_OK && size == 0) return SQLITE_OK;
  const int rc = f.real->pMethods->xWrite(f.real, zeros, k_log_header, 0);
  return rc != SQLITE_OK ? rc : f.real->pMethods->xSync(f.real, SQLITE_SYNC_NORMAL);
}

// A page that is taken from the log, also into the file by a checkpoint, must be what its frame's checksum says; SQLite
// compares it only after a crash.
int read(sqlite3_file* file, void* to, int n, sqlite3_int64 at) {
  LogFile& f = log(file);
  int rc = flush(f);
  if (rc == SQLITE_OK) rc = f.real->pMethods->xRead(f.real, to, n, at);
  const sqlite3_int64 frame = at - k_frame_header, size = k_frame_header + n;
  const bool is_page = n >= 512 && (n & (n - 1)) == 0 && frame >= k_log_header && (frame - k_log_header) % size == 0;
  if (rc != SQLITE_OK || !is_page || at >= f.pending->unsure_from) return rc;
  unsigned char header[k_frame_header], before[8];
  const sqlite3_int64 sum_before = frame == k_log_header ? k_log_header - 8 : frame - size + 16;
  if (rc = f.real->pMethods->xRead(f.real, header, k_frame_header, frame); rc != SQLITE_OK) return rc;
  if (rc = f.real->pMethods->xRead(f.real, before, sizeof before, sum_before); rc != SQLITE_OK) return rc;
  constexpr bool big_endian = std::endian::native == std::endian::big;
  const auto sum = LogSum::stored(before)
                       .run(header, 8, big_endian)
                       .run(static_cast<const unsigned char*>(to), static_cast<std::size_t>(n), big_endian);
  return sum == LogSum::stored(header + 16) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

const sqlite3_io_methods* methods() {
  // The log is never mapped, locked or shared as shared memory: SQLite does that with the main file.
  static const sqlite3_io_methods m = [] {
    sqlite3_io_methods v = {};
    v.iVersion = 1;
    v.xClose = [](sqlite3_file* f) {
      LogFile& own = log(f);
      const int wrote = flush(own);
      delete own.pending;
      const int closed = own.real->pMethods->xClose(own.real);
      return wrote != SQLITE_OK ? wrote : closed;
    };
    v.xRead = read;
    v.xWrite = write;
    v.xTruncate = [](sqlite3_file* f, sqlite3_int64 n) {
      if (n == 0) return spoil(log(f));
      const int rc = flush(log(f));
      return rc != SQLITE_OK ? rc : log(f).real->pMethods->xTruncate(log(f).real, n);
    };
    v.xSync = [](sqlite3_file* f, int flags) {
      const int rc = flush(log(f));
      return rc != SQLITE_OK ? rc : log(f).real->pMethods->xSync(log(f).real, flags);
    };
    v.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) {
      const int rc = flush(log(f));
      return rc != SQLITE_OK ? rc : log(f).real->pMethods->xFileSize(log(f).real, n);
    };
    v.xLock = [](sqlite3_file* f, int l) { return log(f).real->pMethods->xLock(log(f).real, l); };
    v.xUnlock = [](sqlite3_file* f, int l) { return log(f).real->pMethods->xUnlock(log(f).real, l); };
    v.xCheckReservedLock = [](sqlite3_file* f, int* r) {
      return log(f).real->pMethods->xCheckReservedLock(log(f).real, r);
    };
    v.xFileControl = [](sqlite3_file* f, int op, void* p) {
      return log(f).real->pMethods->xFileControl(log(f).real, op, p);
    };
    v.xSectorSize = [](sqlite3_file* f) { return log(f).real->pMethods->xSectorSize(log(f).real); };
    v.xDeviceCharacteristics = [](sqlite3_file* f) {
      return log(f).real->pMethods->xDeviceCharacteristics(log(f).real);
    };
    return v;
  }();
  return &m;
}

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* f, int flags, int* out_flags) {
  sqlite3_vfs* base = static_cast<Vfs*>(vfs)->base;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) return open_main_file(base, path, f, flags, out_flags);
  if ((flags & SQLITE_OPEN_WAL) == 0) return base->xOpen(base, path, f, flags, out_flags);
  LogFile& own = log(f);
  own.pMethods = nullptr;
  own.real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(f) + k_own_size);
  std::memset(own.real, 0, static_cast<std::size_t>(base->szOsFile));
  own.pending = new (std::nothrow) Pending;
  if (own.pending == nullptr) return SQLITE_NOMEM;
  const int rc = base->xOpen(base, path, own.real, flags, out_flags);
  if (own.real->pMethods != nullptr)
    own.pMethods = methods();  // to be closed by SQLite, also after a failure
  else
    delete own.pending;
  return rc;
}
}  // namespace

std::string log_vfs(const std::string& base) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Vfs>> made;
  const std::lock_guard guard(mutex);
  auto& vfs = made[base];
  if (vfs == nullptr) {
    sqlite3_vfs* below = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
    if (below == nullptr) return {};
    auto own = std::make_unique<Vfs>();
    static_cast<sqlite3_vfs&>(*own) = *below;  // everything but opening is the base's own
    own->base = below;
    own->name = "kiosk-log:" + std::string(below->zName);
    own->zName = own->name.c_str();
    own->pNext = nullptr;
    own->szOsFile = std::max(k_own_size, k_main_file_size) + below->szOsFile;
    own->xOpen = open;
    if (sqlite3_vfs_register(own.get(), 0) != SQLITE_OK) return {};
    vfs = std::move(own);
  }
  return vfs->name;
}

LogPosition log_position(sqlite3* db) {
  sqlite3_file* f = nullptr;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) != SQLITE_OK || f == nullptr) return {};
  return f->pMethods == methods() ? log(f).pending->committed : LogPosition{};
}

}  // namespace kiosk::sqlite
