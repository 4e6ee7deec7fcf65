// A SQLite VFS over the default one that breaks on command and tells what it is asked: the disk is full after so many
// writes, the n-th operation of a kind fails, a sync fails; an observer sees every operation before it happens (to keep
// a picture of the files at that instant, or a record of all of them).
// Thread: the knobs are for one test thread.
#pragma once
#include <sqlite3.h>

#include <cstring>
#include <functional>
#include <string>

namespace kiosk::test {

struct FaultVfs {
  static constexpr const char* name = "kiosk-fault";
  enum Op : unsigned { Open = 1, Write = 2, Sync = 4, Truncate = 8, Delete = 16 };
  struct Seen {
    Op op;
    const char* path;  // null for a temporary file
    const void* data;  // of a write
    sqlite3_int64 at;  // offset of a write, length after a truncation
    int size;
  };

  static inline long writes_left = -1;  // of a page of 1 KiB each, the last one begun counts; -1: no limit
  static inline bool syncs_fail = false;
  static inline long writes = 0;  // so counted too
  // From the n-th operation (from 0) of these kinds on, all of them fail with this code; `once`: only that one.
  static inline unsigned fail_kinds = 0;
  static inline long fail_from = 0;
  static inline bool fail_once = false;
  static inline int fail_code = SQLITE_FULL;
  static inline std::string fail_under;  // only files whose path begins with this; empty: all
  static inline long counted = 0;        // operations of fail_kinds since they were set
  static inline long failed = 0;         // of them
  static inline std::function<void(const Seen&)> observer;

  static void fail(unsigned kinds, long from, int code, bool once) {
    fail_kinds = kinds;
    fail_from = from;
    fail_code = code;
    fail_once = once;
    counted = failed = 0;
  }
  static void heal() {
    writes_left = -1;
    syncs_fail = false;
    fail_kinds = 0;
    fail_under.clear();
  }
  static void install() {
    if (sqlite3_vfs_find(name) != nullptr) return;
    static sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
    real_vfs() = sqlite3_vfs_find(nullptr);
    vfs.zName = name;
    vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs()->szOsFile;
    vfs.pNext = nullptr;
    vfs.xOpen = open;
    vfs.xDelete = [](sqlite3_vfs*, const char* path, int sync_dir) {
      if (const int rc = meet({Delete, path, nullptr, 0, 0}); rc != SQLITE_OK) return rc;
      return real_vfs()->xDelete(real_vfs(), path, sync_dir);
    };
    sqlite3_vfs_register(&vfs, 0);
  }

 private:
  struct File {
    sqlite3_file base;
    sqlite3_file* real;
    const char* path;
  };
  static sqlite3_vfs*& real_vfs() {
    static sqlite3_vfs* v = nullptr;
    return v;
  }
  static sqlite3_file* real(sqlite3_file* f) { return reinterpret_cast<File*>(f)->real; }
  static const char* path(sqlite3_file* f) { return reinterpret_cast<File*>(f)->path; }
  static int meet(const Seen& seen) {
    if (observer) observer(seen);
    if ((fail_kinds & seen.op) == 0) return SQLITE_OK;
    if (!fail_under.empty() &&
        (seen.path == nullptr || std::strncmp(seen.path, fail_under.c_str(), fail_under.size()) != 0))
      return SQLITE_OK;
    const long n = counted++;
    if (n < fail_from || (fail_once && n > fail_from)) return SQLITE_OK;
    ++failed;
    return fail_code;
  }
  static bool no_space(int size) {
    const long pages = (size + 1023) / 1024;
    writes += pages;
    if (writes_left < 0) return false;
    const bool full = pages > writes_left;
    writes_left = full ? 0 : writes_left - pages;
    return full;
  }
  static int open(sqlite3_vfs*, const char* path, sqlite3_file* f, int flags, int* out_flags) {
    auto* file = reinterpret_cast<File*>(f);
    std::memset(f, 0, sizeof *file);
    file->real = reinterpret_cast<sqlite3_file*>(file + 1);
    file->path = path;
    if (const int rc = meet({Open, path, nullptr, 0, 0}); rc != SQLITE_OK)
      return rc == SQLITE_FULL ? SQLITE_CANTOPEN : rc;
    const int rc = real_vfs()->xOpen(real_vfs(), path, file->real, flags, out_flags);
    if (file->real->pMethods != nullptr) f->pMethods = methods();
    return rc;
  }
  static const sqlite3_io_methods* methods() {
    static sqlite3_io_methods m = {};
    m.iVersion = 2;
    m.xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); };
    m.xRead = [](sqlite3_file* f, void* p, int n, sqlite3_int64 at) {
      return real(f)->pMethods->xRead(real(f), p, n, at);
    };
    m.xWrite = [](sqlite3_file* f, const void* p, int n, sqlite3_int64 at) {
      const int rc = no_space(n) ? SQLITE_FULL : meet({Write, path(f), p, at, n});
      if (rc != SQLITE_OK) {
        // A disk that fills takes part of the page.
        (void)real(f)->pMethods->xWrite(real(f), p, n / 2, at);
        return rc;
      }
      return real(f)->pMethods->xWrite(real(f), p, n, at);
    };
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 n) {
      if (const int rc = meet({Truncate, path(f), nullptr, n, 0}); rc != SQLITE_OK) return rc;
      return real(f)->pMethods->xTruncate(real(f), n);
    };
    m.xSync = [](sqlite3_file* f, int flags) {
      if (syncs_fail) return SQLITE_IOERR_FSYNC;
      if (const int rc = meet({Sync, path(f), nullptr, 0, 0}); rc != SQLITE_OK) return rc;
      return real(f)->pMethods->xSync(real(f), flags);
    };
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) { return real(f)->pMethods->xFileSize(real(f), n); };
    m.xLock = [](sqlite3_file* f, int l) { return real(f)->pMethods->xLock(real(f), l); };
    m.xUnlock = [](sqlite3_file* f, int l) { return real(f)->pMethods->xUnlock(real(f), l); };
    m.xCheckReservedLock = [](sqlite3_file* f, int* r) { return real(f)->pMethods->xCheckReservedLock(real(f), r); };
    m.xFileControl = [](sqlite3_file* f, int op, void* p) { return real(f)->pMethods->xFileControl(real(f), op, p); };
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
    return &m;
  }
};

}  // namespace kiosk::test
