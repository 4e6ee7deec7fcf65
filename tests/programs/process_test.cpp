// What is said of a child that did not end well.
#include "tests/tools/process/process.h"

#include <doctest/doctest.h>

using namespace kiosk;
using namespace kiosk::tools;

TEST_CASE("process: why a program failed is never empty") {
  CHECK(last_words({.status = 1, .out = "", .err = ""}) == "it ended with 1 and said nothing");
  CHECK(last_words({.status = 1, .out = "{\"code\":\"node_away\"}\n", .err = "\n \n"}) ==
        "it ended with 1: {\"code\":\"node_away\"}");
  CHECK(last_words({.status = 3, .out = "x\n", .err = "first\nsecond\n\n"}) == "it ended with 3: second");
  CHECK(last_words({.status = 137, .out = "", .err = ""}) == "it was ended by SIGKILL and said nothing");
  CHECK(last_words({.status = 127, .out = "", .err = ""}) == "it could not be started and said nothing");
}

TEST_CASE("process: a program that hangs is ended, and its name and the time are said") {
  const auto done = run({.argv = {"sleep", "60"}}, Millis{1'000});
  REQUIRE_FALSE(done.ok());
  CHECK(done.fault().code == "program_timeout");
  CHECK(done.fault().detail == "sleep did not end within 1 s; it was ended");
  const auto missing = run({.argv = {"no-such-program"}}, Millis{5'000});
  REQUIRE(missing.ok());
  CHECK(last_words(*missing) == "it could not be started and said nothing");
}
