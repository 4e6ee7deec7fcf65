// A receipt printer that plays what printers of the field do, on TCP or on a pseudo-terminal: it reads ESC/POS as a
// printer does (real-time questions are taken out of what is no picture, a picture swallows everything), keeps its
// state over connections, and says what its script says. Inside tests/drivers.
#pragma once
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>
#include "tests/support/wait_until.h"

namespace kiosk::test {

struct PrinterScript {
  std::uint8_t answers[5] = {0, 0x12, 0x12, 0x12, 0x12};  // to DLE EOT 1..4
  bool speaks = true;
  bool in_order = false;                                      // knows GS r 1
  std::uint8_t paper = 0;                                     // its answer
  std::string at_connect;                                     // said unasked
  bool answers_the_one_before = false;                        // the first question gets `0x12`
  bool says_twice = false;                                    // each answer, the second late
  std::size_t reset_after = SIZE_MAX, stop_after = SIZE_MAX;  // bytes of pages
  std::size_t paper_out_after = SIZE_MAX;                     // tells it by ASB and answers
  bool never_reads = false, ipv6 = false;
};

class ScriptedPrinter {
 public:
  ScriptedPrinter(PrinterScript script, bool terminal) : script_(std::move(script)) {
    if (terminal)
      open_terminal();
    else
      listen_now();
    thread_ = std::thread([this] { terminal_ ? talk(master_) : serve(); });
  }
  ~ScriptedPrinter() {
    ending_ = true;
    if (listener_ >= 0) ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    if (listener_ >= 0) ::close(listener_);
    if (master_ >= 0) ::close(master_);
    if (slave_ >= 0) ::close(slave_);
  }
  ScriptedPrinter(const ScriptedPrinter&) = delete;
  ScriptedPrinter& operator=(const ScriptedPrinter&) = delete;

  const std::string& uri() const { return uri_; }
  void change(const std::function<void(PrinterScript&)>& how) {
    std::lock_guard lock(mutex_);
    how(script_);
  }
  // What was printed: slips, as the cutter parted them; the last one is not cut off.
  std::vector<std::string> slips() {
    std::lock_guard lock(mutex_);
    return slips_;
  }
  std::size_t taken() {
    std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  void open_terminal() {
    char name[128] = {};
    // Raw from the start: a printer's port has no echo that would send it back what it said before anybody listened.
    termios raw{};
    ::cfmakeraw(&raw);
    REQUIRE(::openpty(&master_, &slave_, name, &raw, nullptr) == 0);
    terminal_ = true;
    uri_ = std::string("usb:") + name;
  }
  void listen_now() {
    const int family = script_.ipv6 ? AF_INET6 : AF_INET;
    listener_ = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int small = 2048;
    if (script_.never_reads) ::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sockaddr_storage at{};
    socklen_t size = script_.ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    at.ss_family = static_cast<sa_family_t>(family);
    if (script_.ipv6)
      reinterpret_cast<sockaddr_in6&>(at).sin6_addr = in6addr_loopback;
    else
      reinterpret_cast<sockaddr_in&>(at).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) == 0);
    REQUIRE(::listen(listener_, 4) == 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    const int port = ntohs(script_.ipv6 ? reinterpret_cast<sockaddr_in6&>(at).sin6_port
                                        : reinterpret_cast<sockaddr_in&>(at).sin_port);
    uri_ = std::string("tcp:") + (script_.ipv6 ? "[::1]:" : "127.0.0.1:") + std::to_string(port);
  }
  void serve() {
    while (!ending_) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      talk(fd);
      ::close(fd);
    }
  }
  void say(int fd, const std::string& bytes) {
    if (bytes.empty()) return;  // whoever asked may have left already
    const auto n =
        terminal_ ? ::write(fd, bytes.data(), bytes.size()) : ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (terminal_) CHECK(n == static_cast<ssize_t>(bytes.size()));
  }
  void talk(int fd) {
    say(fd, script_.at_connect);
    while (!ending_) {
      pollfd p{fd, POLLIN, 0};
      if (::poll(&p, 1, 20) <= 0) continue;
      bool reads = true;
      {
        std::lock_guard lock(mutex_);
        reads = !script_.never_reads && taken_ < script_.stop_after;
      }
      if (!reads) {
        if (p.revents & (POLLHUP | POLLERR)) return;
        p.events = 0;  // only its going is of interest
        ::poll(&p, 1, 5);
        continue;
      }
      std::uint8_t byte = 0;  // byte by byte: it stops exactly where its script says
      if (::read(fd, &byte, 1) != 1) {
        if (!terminal_) return;
        keep_pace(Millis{2});
        continue;
      }
      const std::string answer = take(byte);
      if (answer == "reset") {
        const linger now{1, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        return;
      }
      say(fd, answer);
      if (script_.says_twice && !answer.empty()) {
        keep_pace(Millis{4});
        say(fd, answer);
      }
    }
  }
  // One byte as the printer's firmware takes it; what it answers.
  std::string take(std::uint8_t byte) {
    std::lock_guard lock(mutex_);
    if (picture_ > 0) {
      --picture_;
      return page_byte(byte);
    }
    command_.push_back(static_cast<char>(byte));
    const auto is = [&](std::string_view prefix) {
      return std::string_view(command_).substr(0, prefix.size()) == prefix.substr(0, command_.size());
    };
    using namespace std::string_view_literals;
    std::string answer;
    if (is("\x10\x04"sv)) {
      if (command_.size() < 3) return {};
      if (script_.speaks && byte >= 1 && byte <= 4) answer.push_back(static_cast<char>(next_answer(byte)));
      command_.clear();
      return answer;
    } else if (is("\x1Dr"sv)) {
      if (command_.size() < 3) return {};
      if (script_.in_order) answer.push_back(static_cast<char>(script_.paper));
      command_.clear();
      return answer;
    }
    if (command_.size() == 2 && command_[0] == '\x1D') ++taken_;  // no question after all
    if (is("\x1Dv0"sv)) {
      if (command_.size() < 8) return page_byte(byte);
      const auto u = [&](int i) { return static_cast<std::uint8_t>(command_[static_cast<std::size_t>(i)]); };
      picture_ = static_cast<std::size_t>(u(4) | u(5) << 8) * static_cast<std::size_t>(u(6) | u(7) << 8);
      answer = page_byte(byte);
    } else if (is("\x1DV\x42"sv)) {
      if (command_.size() < 4) return page_byte(byte);
      answer = page_byte(byte);
      slips_.emplace_back();
    } else {
      answer = page_byte(byte);
    }
    command_.clear();
    return answer;
  }
  std::string page_byte(std::uint8_t byte) {
    if (byte >= 0x20 && byte < 0x7F && picture_ == 0) slips_.back().push_back(static_cast<char>(byte));
    ++taken_;
    if (taken_ >= script_.reset_after) return "reset";
    if (taken_ == script_.paper_out_after) {
      script_.answers[1] = 0x1A, script_.answers[2] = 0x32, script_.answers[4] = 0x72, script_.paper = 0x0C;
      return std::string("\x18\x00\x0C\x0F", 4);
    }
    return {};
  }
  std::uint8_t next_answer(std::uint8_t n) {
    const std::uint8_t now = script_.answers[n];
    if (!script_.answers_the_one_before) return now;
    const std::uint8_t old = before_;
    before_ = now;
    return old;
  }

  PrinterScript script_;
  std::string uri_, command_;
  std::vector<std::string> slips_ = {""};
  std::size_t taken_ = 0, picture_ = 0;
  std::uint8_t before_ = 0x12;
  int listener_ = -1, master_ = -1, slave_ = -1;
  bool terminal_ = false;
  std::atomic<bool> ending_{false};
  std::mutex mutex_;
  std::thread thread_;
};

}  // namespace kiosk::test
