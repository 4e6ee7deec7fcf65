// A node's second copy while the node works, through a real node and a real centre.
#include <algorithm>

#include "tests/node/sync/lost_and_found.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {
const verbs::Actor ctl{"ctl", ""};

std::ptrdiff_t files(const std::string& folder, const std::string& begin) {
  return std::count_if(fs::directory_iterator(folder), fs::directory_iterator{},
                       [&](const auto& e) { return e.path().filename().string().starts_with(begin); });
}
}  // namespace

TEST_CASE(
    "second copy: what is unsent is in it, what is acknowledged is dropped, and a disk that is away is a status") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  for (int i = 0; i < 5; ++i) b.write();
  CHECK(b.copy->status().state == "behind");
  CHECK(b.copy->status().events == 5);
  REQUIRE(b.copy->step().ok());
  auto s = b.copy->status();
  CHECK(s.state == "whole");
  CHECK(s.events == 0);
  const std::string folder = b.copies / b.side->store->identity().node;
  const auto segments = [&] { return files(folder, "seg-"); };
  CHECK(segments() == 1);
  CHECK(b.settle().pending == 0);
  REQUIRE(b.copy->step().ok());
  CHECK(segments() == 0);
  CHECK(fs::exists(folder + "/state.kx"));
  // The disk goes away and comes back.
  b.write();
  fs::rename(b.copies.path(), b.copies.path() + ".away");
  branch::SecondCopy::Options o;
  o.folder = b.copies.path();
  b.side->node->set_copier(nullptr);
  b.copy = std::make_unique<branch::SecondCopy>(*b.side->store, o);
  b.side->node->set_copier(b.copy.get());
  auto& away = *b.copy;
  CHECK(away.step().fault().code == "copy_missing");
  CHECK(away.status().state == "failed");
  CHECK(away.status().why == "copy_missing");
  CHECK_FALSE(fs::exists(b.copies.path()));  // never made up
  fs::rename(b.copies.path() + ".away", b.copies.path());
  REQUIRE(away.step().ok());
  CHECK(away.status().state == "whole");
  const auto status = b.side->node->ask(ctl, verbs::GetSyncStatus{});
  REQUIRE(status.ok());
  REQUIRE(status->copies.size() == 1);
}

TEST_CASE("second copy: another process on the same folder is refused, and goes on when the first ends") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  b.write();
  REQUIRE(b.copy->step().ok());
  branch::SecondCopy::Options o;
  o.folder = b.copies.path();
  branch::SecondCopy other(*b.side->store, o);
  CHECK(other.step().fault().code == "copy_in_use");
  CHECK(other.status().state == "failed");
  CHECK(other.status().why == "copy_in_use");
  b.side->node->set_copier(nullptr);
  b.copy.reset();
  CHECK(other.step().ok());
  CHECK(other.status().state == "whole");
}

TEST_CASE("second copy: what is kept over a restore without it goes once the centre has all of it, not before") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  for (int i = 0; i < 3; ++i) b.write();
  CHECK(b.settle().pending == 0);
  const std::string backup = b.backups / "b";
  REQUIRE(store::back_up(b.home.path(), backup, false).ok());
  const auto photo = b.side->store->put_blob("face", Bytes(50'000, 4)).value();
  b.write({photo}, "claim.noted");
  b.write();
  REQUIRE(b.copy->step().ok());
  bool sent = true;
  SUBCASE("they had reached the centre") { CHECK(b.settle().pending == 0); }
  SUBCASE("they had not") { sent = false; }
  const std::string folder = b.copies / b.side->store->identity().node;
  b.stop();
  REQUIRE(fs::remove(b.home / "branch.db"));  // an older state takes its place, and nobody thinks of the copy
  fs::remove(b.home / "branch.db-wal");
  fs::remove(b.home / "branch.db-shm");
  REQUIRE(b.restore(backup, "").ok());
  b.start();
  b.write();
  REQUIRE(b.copy->step().ok());
  CHECK(files(folder, "kept-") == 1);  // the centre was not asked yet
  CHECK(b.settle().pending == 0);
  for (int i = 0; i < 20 && b.side->engine->status().pending_blobs > 0; ++i) b.round();
  REQUIRE(b.copy->step().ok());
  CHECK(files(folder, "kept-") == (sent ? 0 : 1));
  if (sent) return;
  // From the kept one the records come back, and then it goes too.
  b.stop();
  REQUIRE(b.restore(backup, b.copies.path()).ok());
  b.start();
  CHECK(b.settle().pending == 0);
  CHECK(b.side->engine->status().pending_blobs == 0);
  REQUIRE(b.copy->step().ok());
  CHECK(files(folder, "kept-") == 0);
  CHECK(c.ledger().size() == c.rows().size());
}
