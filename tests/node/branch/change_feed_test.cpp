#include "node/branch/change_feed.h"

#include <doctest/doctest.h>

#include <thread>

using namespace kiosk;
using branch::ChangeFeed;

TEST_CASE("change feed: a waiting terminal wakes with the change, not before") {
  ChangeFeed feed(1'000);
  std::thread other([&] { feed.announce("ticket", "a"); });
  const auto c = feed.wait(1'000, Millis{60'000});
  other.join();
  REQUIRE(c.changes.size() == 1);
  CHECK(c.changes[0].topic == "ticket");
  CHECK(c.until == 1'001);
  CHECK_FALSE(c.reset);
}

TEST_CASE("change feed: numbers of another run and of long ago mean re-reading everything") {
  ChangeFeed feed(1'000, 4);
  CHECK(feed.wait(0, Millis{60'000}).reset);
  CHECK(feed.wait(999, Millis{60'000}).reset);
  CHECK(feed.wait(1'001, Millis{60'000}).reset);  // of a run that had come further
  for (int i = 0; i < 10; ++i) feed.announce("ticket");
  CHECK(feed.wait(1'005, Millis{0}).reset);
  CHECK_FALSE(feed.wait(1'006, Millis{0}).reset);
  CHECK(feed.wait(1'006, Millis{0}).changes.size() == 4);
  CHECK(feed.wait(1'000, Millis{0}).until == 1'010);
}

TEST_CASE("change feed: closing wakes everybody and later waits return at once") {
  ChangeFeed feed(1'000);
  std::thread other([&] { feed.close(); });
  CHECK(feed.wait(1'000, Millis{60'000}).changes.empty());
  other.join();
  CHECK(feed.wait(1'000, Millis{60'000}).changes.empty());
}
