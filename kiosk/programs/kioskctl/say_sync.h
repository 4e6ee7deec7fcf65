// The state of sync as an operator reads it, with ages in words. Thread: any.
#pragma once
#include <chrono>
#include <string>

#include "api/verbs/branch.h"
#include "base/clock.h"
#include "base/i18n/i18n.h"

namespace kiosk::programs {

std::string sync_summary(const verbs::SyncStatus& sync, WallTime now, std::chrono::minutes utc_offset,
                         const i18n::Language& lang);

}  // namespace kiosk::programs
