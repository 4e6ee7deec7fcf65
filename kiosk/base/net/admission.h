// Bounded admission: how much of each kind of work a server does at once, how much may wait for it, and what the rest
// is told. A lane is a kind of work. arrive() judges when the head of a request is read and its body is not; work()
// waits, first come first served, for one of the lane's places; leaving frees both. Who is refused is told seconds that
// are spread over the time the refused ones would need to be served, so that they do not come back together.
// Thread: any. Blocks: work(), at most the lane's patience. Owns: counts; no request.
#pragma once
#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace kiosk::net {

struct Lane {
  std::string name;
  int at_work = 16;                    // handlers at once
  int inside = 64;                     // at work, waiting for a place, or still sending their body
  std::size_t body_bytes = 256 << 20;  // of all bodies inside, as declared
  Millis patience{1'200};              // longest wait for a place; who would wait longer is refused at once
  double per_second = 0, burst = 0;    // requests of one peer; 0: as many as it likes
};

// What a lane has done since the start, and what it does now.
struct LaneCounts {
  static constexpr std::array<double, 8> bounds_s = {0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 5};
  std::string name;
  std::uint64_t admitted = 0, done = 0, refused_busy = 0, refused_rate = 0, refused_draining = 0;
  std::array<std::uint64_t, bounds_s.size()> within{};  // answered in at most bounds_s, from head to answer
  double seconds = 0;                                   // the sum of those times
  int at_work = 0, waiting = 0, inside = 0;
};

class Admission {
 public:
  struct Refusal {
    int status = 429;  // 503 while draining
    std::string code;  // busy, too_many_requests, draining
    std::int64_t retry_after_s = 1;
  };
  // One request on its way through a lane; leaves when it goes. `refusal` set: it was not let in.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept;
    Place& operator=(Place&& other) noexcept;
    ~Place();
    std::optional<Refusal> refusal;

   private:
    friend class Admission;
    Admission* owner_ = nullptr;
    std::size_t lane_ = 0, bytes_ = 0;
    SteadyTime arrived_{}, began_{};
    bool working_ = false;
  };

  Admission(std::vector<Lane> lanes, const Clock& clock, Random& random);
  // Of the lane named; a name that none has is our bug. `again`: it was let in before and only waited for news.
  Place arrive(const std::string& lane, const std::string& peer, std::size_t body_bytes, bool again = false);
  // Waits for a place; sets place.refusal when patience ends or the server drains. True: go on.
  bool work(Place& place);
  void drain();                  // from now on nobody is let in
  bool wait_empty(Millis most);  // nobody inside
  std::vector<LaneCounts> counts() const;

 private:
  struct Bucket {
    double tokens = 0;
    SteadyTime at{};
  };
  struct Waiter {
    std::condition_variable ready;
    bool granted = false;  // a place is already counted for it
  };
  struct State {
    Lane lane;
    LaneCounts counts;
    std::size_t bytes = 0;
    double mean_s = 0.005;      // of a handler, smoothed
    double refused_recent = 0;  // halves about every seven seconds
    SteadyTime refused_at{};
    std::deque<Waiter*> queue;  // first come, first served
    std::map<std::string, Bucket> buckets;
  };
  void leave(Place& place);
  Refusal busy(State& s);
  bool take_token(State& s, const std::string& peer);

  const Clock& clock_;
  Random& random_;
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::vector<State> states_;
  std::unordered_map<std::string, std::size_t> by_name_;
  int inside_ = 0;
  bool draining_ = false;
};

}  // namespace kiosk::net
