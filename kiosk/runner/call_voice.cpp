#include "runner/call_voice.h"

#include <algorithm>

#include "voice/voice.h"

namespace kiosk::runner {
namespace {

constexpr Millis kAskEvery{1'000}, kSentence{4'500};
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
  spoken_ = std::max(spoken_, answer.spoken);
}

CallVoice::Turn CallVoice::turn(SteadyTime now, WallTime node_now) {
  Turn t;
  t.ask = !next_ask_ || now >= *next_ask_;
  if (t.ask) next_ask_ = now + kAskEvery;
  std::erase_if(waiting_, [&](const Call& c) {
    return node_now - c.what.at >= flow::k_call_fresh || (c.seq != 0 && c.seq <= spoken_);
  });
  if (!holds(now)) {
    t.stop = std::exchange(busy_until_, SteadyTime{}) > now;
    return t;
  }
  if (now < busy_until_ || waiting_.empty()) return t;
  const Call call = waiting_.front();
  waiting_.pop_front();
  spoken_ = std::max(spoken_, call.seq);
  busy_until_ = now + kSentence;
  t.say = call.what;
  return t;
}

CallAnnouncer::CallAnnouncer(Parts parts) : parts_(std::move(parts)), thread_([this] { run(); }) {}

CallAnnouncer::~CallAnnouncer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  thread_.join();
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

void CallAnnouncer::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const SteadyTime now = parts_.clock->steady();
    const auto turn = voice_.turn(now, parts_.clock->now() + node_ahead_);
    const std::int64_t spoken = voice_.spoken();
    lock.unlock();
    if (turn.stop) parts_.speaker->stop();
    if (turn.say)
      parts_.speaker->say(
          voice::for_espeak(voice::ticket_call(turn.say->number, turn.say->counter, parts_.language), parts_.language),
          parts_.language, parts_.volume_percent);
    std::optional<verbs::Announcer> answer;
    if (turn.ask)
      if (const auto asked = parts_.branch->announce(parts_.actor, spoken)) answer = *asked;
    lock.lock();
    if (answer) voice_.answered(now, *answer);
    if (!stopping_) wake_.wait_for(lock, answer ? Millis{0} : Millis{200});
  }
}

}  // namespace kiosk::runner
