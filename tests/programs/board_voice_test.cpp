// The boards of a hall as processes, each behind a connection that can be cut, with a program that stands for the voice
// and writes down when it spoke: who speaks, what, never two at once, nothing lost, twice or late.
#include <sys/stat.h>

#include <iomanip>

#include "ctl_world.h"
#include "relay.h"
#include "terminal/voice/voice.h"
#include "tests/support/wait_until.h"

using namespace ctl_test;
using kiosk::Millis;

namespace {

struct Heard {
  std::int64_t from_ms = 0, to_ms = 0;  // to 0: it did not come to its end
  int pid = 0;
  std::string board, text;
};

std::string sentence(const std::string& number, const std::string& counter) {
  return kiosk::voice::for_espeak(kiosk::voice::ticket_call(number, counter, "id"), "id");
}

class Hall {
 public:
  Hall() {
    service = w.ask({"ticket", "services"}).rows[0]["code"];
    takes_ms(1'200);
    const auto script =
        w.dir().file("voice.sh",
                     "#!/bin/sh\ntext=$(cat)\ntext=${text#*/>}\n"
                     "printf 'begin %s %s %s %s\\n' \"$(date +%s%3N)\" $$ \"$KIOSK_BOARD\" \"$text\" >>" +
                         log() + "\nsleep \"$(cat " + seconds() + ")\"\n" +
                         "printf 'end %s %s\\n' \"$(date +%s%3N)\" $$ >>" + log() + "\n");
    REQUIRE(::chmod(script.c_str(), 0700) == 0);
    for (const char* name : {"board-1", "board-2"}) add(name, name);
  }
  void add(const std::string& key, const std::string& terminal) {
    relays[key] = std::make_unique<Relay>(w.dir().path() + "/" + key + ".sock", w.home() + "/branch.sock");
    start(key, terminal);
  }
  void start(const std::string& key, const std::string& terminal) {
    kiosk::tools::Command c{.argv = {bin("kiosk"), "--role", "board", "--headless", "--terminal", terminal, "--home",
                                     w.dir().path() + "/" + key, "--branch", relays[key]->url(), "--speaker",
                                     "espeak:" + w.dir().path() + "/voice.sh"}};
    c.env = {{"SDL_VIDEODRIVER", "dummy"}, {"SDL_AUDIODRIVER", "dummy"}, {"KIOSK_BOARD", key}};
    c.err_path = w.dir().path() + "/" + key + ".log";
    auto p = Process::start(c);
    REQUIRE(p.ok());
    boards.erase(key);
    boards.emplace(key, std::move(*p));
  }
  void takes_ms(int ms) const {
    std::ofstream(seconds()) << ms / 1000 << '.' << std::setw(3) << std::setfill('0') << ms % 1000;
  }
  // Issued and called at the counter of that officer; a former ticket is finished first. The number.
  std::string call(const std::string& counter) {
    const std::string officer = "100" + counter;
    auto& at = at_counter[counter];
    if (!at.empty()) REQUIRE(w.ask({"ticket", "finish", at}, officer).status == 0);
    const auto issued = w.ask({"ticket", "issue", "--service", service});
    REQUIRE_MESSAGE(issued.status == 0, issued.err);
    at = issued.json()["number"];
    const auto called = w.ask({"ticket", "call", "--counter", counter, "--number", at}, officer);
    REQUIRE_MESSAGE(called.status == 0, called.err);
    return at;
  }
  std::vector<Heard> heard() const {
    std::vector<Heard> out;
    std::istringstream lines(read_file(log()));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string what;
      Heard h;
      words >> what;
      if (what == "begin") {
        words >> h.from_ms >> h.pid >> h.board >> std::ws;
        std::getline(words, h.text);
        out.push_back(h);
      } else {
        std::int64_t at = 0;
        words >> at >> h.pid;
        for (auto& before : out)
          if (before.pid == h.pid) before.to_ms = at;
      }
    }
    return out;
  }
  int times(const std::string& text) const {
    const auto all = heard();
    return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const Heard& h) { return h.text == text; }));
  }
  bool wait_for(const std::function<bool()>& f, Millis most) const {
    return kiosk::test::wait_until(f, most, Millis{50});
  }
  // The one that spoke last; every sentence that came to its end was over before the next began.
  std::string speaker() const {
    const auto all = heard();
    REQUIRE(!all.empty());
    for (std::size_t i = 1; i < all.size(); ++i) {
      CAPTURE(all[i].text);
      CHECK(all[i].from_ms >= all[i - 1].to_ms);
    }
    return all.back().board;
  }
  const std::string& other(const std::string& board) const {
    static const std::string a = "board-1", b = "board-2";
    return board == a ? b : a;
  }

  World w;
  std::string service;
  std::map<std::string, std::unique_ptr<Relay>> relays;
  std::map<std::string, Process> boards;
  std::map<std::string, std::string> at_counter;

 private:
  std::string log() const { return w.dir().path() + "/heard"; }
  std::string seconds() const { return w.dir().path() + "/takes"; }
};

// Not ended, whether or not somebody has asked for its exit status.
bool alive(int pid) {
  const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  const auto end = stat.rfind(") ");
  return end != std::string::npos && stat[end + 2] != 'Z';
}

}  // namespace

TEST_CASE("board: of two boards one speaks every call once, in order, chime and words never over each other") {
  Hall hall;
  const auto first = hall.call("1");
  REQUIRE(hall.wait_for([&] { return hall.times(sentence(first, "1")) == 1; }, Millis{20'000}));
  const auto second = hall.call("2");
  const auto third = hall.call("3");
  CHECK(hall.wait_for([&] { return hall.times(sentence(third, "3")) == 1; }, Millis{15'000}));
  CHECK(hall.times(sentence(second, "2")) == 1);
  CHECK(hall.times(sentence(first, "1")) == 1);
  const auto who = hall.speaker();
  for (const auto& h : hall.heard()) CHECK(h.board == who);

  // The one that speaks is killed in the middle of a sentence: its voice ends with it, and the other takes over.
  hall.takes_ms(8'000);
  const auto cut_short = hall.call("1");
  REQUIRE(hall.wait_for([&] { return hall.times(sentence(cut_short, "1")) == 1; }, Millis{15'000}));
  const int voice = hall.heard().back().pid;
  CHECK(alive(voice));
  hall.boards.at(who).signal(SIGKILL);
  REQUIRE(hall.boards.at(who).wait(Millis{10'000}).has_value());
  CHECK(hall.wait_for([&] { return !alive(voice); }, Millis{1'000}));
  hall.takes_ms(1'200);
  const auto next = hall.call("2");
  REQUIRE(hall.wait_for([&] { return hall.times(sentence(next, "2")) == 1; }, Millis{15'000}));
  CHECK(hall.speaker() == hall.other(who));
  CHECK(hall.times(sentence(cut_short, "1")) == 1);
}

TEST_CASE("board: after a cut connection no call is lost, spoken twice or spoken late") {
  Hall hall;
  const auto warm = hall.call("1");
  REQUIRE(hall.wait_for([&] { return hall.times(sentence(warm, "1")) == 1; }, Millis{20'000}));
  const auto who = hall.speaker();

  // The speaker's line is cut: the other speaks; back again it has nothing to repeat.
  hall.relays.at(who)->set(Relay::State::Cut);
  const auto meanwhile = hall.call("2");
  REQUIRE(hall.wait_for([&] { return hall.times(sentence(meanwhile, "2")) == 1; }, Millis{10'000}));
  CHECK(hall.speaker() == hall.other(who));
  hall.relays.at(who)->set(Relay::State::Open);
  const auto both = hall.call("3");
  CHECK(hall.wait_for([&] { return hall.times(sentence(both, "3")) == 1; }, Millis{10'000}));

  // Both are cut as a call is made, and back while it is fresh: spoken once.
  for (const auto& [name, relay] : hall.relays) relay->set(Relay::State::Cut);
  const auto fresh = hall.call("1");
  CHECK(hall.times(sentence(fresh, "1")) == 0);
  for (const auto& [name, relay] : hall.relays) relay->set(Relay::State::Open);
  CHECK(hall.wait_for([&] { return hall.times(sentence(fresh, "1")) == 1; }, Millis{10'000}));

  // A line that holds everything back and ends nothing: who speaks falls silent when its lease is over.
  hall.takes_ms(9'000);
  const auto long_one = hall.call("2");
  REQUIRE(hall.wait_for([&] { return hall.times(sentence(long_one, "2")) == 1; }, Millis{10'000}));
  const auto holder = hall.speaker();
  const int voice = hall.heard().back().pid;
  hall.relays.at(holder)->set(Relay::State::Held);
  CHECK(hall.wait_for([&] { return !alive(voice); }, Millis{3'500}));
  hall.takes_ms(1'200);
  const auto instead = hall.call("3");
  CHECK(hall.wait_for([&] { return hall.times(sentence(instead, "3")) == 1; }, Millis{10'000}));
  CHECK(hall.speaker() == hall.other(holder));
  hall.relays.at(holder)->set(Relay::State::Cut);

  // Away for longer than a call is fresh: it is shown, and nobody says it.
  for (const auto& [name, relay] : hall.relays) relay->set(Relay::State::Cut);
  const auto late = hall.call("1");
  CHECK(kiosk::test::stays([&] { return hall.times(sentence(late, "1")) == 0; }, Millis{10'500}, Millis{50}));
  for (const auto& [name, relay] : hall.relays) relay->set(Relay::State::Open);
  const auto after = hall.call("2");
  CHECK(hall.wait_for([&] { return hall.times(sentence(after, "2")) == 1; }, Millis{10'000}));
  CHECK(hall.times(sentence(late, "1")) == 0);
  kiosk::tools::Command shown{.argv = {bin("kiosk"), "--role", "board", "--headless", "--home", hall.w.home(),
                                       "--script",
                                       hall.w.dir().file("script.txt", "wait " + late + " 30\nexpect " + after + "\n"),
                                       "--shots", hall.w.dir().path() + "/shots"}};
  shown.env = {{"SDL_VIDEODRIVER", "dummy"}, {"SDL_AUDIODRIVER", "dummy"}};
  const auto played = kiosk::tools::run(shown, Millis{120'000});
  REQUIRE(played.ok());
  CHECK_MESSAGE(played->status == 0, played->err);

  for (const auto& number : {warm, meanwhile, both, fresh, long_one, instead, after}) {
    CAPTURE(number);
    int said = 0;
    for (const char* counter : {"1", "2", "3"}) said += hall.times(sentence(number, counter));
    CHECK(said == 1);
  }
  hall.speaker();
}

TEST_CASE("board: of two boards that were given one name one speaks") {
  Hall hall;
  hall.start("board-2", "board-1");
  const auto first = hall.call("1");
  REQUIRE(hall.wait_for([&] { return hall.times(sentence(first, "1")) > 0; }, Millis{20'000}));
  // Both are there now, and have asked who speaks.
  CHECK(kiosk::test::stays([&] { return hall.times(sentence(first, "1")) == 1; }, Millis{2'000}, Millis{50}));
  const auto second = hall.call("2");
  const auto third = hall.call("3");
  CHECK(hall.wait_for([&] { return hall.times(sentence(third, "3")) > 0; }, Millis{15'000}));
  const auto once = [&] { return hall.times(sentence(second, "2")) == 1 && hall.times(sentence(third, "3")) == 1; };
  CHECK(kiosk::test::stays(once, Millis{1'500}, Millis{50}));
  const auto who = hall.speaker();
  CHECK(hall.heard()[hall.heard().size() - 2].board == who);
}
