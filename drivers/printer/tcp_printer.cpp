// A receipt printer on the network (raw port 9100). Real-time status by DLE EOT n (ESC/POS): n = 1 printer, 2 cause of
// offline, 4 paper; each answer is one byte with bits 1 and 4 set and bits 0 and 7 clear. A printer that does not
// answer is printed to.
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

#include "drivers/printer/printers.h"

namespace kiosk::drivers {
namespace {

using SteadyClock = std::chrono::steady_clock;

class Deadline {
 public:
  explicit Deadline(Millis from_now) : at_(SteadyClock::now() + from_now) {}
  int left_ms() const {
    const auto left = std::chrono::ceil<Millis>(at_ - SteadyClock::now()).count();
    return left > 0 ? static_cast<int>(left) : 0;
  }

 private:
  SteadyClock::time_point at_;
};

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(Socket&& o) noexcept : fd_(o.fd_) { o.fd_ = -1; }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// 1 ready, 0 too late, -1 error.
int wait_for(int fd, short events, const Deadline& deadline) {
  for (;;) {
    pollfd p{fd, events, 0};
    const int n = ::poll(&p, 1, deadline.left_ms());
    if (n < 0 && errno == EINTR) continue;
    return n;
  }
}

class TcpPrinter final : public Printer {
 public:
  TcpPrinter(std::string host, std::string port, PrinterOptions options)
      : host_(std::move(host)), port_(std::move(port)), o_(options) {}
  std::string name() const override { return "tcp:" + host_ + ":" + port_; }

  Reasons status() override {
    auto s = connect_now();
    if (!s) return {Reason::Offline};
    return ask(s->get());
  }

  Result<Printed> print(ByteView page) override {
    TRY(const Socket s, connect_now());
    const Reasons reasons = ask(s.get());
    for (const auto r : reasons)
      if (r != Reason::PaperLow)  // the roll is nearly over, but this page still fits
        return refused("printer_not_ready", name() + ": " + names_of(reasons));
    const Deadline deadline(o_.write_timeout);
    std::size_t done = 0;
    while (done < page.size()) {
      if (wait_for(s.get(), POLLOUT, deadline) <= 0) return stopped(done, page.size(), "it stopped taking data");
      const ssize_t n = ::send(s.get(), page.data() + done, page.size() - done, MSG_NOSIGNAL);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (n < 0) return stopped(done, page.size(), std::strerror(errno));
      done += static_cast<std::size_t>(n);
    }
    // Closing with unread status bytes would reset the connection and lose the page's tail: say "no more" and read to
    // the end.
    ::shutdown(s.get(), SHUT_WR);
    const Deadline linger(o_.status_timeout);
    std::uint8_t rest[64];
    while (wait_for(s.get(), POLLIN, linger) > 0 && ::recv(s.get(), rest, sizeof rest, 0) > 0) {
    }
    return Printed{done};
  }

 private:
  Fault stopped(std::size_t done, std::size_t all, const std::string& why) const {
    return refused("printer_not_ready",
                   name() + " took " + std::to_string(done) + " of " + std::to_string(all) + " bytes: " + why);
  }

  Result<Socket> connect_now() const {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int e = ::getaddrinfo(host_.c_str(), port_.c_str(), &hints, &found); e != 0)
      return unreachable("printer_away", name() + ": " + ::gai_strerror(e));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, ::freeaddrinfo);
    const Deadline deadline(o_.connect_timeout);
    std::string why = "no address";
    for (const addrinfo* a = addresses.get(); a; a = a->ai_next) {
      Socket s(::socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol));
      if (s.get() < 0) continue;
      if (::connect(s.get(), a->ai_addr, a->ai_addrlen) != 0 && errno != EINPROGRESS) {
        why = std::strerror(errno);
        continue;
      }
      if (wait_for(s.get(), POLLOUT, deadline) <= 0) {
        why = "no answer within " + std::to_string(o_.connect_timeout.count()) + " ms; is it switched on?";
        continue;
      }
      int error = 0;
      socklen_t size = sizeof error;
      ::getsockopt(s.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      if (error != 0) {
        why = std::strerror(error);
        continue;
      }
      const int on = 1;
      ::setsockopt(s.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return s;
    }
    return unreachable("printer_away", name() + ": " + why);
  }

  std::optional<std::uint8_t> answer(int fd, std::uint8_t n) const {
    const std::uint8_t question[] = {0x10, 0x04, n};
    if (::send(fd, question, sizeof question, MSG_NOSIGNAL) != sizeof question) return std::nullopt;
    std::uint8_t byte = 0;
    if (wait_for(fd, POLLIN, Deadline(o_.status_timeout)) <= 0 || ::recv(fd, &byte, 1, 0) != 1) return std::nullopt;
    if ((byte & 0b1001'0011) != 0b0001'0010) return std::nullopt;  // not a status byte
    return byte;
  }

  Reasons ask(int fd) {
    Reasons r;
    const auto printer = answer(fd, 1);
    if (!printer) return r;  // a printer that says nothing of itself is taken as ready
    if (const auto paper = answer(fd, 4)) {
      if (*paper & 0x60)
        r.insert(Reason::PaperOut);
      else if (*paper & 0x0C)
        r.insert(Reason::PaperLow);
    }
    if (*printer & 0x08) {
      bool known = r.contains(Reason::PaperOut);
      if (const auto cause = answer(fd, 2)) {
        if (*cause & 0x04) r.insert(Reason::CoverOpen), known = true;
        if (*cause & 0x20) r.insert(Reason::PaperOut), known = true;
        if (*cause & 0x40) r.insert(Reason::DeviceFault), known = true;
      }
      if (!known) r.insert(Reason::Offline);
    }
    return r;
  }

  std::string host_, port_;
  PrinterOptions o_;
};

}  // namespace

std::unique_ptr<Printer> make_tcp_printer(std::string host, std::string port, PrinterOptions options) {
  return std::make_unique<TcpPrinter>(std::move(host), std::move(port), options);
}

}  // namespace kiosk::drivers
