// Server: offers any verbs::Branch to terminals. One route a verb (api/protocol/branch_api.h), and the changes pushed
// as server-sent events. Over a Unix socket peers are known by the kernel's credentials: the node's own user, root, or
// users it was told of. On the LAN (a `gate` given) they are known by their certificates, which also say under what
// name they act and, by their role, what they may ask. Thread: verbs are called on worker threads, several at once. A
// pushed stream holds none; one thread waits for changes
//   as soon as anybody listens.
// Owns: its listener. Blocks: stop() until running verbs have returned (about a second).
// Errors of start: refused port_in_use, address_invalid.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "api/verbs/branch.h"
#include "base/clock.h"

namespace kiosk::lan {

class LanTerminalAuthority;

class Server {
 public:
  struct Options {
    std::string listen;                         // "unix:/path/branch.sock" or HOST:PORT
    LanTerminalAuthority* authority = nullptr;  // on the LAN; outlives the server
    std::vector<std::string> names;             // on the LAN: by which terminals reach this machine
    std::vector<std::uint32_t> allowed_uids;    // besides our own and root; makes the socket open to its group
    int max_workers = 64;                       // terminals x 2 and some; a branch has at most about twenty terminals
    Millis beat{2'000};                         // a stream says so often that it is there
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
