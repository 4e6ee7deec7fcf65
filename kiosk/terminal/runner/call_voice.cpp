#include "terminal/runner/call_voice.h"

#include <algorithm>

#include "terminal/voice/voice.h"

namespace kiosk::runner {
namespace {

constexpr Millis kAskEvery{1'000};
// Until the node knows what was begun: should this board vanish, nobody says it again.
constexpr Millis kTellEvery{200};
constexpr Millis kLook{100};        // whether the last call is over
constexpr Millis kPause{300};       // between two calls
constexpr Millis kLongest{15'000};  // chime and words; a program that hangs must not silence the hall
constexpr std::size_t kKnown = 64;

std::string key(const verbs::BoardState::Call& c) {
  return c.number + "/" + c.counter + "/" + std::to_string(to_ms(c.at));
}

}  // namespace

void CallVoice::heard(const Call& call, WallTime now) {
  const std::string name = key(call.what);
  if (std::find(known_.begin(), known_.end(), name) != known_.end()) return;
  known_.push_back(name);
  if (known_.size() > kKnown) known_.pop_front();
  if (now - call.what.at < flow::k_call_fresh) waiting_.push_back(call);
}

void CallVoice::answered(SteadyTime asked, const verbs::Announcer& answer) {
  if (answer.mine) lease_until_ = asked + Millis{answer.lease_ms};
  if (!answer.mine) lease_until_ = SteadyTime{};
  told_ = answer.spoken;
  spoken_ = std::max(spoken_, answer.spoken);
}

CallVoice::Turn CallVoice::turn(SteadyTime now, WallTime node_now, bool speaking) {
  Turn t;
  t.ask = !next_ask_ || now >= *next_ask_;
  if (t.ask) next_ask_ = now + (spoken_ > told_ ? kTellEvery : kAskEvery);
  std::erase_if(waiting_, [&](const Call& c) {
    return node_now - c.what.at >= flow::k_call_fresh || (c.seq != 0 && c.seq <= spoken_);
  });
  if (speaking) {
    quiet_until_ = now + kPause;
    t.stop = !holds(now) || now - said_at_ >= kLongest;
    return t;
  }
  if (!holds(now) || now < quiet_until_ || waiting_.empty()) return t;
  const Call call = waiting_.front();
  waiting_.pop_front();
  spoken_ = std::max(spoken_, call.seq);
  said_at_ = now;
  t.say = call.what;
  t.ask = true;
  next_ask_ = now + kTellEvery;
  return t;
}

CallAnnouncer::CallAnnouncer(Parts parts)
    : parts_(std::move(parts)), speaks_([this] { speak(); }), asks_([this] { ask(); }) {}

CallAnnouncer::~CallAnnouncer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
    ask_wake_.notify_all();
  }
  speaks_.join();
  asks_.join();
  parts_.speaker->stop();
}

void CallAnnouncer::heard(const verbs::Changes& changes, const verbs::BoardState& board, Millis node_ahead) {
  const std::lock_guard lock(mutex_);
  node_ahead_ = node_ahead;
  const WallTime now = parts_.clock->now() + node_ahead_;
  for (const auto& c : changes.changes)
    if (c.call) voice_.heard({c.seq, *c.call}, now);
  if (changes.reset)
    for (auto call = board.calls.rbegin(); call != board.calls.rend(); ++call) voice_.heard({0, *call}, now);
  wake_.notify_all();
}

void CallAnnouncer::speak() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const SteadyTime now = parts_.clock->steady();
    const bool speaking = parts_.speaker->status().contains(drivers::Reason::Busy);
    const auto turn = voice_.turn(now, parts_.clock->now() + node_ahead_, speaking);
    if (turn.ask && !asked_) {
      asked_ = now;
      ask_wake_.notify_all();
    }
    if (turn.stop) parts_.speaker->stop();
    if (turn.say)
      parts_.speaker->say(
          {voice::for_espeak(voice::ticket_call(turn.say->number, turn.say->counter, parts_.language), parts_.language),
           parts_.language, parts_.volume_percent, true});
    wake_.wait_for(lock, kLook);
  }
}

void CallAnnouncer::ask() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ask_wake_.wait(lock, [this] { return stopping_ || asked_; });
    if (stopping_) return;
    const SteadyTime asked = *asked_;
    const std::int64_t spoken = voice_.spoken();
    lock.unlock();
    const auto answer = parts_.branch->ask(parts_.actor, verbs::Announce{spoken});
    lock.lock();
    if (answer) voice_.answered(asked, *answer);
    asked_.reset();
    wake_.notify_all();
  }
}

}  // namespace kiosk::runner
