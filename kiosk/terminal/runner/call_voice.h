// CallVoice: which calls this board speaks, and when. Of the boards of a hall one holds the node's lease; it speaks
// each call once, in order, as long as the call is fresh, never two at once, and falls silent when its lease is over.
// Pure: time is given.
// CallAnnouncer runs one with a branch and a speaker.
// Thread: CallVoice: one. CallAnnouncer: heard() from any; two of its own, so that a node that does not answer keeps
// nobody from falling silent in time. Blocks: its destructor, for one question to the node at most.
#pragma once
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "api/verbs/branch.h"
#include "drivers/api/speaker.h"
#include "terminal/flow/board/view.h"

namespace kiosk::runner {

class CallVoice {
 public:
  struct Call {
    std::int64_t seq = 0;  // 0: from the board's list, after the node forgot what was pushed
    verbs::BoardState::Call what;
  };
  // `now` is the node's clock. A call that is old, or was heard before, is only shown.
  void heard(const Call& call, WallTime now);
  // The node's answer to a question asked at that time.
  void answered(SteadyTime asked, const verbs::Announcer& answer);
  struct Turn {
    bool ask = false;   // the node, now
    bool stop = false;  // speaking: the lease is over, or the sentence never ends
    std::optional<verbs::BoardState::Call> say;
  };
  // `speaking`: what was said last is still heard.
  Turn turn(SteadyTime now, WallTime node_now, bool speaking);
  std::int64_t spoken() const { return spoken_; }
  bool holds(SteadyTime now) const { return now < lease_until_; }

 private:
  std::deque<Call> waiting_;
  std::deque<std::string> known_;
  SteadyTime lease_until_{}, said_at_{}, quiet_until_{};
  std::optional<SteadyTime> next_ask_;
  std::int64_t spoken_ = 0, told_ = 0;  // by any board; of that, what the node is known to know
};

class CallAnnouncer {
 public:
  struct Parts {
    std::shared_ptr<verbs::Branch> branch;
    verbs::Actor actor;
    std::unique_ptr<drivers::Speaker> speaker;
    const Clock* clock = nullptr;
    std::string language = "id";
    int volume_percent = 90;
  };
  explicit CallAnnouncer(Parts parts);
  ~CallAnnouncer();
  CallAnnouncer(const CallAnnouncer&) = delete;
  CallAnnouncer& operator=(const CallAnnouncer&) = delete;
  void heard(const verbs::Changes& changes, const verbs::BoardState& board, Millis node_ahead);

 private:
  void speak();
  void ask();
  Parts parts_;
  std::mutex mutex_;
  std::condition_variable wake_, ask_wake_;
  CallVoice voice_;
  Millis node_ahead_{0};             // the node's clock before ours
  std::optional<SteadyTime> asked_;  // a question is under way
  bool stopping_ = false;
  std::thread speaks_, asks_;
};

}  // namespace kiosk::runner
