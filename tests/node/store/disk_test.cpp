// Room on the disk: photos are refused first, and the reserve carries tickets over a disk that is really full. The
// second half fills a file system of its own, a small tmpfs in a user namespace, so that the kernel says ENOSPC and not
// we.
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "store_support.h"

using namespace kiosk;
using namespace kiosk::store;
using test::TempDir;

namespace {
constexpr std::int64_t k_mb = 1 << 20;

struct ScriptedDisk final : Disk {
  std::optional<std::int64_t> free = 1'000 * k_mb;
  std::optional<std::int64_t> free_bytes(const std::string&) const override { return free; }
};
std::unique_ptr<Store> open_on(const std::string& home, const crypto::KeyRing& keys, const Disk* disk,
                               DiskLimits limits, bool fill_log = false) {
  auto s = Store::open({.home = home, .fill_log = fill_log, .disk = disk, .limits = limits}, keys.clone());
  return s ? std::move(s).value() : nullptr;
}
std::int64_t blocks_of(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? s.st_blocks * 512 : -1;
}
const Bytes k_photo(100'000, 7);
}  // namespace

TEST_CASE("disk: below the limit a blob is refused by name, an event is not, and above it all is well again") {
  const TempDir dir;
  const crypto::KeyRing keys;
  ScriptedDisk disk;
  auto s = open_on(dir.path(), keys, &disk, {.low = 500 * k_mb});
  REQUIRE(s);
  CHECK(s->put_blob("face", k_photo).ok());
  disk.free = 500 * k_mb - 1;
  const auto refused = s->put_blob("face", k_photo);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.fault().kind == FaultKind::Refused);
  CHECK(refused.fault().code == "disk_low");
  CHECK(s->disk().room == Room::Low);
  CHECK(test::write_pair(*s, "a").ok());
  CHECK(test::count(*s, "SELECT count(*) FROM blob") == 1);
  disk.free = 500 * k_mb;
  CHECK(s->put_blob("face", k_photo).ok());
  disk.free.reset();
  CHECK(s->put_blob("face", k_photo).ok());
}

TEST_CASE("disk: the reserve has blocks, is given back when the disk is full and taken again when there is room") {
  const TempDir dir;
  const crypto::KeyRing keys;
  ScriptedDisk disk;
  const DiskLimits limits{.low = 100 * k_mb, .reserve = 4 * k_mb};
  const auto file = dir / "reserve";
  auto s = open_on(dir.path(), keys, &disk, limits);
  REQUIRE(s);
  CHECK(blocks_of(file) >= 4 * k_mb);
  CHECK(s->disk().reserve_held);
  disk.free = 2 * k_mb;
  CHECK(test::write_pair(*s, "low").ok());
  CHECK(blocks_of(file) >= 4 * k_mb);  // low, but not full
  CHECK(s->disk().room == Room::Low);
  disk.free = k_mb - 1;
  CHECK(test::write_pair(*s, "full").ok());
  CHECK(blocks_of(file) == -1);
  CHECK(s->disk().room == Room::Full);
  disk.free = 104 * k_mb;  // exactly both: taking it would be low again
  CHECK(test::write_pair(*s, "still").ok());
  CHECK(blocks_of(file) == -1);
  CHECK(s->disk().room == Room::Enough);
  disk.free = 104 * k_mb + 1;
  CHECK(test::write_pair(*s, "room").ok());
  CHECK(blocks_of(file) >= 4 * k_mb);
  s.reset();
  disk.free = 10 * k_mb;  // an open home keeps what it had, also on a disk that is low now
  s = open_on(dir.path(), keys, &disk, limits);
  REQUIRE(s);
  CHECK(s->disk().reserve_held);
}

TEST_CASE("disk: a reserve that is a hole or of another size is not taken for one") {
  const TempDir dir;
  const crypto::KeyRing keys;
  ScriptedDisk disk;
  const int fd = ::open((dir / "reserve").c_str(), O_WRONLY | O_CREAT, 0600);
  REQUIRE(::ftruncate(fd, 4 * k_mb) == 0);
  ::close(fd);
  disk.free = 4 * k_mb;
  auto s = open_on(dir.path(), keys, &disk, {.low = 100 * k_mb, .reserve = 4 * k_mb});
  REQUIRE(s);
  CHECK_FALSE(s->disk().reserve_held);
  CHECK(blocks_of(dir / "reserve") == -1);
}

namespace {
// What the child found on its own small file system.
struct Found {
  char step[64];
  int blobs_kept, after_full, events, lines_lost;
  bool low_said, full_said, chain_whole, went_on, reserve_back;
};

void enter_small_disk(const std::string& home, const char* size) {
  const auto write_file = [](const char* path, const std::string& text) {
    const int fd = ::open(path, O_WRONLY);
    const bool done = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (fd >= 0) ::close(fd);
    return done;
  };
  const auto uid = ::getuid();
  const auto gid = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ::_exit(40);
  (void)write_file("/proc/self/setgroups", "deny");
  if (!write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1")) ::_exit(41);
  if (!write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1")) ::_exit(42);
  if (::mount("none", home.c_str(), "tmpfs", 0, size) != 0) ::_exit(43);
}

// Somebody else's file: of so many bytes, or until the disk is full to the last one.
void fill(const std::string& path, std::int64_t bytes = std::int64_t{1} << 40) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
  const Bytes chunk(64 * 1024, 1);
  for (; bytes > 0 && ::write(fd, chunk.data(), chunk.size()) > 0; bytes -= 64 * 1024) {
  }
  ::close(fd);
}

void live_on_full_disk(const std::string& home, std::int64_t reserve, Found& found) {
  const auto step = [&](const char* name) { std::strncpy(found.step, name, sizeof found.step - 1); };
  step("open");
  fill(home + "/films", 24 * k_mb);
  const crypto::KeyRing keys;
  const DiskLimits limits{.low = 12 * k_mb, .reserve = reserve};
  auto s = open_on(home, keys, nullptr, limits, true);
  if (!s) return;
  step("photos");
  for (int i = 0; i < 1000 && !found.low_said; ++i) {
    const auto blob = s->put_blob("face", k_photo);
    if (blob)
      ++found.blobs_kept;
    else
      found.low_said = blob.fault().code == "disk_low";
  }
  step("full");
  fill(home + "/somebody-else");
  int acknowledged = 0;
  const std::string payload(200, 'x');
  for (int i = 0; i < 40'000; ++i) {
    const auto seq = test::write_pair(*s, "row." + std::to_string(i), payload);
    if (!seq) {
      found.full_said = seq.fault().code == "store_full";
      break;
    }
    ++acknowledged;
  }
  found.after_full = acknowledged;
  step("again");
  s.reset();
  s = open_on(home, keys, nullptr, limits, true);  // a restart on the full disk
  if (!s) return;
  found.events = static_cast<int>(test::events(*s));
  found.lines_lost =
      acknowledged - static_cast<int>(test::count(*s, "SELECT count(*) FROM meta WHERE key LIKE 'row.%'"));
  const auto report = test::verify(*s);
  found.chain_whole = !report.first_bad && report.events == acknowledged;
  step("room");
  ::unlink((home + "/somebody-else").c_str());
  ::unlink((home + "/films").c_str());
  found.went_on = test::write_pair(*s, "again").ok() && s->put_blob("face", k_photo).ok();
  found.reserve_back = s->disk().reserve_held;
  step("done");
}

Found on_small_disk(std::int64_t reserve) {
  const TempDir dir;
  auto* found =
      static_cast<Found*>(::mmap(nullptr, sizeof(Found), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  REQUIRE(found != MAP_FAILED);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    enter_small_disk(dir.path(), "size=80m");
    live_on_full_disk(dir.path(), reserve, *found);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  const Found out = *found;
  ::munmap(found, sizeof(Found));
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (code >= 40 && code <= 43)
    FAIL("no file system of its own can be mounted here (user namespaces are needed), step " << code);
  REQUIRE_MESSAGE(code == 0, "the child ended with status " << status << " at " << out.step);
  CHECK(std::string(out.step) == "done");
  return out;
}
}  // namespace

TEST_CASE(
    "disk: on a file system that is full to the last byte the reserve takes thousands of events, and none is lost") {
  const Found with = on_small_disk(8 * k_mb);
  MESSAGE("photos kept " << with.blobs_kept << ", events after the disk was full " << with.after_full);
  CHECK(with.low_said);
  CHECK(with.blobs_kept > 50);
  CHECK(with.full_said);
  CHECK(with.after_full > 2'000);
  CHECK(with.lines_lost == 0);
  CHECK(with.events == with.after_full);
  CHECK(with.chain_whole);
  CHECK(with.went_on);
  CHECK(with.reserve_back);
  const Found without = on_small_disk(0);
  MESSAGE("without a reserve " << without.after_full);
  CHECK(without.full_said);
  CHECK(without.lines_lost == 0);
  CHECK(without.chain_whole);
  CHECK(without.went_on);
  CHECK(with.after_full - without.after_full > 1'500);  // what the reserve is for
}
