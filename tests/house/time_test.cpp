// Time is a parameter and nobody sleeps for a guess: tests wait for what they want to see (tests/support/wait_until.h),
// the product asks the clock that it was given.
#include <algorithm>
#include <set>

#include "checkout.h"
#include "code.h"

using namespace kiosk::house;

namespace {

const std::vector<std::string> k_sleeps = {"sleep_for",       "sleep_until", "usleep",    "nanosleep",
                                           "clock_nanosleep", "sleep",       "SDL_Delay", "poll(nullptr"};
const std::vector<std::string> k_clocks = {"chrono::system_clock", "steady_clock",   "high_resolution_clock",
                                           "SystemClock",          "CLOCK_REALTIME", "CLOCK_MONOTONIC",
                                           "gettimeofday"};

std::vector<std::string> sleeps_and_clocks(const std::vector<Source>& sources) {
  auto out = words_in_code(sources, k_sleeps);
  for (auto& found : words_in_code(sources, k_clocks)) out.push_back(std::move(found));
  return out;
}

// A shell's or Python's sleep: "file:line".
std::vector<std::string> sleeping_scripts(const std::vector<Source>& scripts) {
  std::vector<std::string> out;
  for (const auto& s : scripts) {
    int number = 0;
    for (const auto& line : split(s.text, '\n')) {
      ++number;
      const auto from = line.find_first_not_of(" \t");
      const auto words = from == std::string::npos ? std::string() : line.substr(from);
      const bool shell = words.starts_with("sleep ") || words.find("; sleep ") != std::string::npos ||
                         words.find("do sleep ") != std::string::npos || words.find("&& sleep ") != std::string::npos;
      if (shell || words.find("time.sleep") != std::string::npos) out.push_back(s.path + ":" + std::to_string(number));
    }
  }
  return out;
}

std::string file_of(const std::string& violation) { return violation.substr(0, violation.find(':')); }

bool below(const std::string& path, const std::vector<std::string>& places) {
  return std::any_of(places.begin(), places.end(), [&](const auto& p) { return path.starts_with(p); });
}

// Of the product: what takes its clock from nobody yet. It may only become shorter.
const std::set<std::string> k_own_clock = {
    "kiosk/central/centre_impl.h",             // the pause before a transaction is tried again
    "kiosk/central/service.cpp",               // how long a request took
    "kiosk/node/branch/recovery/mend.cpp",     // only where no clock was given
    "kiosk/node/branch/recovery/restore.cpp",  // likewise
    "kiosk/node/lan/change_stream.cpp",        // the pause after a broken connection
    "kiosk/node/lan/server.cpp",               // how long a question waits
    "kiosk/node/store/store_impl.h",           // likewise only where none was given
};

}  // namespace

TEST_CASE("house: the checker of time finds a sleep and a clock in code, and none in words") {
  const auto judged = [](const std::string& text) { return sleeps_and_clocks({{"a.cpp", text}}); };
  CHECK(found(judged("\nstd::this_thread::sleep_for(Millis{5});"), "a.cpp:2: sleep_for"));
  CHECK(found(judged("::usleep(10'000);"), "usleep"));
  CHECK(found(judged("::poll(nullptr, 0, 5);"), "poll"));
  CHECK(found(judged("const auto t = std::chrono::steady_clock::now();"), "steady_clock"));
  CHECK(found(judged("  SystemClock clock;"), "SystemClock"));
  CHECK(judged("// SystemClock\nsay(\"steady_clock\"); /* usleep */ my_sleep_for(1); SystemClocks x;").empty());
  CHECK(judged("say(R\"(sleep(1) \" usleep(1))\");\n#define SystemClock\n").empty());
  CHECK(sleeping_scripts({{"s", "#!/bin/sh\n  sleep 1\nwhile x; do sleep 2; done\nsay sleep well\n"}}).size() == 2);
  CHECK(sleeping_scripts({{"s.py", "time.sleep(1)\n"}}).size() == 1);
}

TEST_CASE("house: no test sleeps or looks at the system's clock but by support/wait_until.h") {
  const auto tests = sources_of(
      [](const auto& f) { return is_code(f) && f.starts_with("tests/") && f != "tests/support/wait_until.h"; });
  REQUIRE(tests.size() > 100);
  none(sleeps_and_clocks(tests));
  // Load has a pace and a fault its moment; a test has neither, but for a printer that it plays and those who ask a
  // busy store again.
  auto paced = words_in_code(tests, {"keep_pace"});
  std::erase_if(paced, [](const auto& v) {
    return below(v, {"tests/tools/bench/", "tests/tools/faults/", "tests/terminal/touch/door.cpp",
                     "tests/drivers/scripted_printer.h", "tests/central/postgres_test.cpp"});
  });
  none(paced);
  auto scripts = sleeping_scripts(sources_of(
      [](const auto& f) { return f.starts_with("tests/") && !is_code(f) && !f.starts_with("tests/fuzz/seeds/"); }));
  // The virtual machine's own last line: its power is cut meanwhile.
  std::erase_if(scripts, [](const auto& v) { return v.starts_with("tests/tools/faults/vm/guest:"); });
  none(scripts);
}

TEST_CASE("house: what runs on a terminal, a node or the centre takes its clock from whoever started it") {
  const auto product = sources_of([](const auto& f) {
    return is_code(f) && below(f, {"kiosk/domain/", "kiosk/events/", "kiosk/api/", "kiosk/terminal/", "kiosk/node/",
                                   "kiosk/central/"});
  });
  REQUIRE(product.size() > 100);
  std::set<std::string> own;
  for (const auto& v : sleeps_and_clocks(product)) {
    own.insert(file_of(v));
    CHECK_MESSAGE(k_own_clock.contains(file_of(v)), v);
  }
  for (const auto& f : k_own_clock) CHECK_MESSAGE(own.contains(f), f << " is no exception any more: take it out");
}
