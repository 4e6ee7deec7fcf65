// How a program ends with a fault: one clear sentence on standard error, by i18n in the reader's language, and for
// --json one object on standard output. Returns the exit status. Thread: main.
#pragma once
#include <string_view>

#include "base/result.h"

namespace kiosk::programs {

int say_fault(std::string_view program, const Fault& fault, bool json = false);

}  // namespace kiosk::programs
