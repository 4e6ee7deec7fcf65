// The centre's routes (protocol/openapi/central.json) over mutual TLS. Thread: its own workers. Blocks: start() and
// stop(). Errors: those of net::Server and Centre.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "central/centre.h"
#include "net/http.h"

namespace kiosk::central {

class Service {
 public:
  struct Options {
    std::string listen = "127.0.0.1:0";
    std::vector<std::string> names;  // what else the certificate stands for, besides the listening host and localhost
    int max_workers = 512;           // long polls hold one each: one a branch
  };
  Service(Centre& centre, Options options);
  ~Service();
  Result<int> start();  // the port
  void stop();
  std::vector<net::Server::Route> routes() const;
  // The routes without a socket: what simulations ask, with the peer that a certificate would have given.
  net::Response handle(net::Request request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::central
