#include "base/net/pool.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/log.h"

namespace kiosk::net {
namespace {

constexpr Millis sweep_every{1'000}, parked_look{50}, stream_look{250};
constexpr unsigned half_open_ms = 20'000;  // sent and not acknowledged so long: the peer is gone

}  // namespace

std::string chunk(const std::string& bytes) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return bytes.empty() ? std::string() : size + bytes + "\r\n";
}

void Pool::start(Listening listening, SSL_CTX* tls) {
  listening_ = std::move(listening);
  tls_ = tls;
  poll_fd_ = Fd(::epoll_create1(EPOLL_CLOEXEC));
  wake_fd_ = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  for (const int fd : {listening_.fd.get(), wake_fd_.get()}) {
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.fd = fd;
    ::epoll_ctl(poll_fd_.get(), EPOLL_CTL_ADD, fd, &e);
  }
  poller_ = std::thread([this] { poll_loop(); });
}

void Pool::watch(int fd, unsigned events, bool fresh) {
  epoll_event e{};
  e.events = events | EPOLLRDHUP | EPOLLONESHOT;
  e.data.fd = fd;
  ::epoll_ctl(poll_fd_.get(), fresh ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &e);
}

void Pool::ring() {
  const std::uint64_t one = 1;
  (void)!::write(wake_fd_.get(), &one, sizeof one);
}

void Pool::poll_loop() {
  SteadyTime next_sweep = clock_.steady() + sweep_every;
  while (!stopping_) {
    epoll_event events[64];
    const Millis wait = parked_ > 0 ? parked_look : streams_ > 0 ? stream_look : sweep_every;
    const int n = ::epoll_wait(poll_fd_.get(), events, 64, static_cast<int>(wait.count()));
    for (int i = 0; i < n; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listening_.fd.get()) {
        accept_all();
      } else if (fd == wake_fd_.get()) {
        std::uint64_t rings = 0;
        (void)!::read(fd, &rings, sizeof rings);
      } else {
        happened(fd, events[i].events);
      }
    }
    const SteadyTime now = clock_.steady();
    if (parked_ > 0 || streams_ > 0) unpark([now](const Held& h) { return now >= h.until; });
    if (now >= next_sweep) {
      sweep(now);
      next_sweep = now + sweep_every;
    }
  }
}

void Pool::accept_all() {
  for (;;) {
    Fd fd(::accept4(listening_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd) {
      // Out of descriptors: the poll would spin at once again.
      if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(Millis{20});
      return;
    }
    Peer peer;
    if (listening_.port == 0) {
      peer = unix_peer(fd.get());
    } else {
      const int on = 1;
      ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
      ::setsockopt(fd.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, &half_open_ms, sizeof half_open_ms);
      peer.address = tcp_peer(fd.get());
    }
    const int number = fd.get();
    auto c = std::make_shared<Connection>(std::move(fd), tls_, std::move(peer), options_.io_timeout);
    c->idle_since = clock_.steady();
    const std::lock_guard lock(mutex_);
    if (connections_.size() >= static_cast<std::size_t>(options_.max_connections)) {
      log::warn("connection refused: too many", {{"connections", connections_.size()}});
      continue;
    }
    connections_[number] = {c, State::Idle, {}, {}, {}};
    watch(number, EPOLLIN, true);
  }
}

void Pool::happened(int fd, unsigned events) {
  const std::lock_guard lock(mutex_);
  const auto it = connections_.find(fd);
  if (it == connections_.end() || it->second.state == State::Busy) return;
  Held& held = it->second;
  if (held.state == State::Idle) return hand_out(held);
  const bool goodbye = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  (held.state == State::Parked ? parked_ : streams_)--;
  if (held.state == State::Streaming && !goodbye) return hand_out(held);
  connections_.erase(it);  // a parked one is watched for its goodbye only
}

// To a worker; the lock is held.
void Pool::hand_out(Held& held) {
  held.state = State::Busy;
  ready_.push_back({held.connection, std::move(held.flow)});
  if (idle_workers_ < static_cast<int>(ready_.size()) && static_cast<int>(workers_.size()) < options_.max_workers)
    workers_.emplace_back([this] { work(); });
  work_there_.notify_one();
}

template <class Which>
void Pool::unpark(Which which) {
  const std::lock_guard lock(mutex_);
  for (auto& [fd, held] : connections_) {
    if ((held.state != State::Parked && held.state != State::Streaming) || !which(held)) continue;
    if (held.flow && !held.flow->unsent.empty() && !draining_ && clock_.steady() < held.until) continue;
    (held.state == State::Parked ? parked_ : streams_)--;
    hand_out(held);
  }
}

void Pool::wake(const std::string& key) {
  {
    const std::lock_guard lock(mutex_);
    woken_[key] = ++wakes_;
  }
  if (parked_ > 0 || streams_ > 0) unpark([&](const Held& h) { return h.key == key; });
}

void Pool::cut(const std::function<bool(const Peer&)>& whose) {
  const std::lock_guard lock(mutex_);
  for (auto& [fd, held] : connections_)
    if (held.state != State::Busy && whose(held.connection->peer())) held.connection->cut(SHUT_RDWR);
}

void Pool::drain() {
  draining_ = true;
  unpark([](const Held&) { return true; });
}

bool Pool::wait_quiet(Millis most) {
  std::unique_lock lock(mutex_);
  return quiet_.wait_for(lock, most, [this] {
    return ready_.empty() && std::none_of(connections_.begin(), connections_.end(),
                                          [](const auto& c) { return c.second.state == State::Busy; });
  });
}

void Pool::sweep(SteadyTime now) {
  std::vector<std::shared_ptr<Connection>> old;
  const std::lock_guard lock(mutex_);
  for (auto it = connections_.begin(); it != connections_.end();) {
    if (it->second.state == State::Idle && now - it->second.connection->idle_since > options_.idle_timeout) {
      old.push_back(std::move(it->second.connection));
      it = connections_.erase(it);
    } else {
      ++it;
    }
  }
}

void Pool::work() {
  for (;;) {
    Ready next;
    {
      std::unique_lock lock(mutex_);
      ++idle_workers_;
      work_there_.wait(lock, [this] { return stopping_ || !ready_.empty(); });
      --idle_workers_;
      if (stopping_) return;
      next = std::move(ready_.front());
      ready_.pop_front();
    }
    auto flow = std::move(next.flow);
    std::uint64_t seen = wakes_;
    if (!flow) {
      auto outcome = serve_(*next.connection);
      if (!outcome.stream) {
        put_back(std::move(next.connection), std::move(outcome));
        continue;
      }
      seen = outcome.seen;
      flow = std::make_shared<Flow>(Flow{*std::move(outcome.stream), std::move(outcome.unsent), clock_.steady()});
    }
    const auto pushed = push(*next.connection, *flow);
    put_back_flow(std::move(next.connection), std::move(flow), pushed, seen);
  }
}

// Asks for more only when all that was asked for before has gone, so that a slow peer costs one answer and no thread.
Pool::Pushed Pool::push(Connection& c, Flow& flow) {
  bool last = false;
  if (flow.unsent.empty()) {
    flow.moved = clock_.steady();
    auto more = draining_ ? std::nullopt : flow.stream.more();
    last = !more;
    if (more) flow.unsent = chunk(*more);
    if (last) flow.unsent = "0\r\n\r\n";
  }
  while (!flow.unsent.empty()) {
    const ssize_t n = c.write_some(flow.unsent.data(), flow.unsent.size());
    if (n < 0) return Pushed::Over;
    if (n == 0) break;
    flow.unsent.erase(0, static_cast<std::size_t>(n));
    flow.moved = clock_.steady();
  }
  if (last || (draining_ && !flow.unsent.empty())) return Pushed::Over;
  if (flow.unsent.empty()) return Pushed::All;
  return clock_.steady() - flow.moved >= options_.io_timeout ? Pushed::Over : Pushed::Some;
}

void Pool::close(std::shared_ptr<Connection> c) {
  connections_.erase(c->fd());
  c.reset();  // closes under the lock: the number cannot be taken by a new connection before it left the map
}

bool Pool::woken_since(const std::string& key, std::uint64_t seen) const {
  const auto last = woken_.find(key);
  return last != woken_.end() && last->second > seen;
}

void Pool::put_back_flow(std::shared_ptr<Connection> c, std::shared_ptr<Flow> flow, Pushed pushed, std::uint64_t seen) {
  const int fd = c->fd();
  const std::lock_guard lock(mutex_);
  quiet_.notify_all();
  if (pushed == Pushed::Over || stopping_) return close(std::move(c));
  Held& held = connections_[fd];
  held.key = flow->stream.key;
  held.until = clock_.steady() + flow->stream.beat;
  held.flow = std::move(flow);
  const bool all = pushed == Pushed::All;
  if (all && (draining_ || woken_since(held.key, seen))) return hand_out(held);
  held.state = State::Streaming;
  if (streams_++ == 0) ring();  // the poller has a beat to keep from now on
  watch(fd, all ? 0U : static_cast<unsigned>(EPOLLOUT), false);
}

void Pool::put_back(std::shared_ptr<Connection> c, Outcome outcome) {
  const int fd = c->fd();
  const std::lock_guard lock(mutex_);
  quiet_.notify_all();
  if (!outcome.keep || stopping_) return close(std::move(c));
  Held& held = connections_[fd];
  c->idle_since = clock_.steady();
  if (!outcome.park) {
    held.state = State::Idle;
    return watch(fd, EPOLLIN, false);
  }
  held.key = std::move(outcome.park->key);
  held.until = clock_.steady() + outcome.park->at_most;
  if (draining_ || woken_since(held.key, outcome.seen)) return hand_out(held);
  held.state = State::Parked;
  if (parked_++ == 0) ring();  // the poller has a time to keep from now on
  watch(fd, 0, false);
}

void Pool::stop() {
  if (!poller_.joinable()) return;
  drain();
  wait_quiet(Millis{300});  // long polls answer
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    // Requests that run may still answer; nothing more is read.
    for (auto& [fd, held] : connections_) held.connection->cut(SHUT_RD);
  }
  work_there_.notify_all();
  ring();
  poller_.join();
  listening_.fd = Fd();
  if (!listening_.unix_path.empty()) ::unlink(listening_.unix_path.c_str());
  // A peer that does not take its answer is cut off after a moment, so that the end is not in its hands.
  std::mutex m;
  std::condition_variable done_there;
  bool done = false;
  std::thread cutter([&] {
    std::unique_lock lock(m);
    if (done_there.wait_for(lock, Millis{700}, [&] { return done; })) return;
    const std::lock_guard inner(mutex_);
    for (auto& [fd, held] : connections_) held.connection->cut(SHUT_RDWR);
  });
  for (auto& w : workers_) w.join();
  {
    const std::lock_guard lock(m);
    done = true;
  }
  done_there.notify_all();
  cutter.join();
  workers_.clear();
  connections_.clear();
}

}  // namespace kiosk::net
