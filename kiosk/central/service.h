// The centre's routes (protocol/openapi/central.json) over mutual TLS, each kind of work bounded by a lane of its own:
// what is more is told 429 centre_busy and when to come back. Long polls of the feed are parked and hold no worker.
// /metrics (Prometheus) and /healthz can have a plain listener of their own, for loopback or an inner network.
// Thread: its own workers, and one that looks for news. Blocks: start(), drain() and stop(). Errors: those of
// net::Server and Centre.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/net/http.h"
#include "central/centre.h"

namespace kiosk::central {

class Service {
 public:
  struct Options {
    std::string listen = "127.0.0.1:0";
    std::vector<std::string> names;  // what else the certificate stands for, besides the listening host and localhost
    int max_workers = 512;           // more than all lanes let in, so that one is left to say no
    int max_connections = 8'000;     // three a node
    std::vector<net::Lane> lanes = default_lanes();
    std::string metrics;  // HOST:PORT of the plain listener; empty: none
  };
  // push blob feed find enrol: what two cores and one disk serve within two seconds. Rates are a peer's: a node, or for
  // enrolment an address.
  static std::vector<net::Lane> default_lanes();
  Service(Centre& centre, Options options);
  ~Service();
  Result<int> start();  // the port
  int metrics_port() const;
  // /healthz says 503 at once and nobody is let in; returns after `least` when what ran has ended, after `most` anyway.
  void drain(Millis least, Millis most);
  void stop();
  std::string metrics_page() const;
  std::vector<net::Server::Route> routes() const;
  // The routes without a socket: what simulations ask, with the peer that a certificate would have given.
  net::Response handle(net::Request request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::central
