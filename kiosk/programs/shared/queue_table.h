// The [queue] part of the settings file, for settings.cpp. Errors: settings_key with file, line and key; what the rules
// themselves refuse has the rule's field below "queue.".
#pragma once
#include <toml++/toml.h>

#include <string>

#include "base/result.h"
#include "domain/queue/settings.h"

namespace kiosk::programs {

Result<Done> read_queue(const toml::table& table, const std::string& name, domain::QueueSettings& out);

}  // namespace kiosk::programs
