// The server's connections and workers: one poller accepts and watches what is idle or parked, workers serve what has
// something to say. A parked connection has a request that waits for news; it holds no worker, and is served again when
// its key is woken, its time is over or the server ends.
// Thread: start() makes the poller and, on demand, workers. Blocks: stop(), about a second at most.
// Owns: the listening socket, connections, threads.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "net/connection.h"

namespace kiosk::net {

class Pool {
 public:
  struct Outcome {
    bool keep = false;         // the connection is good for another request
    std::optional<Park> park;  // its request waits
    std::uint64_t seen = 0;    // news() before the request was served: what came since is served at once
  };
  using Serve = std::function<Outcome(Connection&)>;
  struct Options {
    int max_workers = 64, max_connections = 2'000;
    Millis io_timeout{}, idle_timeout{};
  };
  Pool(Options options, Serve serve) : options_(options), serve_(std::move(serve)) {}
  ~Pool() { stop(); }
  void start(Listening listening, SSL_CTX* tls);
  void wake(const std::string& key);
  std::uint64_t news() const { return wakes_; }
  void drain();                  // parked requests are served; none parks any more
  bool wait_quiet(Millis most);  // no request is being served
  void stop();
  bool stopping() const { return stopping_; }
  bool draining() const { return draining_; }
  int parked() const { return parked_; }

 private:
  enum class State { Idle, Busy, Parked };
  struct Held {
    std::shared_ptr<Connection> connection;
    State state = State::Busy;
    std::string key;     // parked
    SteadyTime until{};  // parked
  };
  void poll_loop();
  void accept_all();
  void happened(int fd);
  void hand_out(Held& held);
  template <class Which>
  void unpark(Which which);
  void sweep(SteadyTime now);
  void work();
  void put_back(std::shared_ptr<Connection> c, Outcome outcome);
  void watch(int fd, unsigned events, bool fresh);
  void ring();

  const Options options_;
  const Serve serve_;
  const SystemClock clock_;
  Listening listening_;
  SSL_CTX* tls_ = nullptr;
  Fd poll_fd_, wake_fd_;
  std::thread poller_;
  std::atomic<bool> stopping_ = false, draining_ = false;
  std::atomic<int> parked_ = 0;
  std::atomic<std::uint64_t> wakes_ = 0;
  std::mutex mutex_;  // everything below
  std::condition_variable work_there_, quiet_;
  std::unordered_map<int, Held> connections_;
  std::deque<std::shared_ptr<Connection>> ready_;
  std::vector<std::thread> workers_;
  int idle_workers_ = 0;
  std::unordered_map<std::string, std::uint64_t> woken_;  // key -> the last wake of it
};

}  // namespace kiosk::net
