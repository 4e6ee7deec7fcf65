#include "base/net/connection.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace kiosk::net {
namespace {

constexpr std::size_t max_head = 32 * 1024;
constexpr std::size_t buffer_size = 16 * 1024;
constexpr Millis max_request_time{120'000};  // a peer that sends a byte now and then must not hold a worker for ever

SteadyTime steady_now() { return SystemClock().steady(); }

}  // namespace

Connection::Connection(Fd fd, SSL_CTX* tls, Peer peer, Millis io_timeout)
    : fd_(std::move(fd)), peer_(std::move(peer)), io_timeout_(io_timeout) {
  if (tls) {
    ssl_.reset(SSL_new(tls));
    SSL_set_fd(ssl_.get(), fd_.get());
  } else {
    shaken_ = true;
  }
}

Connection::~Connection() {
  if (ssl_ && shaken_) {
    SSL_shutdown(ssl_.get());  // says goodbye without waiting for the other side
    ERR_clear_error();
  }
}

bool Connection::handshake() {
  if (shaken_) return true;
  const SteadyTime deadline = steady_now() + io_timeout_;
  for (;;) {
    ERR_clear_error();
    const int n = SSL_accept(ssl_.get());
    if (n == 1) break;
    const int e = SSL_get_error(ssl_.get(), n);
    const Millis rest = deadline - steady_now();
    if (rest <= Millis{0}) return false;
    if (e == SSL_ERROR_WANT_READ) {
      if (!wait_for(fd(), POLLIN, rest)) return false;
    } else if (e == SSL_ERROR_WANT_WRITE) {
      if (!wait_for(fd(), POLLOUT, rest)) return false;
    } else {
      return false;
    }
  }
  shaken_ = true;
  read_peer(ssl_.get(), peer_);
  return true;
}

void Connection::begin_request() {
  in_head_ = true;
  head_.clear();
  must_close = false;
  rewound = std::exchange(dropping_, false);
  const SteadyTime now = steady_now();
  if (!rewound) began = now;
  request_deadline_ = now + max_request_time;
  ++requests;
}

void Connection::rewind() {
  buffer_ = head_ + buffer_.substr(at_);
  at_ = 0;
  dropping_ = true;
}

bool Connection::has_buffered() const { return at_ < buffer_.size() || (ssl_ && SSL_pending(ssl_.get()) > 0); }

bool Connection::gone() const {
  pollfd p{fd(), POLLRDHUP, 0};
  return ::poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void Connection::linger() {
  ::shutdown(fd(), SHUT_WR);
  const SteadyTime deadline = steady_now() + Millis{500};
  char waste[16 * 1024];
  std::size_t total = 0;
  while (total < (8u << 20)) {
    const Millis rest = deadline - steady_now();
    if (rest <= Millis{0} || !wait_for(fd(), POLLIN, rest)) return;
    const ssize_t n = ::recv(fd(), waste, sizeof waste, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return;
    if (n > 0) total += static_cast<std::size_t>(n);
  }
}

void Connection::cut(int how) { ::shutdown(fd(), how); }

bool Connection::is_readable() const { return has_buffered() || wait_for(fd(), POLLIN, io_timeout_); }
bool Connection::is_writable() const { return wait_for(fd(), POLLOUT, io_timeout_); }

Millis Connection::left() const { return std::min(io_timeout_, std::max(Millis{0}, request_deadline_ - steady_now())); }

ssize_t Connection::fill() {
  buffer_.resize(buffer_size);
  at_ = buffer_.size();
  for (;;) {
    ssize_t n = 0;
    short wanted = POLLIN;
    if (ssl_) {
      ERR_clear_error();
      n = SSL_read(ssl_.get(), buffer_.data(), static_cast<int>(buffer_.size()));
      if (n <= 0) {
        const int e = SSL_get_error(ssl_.get(), static_cast<int>(n));
        if (e == SSL_ERROR_WANT_WRITE) {
          wanted = POLLOUT;
        } else if (e != SSL_ERROR_WANT_READ) {
          buffer_.clear();
          at_ = 0;
          return e == SSL_ERROR_ZERO_RETURN ? 0 : -1;
        }
      }
    } else {
      n = ::recv(fd(), buffer_.data(), buffer_.size(), 0);
      if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        buffer_.clear();
        at_ = 0;
        return n;
      }
    }
    if (n > 0) {
      buffer_.resize(static_cast<std::size_t>(n));
      at_ = 0;
      return n;
    }
    const Millis rest = left();
    if (rest <= Millis{0} || !wait_for(fd(), wanted, rest)) {
      buffer_.clear();
      at_ = 0;
      return -1;
    }
  }
}

ssize_t Connection::read(char* to, size_t size) {
  if (at_ >= buffer_.size()) {
    const ssize_t n = fill();
    if (n <= 0) return n;
  }
  const std::size_t n = std::min(size, buffer_.size() - at_);
  if (in_head_) {
    if (head_.size() + n > max_head) return -1;
    head_.append(buffer_, at_, n);
  }
  std::copy_n(buffer_.data() + at_, n, to);
  at_ += n;
  return static_cast<ssize_t>(n);
}

ssize_t Connection::write_some(const char* from, size_t size) {
  wanted_ = POLLOUT;
  if (ssl_) {
    ERR_clear_error();
    const int n = SSL_write(ssl_.get(), from, static_cast<int>(std::min<std::size_t>(size, 1 << 20)));
    if (n > 0) return n;
    const int e = SSL_get_error(ssl_.get(), n);
    if (e == SSL_ERROR_WANT_READ) wanted_ = POLLIN;
    return e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE ? 0 : -1;
  }
  const ssize_t n = ::send(fd(), from, size, MSG_NOSIGNAL);
  return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

ssize_t Connection::write(const char* from, size_t size) {
  if (dropping_) return static_cast<ssize_t>(size);
  std::size_t sent = 0;
  while (sent < size) {
    const ssize_t n = write_some(from + sent, size - sent);
    if (n < 0) return -1;
    sent += static_cast<std::size_t>(n);
    if (n == 0 && !wait_for(fd(), wanted_, io_timeout_)) return -1;
  }
  return static_cast<ssize_t>(size);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = peer_.address;
  port = 0;
}
void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace kiosk::net
