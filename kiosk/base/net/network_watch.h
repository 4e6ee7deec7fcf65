// NetworkWatch: the kernel's word that an address, a route or a link of this machine has come (netlink), so that a
// sender need not sit out its pause. It says only that something changed; whether the other side can be reached is
// found out by trying. Thread: wait() one at a time, wake() any. Blocks: wait(). Owns: a netlink socket and an event
// descriptor. Errors: refused watch_unavailable (no netlink here: a sender then relies on its pauses).
#pragma once
#include <memory>

#include "base/clock.h"
#include "base/net/socket.h"
#include "base/result.h"

namespace kiosk::net {

class NetworkWatch {
 public:
  static Result<std::unique_ptr<NetworkWatch>> open();
  // True: something came. Changes that follow each other closely are one. False: woken, or the time is over.
  bool wait(Millis at_most);
  void wake();  // the running wait(), or else the next one, returns

 private:
  NetworkWatch(Fd netlink, Fd bell) : netlink_(std::move(netlink)), bell_(std::move(bell)) {}
  bool take_messages();

  Fd netlink_, bell_;
};

}  // namespace kiosk::net
