// What the waiting room's board shows, and when a call counts as fresh: shown loudly and spoken; older ones are only
// shown.
#pragma once
#include <string>
#include <vector>

#include "api/verbs/branch.h"

namespace kiosk::flow {

constexpr Millis k_notice_shown{12'000};  // then the next one
constexpr Millis k_call_fresh{10'000};    // a call heard later than this would send people astray

struct BoardView {
  verbs::BoardState board;
  std::string branch_name;
  bool node_away = false;
  bool fresh_call = false;
  WallTime now{};  // by the node's clock
};

inline bool is_fresh(const verbs::BoardState& board, WallTime now) {
  if (board.calls.empty()) return false;
  // A clock that is behind the node's does not keep a call fresh for ever.
  const auto age = now - board.calls.front().at;
  return age < k_call_fresh && age > -k_call_fresh;
}

// Of the notices that hold, one at a time, and then none for as long, so that what else stands in their place is seen
// too. One that has ended is not shown, whether the node was asked again or not.
inline const verbs::Notice* notice_at(const verbs::BoardState& board, WallTime now) {
  std::vector<const verbs::Notice*> turns;
  for (const auto& n : board.notices)
    if (n.from <= now && now < n.until) turns.push_back(&n);
  if (turns.empty()) return nullptr;
  turns.push_back(nullptr);
  return turns[static_cast<std::size_t>(now.time_since_epoch() / k_notice_shown) % turns.size()];
}

}  // namespace kiosk::flow
