// A terminal's second copy against a scripted node: trouble is said once, and nothing holds the terminal's end.
#include "programs/kiosk/copy_keeper.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <iterator>

#include "base/log.h"
#include "node/lan/server.h"
#include "tests/node/lan/scripted_branch.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::test;

namespace {

// A node that says who it is, or is silent until let go.
class Scripted final : public ScriptedBranch {
 public:
  Result<verbs::GetInfo::Reply> on(const Actor&, const verbs::GetInfo&) override {
    std::unique_lock lock(mutex_);
    ++asked_;
    wake_.notify_all();
    wake_.wait(lock, [&] { return !silent_; });
    verbs::NodeInfo i;
    i.node = "00000000000000aa";
    return i;
  }
  void silent(bool yes) {
    const std::lock_guard lock(mutex_);
    silent_ = yes;
    wake_.notify_all();
  }
  bool asked(int times) {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, std::chrono::seconds(20), [&] { return asked_ >= times; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  int asked_ = 0;
  bool silent_ = false;
};

struct Kept {
  Kept() : server(node, {.listen = "unix:" + lan::socket_of(home.path())}) { REQUIRE(server.start().ok()); }
  ~Kept() {
    node.silent(false);
    server.stop();
  }
  void keep(const std::string& folder) {
    keeper = std::make_unique<programs::CopyKeeper>(
        std::make_shared<lan::BranchClient>(lan::BranchClient::at_home(home.path())), verbs::Actor{"kiosk-7", ""},
        folder, programs::CopyKeeper::Pace{.look_again = Millis{1}, .retry = Millis{1}});
  }
  TempDir home;
  Scripted node;
  lan::Server server;
  std::unique_ptr<programs::CopyKeeper> keeper;
};

// What the log says in its scope.
class Said {
 public:
  explicit Said(std::string path) : path_(std::move(path)), kept_(::dup(STDERR_FILENO)) {
    const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0);
    ::dup2(fd, STDERR_FILENO);
    ::close(fd);
    log::init("test");  // from here on the log goes to standard error
  }
  ~Said() {
    ::dup2(kept_, STDERR_FILENO);
    ::close(kept_);
  }
  int times(const std::string& words) const {
    std::ifstream in(path_);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    int n = 0;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++n;
    return n;
  }

 private:
  std::string path_;
  int kept_;
};

}  // namespace

TEST_CASE("copy keeper: a folder that cannot be used is said once, tried again, and never made") {
  Kept k;
  const std::string folder = k.home / "away";
  const Said said(k.home / "log");
  k.keep(folder);
  REQUIRE(k.node.asked(6));
  CHECK(said.times("copy_missing") == 1);
  struct stat st {};
  CHECK(::stat(folder.c_str(), &st) != 0);
  // It is there now: what stops it next is said once too.
  REQUIRE(::mkdir(folder.c_str(), 0700) == 0);
  REQUIRE(test::wait_until([&] { return k.node.ScriptedBranch::asked().size() >= 3; }));
  k.keeper.reset();
  CHECK(said.times("copy_missing") == 1);
  CHECK(said.times("not_scripted") == 1);
  CHECK(said.times("this terminal keeps the second copy") == 0);
}

TEST_CASE("copy keeper: its end cuts off a question that the node leaves unanswered") {
  Kept k;
  k.node.silent(true);
  k.keep(k.home.path());
  REQUIRE(k.node.asked(1));
  const test::Stopwatch watch;
  k.keeper.reset();
  CHECK(watch.spent() < std::chrono::seconds(2));
}

TEST_CASE("copy keeper: its end does not wait for the next try") {
  Kept k;
  k.keeper = std::make_unique<programs::CopyKeeper>(
      std::make_shared<lan::BranchClient>(lan::BranchClient::at_home(k.home.path())), verbs::Actor{"kiosk-7", ""},
      k.home / "away", programs::CopyKeeper::Pace{.look_again = Millis{60'000}, .retry = Millis{60'000}});
  REQUIRE(k.node.asked(1));
  const test::Stopwatch watch;
  k.keeper.reset();
  CHECK(watch.spent() < std::chrono::seconds(2));
}
