#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <thread>
#include <utility>

#include "base/secret.h"
#include "drivers/scanner/code_line.h"
#include "drivers/scanner/open.h"

namespace kiosk::drivers {
namespace {

constexpr int k_look_ms = 200;  // between two looks whether it is to end, or whether the device is back

class LineScanner final : public Scanner {
 public:
  LineScanner(std::string path, bool serial, std::function<void()> wake, const Clock& clock)
      : path_(std::move(path)), serial_(serial), wake_(std::move(wake)), clock_(clock), thread_([this] { run(); }) {}
  ~LineScanner() override {
    stop_ = true;
    thread_.join();
    if (code_) wipe(*code_);
  }

  std::optional<std::string> take() override {
    std::lock_guard lock(mutex_);
    std::optional<std::string> taken = code_;  // a copy: a short text that is moved stays behind
    drop_code();
    return taken;
  }
  void forget() override {
    std::lock_guard lock(mutex_);
    if (fd_ >= 0) empty_queue();
    line_.forget();
    drop_code();
  }
  Reasons status() override {
    std::lock_guard lock(mutex_);
    return reasons_;
  }

 private:
  void say(Reasons reasons) {
    std::lock_guard lock(mutex_);
    reasons_ = std::move(reasons);
  }

  void drop_code() {
    if (code_) wipe(*code_);
    code_.reset();
  }

  // What the device holds of scans that nobody asked for.
  void empty_queue() {
    if (serial_) {
      ::tcflush(fd_, TCIFLUSH);
      return;
    }
    char buffer[256];
    for (int i = 0; i < 64 && ::read(fd_, buffer, sizeof buffer) > 0; ++i) {
    }
    wipe(buffer, sizeof buffer);
  }

  void open_device() {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return say({errno == EACCES ? Reason::PermissionDenied : Reason::Offline});
    termios how{};
    if (serial_ && ::tcgetattr(fd, &how) == 0) {
      ::cfmakeraw(&how);
      ::tcsetattr(fd, TCSANOW, &how);
      ::tcflush(fd, TCIFLUSH);  // what was scanned before nobody had asked for
    }
    std::lock_guard lock(mutex_);
    fd_ = fd;
    reasons_ = {};
  }
  void close_device() {
    std::lock_guard lock(mutex_);
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    line_.forget();
  }

  // Until the next look, or until the pause that ends a code without a suffix.
  int patience() {
    std::lock_guard lock(mutex_);
    const auto due = line_.due();
    if (!due) return k_look_ms;
    return static_cast<int>(std::clamp<Millis::rep>((*due - clock_.steady()).count(), 0, k_look_ms));
  }

  void run() {
    while (!stop_) {
      if (fd_ < 0) open_device();
      pollfd ready{fd_, POLLIN, 0};
      const int n = ::poll(&ready, fd_ < 0 ? 0 : 1, patience());
      if (fd_ < 0) continue;
      const auto got = n > 0 ? read_some() : pause_passed();
      if (got == Got::Code) wake_();
      if (got == Got::Broken || (got == Got::End && serial_)) close_device();
      // The end of a file is not the end of a pipe or a device that somebody opens again.
      if ((got == Got::End || got == Got::Broken) && !stop_) {
        pause_passed();
        std::this_thread::sleep_for(std::chrono::milliseconds(k_look_ms));
      }
    }
    close_device();
  }

  enum class Got { Nothing, Code, End, Broken };
  // Read and taken apart under the lock: no byte is between device and line when the visit is forgotten.
  Got read_some() {
    std::lock_guard lock(mutex_);
    char buffer[256];
    const ssize_t got = ::read(fd_, buffer, sizeof buffer);
    if (got == 0) return Got::End;
    if (got < 0) return errno == EAGAIN || errno == EINTR ? Got::Nothing : Got::Broken;
    bool code = false;
    for (ssize_t i = 0; i < got; ++i) code = keep(line_.feed(buffer[i], clock_.steady())) || code;
    wipe(buffer, sizeof buffer);
    return code ? Got::Code : Got::Nothing;
  }
  Got pause_passed() {
    std::lock_guard lock(mutex_);
    return keep(line_.pause(clock_.steady())) ? Got::Code : Got::Nothing;
  }
  bool keep(std::optional<std::string> code) {
    if (!code) return false;
    drop_code();
    code_ = *code;
    wipe(*code);
    return true;
  }

  const std::string path_;
  const bool serial_;
  const std::function<void()> wake_;
  const Clock& clock_;
  std::mutex mutex_;
  CodeLine line_;
  std::atomic<int> fd_{-1};  // opened and closed by the scanner's thread, under the lock
  std::optional<std::string> code_;
  Reasons reasons_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Scanner>> open_scanner(const std::string& uri, std::function<void()> wake, const Clock* clock) {
  static const SystemClock system;
  for (const auto& [scheme, serial] : {std::pair{"tty:", true}, {"file:", false}})
    if (const std::string s = scheme; uri.starts_with(s) && uri.size() > s.size())
      return std::unique_ptr<Scanner>(
          std::make_unique<LineScanner>(uri.substr(s.size()), serial, std::move(wake), clock ? *clock : system));
  return bad_input("scanner_uri", "scanner", "\"" + uri + "\": expected tty:DEVICE or file:PATH");
}

}  // namespace kiosk::drivers
