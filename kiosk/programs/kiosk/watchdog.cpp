#include "programs/kiosk/watchdog.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace kiosk::programs {

Millis Silence::after(Millis passed, std::uint64_t turns) {
  silent_ = turns == turns_ ? silent_ + std::min(passed, kTickAtMost) : Millis{0};
  turns_ = turns;
  return silent_;
}

Watchdog::Watchdog(Millis limit, Bite bite) : limit_(limit), bite_(std::move(bite)), thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void Watchdog::watch() {
  const SystemClock clock;  // monotonic: a suspended machine's time is not in it
  Silence silence;
  SteadyTime last = clock.steady();
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, Silence::kTick, [this] { return end_; })) {
    const SteadyTime now = clock.steady();
    const Millis silent = silence.after(now - std::exchange(last, now), turns_.load(std::memory_order_relaxed));
    if (silent < limit_) continue;
    lock.unlock();
    bite_(doing_.load(std::memory_order_relaxed), silent);
    return;
  }
}

namespace {

std::vector<int> numbers_in(const char* folder) {
  std::vector<int> out;
  DIR* dir = ::opendir(folder);
  if (dir == nullptr) return out;
  while (const dirent* entry = ::readdir(dir)) {
    char* end = nullptr;
    const long n = std::strtol(entry->d_name, &end, 10);
    if (end != entry->d_name && *end == 0) out.push_back(static_cast<int>(n));
  }
  ::closedir(dir);
  return out;
}

// A program that speaks or converts outlives exec and nobody would wait for it any more.
void end_children() {
  for (const int task : numbers_in("/proc/self/task")) {
    std::ifstream children("/proc/self/task/" + std::to_string(task) + "/children");
    for (pid_t child = 0; children >> child;) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
  }
}

}  // namespace

void begin_again(char** argv) {
  end_children();
  // Devices and sockets are opened anew; those of libraries too, which do not all close them on exec.
  for (const int fd : numbers_in("/proc/self/fd"))
    if (fd > STDERR_FILENO) (void)::fcntl(fd, F_SETFD, FD_CLOEXEC);
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::execv("/proc/self/exe", argv);
}

}  // namespace kiosk::programs
