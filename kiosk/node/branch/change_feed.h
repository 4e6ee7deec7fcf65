// The node's announcements: "this changed, read it again". A ring in memory; a terminal that asks with a number of
// another run or of long ago is told to re-read everything. A change names no person. Thread: any. Blocks: wait() up to
// its time, until something is announced or close() is called.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "api/verbs/branch.h"
#include "base/ids.h"

namespace kiosk::branch {

class ChangeFeed {
 public:
  // `start` is the number before this run's first change; it must differ between runs.
  explicit ChangeFeed(std::int64_t start, std::size_t capacity = 1024);
  void announce(std::string topic, std::string id = {});
  void announce(std::vector<verbs::Change> together);  // of one act: nobody sees a part of them; numbers are given here
  // Changes after `after`; 0 or a number of another run answers at once with `reset`.
  verbs::Changes wait(std::int64_t after, Millis wait);
  void close();  // wakes everybody; later waits return at once

 private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<verbs::Change> ring_;
  std::int64_t start_, last_;
  std::size_t capacity_;
  bool closed_ = false;
};

}  // namespace kiosk::branch
