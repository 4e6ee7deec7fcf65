// A copy on another machine: what it keeps and drops by the node's answers.
#include "programs/shared/copy_follower.h"

#include <algorithm>

#include "tests/node/sync/lost_and_found.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {
const verbs::Actor ctl{"ctl", ""};

std::ptrdiff_t kept(const std::string& folder) {
  return std::count_if(fs::directory_iterator(folder), fs::directory_iterator{},
                       [](const auto& e) { return e.path().filename().string().starts_with("kept-"); });
}
}  // namespace

TEST_CASE("copy follower: it drops what is kept by what the node says the centre has") {
  LoopCentre c;
  LostBranch b(c);
  b.enrol();
  TempDir away;
  {
    programs::CopyFollower f(*b.side->node, ctl, away.path());
    b.write();
    REQUIRE(f.step().ok());
  }
  const std::string backup = b.backups / "b";
  REQUIRE(store::back_up(b.home.path(), backup, false).ok());
  const std::string folder = away / b.side->store->identity().node;
  b.stop();
  REQUIRE(b.restore(backup, "").ok());
  b.start();
  programs::CopyFollower f(*b.side->node, ctl, away.path());
  b.write();
  REQUIRE(f.step().ok());
  CHECK(kept(folder) == 1);
  CHECK(b.settle().pending == 0);
  const auto chunk = b.side->node->ask(ctl, verbs::CopyAsked{});
  REQUIRE(chunk.ok());
  CHECK(chunk->centre_has.size() == 2);
  CHECK(chunk->centre_has_blobs);
  REQUIRE(f.step().ok());
  CHECK(kept(folder) == 0);
}
