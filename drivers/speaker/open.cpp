#include "drivers/speaker/open.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/xml.h"
#include "drivers/speaker/chime.h"

namespace kiosk::drivers {
namespace {

class Silent final : public Speaker {
 public:
  void say(const Speech&) override {}
  void stop() override {}
  void forget() override {}
  Reasons status() override { return {}; }
};

class FileSpeaker final : public Speaker {
 public:
  explicit FileSpeaker(std::string path) : path_(std::move(path)) {}
  void say(const Speech& speech) override {
    std::lock_guard lock(mutex_);
    std::string line = speech.chime ? "(chime) " : "";
    std::size_t at = 0;
    for (const Clip& clip : speech.clips) {
      line += speech.text.substr(at, clip.begin - at) + "(clip " + clip.file.substr(clip.file.rfind('/') + 1) + ")";
      at = clip.end;
    }
    line += speech.text.substr(at);
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::FILE* f = std::fopen(path_.c_str(), "a");
    failed_ = f == nullptr;
    if (!f) return;
    std::fprintf(f, "%s\t%d\t%s\n", speech.language.c_str(), speech.volume_percent, line.c_str());
    failed_ = std::fclose(f) != 0;
    wipe(line);
  }
  void stop() override {}
  void forget() override {}  // keeps nothing between calls
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

// A file in memory for the program to read: nothing is left on the disk. -1 when there is none.
int memory_file(const char* name, std::string_view bytes) {
  const int fd = ::memfd_create(name, MFD_CLOEXEC);
  if (fd >= 0 && ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
}

std::string heard(const std::string& file) { return "<audio src=\"" + xml_text(file) + "\"/>"; }

// Words and recordings as one text for the program.
std::string marked_up(const Speech& speech) {
  const std::string_view text = speech.text;
  std::string out;
  std::size_t at = 0;
  for (const Clip& clip : speech.clips) {
    if (::access(clip.file.c_str(), R_OK) != 0) continue;
    out += xml_text(text.substr(at, clip.begin - at)) + heard(clip.file);
    at = clip.end;
  }
  return out + xml_text(text.substr(at));
}

// In the child, between fork and exec: only what may be called there. It ends with the thread that began it, so that a
// terminal that is killed falls silent; `parent` tells one that is gone already.
[[noreturn]] void become(const char* path, char* const* argv, int words, int chime, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDWR);
  ::lseek(words, 0, SEEK_SET);
  ::dup2(words, 0);
  for (int fd = 1; fd < 3; ++fd) ::dup2(nothing, fd);
  if (chime >= 0) {
    ::fcntl(chime, F_SETFD, 0);
    ::lseek(chime, 0, SEEK_SET);
  }
  ::execv(path, argv);
  ::_exit(127);
}

// espeak-ng as its own process: linking it would bring its licence, and a crash in it stays its own. Chime and words
// are one process, so that neither is ever heard over the other.
class Espeak final : public Speaker {
 public:
  explicit Espeak(std::string program) : program_(std::move(program)) {}
  ~Espeak() override {
    stop();
    if (chime_ >= 0) ::close(chime_);
  }

  void say(const Speech& speech) override {
    std::lock_guard lock(mutex_);
    end_running();
    const std::string path = find_program(program_);
    if (path.empty()) {
      reasons_ = {Reason::Offline};
      return;
    }
    if (speech.chime && chime_ < 0) chime_ = memory_file("chime", chime_wav());
    const bool chime = speech.chime && chime_ >= 0;
    const bool marked = chime || !speech.clips.empty();
    // By its input: a command line is for everybody on the machine to read.
    std::string said = marked ? marked_up(speech) : speech.text;
    if (chime) said.insert(0, heard("/proc/self/fd/" + std::to_string(chime_)));
    const int text = memory_file("words", said);
    wipe(said);
    if (text < 0) {
      reasons_ = {Reason::DeviceFault};
      return;
    }
    // espeak's amplitude: 100 is normal, 200 the loudest.
    std::vector<std::string> words = {
        path, "--stdin", "-v", speech.language, "-a", std::to_string(std::clamp(speech.volume_percent, 0, 200)),
        "-s", "150"};
    if (marked) words.emplace_back("-m");
    std::vector<char*> argv;
    for (auto& w : words) argv.push_back(w.data());
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) become(path.c_str(), argv.data(), text, chime ? chime_ : -1, parent);
    ::close(text);
    if (pid < 0) {
      reasons_ = {Reason::DeviceFault};
      return;
    }
    pid_ = pid;
  }

  void stop() override {
    std::lock_guard lock(mutex_);
    end_running();
  }
  // The words are in the process that says them and in its input, a file in memory: both go with it. What the sound
  // server has already been given (a fraction of a second) is not ours.
  void forget() override { stop(); }

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
  int chime_ = -1;
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
