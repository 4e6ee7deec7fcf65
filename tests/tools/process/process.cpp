#include "tests/tools/process/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>
#include "tests/support/wait_until.h"

namespace kiosk::tools {
namespace {

int opened(const std::string& path, int flags) {
  return open(path.empty() ? "/dev/null" : path.c_str(), flags | O_CLOEXEC, 0600);
}

// Ours with what is added. Made before the fork: another thread may hold the lock that it would need in the child.
std::vector<std::string> environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> out;
  for (char** e = environ; *e; ++e) {
    const std::string_view entry(*e);
    if (!added.contains(std::string(entry.substr(0, entry.find('='))))) out.emplace_back(entry);
  }
  for (const auto& [k, v] : added) out.push_back(k + "=" + v);
  return out;
}

// Forks and executes with the three descriptors as standard streams (each is dup'ed; the caller closes its own).
Result<int> spawn(const Command& c, int in, int out, int err) {
  if (c.argv.empty()) return bad_input("program_missing", "argv", "no program named");
  std::vector<char*> argv;
  for (const auto& a : c.argv) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  auto texts = environment(c.env);
  std::vector<char*> env;
  for (auto& t : texts) env.push_back(t.data());
  env.push_back(nullptr);
  const int pid = fork();
  if (pid < 0) return unreachable("program_not_started", std::strerror(errno));
  if (pid == 0) {
    dup2(in, 0);
    dup2(out, 1);
    dup2(err, 2);
    execvpe(argv[0], argv.data(), env.data());
    _exit(127);
  }
  return pid;
}

int status_of(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

}  // namespace

Result<Process> Process::start(const Command& c) {
  const int in = opened("", O_RDONLY);
  const int out = opened(c.out_path, O_WRONLY | O_CREAT | O_APPEND);
  const int err = opened(c.err_path, O_WRONLY | O_CREAT | O_APPEND);
  auto pid = spawn(c, in, out, err);
  for (int fd : {in, out, err})
    if (fd >= 0) close(fd);
  if (!pid) return std::move(pid).fault();
  return Process(*pid);
}

Process& Process::operator=(Process&& o) noexcept {
  if (this != &o) {
    { Process gone(std::move(*this)); }
    pid_ = o.pid_;
    status_ = o.status_;
    o.pid_ = -1;
  }
  return *this;
}

Process::~Process() {
  if (pid_ <= 0 || status_) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::signal(int number) const {
  if (pid_ > 0 && !status_) kill(pid_, number);
}

std::optional<int> Process::wait(Millis timeout) {
  const auto ended = [&] {
    int raw = 0;
    const int got = status_ ? 0 : waitpid(pid_, &raw, WNOHANG);
    if (got == pid_)
      status_ = status_of(raw);
    else if (got < 0 && errno != EINTR)
      status_ = 127;
    return status_.has_value();
  };
  test::wait_until(ended, timeout);
  return status_;
}

bool Process::running() { return !wait(Millis{0}); }

Result<Finished> run(const Command& c, Millis timeout) {
  std::array<int, 2> in{}, out{}, err{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0)
    return unreachable("program_not_started", std::strerror(errno));
  auto pid = spawn(c, in[0], out[1], err[1]);
  for (int fd : {in[0], out[1], err[1]}) close(fd);
  const auto close_all = [&] {
    for (int fd : {in[1], out[0], err[0]})
      if (fd >= 0) close(fd);
  };
  if (!pid) {
    close_all();
    return std::move(pid).fault();
  }
  ::signal(SIGPIPE, SIG_IGN);
  if (!c.input.empty() && write(in[1], c.input.data(), c.input.size()) < 0) {
    // the child ended without reading: its status tells
  }
  close(in[1]);
  in[1] = -1;

  Finished done;
  const test::Stopwatch watch;
  std::array<pollfd, 2> fds{pollfd{out[0], POLLIN, 0}, pollfd{err[0], POLLIN, 0}};
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    const auto left = (timeout - watch.spent()).count();
    if (left <= 0 || poll(fds.data(), 2, static_cast<int>(left)) == 0) {
      kill(*pid, SIGKILL);
      waitpid(*pid, nullptr, 0);
      close_all();
      return unreachable("program_timeout", c.argv[0] + " did not end within " +
                                                std::to_string(timeout.count() / 1000) + " s; " + "it was ended");
    }
    for (std::size_t i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || fds[i].revents == 0) continue;
      char buf[65536];
      const auto n = read(fds[i].fd, buf, sizeof buf);
      if (n > 0)
        (i == 0 ? done.out : done.err).append(buf, static_cast<std::size_t>(n));
      else if (n == 0 || errno != EINTR)
        fds[i].fd = -1;
    }
  }
  int raw = 0;
  while (waitpid(*pid, &raw, 0) < 0 && errno == EINTR) {
  }
  done.status = status_of(raw);
  close_all();
  return done;
}

std::string last_words(const Finished& finished) {
  constexpr int signalled = 128;
  std::string how = "it ended with " + std::to_string(finished.status);
  if (finished.status == 127)
    how = "it could not be started";
  else if (finished.status > signalled && sigabbrev_np(finished.status - signalled) != nullptr)
    how = std::string("it was ended by SIG") + sigabbrev_np(finished.status - signalled);
  for (const std::string* said : {&finished.err, &finished.out}) {
    const auto end = said->find_last_not_of(" \r\n\t");
    if (end == std::string::npos) continue;
    const auto before = said->rfind('\n', end);
    const std::size_t begin = before == std::string::npos ? 0 : before + 1;
    return how + ": " + said->substr(begin, end + 1 - begin);
  }
  return how + " and said nothing";
}

std::string program_dir() {
  char buf[4096];
  const auto n = readlink("/proc/self/exe", buf, sizeof buf);
  std::string path(buf, n > 0 ? static_cast<std::size_t>(n) : 0);
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace kiosk::tools
