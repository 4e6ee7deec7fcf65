// Runs the built kioskctl (and its sibling programs) as an operator would. Inside tests/programs.
#pragma once
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/tools/process/process.h"

namespace ctl_test {
using Json = nlohmann::ordered_json;

inline std::string bin(const std::string& name) { return kiosk::tools::program_dir() + "/" + name; }

class TempDir {
 public:
  TempDir() {
    auto pattern = (std::filesystem::temp_directory_path() / "kioskctl-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << content;
    return path_ + "/" + name;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Answer {
  int status = -1;
  std::vector<Json> rows;
  std::string out, err;
  const Json& json() const {
    REQUIRE_MESSAGE(rows.size() == 1, "one JSON object was expected, got: " << out << err);
    return rows[0];
  }
  std::string code() const { return rows.empty() ? "" : rows[0].value("code", ""); }
  std::string field() const { return rows.empty() ? "" : rows[0].value("field", ""); }
};

// kioskctl ARGS --json in an environment of its own: no home, no PIN, English unless `env` says otherwise.
inline Answer ctl(std::vector<std::string> args, std::map<std::string, std::string> env = {}) {
  kiosk::tools::Command c;
  c.argv = {bin("kioskctl")};
  c.argv.insert(c.argv.end(), args.begin(), args.end());
  c.argv.push_back("--json");
  c.env = {{"LC_ALL", "C"}, {"KIOSK_PIN", ""}, {"KIOSK_HOME", "/nonexistent/kiosk"}};
  for (auto& [k, v] : env) c.env[k] = v;
  auto done = kiosk::tools::run(c, kiosk::Millis{120'000});
  REQUIRE_MESSAGE(done.ok(), "kioskctl must be built beside the tests: " << done.fault().detail);
  Answer a{done->status, {}, done->out, done->err};
  std::istringstream lines(done->out);
  for (std::string line; std::getline(lines, line);) {
    auto row = Json::parse(line, nullptr, false);
    if (!row.is_discarded()) a.rows.push_back(std::move(row));
  }
  return a;
}
}  // namespace ctl_test
