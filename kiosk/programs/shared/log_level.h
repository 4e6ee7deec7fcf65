// The level that the setting [log] level names. Pure.
#pragma once
#include <string_view>

#include "base/log.h"

namespace kiosk::programs {

inline log::Level log_level(std::string_view name) {
  if (name == "debug") return log::Level::Debug;
  if (name == "warn") return log::Level::Warn;
  if (name == "error") return log::Level::Error;
  return log::Level::Info;
}

}  // namespace kiosk::programs
