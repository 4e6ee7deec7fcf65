// NodeHost: the branch node as a running whole: store, judge of faces, verbs, sync with the centre, the socket for
// terminals and the page for machines. What kiosk-branch is, without its command line.
// Thread: any. Owns: all of it, and the lock of the home. Blocks: start on the disk; stop at most about 2 s.
// Before it serves, the centre is asked whether it holds more of this node than the store (sync::Engine::greet); one
// that is away is given up after about 6 s. Errors of start: refused home_in_use, keys_missing, port_in_use; bad_input
// settings and addresses; damaged model_hash,
//   keys_unreadable, and store_corrupt, store_behind, store_missing where no second copy makes them good.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "node/store/disk.h"
#include "programs/shared/settings.h"

namespace kiosk::programs {

store::DiskLimits disk_limits(const Settings& settings);

class NodeHost {
 public:
  struct Options {
    std::string home, listen, version;
    Settings settings;
    const Clock* clock = nullptr;  // null: the system's
    Random* random = nullptr;
    // Called once, on a thread of the host, when what is stored is found to be damaged: whoever runs the host stops it
    // and starts it again, which makes the data again or refuses. Must not call stop().
    std::function<void()> on_damage;
  };
  static Result<std::unique_ptr<NodeHost>> start(const Options& options);
  ~NodeHost();
  int port() const;      // of the page for machines
  int lan_port() const;  // 0: not on the LAN
  void stop();

 private:
  struct Parts;
  explicit NodeHost(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> p_;
};

}  // namespace kiosk::programs
