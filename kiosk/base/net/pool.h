// The server's connections and workers: one poller accepts and watches what is idle or parked, workers serve what has
// something to say. A parked connection has a request that waits for news; it holds no worker, and is served again when
// its key is woken, its time is over or the server ends. A streaming one has an answer without end: it is pushed on by
// the same wakes, by its beat, and when its peer takes bytes again.
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

#include "base/net/connection.h"

namespace kiosk::net {

std::string chunk(const std::string& bytes);  // as the chunked coding wants it; nothing of nothing

class Pool {
 public:
  struct Outcome {
    bool keep = false;         // the connection is good for another request
    std::optional<Park> park;  // its request waits
    std::optional<Stream> stream;
    std::string unsent;      // of the stream; its beginning
    std::uint64_t seen = 0;  // news() before the request was served: what came since is served at once
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
  void cut(const std::function<bool(const Peer&)>& whose);
  std::uint64_t news() const { return wakes_; }
  void drain();                  // parked requests are served; none parks any more
  bool wait_quiet(Millis most);  // no request is being served
  void stop();
  bool stopping() const { return stopping_; }
  bool draining() const { return draining_; }
  int parked() const { return parked_; }
  int streams() const { return streams_; }

 private:
  enum class State { Idle, Busy, Parked, Streaming };
  struct Flow {
    Stream stream;
    std::string unsent;
    SteadyTime moved{};  // when the peer last took something
  };
  struct Held {
    std::shared_ptr<Connection> connection;
    State state = State::Busy;
    std::string key;     // parked
    SteadyTime until{};  // parked, streaming
    std::shared_ptr<Flow> flow;
  };
  void poll_loop();
  void accept_all();
  void happened(int fd, unsigned events);
  enum class Pushed { All, Some, Over };
  Pushed push(Connection& c, Flow& flow);
  void put_back_flow(std::shared_ptr<Connection> c, std::shared_ptr<Flow> flow, Pushed pushed, std::uint64_t seen);
  void hand_out(Held& held);
  template <class Which>
  void unpark(Which which);
  void sweep(SteadyTime now);
  void work();
  void put_back(std::shared_ptr<Connection> c, Outcome outcome);
  bool woken_since(const std::string& key, std::uint64_t seen) const;
  void close(std::shared_ptr<Connection> c);
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
  std::atomic<int> parked_ = 0, streams_ = 0;
  std::atomic<std::uint64_t> wakes_ = 0;
  std::mutex mutex_;  // everything below
  std::condition_variable work_there_, quiet_;
  std::unordered_map<int, Held> connections_;
  struct Ready {
    std::shared_ptr<Connection> connection;
    std::shared_ptr<Flow> flow;
  };
  std::deque<Ready> ready_;
  std::vector<std::thread> workers_;
  int idle_workers_ = 0;
  std::unordered_map<std::string, std::uint64_t> woken_;  // key -> the last wake of it
};

}  // namespace kiosk::net
