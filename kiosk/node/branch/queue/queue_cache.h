// What every new ticket asks of the queue, kept in memory: the services, who waits, which counters are at work, what
// their services took. An officer's act reads it again in its own transaction, so that nobody at the kiosk waits for
// the reading; a new ticket counts itself in. Inside this room. Thread: within the transaction of an act, so one at a
// time.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/store/turns.h"

namespace kiosk::branch {

class QueueCache {
 public:
  struct Page {
    std::vector<domain::Service> services;
    std::map<std::string, int> waiting;  // by service
    bool directed = false;               // somebody waits for one counter
    bool earlier = false;                // a ticket or a break of an earlier day has no end yet
    store::Counters counters;
  };
  // As the rows stand in this transaction. The page is valid until the next call.
  Result<const Page*> page(store::Tx& tx, const std::string& day);
  Result<const std::vector<domain::ServiceSample>*> times(store::Tx& tx, const store::PaceAsked& asked);

  // The one row that was written since the page was read is a new ticket that waits for the service.
  void joined(const store::Tx& tx, const std::string& service);
  void turn_ended(const std::string& service);
  // After an act that changed more than that: reads again what was asked before.
  Result<Done> refresh(store::Tx& tx, const std::string& day);

 private:
  struct Times {
    store::PaceAsked asked;
    std::optional<std::vector<domain::ServiceSample>> samples;
  };
  void drop_if_undone(const store::Tx& tx);

  std::string day_;
  std::optional<Page> page_;
  store::QueueVersion version_;         // of the page
  std::map<std::string, Times> times_;  // by service
  std::uint64_t undone_ = 0;
};

}  // namespace kiosk::branch
