// The centre's figures as Prometheus reads them: requests by lane, refusals by code, events by verdict. No person, no
// branch and no node stands in them. Thread: any.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/protocol/central_api.h"
#include "base/net/http.h"

namespace kiosk::central {

// What the routes count beyond requests.
class Tally {
 public:
  void taken(std::int64_t events, const std::vector<protocol::Verdict>& verdicts);
  void refused(const std::string& code);  // a batch
  struct Figures {
    std::int64_t batches = 0, events = 0;
    std::map<std::string, std::int64_t> verdicts, refusals;
  };
  Figures figures() const;

 private:
  mutable std::mutex mutex_;
  Figures figures_;
};

std::string metrics_text(const std::vector<net::LaneCounts>& lanes, const Tally& tally, int parked, bool draining);

}  // namespace kiosk::central
