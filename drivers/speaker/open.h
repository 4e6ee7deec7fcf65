// Speakers by URI: espeak (the espeak-ng program as its own process, no shell; the words go by its input), file:PATH
// (appends a line per sentence said: language TAB volume TAB text, "(chime)" before it), none (silent). A missing
// program or sound card is a status, never a failure. Errors of open: bad_input speaker_uri. Owns: the running speech
// process; ended when another sentence starts or stop() is called.
#pragma once
#include <memory>
#include <string>

#include "base/result.h"
#include "drivers/api/speaker.h"

namespace kiosk::drivers {

Result<std::unique_ptr<Speaker>> open_speaker(const std::string& uri);

}  // namespace kiosk::drivers
