// A receipt printer on the network (raw port 9100).
#include <fcntl.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "drivers/printer/printers.h"

namespace kiosk::drivers {
namespace {

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

class TcpWire final : public Wire {
 public:
  explicit TcpWire(Socket s) : socket_(std::move(s)) {}
  int fd() const override { return socket_.get(); }
  bool answers() const override { return true; }
  ssize_t read(std::uint8_t* into, std::size_t most) override {
    const ssize_t n = ::recv(fd(), into, most, 0);
    if (n > 0) return n;
    if (n == 0) return k_ended;
    return errno == EAGAIN || errno == EINTR ? 0 : k_broken;
  }
  ssize_t write(ByteView bytes) override {
    const ssize_t n = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) return n;
    return errno == EAGAIN || errno == EINTR ? 0 : k_broken;
  }
  std::size_t unsent() const override {  // not acknowledged
    int n = 0;
    return ::ioctl(fd(), SIOCOUTQ, &n) == 0 && n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  void no_more() override { ::shutdown(fd(), SHUT_WR); }
  bool ends_when_read() const override { return true; }
  void abandon() override {
    const linger now{1, 0};
    ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

 private:
  Socket socket_;
};

// Until it is connected; the error of the system, 0: none.
int connect_within(int fd, const addrinfo& to, SteadyTime until) {
  if (::connect(fd, to.ai_addr, to.ai_addrlen) != 0 && errno != EINPROGRESS) return errno;
  for (;;) {
    const auto left = std::max(Millis{0}, until - SystemClock().steady());
    pollfd p{fd, POLLOUT, 0};
    const int n = ::poll(&p, 1, static_cast<int>(left.count()));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }
}

Result<std::unique_ptr<Wire>> connect_to(const Endpoint& where, Millis timeout) {
  const std::string name = "tcp:" + str(where);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int e = ::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found); e != 0)
    return unreachable("printer_away", name + ": " + ::gai_strerror(e));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, ::freeaddrinfo);
  const auto until = SystemClock().steady() + timeout;
  std::string why = "no address";
  for (const addrinfo* a = addresses.get(); a; a = a->ai_next) {
    Socket s(::socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol));
    if (s.get() < 0) continue;
    if (const int error = connect_within(s.get(), *a, until); error != 0) {
      why = error == ETIMEDOUT ? "no answer within " + std::to_string(timeout.count()) + " ms; is it switched on?"
                               : std::strerror(error);
      continue;
    }
    const int on = 1;
    ::setsockopt(s.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return std::unique_ptr<Wire>(std::make_unique<TcpWire>(std::move(s)));
  }
  return unreachable("printer_away", name + ": " + why);
}

}  // namespace

OpenWire tcp_wire(Endpoint where, Millis connect_timeout) {
  return [where = std::move(where), connect_timeout] { return connect_to(where, connect_timeout); };
}

}  // namespace kiosk::drivers
