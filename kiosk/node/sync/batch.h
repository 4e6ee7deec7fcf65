// Batch: events on their way: read from the outbox, their keys wrapped for the centre, written as JSON and packed. What
// is held in memory is the packed text of one batch (two while reading ahead) and a few dozen events.
// Thread: any. Blocks: disk. Errors: those of the store; damaged seal_broken when a key does not open.
#pragma once
#include <future>
#include <optional>
#include <string>

#include "base/net/http.h"
#include "node/branch/outgoing.h"

namespace kiosk::sync {

struct BatchLimits {
  int events = 2'000;            // what the contract allows
  std::int64_t bytes = 4 << 20;  // before packing
};

struct Batch {
  std::string epoch;
  std::int64_t after = 0, last = 0;  // the events after+1 to last
  std::string body;                  // a PushRequest, packed
};

// None: nothing comes after that event. `previous` is the chain's head there.
Result<std::optional<Batch>> make_batch(branch::Outgoing& out, const crypto::Key& shared, const std::string& epoch,
                                        std::int64_t after, BatchLimits limits);

// The exchange that sends it.
net::Call push_call(Batch batch);

// One batch made on a thread of its own while another is on its way.
// Thread: one. Blocks: take(), and its end, until a batch that was begun is made.
class ReadAhead {
 public:
  ReadAhead(branch::Outgoing& out, const crypto::Key& shared, BatchLimits limits)
      : out_(out), shared_(shared), limits_(limits) {}
  void begin(const std::string& epoch, std::int64_t after);
  // What was made ahead for this place, or else made now.
  Result<std::optional<Batch>> take(const std::string& epoch, std::int64_t after);

 private:
  branch::Outgoing& out_;
  const crypto::Key& shared_;
  const BatchLimits limits_;
  std::string epoch_;
  std::int64_t after_ = -1;
  std::future<Result<std::optional<Batch>>> made_;
};

}  // namespace kiosk::sync
