// Listening sockets: TCP with a port of its own (never shared), Unix sockets also below long paths.
// Errors: refused port_in_use, address_invalid.
#pragma once
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/net/http.h"
#include "base/result.h"

namespace kiosk::net {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& o) noexcept : fd_(o.release()) {}
  Fd& operator=(Fd&& o) noexcept;
  ~Fd();
  int get() const { return fd_; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct Listening {
  Fd fd;
  int port = 0;           // 0: a Unix socket
  std::string unix_path;  // to be unlinked at the end
};
Result<Listening> listen_on(const std::string& address, unsigned socket_mode);

// A socket address holds 107 bytes of path: longer ones are reached through their folder's descriptor, kept open in
// `folder`.
std::string short_socket_path(const std::string& path, Fd& folder);

Peer unix_peer(int fd);
std::string tcp_peer(int fd);

// Waits for events (POLLIN, POLLOUT). False: time is up.
bool wait_for(int fd, short events, Millis timeout);

}  // namespace kiosk::net
