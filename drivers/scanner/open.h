// Scanners by URI: tty:/dev/ttyACM0 (a scanner in its serial mode: a line a code), file:PATH (lines of a pipe or a
// growing file). Errors of open: bad_input scanner_uri. `wake` is called from the scanner's thread after each code; it
// must not block. What ends a code: code_line.h, whose pause goes by `clock` (thread-safe, outlives the scanner; null:
// the system's).
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "drivers/api/scanner.h"

namespace kiosk::drivers {

Result<std::unique_ptr<Scanner>> open_scanner(const std::string& uri, std::function<void()> wake,
                                              const Clock* clock = nullptr);

}  // namespace kiosk::drivers
