#include "programs/kiosk/identity_keeper.h"

#include "base/log.h"

namespace kiosk::programs {

IdentityKeeper::IdentityKeeper(std::shared_ptr<lan::TerminalIdentity> badge, std::string home, const Clock& clock,
                               Pace pace)
    : badge_(std::move(badge)),
      home_(std::move(home)),
      clock_(clock),
      pace_(pace),
      node_({.base = badge_->url(), .badge = badge_}),
      thread_([this] { keep(); }) {}

IdentityKeeper::~IdentityKeeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  node_.close();
  thread_.join();
}

void IdentityKeeper::keep() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    Millis pause = pace_.look_again;
    if (badge_->due(clock_.now())) {
      if (const auto renewed = badge_->renew(node_, home_)) {
        log::info("the terminal's certificate is renewed", {{"until", to_rfc3339(badge_->until())}});
      } else {
        pause = pace_.retry;
        log::warn("the terminal's certificate is not renewed",
                  {{"why", renewed.fault().code}, {"until", to_rfc3339(badge_->until())}});
      }
    }
    lock.lock();
    wake_.wait_for(lock, pause, [this] { return stopping_; });
  }
}

}  // namespace kiosk::programs
