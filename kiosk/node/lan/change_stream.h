// ChangeStream: the node's pushed changes as a terminal hears them, on one connection of its own. It goes on where it
// stopped: what came while the connection was gone comes with the next, or "re-read everything" when the node forgot.
// Thread: wait() from any, several at once; one thread of its own, made at the first wait(). Blocks: wait() up to its
// time, and while a connection is made. Owns: the connection, the last 1,024 changes. Errors of wait: unreachable
// node_away once an attempt to connect has failed; the node's own fault (peer_refused, terminal_unknown ...).
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "api/verbs/branch.h"
#include "base/net/http.h"

namespace kiosk::lan {

class ChangeStream {
 public:
  using Connect = std::function<std::unique_ptr<net::Client>()>;
  // `silence`: so long without a byte and the node is away; it says something more often.
  ChangeStream(Connect connect, Millis silence);
  ~ChangeStream();
  Result<verbs::Changes> wait(const verbs::Actor& actor, std::int64_t after, Millis wait);
  void close();

 private:
  void run();
  void listen();
  void take(const verbs::Changes& changes);
  bool has_news(std::int64_t after) const;
  verbs::Changes since(std::int64_t after) const;

  const Connect connect_;
  const Millis silence_;
  std::mutex mutex_;
  std::condition_variable news_, wanted_;
  std::deque<verbs::Change> ring_;
  std::int64_t base_ = 0, until_ = 0;  // the ring holds what came after base_
  std::int64_t begun_ = 0, ended_ = 0,
               asked_ = 0;  // attempts to connect: begun, ended; the last that somebody waits for
  bool connected_ = false, closed_ = false;
  std::optional<Fault> fault_;  // of the last attempt
  verbs::Actor actor_;
  net::Client* client_ = nullptr;
  std::thread thread_;
};

}  // namespace kiosk::lan
