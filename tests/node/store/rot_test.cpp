// What a bad disk does to the store's files between a stop and a start: nothing that was acknowledged goes unnoticed.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "store_support.h"

using namespace kiosk;
using namespace kiosk::store;
using test::TempDir;
namespace fs = std::filesystem;

namespace {
constexpr int k_events = 121;

void flip(const std::string& file, std::int64_t at, int bit = 0) {
  std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
  REQUIRE(f.seekg(at));
  const int c = f.get();
  REQUIRE(c >= 0);
  f.seekp(at);
  f.put(static_cast<char>(c ^ (1 << bit)));
}

std::int64_t size_of(const std::string& file) { return static_cast<std::int64_t>(fs::file_size(file)); }

void fill(Store& s, int n) {
  for (int i = 0; i < n; ++i) REQUIRE(test::write_pair(s, "row." + std::to_string(i % 7), std::to_string(i)).ok());
}

Result<std::unique_ptr<Store>> open(const std::string& home, const crypto::KeyRing& keys, bool filled = false) {
  return Store::open({.home = home, .fill_log = filled}, keys.clone());
}

// A home as a running node leaves it when it is killed: the files as they are, the store still open.
void copy_home(const std::string& from, const std::string& to) {
  fs::remove_all(to);
  fs::create_directory(to);
  for (const auto& e : fs::directory_iterator(from)) {
    const std::string name = e.path().filename();
    if (!name.ends_with("-shm") && name != "lock") fs::copy_file(e.path(), to + "/" + name);
  }
}
}  // namespace

TEST_CASE("rot: one flipped bit in the log that is kept after a clean stop changes nothing") {
  const TempDir dir;
  const crypto::KeyRing keys;
  const std::string home = dir / "home", again = dir / "again";
  {
    auto s = open(home, keys, true);
    REQUIRE(s.ok());
    fill(**s, 40);
  }
  {
    auto s = open(home, keys, true);  // the opening checkpoint, and a second generation of frames over the first
    REQUIRE(s.ok());
    fill(**s, k_events - 40);
  }
  CHECK(size_of(home + "/branch.db-wal") > 8'000'000);  // its blocks stay
  // In the header, in the first frame, and somewhere behind.
  for (const std::int64_t at : {5, 17, 40, 1'200, 9'000, 30'000, 60'000, 120'000}) {
    copy_home(home, again);
    flip(again + "/branch.db-wal", at);
    auto s = open(again, keys, true);
    CAPTURE(at);
    REQUIRE_MESSAGE(s.ok(), (s.ok() ? "" : s.fault().code + " " + s.fault().detail));
    CHECK(test::events(**s) == k_events);
    CHECK((*s)->check().ok());
  }
}

TEST_CASE("rot: after a kill a flipped bit in the log either changes nothing or is refused by name") {
  const TempDir dir;
  const crypto::KeyRing keys;
  const std::string home = dir / "home", again = dir / "again";
  auto s = open(home, keys);
  REQUIRE(s.ok());
  fill(**s, k_events);
  const auto size = size_of(home + "/branch.db-wal");
  SeededRandom random(17);
  int refused = 0;
  for (int i = 0; i < 60; ++i) {
    copy_home(home, again);
    const auto at = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(size)));
    flip(again + "/branch.db-wal", at, static_cast<int>(random.below(8)));
    auto back = open(again, keys);
    CAPTURE(at);
    if (back) {
      CHECK(test::events(**back) == k_events);
      continue;
    }
    ++refused;
    CHECK(back.fault().kind == FaultKind::Damaged);
    CHECK(back.fault().code == "store_corrupt");
    CHECK(back.fault().detail.find("kioskctl store restore") != std::string::npos);
  }
  CHECK(refused > 50);
  for (const std::int64_t cut : {size / 2, std::int64_t{40}, std::int64_t{0}}) {
    copy_home(home, again);
    fs::resize_file(again + "/branch.db-wal", static_cast<std::uintmax_t>(cut));
    CHECK(open(again, keys).fault().code == "store_corrupt");
  }
  fs::remove(again + "/branch.db-wal");
  CHECK(open(again, keys).fault().code == "store_corrupt");
}

TEST_CASE("rot: a kill itself is no damage, at whatever commit, and the mark is never ahead") {
  const TempDir dir;
  const crypto::KeyRing keys;
  const std::string home = dir / "home", again = dir / "again";
  auto s = open(home, keys);
  REQUIRE(s.ok());
  for (int i = 1; i <= 30; ++i) {
    fill(**s, 1);
    copy_home(home, again);
    auto back = open(again, keys);
    REQUIRE_MESSAGE(back.ok(), (back.ok() ? "" : back.fault().code + " " + back.fault().detail));
    CHECK(test::events(**back) == i);
    if (i % 10 != 0) continue;
    s->reset();
    s = open(home, keys);
    REQUIRE(s.ok());
  }
  // A mark that is older than the file (a power cut) is none that contradicts it.
  const auto old_mark = test::slurp(home + "/branch.mark");
  fill(**s, 5);
  copy_home(home, again);
  std::ofstream(again + "/branch.mark", std::ios::binary) << old_mark;
  auto back = open(again, keys);
  REQUIRE(back.ok());
  CHECK(test::events(**back) == 35);
}

TEST_CASE("rot: a home whose file was put back to what it was is refused, and stays as it is") {
  const TempDir dir;
  const crypto::KeyRing keys;
  const std::string home = dir / "home", before = dir / "before";
  { fill(**open(home, keys), 50); }
  copy_home(home, before);
  { fill(**open(home, keys), 71); }
  for (const char* file : {"/branch.db", "/branch.db-wal", "/branch.db-sums"})
    fs::copy_file(before + file, home + file, fs::copy_options::overwrite_existing);
  const auto was = test::slurp(home + "/branch.db");
  const auto s = open(home, keys);
  REQUIRE_FALSE(s.ok());
  CHECK(s.fault().code == "store_behind");
  CHECK(s.fault().kind == FaultKind::Damaged);
  CHECK(s.fault().detail.find("event 121") != std::string::npos);
  CHECK(s.fault().detail.find("ends at event 50") != std::string::npos);
  CHECK(test::slurp(home + "/branch.db") == was);
}

TEST_CASE("rot: an empty or missing file in a home that was in use is no new home") {
  const TempDir dir;
  for (const bool with_mark : {true, false})
    for (const bool empty : {true, false}) {
      const std::string home = dir / ("home" + std::to_string(with_mark * 2 + empty));
      auto keys = crypto::load_keys(home, true, true);
      REQUIRE(keys.ok());
      { fill(**open(home, *keys), 3); }
      fs::remove(home + "/branch.db");
      if (empty) std::ofstream(home + "/branch.db");
      if (!with_mark) fs::remove(home + "/branch.mark");
      const auto s = open(home, *keys);
      REQUIRE_FALSE(s.ok());
      CHECK(s.fault().code == "store_missing");
      CHECK(fs::exists(home + "/branch.db") == empty);
    }
  // Keys that were just made, by whichever first start was cut off, are a new home.
  const std::string home = dir / "new";
  auto keys = crypto::load_keys(home, true, true);
  REQUIRE(keys.ok());
  std::ofstream(home + "/branch.db");
  CHECK(open(home, *keys).ok());
  CHECK_FALSE(fs::exists(home + "/first-start"));
  // Keys that are gone are not made anew beside data.
  fs::remove(home + "/keys");
  CHECK(crypto::load_keys(home, true, true).fault().code == "keys_missing");
}

TEST_CASE("rot: a page that rotted, is another's, or is what it was before is told when it is read") {
  const TempDir dir;
  const crypto::KeyRing keys;
  const std::string home = dir / "home", again = dir / "again", before = dir / "before";
  { fill(**open(home, keys), 60); }
  copy_home(home, before);
  { fill(**open(home, keys), 61); }
  const std::string old = test::slurp(before + "/branch.db"), now = test::slurp(home + "/branch.db");
  constexpr std::size_t page = 1024;
  SeededRandom random(5);
  int told = 0, tried = 0;
  const auto judge = [&](const std::string& bytes) {
    copy_home(home, again);
    std::ofstream(again + "/branch.db", std::ios::binary) << bytes;
    auto s = open(again, keys);
    const auto whole = s ? (*s)->check() : Result<Done>(s.fault());
    ++tried;
    if (whole) {
      CHECK(test::events(**s) == k_events);  // a page that nothing uses
      return;
    }
    ++told;
    CHECK(whole.fault().kind == FaultKind::Damaged);
  };
  for (int i = 0; i < 40; ++i) {
    std::string bytes = now;
    bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
    judge(bytes);
  }
  CHECK(told > 30);
  // Every page that the second start wrote and the disk lost.
  for (std::size_t at = 0; at + page <= old.size(); at += page) {
    if (now.compare(at, page, old, at, page) == 0) continue;
    std::string bytes = now;
    bytes.replace(at, page, old, at, page);
    const int before_told = told;
    judge(bytes);
    CHECK(told == before_told + 1);
  }
  CHECK(tried > 40);
}

TEST_CASE("rot: a mark or checksums that are gone or damaged are made again once everything was read") {
  const TempDir dir;
  const crypto::KeyRing keys;
  const std::string home = dir / "home";
  { fill(**open(home, keys), 9); }
  for (const char* file : {"/branch.mark", "/branch.db-sums"}) {
    if (std::string(file) == "/branch.mark")
      std::ofstream(home + file, std::ios::binary) << std::string(8192, 'x');
    else
      fs::remove(home + file);
    auto s = open(home, keys);
    REQUIRE_MESSAGE(s.ok(), (s.ok() ? "" : s.fault().code + " " + s.fault().detail));
    CHECK(test::events(**s) == 9);
    s->reset();
    CHECK(size_of(home + file) > 300);
  }
  // In the running node too.
  auto s = open(home, keys);
  REQUIRE(s.ok());
  fs::remove(home + "/branch.mark");
  CHECK((*s)->check_mark().ok());
  CHECK(size_of(home + "/branch.mark") > 300);
}

TEST_CASE("rot: any of the keys that is not the home's is told") {
  const TempDir dir;
  crypto::KeyRing keys;
  { fill(**open(dir / "home", keys), 2); }
  keys.pepper = crypto::Key::random();
  CHECK(open(dir / "home", keys).fault().code == "keys_wrong");
}
