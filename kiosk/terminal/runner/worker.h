// One thread that does jobs in order. Thread: push from any; jobs run on the worker. Blocks: the destructor, until the
// job under way is done; jobs still waiting are dropped.
#pragma once
#include <atomic>
#include <functional>
#include <thread>

#include "base/inbox.h"

namespace kiosk::runner {

class Worker {
 public:
  Worker() : thread_([this] { run(); }) {}
  ~Worker() {
    jobs_.close();
    thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void push(std::function<void()> job) {
    ++waiting_;
    jobs_.push(std::move(job));
  }
  bool busy() const { return waiting_ > 0; }

 private:
  void run() {
    while (!jobs_.closed()) {
      auto job = jobs_.take_within(Millis{1000});
      if (!job || jobs_.closed()) continue;
      (*job)();
      *job = nullptr;  // what it held goes before the worker is called idle
      --waiting_;
    }
  }
  Inbox<std::function<void()>> jobs_;
  std::atomic<int> waiting_{0};
  std::thread thread_;
};

}  // namespace kiosk::runner
