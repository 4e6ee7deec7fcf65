// IdentityKeeper: renews a terminal's certificate before its end, on a thread of its own; what keeps it from doing so
// is logged and tried again. Thread: its own. Blocks: the destructor, for one question to the node at most. Owns: a
// connection to the node.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "node/lan/branch_client.h"
#include "node/lan/terminal_identity.h"

namespace kiosk::programs {

class IdentityKeeper {
 public:
  struct Pace {
    Millis look_again{3'600'000}, retry{60'000};
  };
  IdentityKeeper(std::shared_ptr<lan::TerminalIdentity> badge, std::string home, const Clock& clock, Pace pace);
  ~IdentityKeeper();
  IdentityKeeper(const IdentityKeeper&) = delete;
  IdentityKeeper& operator=(const IdentityKeeper&) = delete;

 private:
  void keep();
  const std::shared_ptr<lan::TerminalIdentity> badge_;
  const std::string home_;
  const Clock& clock_;
  const Pace pace_;
  lan::BranchClient node_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses what stands above
};

}  // namespace kiosk::programs
