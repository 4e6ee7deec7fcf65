// What a test case does when something is not there. SKIP_WITHOUT: data that only some machines have (test photographs
// and models under KIOSK_SHARED); such a case is counted as skipped by tests/count, never as passed, and it is the only
// reason that tests/run allows. What config/packages.txt brings is not skipped but required.
#pragma once
#include <doctest/doctest.h>

#include <cstdio>
#include <set>
#include <string>

namespace kiosk::test {

// One line a case, which tests/count counts; a case with subcases comes here several times.
inline void note_skipped(const char* missing) {
  static std::set<std::string> noted;
  const std::string name = doctest::getContextOptions()->currentTest->m_name;
  if (!noted.insert(name).second) return;
  std::printf("[skipped] data: %s: no %s\n", name.c_str(), missing);
  std::fflush(stdout);
}

}  // namespace kiosk::test

#define SKIP_WITHOUT(have, missing)     \
  if (!(have)) {                        \
    kiosk::test::note_skipped(missing); \
    return;                             \
  }
