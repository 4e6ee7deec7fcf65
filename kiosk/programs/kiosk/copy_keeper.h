// CopyKeeper: a terminal as the second place of the node's unsent records: a CopyFollower on a thread of its own.
// Nothing waits for it. What keeps it from following is logged once, and the node, which knows how far each copy is,
// shows it as silent (kioskctl sync status, doctor). Another node in its place gets a folder of its own beside the old.
// Thread: its own. Blocks: the destructor, for one write to the folder at most: a running question is cut off.
// Owns: the connection, the node's folder in `folder`. A folder that is not there is no fault: it is tried again.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "node/lan/branch_client.h"

namespace kiosk::programs {

class CopyKeeper {
 public:
  struct Pace {
    Millis look_again{1'000}, retry{5'000};
  };
  CopyKeeper(std::shared_ptr<lan::BranchClient> branch, verbs::Actor actor, std::string folder, Pace pace);
  ~CopyKeeper();
  CopyKeeper(const CopyKeeper&) = delete;
  CopyKeeper& operator=(const CopyKeeper&) = delete;

 private:
  void follow();
  bool ends_within(Millis pause);

  const std::shared_ptr<lan::BranchClient> branch_;
  const verbs::Actor actor_;
  const std::string folder_;
  const Pace pace_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses what stands above
};

}  // namespace kiosk::programs
