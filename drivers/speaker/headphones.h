// The headphone jack by URI: evdev:/dev/input/eventN (the sound card's jack switch, SW_HEADPHONE_INSERT), file:PATH
// ("1" in it: plugged; for tests and demos), none. The sound card itself must silence its loudspeaker when something is
// plugged in. Errors of open: bad_input headphones_uri. `wake` is called from the driver's thread when it changes; must
// not block.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "drivers/api/speaker.h"

namespace kiosk::drivers {

Result<std::unique_ptr<Headphones>> open_headphones(const std::string& uri, std::function<void()> wake);

}  // namespace kiosk::drivers
