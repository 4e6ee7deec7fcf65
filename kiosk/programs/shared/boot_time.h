// Which run of the computer this is, and how long it slept in it. For the trust in time of a node. Thread: any.
// Source: Linux, /proc/sys/kernel/random/boot_id and CLOCK_BOOTTIME, which counts a suspend; CLOCK_MONOTONIC does not.
#pragma once
#include <string>

#include "base/clock.h"

namespace kiosk::programs {

std::string boot_run();  // without spaces; "unknown" where the kernel does not say
Millis suspended_since_boot();

}  // namespace kiosk::programs
