#include "checkout.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tests/support/temp_dir.h"

namespace fs = std::filesystem;

namespace kiosk::house {

std::string env(const char* name) {
  const char* v = std::getenv(name);
  return v == nullptr ? std::string() : std::string(v);
}

const std::string& root() {
  static const std::string path = env("KIOSK_SOURCE");
  return path;
}

Ran run(const std::string& command) {
  Ran r;
  FILE* p = ::popen((command + " 2>&1").c_str(), "r");
  if (p == nullptr) return r;
  char buf[4096];
  for (std::size_t n; (n = std::fread(buf, 1, sizeof buf, p)) > 0;) r.output.append(buf, n);
  r.status = ::pclose(p);
  return r;
}

bool present(const std::string& program) { return run("command -v " + program).status == 0; }

const std::vector<std::string>& tracked() {
  static const std::vector<std::string> files = [] {
    std::vector<std::string> out;
    const auto git = run("git -C '" + root() + "' ls-files -z");
    if (git.status == 0)
      for (auto& f : split(git.output, '\0'))
        if (fs::exists(root() + "/" + f)) out.push_back(f);
    if (!out.empty()) return out;
    for (const char* top : {"kiosk", "drivers", "assets", "config", "tests"})
      for (const auto& e : fs::recursive_directory_iterator(root() + "/" + top))
        if (e.is_regular_file()) out.push_back(fs::relative(e.path(), root()).string());
    return out;
  }();
  return files;
}

bool is_code(const std::string& path) { return path.ends_with(".h") || path.ends_with(".cpp"); }

std::vector<Source> sources_of(const std::function<bool(const std::string& path)>& wanted) {
  std::vector<Source> out;
  for (const auto& f : tracked())
    if (wanted(f)) out.push_back({f, test::slurp(root() + "/" + f)});
  return out;
}

bool found(const std::vector<std::string>& violations, std::string_view part) {
  for (const auto& v : violations)
    if (v.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace kiosk::house
