// A script played through the accessibility tree: one line, one act (the acts: kiosk/docs/how-to/screen.md). It sees
// and touches what a person could. `set keys on`: the six keys do everything; `wander`: script_wander.h. For terminal
// (--script) and the demo. Thread: UI thread. Errors: the first line that fails ends it (script_failed).
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "programs/kiosk/hand.h"
#include "terminal/ui/ui.h"

namespace kiosk::programs {

struct ScriptLine {
  int number = 0;
  std::string verb, rest;
};

// Fault bad_input "script_unreadable" with the line that is not understood.
Result<std::vector<ScriptLine>> parse_script(std::string_view text);

// What a script needs of the terminal it plays on. It looks at `ui` and acts by its hand alone.
struct ScriptHost : HandHost {
  std::function<void(const ui::Settings&)> set;               // of the person at the glass, for `set`
  std::function<Result<Done>(const std::string& name)> shot;  // NAME.png
  std::function<Result<Done>(const std::string& name)> tree;  // NAME.json
  std::function<SteadyTime()> real_time;                      // for `wait`; not the injected clock
  std::function<void(const ScriptLine&)> told = {};           // each line before it is played
};

Result<Done> play_script(const std::vector<ScriptLine>& lines, const ScriptHost& host);

}  // namespace kiosk::programs
