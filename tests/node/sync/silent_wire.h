// A line to a centre that answers everything but one call.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>

#include "node/sync/wire.h"

namespace kiosk::test {

// To this it says nothing until the line is cut.
struct Silence {
  explicit Silence(std::string p) : path(std::move(p)) {}
  const std::string path;
  std::mutex mutex;
  std::condition_variable changed;
  bool asked = false, cut = false;
};
class SilentWire final : public sync::Wire {
 public:
  SilentWire(Silence& silence, net::Client::Options options) : silence_(silence), wire_(std::move(options)) {}
  Result<net::Reply> send(const net::Call& call) override {
    if (call.path != silence_.path) return wire_.send(call);
    std::unique_lock lock(silence_.mutex);
    silence_.asked = waits_ = true;
    silence_.changed.notify_all();
    silence_.changed.wait_for(lock, std::chrono::seconds(20), [&] { return silence_.cut; });
    return unreachable(silence_.cut ? "cancelled" : "timeout");
  }
  void cancel() override {
    {
      std::lock_guard lock(silence_.mutex);
      silence_.cut = silence_.cut || waits_;
      silence_.changed.notify_all();
    }
    wire_.cancel();
  }

 private:
  Silence& silence_;
  bool waits_ = false;
  sync::HttpWire wire_;
};

}  // namespace kiosk::test
