// A whole home that was put back to an earlier state, its mark and the centre's word with it: only the centre can tell.
#include "node/branch/recovery/centre_word.h"
#include "node/branch/recovery/mend.h"
#include "tests/node/sync/lost_and_found.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {
void put(const std::string& from, const std::string& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}
void once_each(LoopCentre& c, const std::vector<std::string>& ids) {
  const auto seen = c.ledger();
  for (const auto& id : ids) {
    CAPTURE(id);
    CHECK(seen.contains(id));
  }
  for (const auto& [id, times] : seen) CHECK(times == 1);
}
}  // namespace

TEST_CASE("put back: the first word with the centre shows it, what it holds comes back and nothing is given twice") {
  for (const int made_off_line : {0, 2, 6}) {  // less and more than what was forgotten
    CAPTURE(made_off_line);
    LoopCentre c;
    LostBranch b(c);
    b.enrol();
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(b.write());
    CHECK(b.settle().pending == 0);
    b.stop();
    const TempDir old;
    put(b.home.path(), old / "home");
    b.start();
    for (int i = 0; i < 4; ++i) ids.push_back(b.write());
    CHECK(b.settle().pending == 0);
    b.stop();
    put(old / "home", b.home.path());
    b.start();
    for (int i = 0; i < made_off_line; ++i) ids.push_back(b.write());
    const auto s = b.settle();
    CHECK(s.why == "");
    CHECK(s.pending == 0);
    once_each(c, ids);
    CHECK_FALSE(b.verify().first_bad);
    CHECK(b.verify().events == static_cast<std::int64_t>(ids.size()) + 1);  // and node.rejoined
    CHECK(branch::noted_mended(b.home.path()).find("store_behind") != std::string::npos);
    // The word beside the store is of now.
    CHECK(branch::compare_with_centre(*b.side->store).ok());
    ids.push_back(b.write());
    CHECK(b.settle().pending == 0);
    once_each(c, ids);
  }
}

TEST_CASE("put back: a file alone lacks what the home knows the centre to have acknowledged") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  b.write();
  CHECK(b.settle().pending == 0);
  b.stop();
  const TempDir old;
  put(b.home.path(), old / "home");
  b.start();
  b.write();
  CHECK(branch::compare_with_centre(*b.side->store).ok());  // not sent yet
  CHECK(b.settle().pending == 0);
  CHECK(branch::compare_with_centre(*b.side->store).ok());
  b.stop();
  const std::string word = b.home / "centre-word", now = old / "word";
  fs::copy_file(word, now);
  put(old / "home", b.home.path());
  b.start();
  CHECK(branch::compare_with_centre(*b.side->store).ok());  // the word is as old as the file
  fs::copy_file(now, word, fs::copy_options::overwrite_existing);
  const auto found = branch::compare_with_centre(*b.side->store);
  REQUIRE_FALSE(found.ok());
  CHECK(found.fault().code == "store_behind");
  // A damaged word is no witness, and no alarm.
  for (const std::uintmax_t size : {std::uintmax_t{0}, std::uintmax_t{30}, fs::file_size(word) - 1}) {
    fs::resize_file(word, size);
    CHECK(branch::compare_with_centre(*b.side->store).ok());
  }
}
