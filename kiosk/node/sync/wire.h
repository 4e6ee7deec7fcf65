// Wire: one exchange with the centre. Over HTTPS it is net::Client; tests put a scripted centre in its place.
// Thread: send from one at a time, cancel from any. Errors: those of net::Client.
#pragma once
#include <functional>
#include <memory>

#include "base/net/http.h"

namespace kiosk::sync {

class Wire {
 public:
  virtual ~Wire() = default;
  virtual Result<net::Reply> send(const net::Call& call) = 0;
  virtual void cancel() = 0;
};

class HttpWire final : public Wire {
 public:
  explicit HttpWire(net::Client::Options options) : client_(std::move(options)) {}
  Result<net::Reply> send(const net::Call& call) override { return client_.send(call); }
  void cancel() override { client_.cancel(); }

 private:
  net::Client client_;
};

// A new connection with these options.
using MakeWire = std::function<std::unique_ptr<Wire>(net::Client::Options)>;
// `proxy`: "http://HOST:PORT" between this branch and the centre; empty: none.
MakeWire http_wires(std::string proxy = {});

}  // namespace kiosk::sync
