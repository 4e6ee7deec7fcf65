#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <thread>
#include <utility>

#include "base/secret.h"
#include "drivers/scanner/open.h"

namespace kiosk::drivers {
namespace {

constexpr std::size_t k_most = 512;
constexpr int k_look_ms = 200;  // between two looks whether it is to end, or whether the device is back

class LineScanner final : public Scanner {
 public:
  LineScanner(std::string path, bool serial, std::function<void()> wake)
      : path_(std::move(path)), serial_(serial), wake_(std::move(wake)), thread_([this] { run(); }) {}
  ~LineScanner() override {
    stop_ = true;
    thread_.join();
    if (code_) wipe(*code_);
  }

  std::optional<std::string> take() override {
    std::lock_guard lock(mutex_);
    return std::exchange(code_, std::nullopt);
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

  int open_device() {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
      say({errno == EACCES ? Reason::PermissionDenied : Reason::Offline});
      return -1;
    }
    termios how{};
    if (serial_ && ::tcgetattr(fd, &how) == 0) {
      ::cfmakeraw(&how);
      ::tcsetattr(fd, TCSANOW, &how);
      ::tcflush(fd, TCIFLUSH);  // what was scanned before nobody had asked for
    }
    say({});
    return fd;
  }

  void run() {
    int fd = -1;
    while (!stop_) {
      if (fd < 0) fd = open_device();
      pollfd ready{fd, POLLIN, 0};
      const int n = ::poll(&ready, fd < 0 ? 0 : 1, k_look_ms);
      if (fd < 0 || n <= 0) continue;
      char buffer[256];
      const ssize_t got = ::read(fd, buffer, sizeof buffer);
      if (got > 0) {
        for (ssize_t i = 0; i < got; ++i) add(buffer[i]);
        wipe(buffer, sizeof buffer);
        continue;
      }
      if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        // The end of a file is not the end of a pipe or a device that somebody opens again.
        if (serial_ || got < 0) {
          ::close(fd);
          fd = -1;
          wipe(line_);
        }
        if (!stop_) std::this_thread::sleep_for(std::chrono::milliseconds(k_look_ms));
      }
    }
    if (fd >= 0) ::close(fd);
    wipe(line_);
  }

  void add(char c) {
    if (c != '\n' && c != '\r') {
      if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && line_.size() <= k_most) line_.push_back(c);
      return;
    }
    if (!line_.empty() && line_.size() <= k_most) {  // half of a longer one would be another code
      {
        std::lock_guard lock(mutex_);
        if (code_) wipe(*code_);
        code_ = line_;
      }
      wake_();
    }
    wipe(line_);
  }

  const std::string path_;
  const bool serial_;
  const std::function<void()> wake_;
  std::string line_;  // of the scanner's thread
  std::mutex mutex_;
  std::optional<std::string> code_;
  Reasons reasons_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Scanner>> open_scanner(const std::string& uri, std::function<void()> wake) {
  for (const auto& [scheme, serial] : {std::pair{"tty:", true}, {"file:", false}})
    if (const std::string s = scheme; uri.starts_with(s) && uri.size() > s.size())
      return std::unique_ptr<Scanner>(std::make_unique<LineScanner>(uri.substr(s.size()), serial, std::move(wake)));
  return bad_input("scanner_uri", "scanner", "\"" + uri + "\": expected tty:DEVICE or file:PATH");
}

}  // namespace kiosk::drivers
