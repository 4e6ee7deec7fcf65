// Inbox: values from worker threads to the one thread that reads them (the UI thread). First in, first out.
// Thread: push from any; take from one. Owns: nothing but the values. `wake` is called after each push, off the
// reader's thread, so that a sleeping event loop can be nudged; it must not block.
#pragma once
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>

#include "base/clock.h"

namespace kiosk {

template <class T>
class Inbox {
 public:
  explicit Inbox(std::function<void()> wake = {}) : wake_(std::move(wake)) {}

  void push(T value) {
    {
      std::lock_guard lock(mutex_);
      items_.push_back(std::move(value));
    }
    ready_.notify_one();
    if (wake_) wake_();
  }
  std::optional<T> take() {
    std::lock_guard lock(mutex_);
    return pop();
  }
  std::optional<T> take_within(Millis timeout) {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, timeout, [&] { return !items_.empty() || closed_; });
    return pop();
  }
  void close() {  // readers wake up and find nothing more
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }
  bool closed() const {
    std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  std::optional<T> pop() {
    if (items_.empty()) return std::nullopt;
    T v = std::move(items_.front());
    items_.pop_front();
    return v;
  }
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::list<T> items_;  // each in memory of its own, which goes when it is taken: a deque keeps what lay in it
  std::function<void()> wake_;
  bool closed_ = false;
};

}  // namespace kiosk
