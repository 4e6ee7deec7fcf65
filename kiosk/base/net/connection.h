// One accepted connection as the stream httplib parses from: plain or TLS, with time limits and a bound on header
// bytes. Thread: one at a time (a worker, or the poller while it is idle). Owns the socket.
#pragma once
#include <httplib.h>

#include <string>

#include "base/net/socket.h"
#include "base/net/tls.h"

namespace kiosk::net {

class Connection final : public httplib::Stream {
 public:
  Connection(Fd fd, SSL_CTX* tls, Peer peer, Millis io_timeout);
  ~Connection() override;

  bool handshake();      // TLS only; false: it failed, and the connection is of no use
  void begin_request();  // a new head with a new bound
  void rewind();         // the request is not answered now: what is written is dropped, its head is read again later
  void head_done() { in_head_ = false; }
  void mute(bool muted) { dropping_ = muted; }  // muted: what is written goes nowhere
  // As much as the peer takes at once; 0: nothing now. -1: the connection is of no use.
  ssize_t write_some(const char* from, size_t size);
  bool has_buffered() const;  // bytes already here: epoll would not tell of them
  bool gone() const;          // the peer closed
  void linger();              // after a refusal with unread bytes: lets the answer arrive before the reset
  void cut(int how);          // shutdown(2), from any thread
  int fd() const { return fd_.get(); }
  const Peer& peer() const { return peer_; }

  bool must_close = false;  // the rest of the request was not read
  int requests = 0;
  SteadyTime idle_since{};
  bool rewound = false;  // this request was parked before
  SteadyTime began{};    // when it first came

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* to, size_t size) override;
  ssize_t write(const char* from, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return fd_.get(); }

 private:
  ssize_t fill();
  Millis left() const;

  Fd fd_;
  SslPtr ssl_;
  Peer peer_;
  Millis io_timeout_;
  SteadyTime request_deadline_{};
  bool in_head_ = true, shaken_ = false;
  bool dropping_ = false;
  short wanted_ = 0;  // what write_some waits for
  std::string head_;  // of the request, as it came
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace kiosk::net
