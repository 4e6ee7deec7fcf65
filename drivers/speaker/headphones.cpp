#include "drivers/speaker/headphones.h"

#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <utility>

namespace kiosk::drivers {
namespace {

constexpr int k_look_ms = 200;

// A device that cannot be read is as if nothing were plugged in: the room must not hear what is private.
class Jack final : public Headphones {
 public:
  Jack(std::string path, bool evdev, std::function<void()> wake)
      : path_(std::move(path)), evdev_(evdev), wake_(std::move(wake)), thread_([this] { run(); }) {}
  ~Jack() override {
    stop_ = true;
    thread_.join();
  }
  bool plugged() override { return plugged_; }
  void forget() override {}  // knows the plug, and nothing of who wears them
  Reasons status() override { return away_ ? Reasons{Reason::Offline} : Reasons{}; }

 private:
  bool look(int fd) {
    if (fd < 0) return false;
    if (evdev_) {
      unsigned char bits[(SW_MAX + 8) / 8] = {};
      if (::ioctl(fd, EVIOCGSW(sizeof bits), bits) < 0) return false;
      return (bits[SW_HEADPHONE_INSERT / 8] >> (SW_HEADPHONE_INSERT % 8)) & 1;
    }
    char c = '0';
    return ::pread(fd, &c, 1, 0) == 1 && c == '1';
  }

  void run() {
    int fd = -1;
    while (!stop_) {
      if (fd < 0) fd = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
      away_ = fd < 0;
      const bool now = look(fd);
      if (plugged_.exchange(now) != now) wake_();
      pollfd ready{fd, POLLIN, 0};
      const bool wait_for_event = fd >= 0 && evdev_;
      if (::poll(&ready, wait_for_event ? 1 : 0, k_look_ms) <= 0) continue;
      input_event events[16];
      if (::read(fd, events, sizeof events) <= 0 && errno != EAGAIN && errno != EINTR) {
        ::close(fd);  // the card went away
        fd = -1;
      }
    }
    if (fd >= 0) ::close(fd);
  }

  const std::string path_;
  const bool evdev_;
  const std::function<void()> wake_;
  std::atomic<bool> plugged_{false}, away_{false}, stop_{false};
  std::thread thread_;
};

class NoJack final : public Headphones {
 public:
  bool plugged() override { return false; }
  void forget() override {}
  Reasons status() override { return {}; }
};

}  // namespace

Result<std::unique_ptr<Headphones>> open_headphones(const std::string& uri, std::function<void()> wake) {
  if (uri == "none") return std::unique_ptr<Headphones>(std::make_unique<NoJack>());
  for (const auto& [scheme, evdev] : {std::pair{"evdev:", true}, {"file:", false}})
    if (const std::string s = scheme; uri.starts_with(s) && uri.size() > s.size())
      return std::unique_ptr<Headphones>(std::make_unique<Jack>(uri.substr(s.size()), evdev, std::move(wake)));
  return bad_input("headphones_uri", "headphones", "\"" + uri + "\": expected evdev:DEVICE, file:PATH or none");
}

}  // namespace kiosk::drivers
