// The version of this build: what project() in CMakeLists.txt says, and nothing else.
#pragma once

namespace kiosk::programs {

const char* version();  // "0.1.0"

}  // namespace kiosk::programs
