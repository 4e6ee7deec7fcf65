#include "flow/board_view.h"

#include <doctest/doctest.h>

using namespace kiosk;

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
