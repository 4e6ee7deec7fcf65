// The state of sync as an operator reads it, with ages in words. Thread: any.
#pragma once
#include <chrono>
#include <string>

#include "base/clock.h"
#include "i18n/i18n.h"
#include "verbs/branch.h"

namespace kiosk::app {

std::string sync_summary(const verbs::SyncStatus& sync, WallTime now, std::chrono::minutes utc_offset,
                         const i18n::Language& lang);

}  // namespace kiosk::app
