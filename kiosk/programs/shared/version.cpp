#include "programs/shared/version.h"

namespace kiosk::programs {

const char* version() { return KIOSK_VERSION; }  // given to this file alone

}  // namespace kiosk::programs
