// What the waiting room's board shows, and when a call counts as fresh: shown loudly and spoken; older ones are only
// shown.
#pragma once
#include <string>

#include "verbs/branch.h"

namespace kiosk::flow {

constexpr Millis k_call_fresh{10'000};  // a call heard later than this would send people astray

struct BoardView {
  verbs::BoardState board;
  std::string branch_name;
  bool node_away = false;
  bool fresh_call = false;
};

inline bool is_fresh(const verbs::BoardState& board, WallTime now) {
  return !board.calls.empty() && now - board.calls.front().at < k_call_fresh;
}

}  // namespace kiosk::flow
