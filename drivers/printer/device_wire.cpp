// The character device of a USB printer, or a serial line: takes bytes as long as the printer is ready, and brings its
// answers when it can be read.
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "drivers/printer/printers.h"

namespace kiosk::drivers {
namespace {

class DeviceWire final : public Wire {
 public:
  DeviceWire(int fd, bool answers, bool pipe) : fd_(fd), answers_(answers), pipe_(pipe) {
    termios how{};
    if (::tcgetattr(fd_, &how) != 0) return;
    tty_ = true;  // bytes as they are: no line ends made, no echo of the printer's own answers
    ::cfmakeraw(&how);
    how.c_cflag |= CLOCAL | CREAD;
    ::tcsetattr(fd_, TCSANOW, &how);
  }
  ~DeviceWire() override { ::close(fd_); }
  DeviceWire(const DeviceWire&) = delete;
  DeviceWire& operator=(const DeviceWire&) = delete;

  int fd() const override { return fd_; }
  bool answers() const override { return answers_; }
  ssize_t read(std::uint8_t* into, std::size_t most) override {
    const ssize_t n = ::read(fd_, into, most);
    if (n >= 0) return n;  // nothing to read is no end: the device stays
    return errno == EAGAIN || errno == EINTR ? 0 : k_broken;
  }
  ssize_t write(ByteView bytes) override {
    const ssize_t n = pipe_ ? write_pipe(bytes) : ::write(fd_, bytes.data(), bytes.size());
    if (n >= 0) return n;
    return errno == EAGAIN || errno == EINTR ? 0 : k_broken;
  }
  std::size_t unsent() const override {
    int n = 0;
    if (tty_) return ::ioctl(fd_, TIOCOUTQ, &n) == 0 && n > 0 ? static_cast<std::size_t>(n) : 0;
    if (pipe_) return ::ioctl(fd_, FIONREAD, &n) == 0 && n > 0 ? static_cast<std::size_t>(n) : 0;
    return 0;
  }
  void no_more() override {}
  bool ends_when_read() const override { return false; }
  void abandon() override {
    if (tty_) ::tcflush(fd_, TCOFLUSH);
  }

 private:
  // A reader that left must not end the program by SIGPIPE.
  ssize_t write_pipe(ByteView bytes) const {
    sigset_t broken, before;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken, &before);
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    const int error = errno;
    if (n < 0 && error == EPIPE && sigismember(&before, SIGPIPE) == 0) {
      const timespec none{};
      ::sigtimedwait(&broken, nullptr, &none);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return n;
  }
  const int fd_;
  const bool answers_, pipe_;
  bool tty_ = false;
};

}  // namespace

OpenWire device_wire(std::string path) {
  return [path = std::move(path)]() -> Result<std::unique_ptr<Wire>> {
    struct stat s {};
    // A pipe that is read would give back what was just written.
    const bool device = ::stat(path.c_str(), &s) == 0 && S_ISCHR(s.st_mode);
    const int how = O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = device ? ::open(path.c_str(), O_RDWR | how) : -1;
    const bool answers = fd >= 0;
    if (fd < 0) fd = ::open(path.c_str(), O_WRONLY | how);
    if (fd < 0) {
      const int error = errno;
      auto fault = unreachable("printer_away", path + ": " + std::strerror(error));
      if (error == EACCES || error == EPERM || error == EROFS) fault.field = "permission";
      if (error == EBUSY) fault.field = "busy";
      return fault;
    }
    return std::unique_ptr<Wire>(std::make_unique<DeviceWire>(fd, answers, S_ISFIFO(s.st_mode)));
  };
}

}  // namespace kiosk::drivers
