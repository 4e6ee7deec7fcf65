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
  if (board.calls.empty()) return false;
  // A clock that is behind the node's does not keep a call fresh for ever.
  const auto age = now - board.calls.front().at;
  return age < k_call_fresh && age > -k_call_fresh;
}

}  // namespace kiosk::flow
