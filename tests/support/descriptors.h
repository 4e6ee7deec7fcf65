// How many connections a test may hold: what this process may open (ulimit -n) is not the same on every machine, and
// Debian's default of 1,024 is met by every newcomer.
#pragma once
#include <dirent.h>
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <string>

namespace kiosk::test {

inline int open_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  int count = 0;
  while (folder != nullptr && ::readdir(folder) != nullptr) ++count;
  if (folder != nullptr) ::closedir(folder);
  return count;
}

// `wanted`, or as many as fit when each takes `each` descriptors and `spare` stay free for the rest of the case. The
// limit is raised to what this user may have first.
inline int connections_that_fit(int wanted, int each, int spare) {
  rlimit files{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
  const auto needed = static_cast<rlim_t>(wanted * each + spare + open_descriptors());
  if (files.rlim_cur < needed) {
    files.rlim_cur = std::min(needed, files.rlim_max);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
  }
  const int room = static_cast<int>(std::min<rlim_t>(files.rlim_cur, 1'000'000)) - open_descriptors() - spare;
  const int fit = std::min(wanted, room / each);
  REQUIRE_MESSAGE(fit > 0, "this user may open too few files for any connection");
  if (fit < wanted)
    MESSAGE("with " << fit << " connections, not " << wanted << ": this user may open " << files.rlim_cur << " files");
  return fit;
}

}  // namespace kiosk::test
