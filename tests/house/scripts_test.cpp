// The scripts a newcomer meets: help that only helps, advice that can be typed, a build that is never silent.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace {

std::string root() {
  const char* source = std::getenv("KIOSK_SOURCE");
  return source ? source : ".";
}
struct Ran {
  int status = -1;
  std::string output;
};
Ran run(const std::string& command) {
  Ran r;
  std::FILE* pipe = ::popen(("(" + command + ") 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  char chunk[4096];
  while (const std::size_t n = std::fread(chunk, 1, sizeof chunk, pipe)) r.output.append(chunk, n);
  const int how = ::pclose(pipe);
  r.status = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
  return r;
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A folder in front of PATH whose programs only say what they were asked.
struct FakePrograms {
  FakePrograms() {
    char name[] = "/tmp/kiosk-scripts-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path = name;
  }
  ~FakePrograms() {
    if (std::system(("rm -rf '" + path + "'").c_str()) != 0) std::abort();
  }
  void add(const std::string& name, const std::string& body) const {
    std::ofstream(path + "/" + name) << "#!/bin/sh\n" << body << "\n";
    REQUIRE(::chmod((path + "/" + name).c_str(), 0755) == 0);
  }
  std::string first() const { return "PATH='" + path + "':\"$PATH\" "; }
  std::string path;
};

}  // namespace

TEST_CASE("scripts: --help of each helps, with examples, and neither installs nor builds") {
  const FakePrograms fake;
  for (const char* program : {"apt-get", "cmake", "ninja", "ctest", "sudo"})
    fake.add(program, "echo " + std::string(program) + " was called; exit 9");
  for (const char* script :
       {"tests/run", "tests/count", "tests/tsan", "kiosk/start", "config/install-packages", "config/fetch-models"})
    for (const char* word : {"--help", "-h"}) {
      const auto r = run(fake.first() + "'" + root() + "/" + script + "' " + word);
      CAPTURE(script);
      CHECK(r.status == 0);
      CHECK(has(r.output, script + std::string(script).find_last_of('/') + 1));
      CHECK_FALSE(has(r.output, "was called"));
      CHECK(r.output.size() > 200);
    }
  CHECK(run("'" + root() + "/config/install-packages'").status == 2);
  CHECK(run("'" + root() + "/config/install-packages' no-such-section").status == 2);
}

TEST_CASE("scripts: without an administrator the advised command installs what the script itself would") {
  const FakePrograms fake;
  fake.add("dpkg-query", "echo none");
  fake.add("apt-get", "echo apt-get was called; exit 9");
  // EUID cannot be set in bash: as root the script is asked as an ordinary user, without sudo in sight.
  const std::string as_user = ::geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  REQUIRE(::chmod(fake.path.c_str(), 0755) == 0);
  for (const char* tool : {"bash", "cat", "dirname", "grep", "env"})
    REQUIRE(::symlink((std::string("/bin/") + tool).c_str(), (fake.path + "/" + tool).c_str()) == 0);
  std::ofstream(fake.path + "/install-packages") << std::ifstream(root() + "/config/install-packages").rdbuf();
  std::ofstream(fake.path + "/packages.txt") << "build cmake\ntest postgresql-15\n";
  const auto r = run(as_user + "env PATH='" + fake.path + "' bash '" + fake.path + "/install-packages' build test");
  CHECK_MESSAGE(r.status == 1, r.output);
  CHECK(has(r.output, "apt-get update && apt-get install --no-install-recommends cmake postgresql-15"));
  CHECK_FALSE(has(r.output, "was called"));
}

TEST_CASE("scripts: a build without a terminal says each tenth, and a failed one its errors and its log") {
  const FakePrograms fake;
  const std::string build =
      fake.first() + "'" + root() + "/config/build-with-progress' '" + fake.path + "' '" + fake.path + "/log' programs";
  fake.add("ninja", "i=1; while [ $i -le 40 ]; do echo \"[$i/40] Building $i\"; i=$((i+1)); done");
  const auto whole = run(build);
  CHECK(whole.status == 0);
  for (int tenth = 10; tenth <= 100; tenth += 10)
    CHECK_MESSAGE(has(whole.output, std::to_string(tenth) + " % ("), whole.output);
  CHECK_FALSE(has(whole.output, "Building 7"));

  fake.add("ninja", "echo '[1/40] Building a'; echo 'a.cpp:1:1: error: nonsense'; exit 1");
  const auto failed = run(build);
  CHECK(failed.status == 1);
  CHECK(has(failed.output, "error: nonsense"));
  CHECK(has(failed.output, "the whole log is " + fake.path + "/log"));
}

TEST_CASE("scripts: what the tests and the tools call is in the list of packages") {
  std::string list((std::istreambuf_iterator<char>(*std::make_unique<std::ifstream>(root() + "/config/packages.txt"))),
                   {});
  for (const char* package : {"curl", "xauth", "libclang-rt-14-dev", "clang-14", "xvfb", "xdotool", "clang-format"})
    CHECK_MESSAGE(has(list, std::string(" ") + package + "\n"), package);
}

namespace {
// A ctest run of one program that printed `output`, as ctest tells it in its own rows and in its log.
Ran counted(const FakePrograms& at, const std::string& row, const std::string& output, bool passed = true) {
  std::ofstream(at.path + "/rows") << "1/1 Test #1: one ...............   " << row << "   0.02 sec\n";
  std::ofstream(at.path + "/log") << "1/1 Testing: one\n1/1 Test: one\nOutput:\n-----\n"
                                  << output << "<end of output>\n-----\nTest " << (passed ? "Passed" : "Failed")
                                  << ".\n";
  return run("'" + root() + "/tests/count' '" + at.path + "/rows' '" + at.path + "/log'");
}
const std::string k_three = "[doctest] test cases: 3 | 3 passed | 0 failed | 9 skipped\n";
}  // namespace

TEST_CASE("scripts: a skip for want of a package fails the run, one for want of the shared data is counted") {
  const FakePrograms at;
  const auto all = counted(at, "Passed", k_three);
  CHECK(all.status == 0);
  CHECK(has(all.output, "3 passed, 0 failed, 0 skipped"));
  const auto data = counted(at, "Passed", "[skipped] data: a case: no face models\n" + k_three);
  CHECK(data.status == 0);
  CHECK(has(data.output, "2 passed, 0 failed, 1 skipped"));
  CHECK(has(data.output, "a case: no face models"));
  const auto package = counted(at, "Passed", "[skipped] package: a case: no xdotool\n" + k_three);
  CHECK(package.status == 1);
  CHECK(has(package.output, "3 passed, 1 failed, 0 skipped"));
  CHECK(counted(at, "Passed", "[skipped] a case: no reason's kind\n" + k_three).status == 1);
}

TEST_CASE("scripts: a program that is skipped whole says which data it lacks, and none may run nothing") {
  const FakePrograms at;
  const auto whole = counted(at, "***Skipped", "[skipped] data: one: no photographs\n");
  CHECK(has(whole.output, "0 passed, 0 failed, 1 skipped"));
  const auto silent = counted(at, "***Skipped", "nothing to see\n");
  CHECK(silent.status == 1);
  CHECK(has(silent.output, "0 passed, 1 failed, 0 skipped"));
  CHECK(counted(at, "***Not Run", "").status == 1);
  CHECK(counted(at, "Passed", "[doctest] test cases: 0 | 0 passed | 0 failed | 9 skipped\n").status == 1);
  const auto died = counted(at, "***Failed", k_three + "ERROR: LeakSanitizer\n", false);
  CHECK(has(died.output, "3 passed, 1 failed, 0 skipped"));
  CHECK(counted(at, "***Failed", "", false).status == 1);
  CHECK(run("'" + root() + "/tests/count'").status == 2);
}
