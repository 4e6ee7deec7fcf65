#include "drivers/speaker/open.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

extern char** environ;

namespace kiosk::drivers {
namespace {

class Silent final : public Speaker {
 public:
  void say(const std::string&, const std::string&, int) override {}
  void stop() override {}
  Reasons status() override { return {}; }
};

class FileSpeaker final : public Speaker {
 public:
  explicit FileSpeaker(std::string path) : path_(std::move(path)) {}
  void say(const std::string& text, const std::string& language, int volume_percent) override {
    std::lock_guard lock(mutex_);
    std::string line = text;
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::FILE* f = std::fopen(path_.c_str(), "a");
    failed_ = f == nullptr;
    if (!f) return;
    std::fprintf(f, "%s\t%d\t%s\n", language.c_str(), volume_percent, line.c_str());
    failed_ = std::fclose(f) != 0;
  }
  void stop() override {}
  Reasons status() override {
    std::lock_guard lock(mutex_);
    return failed_ ? Reasons{Reason::DeviceFault} : Reasons{};
  }

 private:
  std::string path_;
  std::mutex mutex_;
  bool failed_ = false;
};

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  std::string rest = path ? path : "/usr/bin:/bin";
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    const std::string candidate = rest.substr(0, colon) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  return {};
}

// espeak-ng as its own process: linking it would bring its licence, and a crash in it stays its own.
class Espeak final : public Speaker {
 public:
  explicit Espeak(std::string program) : program_(std::move(program)) {}
  ~Espeak() override { stop(); }

  void say(const std::string& text, const std::string& language, int volume_percent) override {
    std::lock_guard lock(mutex_);
    end_running();
    const std::string path = find_program(program_);
    if (path.empty()) {
      reasons_ = {Reason::Offline};
      return;
    }
    // espeak's amplitude: 100 is normal, 200 the loudest.
    std::vector<std::string> words = {path, "-v",  language, "-a", std::to_string(std::clamp(volume_percent, 0, 200)),
                                      "-s", "150", "--",     text};
    std::vector<char*> argv;
    for (auto& w : words) argv.push_back(w.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, path.c_str(), &quiet, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&quiet);
    if (error != 0) {
      reasons_ = {Reason::DeviceFault};
      return;
    }
    pid_ = pid;
  }

  void stop() override {
    std::lock_guard lock(mutex_);
    end_running();
  }

  Reasons status() override {
    std::lock_guard lock(mutex_);
    if (find_program(program_).empty()) return {Reason::Offline};
    reap(WNOHANG);
    Reasons r = reasons_;
    r.erase(Reason::Offline);
    if (pid_ > 0) r.insert(Reason::Busy);
    return r;
  }

 private:
  // Its exit status tells whether it found a sound card.
  void reap(int flags) {
    if (pid_ <= 0) return;
    int how = 0;
    const pid_t ended = ::waitpid(pid_, &how, flags);
    if (ended == 0) return;
    pid_ = -1;
    if (WIFEXITED(how)) reasons_ = WEXITSTATUS(how) == 0 ? Reasons{} : Reasons{Reason::DeviceFault};
  }
  void end_running() {
    reap(WNOHANG);
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    reap(0);
  }

  std::string program_;
  std::mutex mutex_;
  pid_t pid_ = -1;
  Reasons reasons_;
};

}  // namespace

Result<std::unique_ptr<Speaker>> open_speaker(const std::string& uri) {
  if (uri == "none") return std::unique_ptr<Speaker>(std::make_unique<Silent>());
  if (uri == "espeak") return std::unique_ptr<Speaker>(std::make_unique<Espeak>("espeak-ng"));
  if (uri.starts_with("espeak:") && uri.size() > 7)
    return std::unique_ptr<Speaker>(std::make_unique<Espeak>(uri.substr(7)));
  if (uri.starts_with("file:") && uri.size() > 5)
    return std::unique_ptr<Speaker>(std::make_unique<FileSpeaker>(uri.substr(5)));
  return bad_input("speaker_uri", "speaker", "\"" + uri + "\": expected espeak, espeak:PROGRAM, file:PATH or none");
}

}  // namespace kiosk::drivers
