#include "terminal/flow/board/view.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace kiosk;

TEST_CASE("board: notices that hold take turns of twelve seconds, one of them free, and none shows outside its time") {
  const WallTime now{Millis{1'795'140'000'000}};  // twelve seconds divide it
  verbs::BoardState board;
  CHECK(!flow::notice_at(board, now));
  const auto add = [&](const char* text, Millis from, Millis until) {
    board.notices.push_back({Uuid{}, text, "", now + from, now + until, "1004"});
  };
  add("one", Millis{0}, Millis{72'000});
  add("two", Millis{0}, Millis{72'000});
  add("later", Millis{36'000}, Millis{72'000});
  const auto at = [&](int ms) {
    const auto* n = flow::notice_at(board, now + Millis{ms});
    return n ? n->text : std::string("(free)");
  };
  std::vector<std::string> shown;
  for (int s = 0; s < 36; s += 12) {
    shown.push_back(at(s * 1'000));
    CHECK(at(s * 1'000 + 11'999) == shown.back());
  }
  CHECK(std::count(shown.begin(), shown.end(), "later") == 0);
  std::sort(shown.begin(), shown.end());
  CHECK(shown == std::vector<std::string>{"(free)", "one", "two"});
  for (int s = 72; s < 120; s += 12) CHECK(at(s * 1'000) == "(free)");
  for (int s = -48; s < 0; s += 12) CHECK(at(s * 1'000) == "(free)");
}

TEST_CASE("board: a call is fresh for ten seconds, whichever way the clocks differ, and none without a call") {
  const WallTime now{Millis{1'795'140'000'000}};
  verbs::BoardState board;
  CHECK(!flow::is_fresh(board, now));
  struct Row {
    int age_ms;
    bool fresh;
  };
  for (const auto& row : {Row{0, true},
                          {9'999, true},
                          {10'000, false},
                          {3'600'000, false},
                          {-9'999, true},
                          {-10'000, false},
                          {-3'600'000, false}}) {
    CAPTURE(row.age_ms);
    board.calls = {{"A-001", "1", now - Millis{row.age_ms}}, {"A-000", "1", now}};  // only the newest counts
    CHECK(flow::is_fresh(board, now) == row.fresh);
  }
}
