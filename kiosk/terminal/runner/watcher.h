// Watches a branch node for changes, on a thread of its own: tells when something may be re-read, and when
// the node goes away or comes back. Changes are told again until they were read: what came just before the connection
// broke is not lost. Thread: `on_away` and `on_change` are called from the watcher's thread and must not
// block. Blocks: the destructor, until the poll under way ends (at most k_poll).
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "api/verbs/branch.h"

namespace kiosk::runner {

class Watcher {
 public:
  // `on_change` returns false when the node was away as it read again. `at_least_every`: it is called so often, with no
  // changes, also when nothing changed; zero: never.
  Watcher(std::shared_ptr<verbs::Branch> branch, verbs::Actor actor, std::function<void(bool away)> on_away,
          std::function<bool(const verbs::Changes&)> on_change, Millis at_least_every = Millis{0});
  ~Watcher();

 private:
  void run();
  std::shared_ptr<verbs::Branch> branch_;
  verbs::Actor actor_;
  std::function<void(bool)> on_away_;
  std::function<bool(const verbs::Changes&)> on_change_;
  const Millis at_least_every_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

}  // namespace kiosk::runner
