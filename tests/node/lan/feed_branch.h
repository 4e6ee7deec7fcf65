// A scripted branch with a feed of changes as the node's: numbers from 1 on, all of them remembered until it is told to
// forget. Thread: any.
#pragma once
#include <condition_variable>
#include <map>

#include "tests/node/lan/scripted_branch.h"

namespace kiosk::test {

class FeedBranch : public ScriptedBranch {
 public:
  Result<verbs::WaitChanges::Reply> on(const verbs::Actor& a, const verbs::WaitChanges& asked) override {
    std::unique_lock lock(mutex_);
    if (!a.terminal.empty()) ++looks_[a.terminal];
    verbs::Changes c;
    const auto forgotten = [&] { return asked.after < forgot_ || asked.after > announced_; };
    if (!forgotten()) more_.wait_for(lock, asked.wait, [&] { return announced_ > asked.after; });
    c.until = announced_;
    c.reset = forgotten();
    for (auto n = asked.after + 1; !c.reset && n <= announced_; ++n)
      c.changes.push_back({n, "ticket", std::to_string(n)});
    return c;
  }
  void announce(int n = 1) {
    std::lock_guard lock(mutex_);
    announced_ += n;
    more_.notify_all();
  }
  void forget() {
    std::lock_guard lock(mutex_);
    forgot_ = ++announced_;
  }
  int looks_of(const std::string& terminal) {
    std::lock_guard lock(mutex_);
    return looks_[terminal];
  }

 private:
  std::condition_variable more_;
  std::int64_t announced_ = 1, forgot_ = 1;
  std::map<std::string, int> looks_;
};

}  // namespace kiosk::test
