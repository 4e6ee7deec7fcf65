#include "programs/kiosk/copy_keeper.h"

#include "base/log.h"
#include "programs/shared/copy_follower.h"

namespace kiosk::programs {

CopyKeeper::CopyKeeper(std::shared_ptr<lan::BranchClient> branch, verbs::Actor actor, std::string folder, Pace pace)
    : branch_(std::move(branch)), actor_(std::move(actor)), folder_(std::move(folder)), pace_(pace), thread_([this] {
        follow();
      }) {}

CopyKeeper::~CopyKeeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  branch_->close();
  thread_.join();
}

bool CopyKeeper::ends_within(Millis pause) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, pause, [&] { return stopping_; });
}

void CopyKeeper::follow() {
  CopyFollower follower(*branch_, actor_, folder_);
  std::string trouble = "not_begun";
  for (Millis pause{0}; !ends_within(pause);) {
    const auto step = follower.step();
    if (step) {
      pause = step->more ? Millis{0} : pace_.look_again;
      if (!trouble.empty()) log::info("this terminal keeps the second copy", {{"node", follower.node()}});
      trouble.clear();
      continue;
    }
    pause = pace_.retry;
    if (ends_within(Millis{0})) return;  // cut off by our own end
    if (trouble != step.fault().code)
      log::warn("this terminal keeps no second copy", {{"why", step.fault().code}, {"detail", step.fault().detail}});
    trouble = step.fault().code;
  }
}

}  // namespace kiosk::programs
