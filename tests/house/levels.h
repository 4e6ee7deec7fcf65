// The levels of the rooms: a room may use what stands on a lower one. For tests/house alone; the table of
// kiosk/docs/architecture.md is made from it.
#pragma once
#include <map>
#include <string>

namespace kiosk::house {

inline const std::map<std::string, int> k_levels = {
    {"base", 0},
    {"base/i18n", 1},
    {"base/crypto", 1},
    {"base/sqlite", 1},
    {"base/net", 1},
    {"domain/rules", 1},
    {"domain/queue", 2},
    {"domain/people", 2},
    {"domain/claims", 3},
    {"drivers/api", 1},
    {"terminal/vision", 4},
    {"events", 4},
    {"api/verbs", 4},
    {"terminal/ui", 4},
    {"terminal/window", 5},
    {"api/protocol", 5},
    {"terminal/flow", 5},
    {"node/store", 5},
    {"terminal/paper", 5},
    {"terminal/voice", 5},
    {"node/branch", 6},
    {"terminal/screen", 6},
    {"central", 6},
    {"node/sync", 7},
    {"node/lan", 7},
    {"terminal/runner", 7},
    {"drivers/camera", 7},
    {"drivers/printer", 7},
    {"drivers/speaker", 7},
    {"drivers/scanner", 7},
    {"programs/shared", 8},
    {"programs/kiosk", 9},
    {"programs/kiosk-branch", 9},
    {"programs/kiosk-central", 9},
    {"programs/kioskctl", 10},
};

}  // namespace kiosk::house
