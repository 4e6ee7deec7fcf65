// The simulator's judge sees what it is there to see: each fault put into the product is found within a few runs.
#include <doctest/doctest.h>

#include "base/log.h"
#include "network.h"
#include "tests/support/temp_dir.h"

using namespace kiosk;
using namespace kiosk::faults;

namespace {
struct Shared {
  Shared() { log::init("test", log::Level::Error); }  // troubles are made on purpose
  test::TempDir dir;
  Template world = make_template(dir.path() + "/template", 3);
};
Outcome first_trouble(const Shared& s, Mutation mutation, int runs = 12) {
  Outcome all;
  for (int seed = 1; seed <= runs && all.clean(); ++seed)
    all.add(run_network(s.world, {s.dir.path() + "/run", static_cast<std::uint64_t>(seed), mutation, false}));
  return all;
}
}  // namespace

TEST_CASE("faults: the simulator finds nothing in the product, and each fault that is put into it") {
  const Shared s;
  const auto none = first_trouble(s, Mutation::None, 6);
  CHECK_MESSAGE(none.clean(), none.what);
  // Seen first as a cursor that went back: what the centre has of the lost commits comes back by itself.
  const auto taken_back = first_trouble(s, Mutation::LoseCommit);
  CHECK_MESSAGE(taken_back.lost + taken_back.damaged > 0, taken_back.what);
  CHECK(first_trouble(s, Mutation::TakeTwice).doubled > 0);
  CHECK(first_trouble(s, Mutation::PhotoNotTaken).lost > 0);
  CHECK(first_trouble(s, Mutation::OtherVerdict).damaged > 0);
  CHECK(first_trouble(s, Mutation::ChangeEvent).damaged > 0);
  CHECK(first_trouble(s, Mutation::DropVerb).lost > 0);
  CHECK(first_trouble(s, Mutation::SkipFeed).damaged > 0);
}

TEST_CASE("faults: a run is the same run again from its seed") {
  const Shared s;
  const auto once = run_network(s.world, {s.dir.path() + "/run", 3, Mutation::None, false});
  const auto again = run_network(s.world, {s.dir.path() + "/run", 3, Mutation::None, false});
  CHECK(once.more == again.more);
  const auto other = run_network(s.world, {s.dir.path() + "/run", 4, Mutation::None, false});
  CHECK(once.more != other.more);
}
