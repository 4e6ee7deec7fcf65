// The tests' own server as root starts it: with nothing of root's left, as PostgreSQL demands.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "world.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// The groups of the process that works in this folder, as /proc tells them; empty: there is none.
std::string groups_of_who_works_in(const std::string& folder) {
  DIR* all = ::opendir("/proc");
  std::string groups;
  while (const dirent* e = all != nullptr ? ::readdir(all) : nullptr) {
    const std::string process = "/proc/" + std::string(e->d_name);
    char place[4096];
    const auto n = ::readlink((process + "/cwd").c_str(), place, sizeof place);
    if (n <= 0 || std::string(place, static_cast<std::size_t>(n)) != folder) continue;
    std::ifstream status(process + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("Groups:")) groups = line + "\n";
  }
  if (all != nullptr) ::closedir(all);
  return groups;
}

}  // namespace

TEST_CASE("postgres: a server that root starts keeps none of root's groups") {
  const TempDir dir;
  const std::string folder = dir.path + "/server";
  REQUIRE(::chmod(dir.path.c_str(), 0755) == 0);
  const auto server = must(tools::PostgresServer::start(folder));
  const std::string groups = groups_of_who_works_in(folder + "/data");
  REQUIRE_FALSE(groups.empty());
  if (::geteuid() != 0) return;  // an ordinary user's server is his own
  std::istringstream each(groups.substr(groups.find(':') + 1));
  for (int group = 0; each >> group;) CHECK(group != 0);
}
