// A SQLite VFS over the default one that fails on command: the disk is full after so many writes, or a sync fails.
// Thread: the knobs are for one test thread.
#pragma once
#include <sqlite3.h>

#include <cstring>

namespace kiosk::test {

struct FaultVfs {
  static constexpr const char* name = "kiosk-fault";
  static inline long writes_left = -1;  // -1: no limit
  static inline bool syncs_fail = false;
  static inline long writes = 0;

  static void heal() {
    writes_left = -1;
    syncs_fail = false;
  }
  static void install() {
    if (sqlite3_vfs_find(name) != nullptr) return;
    static sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
    real_vfs() = sqlite3_vfs_find(nullptr);
    vfs.zName = name;
    vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs()->szOsFile;
    vfs.pNext = nullptr;
    vfs.xOpen = open;
    sqlite3_vfs_register(&vfs, 0);
  }

 private:
  struct File {
    sqlite3_file base;
    sqlite3_file* real;
  };
  static sqlite3_vfs*& real_vfs() {
    static sqlite3_vfs* v = nullptr;
    return v;
  }
  static sqlite3_file* real(sqlite3_file* f) { return reinterpret_cast<File*>(f)->real; }
  static bool no_space() {
    ++writes;
    if (writes_left < 0) return false;
    if (writes_left == 0) return true;
    --writes_left;
    return false;
  }
  static int open(sqlite3_vfs*, const char* path, sqlite3_file* f, int flags, int* out_flags) {
    auto* file = reinterpret_cast<File*>(f);
    std::memset(f, 0, sizeof *file);
    file->real = reinterpret_cast<sqlite3_file*>(file + 1);
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
      if (no_space()) {
        // A disk that fills takes part of the page.
        (void)real(f)->pMethods->xWrite(real(f), p, n / 2, at);
        return SQLITE_FULL;
      }
      return real(f)->pMethods->xWrite(real(f), p, n, at);
    };
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 n) { return real(f)->pMethods->xTruncate(real(f), n); };
    m.xSync = [](sqlite3_file* f, int flags) {
      return syncs_fail ? SQLITE_IOERR_FSYNC : real(f)->pMethods->xSync(real(f), flags);
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
