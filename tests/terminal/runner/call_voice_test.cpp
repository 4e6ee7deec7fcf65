// Who of several boards speaks, and what: stepped clocks, a node's lease, boards that fall silent in the middle.
#include "terminal/runner/call_voice.h"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "base/ids.h"

using namespace kiosk;
using runner::CallVoice;

namespace {

// The node's lease by its contract (node/branch/queue/presence.h has the real one, which this room may not see).
struct Lease {
  static constexpr Millis length{3'000};
  std::string holder;
  SteadyTime until{};
  std::int64_t spoken = 0;
  verbs::Announcer ask(const std::string& who, std::int64_t said, SteadyTime now) {
    if (now >= until) holder = who;
    const bool mine = holder == who;
    if (mine) until = now + length;
    spoken = std::max(spoken, said);
    return {mine, holder, mine ? length.count() : 0, spoken};
  }
};

const SteadyTime begin{Millis{1'000'000}};
const WallTime day = from_ms(1'795'140'000'000);

struct Board {
  std::string name;
  CallVoice voice;
  bool alive = true;
  std::vector<std::string> said;
  std::optional<SteadyTime> speaking_until;
};

class Hall {
 public:
  explicit Hall(int boards) {
    for (int i = 0; i < boards; ++i) all.push_back({"board-" + std::to_string(i), {}, true, {}, {}});
  }
  void call(const std::string& number) {
    const CallVoice::Call c{++seq, {number, "3", day + (now - begin)}};
    calls[number] = now;
    for (auto& b : all)
      if (b.alive) b.voice.heard(c, day + (now - begin));
  }
  // 100 ms; the node's answer takes `delay` to come back.
  void step(Millis delay = Millis{0}) {
    now += Millis{100};
    int speaking = 0;
    for (auto& b : all) {
      if (!b.alive) continue;
      const auto turn = b.voice.turn(now, day + (now - begin), b.speaking_until && *b.speaking_until > now);
      if (turn.stop) b.speaking_until.reset();
      if (turn.say) {
        b.said.push_back(turn.say->number);
        b.speaking_until = now + Millis{4'500};
        spoken_at[turn.say->number].push_back(now);
      }
      if (turn.ask) b.voice.answered(now, lease.ask(b.name, b.voice.spoken(), now + delay));
      if (b.speaking_until && *b.speaking_until > now) ++speaking;
    }
    CHECK(speaking <= 1);
  }
  std::vector<Board> all;
  Lease lease;
  SteadyTime now = begin;
  std::int64_t seq = 0;
  std::map<std::string, SteadyTime> calls;
  std::map<std::string, std::vector<SteadyTime>> spoken_at;
};

}  // namespace

TEST_CASE("voice: of three boards one speaks, and says each call once") {
  Hall hall(3);
  for (int i = 0; i < 20; ++i) hall.step();
  for (int n = 1; n <= 5; ++n) {
    hall.call("A-" + std::to_string(n));
    for (int i = 0; i < 60; ++i) hall.step();
  }
  std::set<std::string> speakers;
  for (const auto& b : hall.all)
    if (!b.said.empty()) speakers.insert(b.name);
  CHECK(speakers.size() == 1);
  CHECK(hall.spoken_at.size() == 5);
  for (const auto& [number, times] : hall.spoken_at) {
    CAPTURE(number);
    CHECK(times.size() == 1);
    CHECK(times[0] - hall.calls[number] <= Millis{200});
  }
}

TEST_CASE(
    "voice: when the one that speaks vanishes another takes over within seconds, says what was not said, no more") {
  Hall hall(3);
  for (int i = 0; i < 20; ++i) hall.step();
  hall.call("A-1");
  for (int i = 0; i < 12; ++i) hall.step();
  auto speaker = std::find_if(hall.all.begin(), hall.all.end(), [](const Board& b) { return !b.said.empty(); });
  REQUIRE(speaker != hall.all.end());
  speaker->alive = false;
  hall.call("A-2");
  for (int i = 0; i < 100; ++i) hall.step();
  CHECK(hall.spoken_at["A-1"].size() == 1);
  REQUIRE(hall.spoken_at["A-2"].size() == 1);
  CHECK(hall.spoken_at["A-2"][0] - hall.calls["A-2"] <= Millis{4'500});
}

TEST_CASE("voice: never two at once, whatever vanishes, comes back and answers late") {
  SeededRandom random(7);
  for (int round = 0; round < 30; ++round) {
    CAPTURE(round);
    Hall hall(4);
    for (int i = 0; i < 600; ++i) {
      if (random.below(8) == 0) hall.call("A-" + std::to_string(hall.seq + 1));
      auto& b = hall.all[random.below(4)];
      if (random.below(25) == 0) {
        b.alive = !b.alive;
        b.speaking_until.reset();  // switched off, or begun anew
        b.voice = CallVoice{};
      }
      hall.step(Millis{static_cast<std::int64_t>(random.below(900))});
    }
    for (const auto& [number, times] : hall.spoken_at)
      for (const auto& at : times) CHECK(at - hall.calls[number] < flow::k_call_fresh);
  }
}

TEST_CASE("voice: a board cut off from the node stops in the middle of its sentence when its lease is over") {
  CallVoice v;
  CHECK(v.turn(begin, day, false).ask);
  v.answered(begin, {true, "board-1", 3'000, 0});
  v.heard({1, {"A-1", "2", day}}, day);
  CHECK(v.turn(begin + Millis{100}, day, false).say->number == "A-1");
  CHECK_FALSE(v.turn(begin + Millis{2'900}, day, true).stop);
  CHECK(v.turn(begin + Millis{3'000}, day, true).stop);
  CHECK_FALSE(v.turn(begin + Millis{3'100}, day, false).stop);
  CHECK_FALSE(v.holds(begin + Millis{3'100}));
}

TEST_CASE("voice: what is begun is told to the node at once, and again until it is known there") {
  CallVoice v;
  CHECK(v.turn(begin, day, false).ask);
  v.answered(begin, {true, "board-1", 60'000, 0});
  CHECK_FALSE(v.turn(begin + Millis{100}, day, false).ask);
  v.heard({4, {"A-1", "2", day}}, day);
  const auto turn = v.turn(begin + Millis{200}, day, false);
  CHECK(turn.say);
  CHECK(turn.ask);
  CHECK(v.spoken() == 4);
  CHECK_FALSE(v.turn(begin + Millis{300}, day, true).ask);
  CHECK(v.turn(begin + Millis{400}, day, true).ask);  // not answered yet
  v.answered(begin + Millis{400}, {true, "board-1", 60'000, 4});
  CHECK(v.turn(begin + Millis{600}, day, true).ask);
  CHECK_FALSE(v.turn(begin + Millis{800}, day, true).ask);
}

TEST_CASE("voice: the next call waits for the end of the last, however long it is, unless it never ends") {
  CallVoice v;
  v.answered(begin, {true, "board-1", 60'000, 0});
  v.heard({1, {"A-1", "2", day}}, day);
  v.heard({2, {"A-2", "3", day}}, day);
  CHECK(v.turn(begin, day, false).say->number == "A-1");
  for (int ms = 100; ms <= 8'000; ms += 100) {
    const auto turn = v.turn(begin + Millis{ms}, day, true);
    CHECK_FALSE(turn.say);
    CHECK_FALSE(turn.stop);
  }
  CHECK_FALSE(v.turn(begin + Millis{8'100}, day, false).say);  // a breath between two
  CHECK(v.turn(begin + Millis{8'400}, day, false).say->number == "A-2");
  CHECK_FALSE(v.turn(begin + Millis{23'300}, day, true).stop);
  CHECK(v.turn(begin + Millis{23'400}, day, true).stop);
}

TEST_CASE("voice: a call of more than ten seconds ago is shown, not spoken; after a reset the fresh ones are") {
  CallVoice v;
  v.answered(begin, {true, "board-1", 60'000, 0});
  v.heard({5, {"A-1", "2", day}}, day + Millis{10'000});
  CHECK_FALSE(v.turn(begin, day + Millis{10'000}, false).say);
  v.heard({0, {"A-2", "2", day + Millis{4'000}}}, day + Millis{10'000});
  v.heard({0, {"A-2", "2", day + Millis{4'000}}}, day + Millis{10'000});
  CHECK(v.turn(begin + Millis{100}, day + Millis{10'100}, false).say->number == "A-2");
  CHECK_FALSE(v.turn(begin + Millis{9'000}, day + Millis{10'200}, false).say);
  // The same number called again is another call.
  v.heard({6, {"A-2", "2", day + Millis{12'000}}}, day + Millis{12'000});
  CHECK(v.turn(begin + Millis{18'000}, day + Millis{12'100}, false).say->number == "A-2");
}
