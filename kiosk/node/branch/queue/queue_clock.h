// The queue's clock (domain::QueueClock) of a running node. How far it is ahead of the wall's stands in the file, and
// is written only when the wall's was set back; its last reading is told by the newest event, and by memory once the
// node has acted. Inside this room. Thread: any; `now` and `joined` within the transaction of an act.
#pragma once
#include <mutex>
#include <optional>
#include <string>

#include "domain/queue/rules.h"
#include "node/store/store.h"

namespace kiosk::branch {

struct Today;

class QueueClock {
 public:
  // For an act that counts by it and says so with `acted`; a refused act leaves the clock as it was. It is forgotten
  // when a local day begins.
  Result<WallTime> now(store::Tx&, const Today&, WallTime wall);
  void acted(WallTime at);
  Result<WallTime> read(sqlite::Db&, const Today&, WallTime wall);
  // That ticket joined the queue then. Also if the act came to nothing.
  void joined(WallTime at, const Uuid& ticket);
  // Such a ticket is behind whoever joined on its day: those of one moment are ordered by their ids.
  bool after_all(WallTime at, const Uuid& ticket);

 private:
  struct Last {
    std::string day;
    WallTime reading{}, joined{};
    std::optional<Uuid> ticket;  // the last by its id of those that joined then; none: not known
  };
  Result<domain::QueueClock> kept(sqlite::Db&, const Today&);

  std::mutex mutex_;
  std::optional<Last> last_;
};

}  // namespace kiosk::branch
