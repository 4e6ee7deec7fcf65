#include "base/net/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/endpoint.h"

namespace kiosk::net {
namespace {

constexpr int backlog = 512;

Fault invalid(std::string detail) { return refused("address_invalid", std::move(detail), "listen"); }

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un a{};
  a.sun_family = AF_UNIX;
  std::memcpy(a.sun_path, path.data(), path.size());
  return a;
}

Result<Listening> listen_unix(const std::string& path, unsigned mode) {
  Fd folder;
  const std::string reachable = short_socket_path(path, folder);
  if (path.empty() || reachable.size() >= sizeof(sockaddr_un::sun_path)) return invalid("the socket's path");
  const sockaddr_un a = unix_address(reachable);
  const auto* addr = reinterpret_cast<const sockaddr*>(&a);
  {
    const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(probe.get(), addr, sizeof a) == 0)
      return refused("port_in_use", "another program serves this socket");
    if (errno == ECONNREFUSED) ::unlink(reachable.c_str());  // left behind by a killed program
  }
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return invalid(std::strerror(errno));
  ::fchmod(fd.get(), mode);  // before bind: the path never exists with wider rights
  if (::bind(fd.get(), addr, sizeof a) != 0) {
    if (errno == EADDRINUSE) return refused("port_in_use", "the socket's path exists");
    return invalid(std::strerror(errno));
  }
  ::chmod(reachable.c_str(), mode);
  if (::listen(fd.get(), backlog) != 0) return invalid(std::strerror(errno));
  return Listening{std::move(fd), 0, path};
}

}  // namespace

Fd& Fd::operator=(Fd&& o) noexcept {
  if (this != &o) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = o.release();
  }
  return *this;
}
Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

std::string short_socket_path(const std::string& path, Fd& folder) {
  if (path.size() < sizeof(sockaddr_un::sun_path)) return path;
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return path;
  folder = Fd(::open(path.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return path;
  return "/proc/self/fd/" + std::to_string(folder.get()) + path.substr(slash);
}

Result<Listening> listen_on(const std::string& address, unsigned socket_mode) {
  if (address.starts_with("unix:")) return listen_unix(address.substr(5), socket_mode);
  const auto where = parse_endpoint(address);
  if (!where || where->host.empty())
    return invalid("HOST:PORT was expected, with a port from 0 to 65535; an IPv6 address stands in brackets");
  const std::string port_text = std::to_string(where->port);
  addrinfo hints{}, *found = nullptr;
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  if (::getaddrinfo(where->host.c_str(), port_text.c_str(), &hints, &found) != 0)
    return invalid("the host is not known");
  Fault last = invalid("no address could be bound");
  for (const addrinfo* a = found; a; a = a->ai_next) {
    Fd fd(::socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) continue;
    // SO_REUSEADDR only skips the wait after a restart; SO_REUSEPORT stays off, so that two servers cannot share a
    // port.
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd.get(), a->ai_addr, a->ai_addrlen) != 0 || ::listen(fd.get(), backlog) != 0) {
      last = errno == EADDRINUSE ? refused("port_in_use", "another program listens on " + address, "listen")
                                 : invalid(std::strerror(errno));
      continue;
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &size);
    const int real = bound.ss_family == AF_INET6 ? ntohs(reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port)
                                                 : ntohs(reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
    ::freeaddrinfo(found);
    return Listening{std::move(fd), real, {}};
  }
  ::freeaddrinfo(found);
  return last;
}

Peer unix_peer(int fd) {
  Peer p;
  ucred c{};
  socklen_t size = sizeof c;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &size) == 0) {
    p.uid = static_cast<std::uint32_t>(c.uid);
    p.pid = static_cast<std::uint32_t>(c.pid);
  }
  p.address = "unix";
  return p;
}

std::string tcp_peer(int fd) {
  sockaddr_storage a{};
  socklen_t size = sizeof a;
  char text[NI_MAXHOST] = {};
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&a), &size) != 0) return {};
  if (::getnameinfo(reinterpret_cast<sockaddr*>(&a), size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0)
    return {};
  return text;
}

bool wait_for(int fd, short events, Millis timeout) {
  pollfd p{fd, events, 0};
  const int n = ::poll(&p, 1, static_cast<int>(timeout.count()));
  return n > 0 || (n < 0 && errno == EINTR);
}

}  // namespace kiosk::net
