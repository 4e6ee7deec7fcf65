// Hands bytes on between programs and a node's Unix socket, until it is told to cut or to hold them. Inside
// tests/programs.
#pragma once
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace ctl_test {

class Relay {
 public:
  // Held: connections live, and no byte comes through. Deaf: what is asked arrives, and the answer breaks the
  // connection.
  enum class State { Open, Cut, Held, Deaf };
  Relay(const std::string& from, std::string to) : from_(from), to_(std::move(to)) {
    const auto a = address(from);
    REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&a), sizeof a) == 0);
    REQUIRE(::listen(listener_, 64) == 0);
    thread_ = std::thread([this] { run(); });
  }
  ~Relay() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
  }
  void set(State s) { state_ = s; }
  std::string url() const { return "unix:" + from_; }

 private:
  struct Pair {
    int in = -1, out = -1;
  };
  static sockaddr_un address(const std::string& path) {
    sockaddr_un a{};
    a.sun_family = AF_UNIX;
    std::strncpy(a.sun_path, path.c_str(), sizeof a.sun_path - 1);
    return a;
  }
  static bool hand_on(int from, int to) {
    char buffer[16'384];
    const auto n = ::recv(from, buffer, sizeof buffer, MSG_DONTWAIT);
    return n > 0 && ::send(to, buffer, static_cast<std::size_t>(n), MSG_NOSIGNAL) == n;
  }
  static void end(Pair& p) {
    ::close(p.in);
    ::close(p.out);
    p.in = -1;
  }
  void welcome() {
    Pair p{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const auto a = address(to_);
    if (p.in < 0 || state_ == State::Cut || ::connect(p.out, reinterpret_cast<const sockaddr*>(&a), sizeof a) != 0)
      return end(p);
    pairs_.push_back(p);
  }
  void run() {
    while (!stop_) {
      const State state = state_;
      if (state == State::Cut)
        for (auto& p : pairs_) end(p);
      std::erase_if(pairs_, [](const Pair& p) { return p.in < 0; });
      std::vector<pollfd> fds{{listener_, POLLIN, 0}};
      if (state == State::Open || state == State::Deaf)
        for (const auto& p : pairs_) fds.insert(fds.end(), {{p.in, POLLIN, 0}, {p.out, POLLIN, 0}});
      if (::poll(fds.data(), fds.size(), 10) <= 0) continue;
      for (std::size_t i = 1; i + 1 < fds.size(); i += 2) {
        auto& p = pairs_[i / 2];
        const bool ok = (fds[i].revents == 0 || hand_on(p.in, p.out)) &&
                        (fds[i + 1].revents == 0 || (state != State::Deaf && hand_on(p.out, p.in)));
        if (!ok) end(p);
      }
      if (fds[0].revents != 0) welcome();
    }
    for (auto& p : pairs_) end(p);
  }

  const std::string from_, to_;
  const int listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::atomic<State> state_{State::Open};
  std::atomic<bool> stop_{false};
  std::vector<Pair> pairs_;  // its thread's
  std::thread thread_;
};

}  // namespace ctl_test
