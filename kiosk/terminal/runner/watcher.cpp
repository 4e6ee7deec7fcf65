#include "terminal/runner/watcher.h"

namespace kiosk::runner {
namespace {
constexpr Millis k_poll{1500};  // short enough that leaving never takes long
constexpr Millis k_retry{700};  // while the node is away
}  // namespace

Watcher::Watcher(std::shared_ptr<verbs::Branch> branch, verbs::Actor actor, std::function<void(bool)> on_away,
                 std::function<bool(const verbs::Changes&)> on_change, Millis at_least_every)
    : branch_(std::move(branch)),
      actor_(std::move(actor)),
      on_away_(std::move(on_away)),
      on_change_(std::move(on_change)),
      at_least_every_(at_least_every),
      thread_([this] { run(); }) {}

Watcher::~Watcher() {
  {
    std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void Watcher::run() {
  std::int64_t after = 0;
  bool away = false;
  Millis quiet{0};  // a poll without news takes its whole time
  for (std::unique_lock lock(mutex_); !end_;) {
    lock.unlock();
    auto got = branch_->ask(actor_, verbs::WaitChanges{after, k_poll});
    if (got) {
      if (std::exchange(away, false)) on_away_(false);
      const bool news = got->reset || !got->changes.empty();
      quiet = news ? Millis{0} : quiet + k_poll;
      const bool due = at_least_every_ > Millis{0} && quiet >= at_least_every_;
      if (due) quiet = Millis{0};
      if ((!news && !due) || on_change_(*got))
        after = got->until;
      else
        away = true;
    } else if (!std::exchange(away, true)) {
      on_away_(true);
    }
    lock.lock();
    if (away) ended_.wait_for(lock, k_retry, [&] { return end_; });
  }
}

}  // namespace kiosk::runner
