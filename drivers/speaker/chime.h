// The two falling tones before a call, as a whole WAV file (mono, 16 bit, 22,050 Hz: what espeak-ng mixes in as it is).
// Pure.
#pragma once
#include <string>

namespace kiosk::drivers {

std::string chime_wav();

}  // namespace kiosk::drivers
