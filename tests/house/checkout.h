// The checkout that the house's rules are held against, and how a rule says what it found. Thread: one.
#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "floor_plan.h"

namespace kiosk::house {

std::string env(const char* name);
const std::string& root();  // KIOSK_SOURCE

struct Ran {
  int status = -1;
  std::string output;
};
Ran run(const std::string& command);
bool present(const std::string& program);

// What is tracked; in an unpacked archive without git, what is there. From the top: "kiosk/node/store/store.h".
const std::vector<std::string>& tracked();
bool is_code(const std::string& path);
std::vector<Source> sources_of(const std::function<bool(const std::string& path)>& wanted);

inline void none(const std::vector<std::string>& violations) {
  for (const auto& v : violations) FAIL_CHECK(v);
  CHECK(violations.empty());
}
bool found(const std::vector<std::string>& violations, std::string_view part);

}  // namespace kiosk::house
