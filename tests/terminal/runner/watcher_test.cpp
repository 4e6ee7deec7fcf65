// The watcher where nothing changes: who shows what begins and ends by time is told to look again all the same.
#include "terminal/runner/watcher.h"

#include <doctest/doctest.h>

#include "tests/node/lan/scripted_branch.h"

using namespace kiosk;

namespace {

// Every poll ends at once, as if it had waited its whole time for nothing.
class QuietBranch final : public test::ScriptedBranch {
 public:
  Result<verbs::WaitChanges::Reply> on(const verbs::Actor&, const verbs::WaitChanges& asked) override {
    waited += asked.wait.count();
    return verbs::Changes{7, false, {}};
  }
  std::atomic<std::int64_t> waited{0};
};

}  // namespace

TEST_CASE("watcher: without news it asks to read again after the time it was given, and not before") {
  const auto branch = std::make_shared<QuietBranch>();
  std::mutex mutex;
  std::condition_variable called;
  std::vector<std::int64_t> at;
  {
    runner::Watcher watcher(
        branch, {"board-1", ""}, [](bool) {},
        [&](const verbs::Changes& c) {
          const std::lock_guard lock(mutex);
          CHECK(c.changes.empty());
          if (at.size() < 2) at.push_back(branch->waited);
          called.notify_all();
          return true;
        },
        Millis{30'000});
    std::unique_lock lock(mutex);
    called.wait(lock, [&] { return at.size() == 2; });
  }
  CHECK(at[0] == 30'000);
  CHECK(at[1] == 60'000);
}
