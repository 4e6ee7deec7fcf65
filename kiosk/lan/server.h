// Server: offers any verbs::Branch to terminals. One route a verb (protocol/branch_api.h), over a Unix socket whose
// peers are known by the kernel's credentials: the node's own user, root, or users it was told of. TLS on the LAN is
// the same class with another address.
// Thread: verbs are called on worker threads, several at once. Long polls (`changes`) hold a worker each and never more
//   than half of them; beyond that they answer at once, so that other calls are never starved.
// Owns: its listener. Blocks: stop() until running verbs have returned (about a second).
// Errors of start: refused port_in_use, address_invalid.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "verbs/branch.h"

namespace kiosk::net {
struct TlsIdentity;
}

namespace kiosk::lan {

class Server {
 public:
  struct Options {
    std::string listen;                       // "unix:/path/branch.sock" or HOST:PORT
    const net::TlsIdentity* tls = nullptr;    // copied; terminals must then show a certificate of its CA
    std::vector<std::uint32_t> allowed_uids;  // besides our own and root; makes the socket open to its group
    int max_workers = 64;                     // terminals x 2 and some; a branch has at most about twenty terminals
    Millis longest_wait{60'000};              // bound of one long poll
  };
  Server(verbs::Branch& branch, Options options);
  ~Server();
  Result<int> start();
  void stop();
  std::vector<std::string> verbs() const;  // the routes it serves, by verb

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::string socket_of(const std::string& home);  // HOME/branch.sock

}  // namespace kiosk::lan
