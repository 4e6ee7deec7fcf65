// `wander PRESSES SEED [PAGE=TEXT;...]` of a script: so many presses at random of what stands on the pages, typing
// where something can be typed, then home. Finds dead ends and crashes on a whole terminal; the same seed and answers
// press the same. TEXT is typed on the page of that id, other pages get digits; "hex:..." keeps it out of the script's
// own memory, so that afterwards a search of the process for it means something. Used by script.
#pragma once
#include <string>
#include <string_view>

#include "programs/kiosk/script.h"

namespace kiosk::programs {

// Empty: wandered and home again; else what went wrong, with the last steps.
std::string wander(const ScriptHost& host, std::string_view asked);

}  // namespace kiosk::programs
