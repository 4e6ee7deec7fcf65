#include "programs/shared/boot_time.h"

#include <ctime>
#include <fstream>

namespace kiosk::programs {
namespace {

Millis read(clockid_t which) {
  timespec t{};
  if (::clock_gettime(which, &t) != 0) return Millis{0};
  return Millis{static_cast<std::int64_t>(t.tv_sec) * 1'000 + t.tv_nsec / 1'000'000};
}

}  // namespace

std::string boot_run() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  in >> id;
  return id.empty() ? "unknown" : id;
}

Millis suspended_since_boot() { return read(CLOCK_BOOTTIME) - read(CLOCK_MONOTONIC); }

}  // namespace kiosk::programs
