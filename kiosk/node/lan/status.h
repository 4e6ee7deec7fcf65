// What machines ask a node: /healthz (its store can be read; what waits) and /metrics (Prometheus text). No person,
// no number of a person: counts, ages and states only.
// Thread: as the server's handlers. Blocks: disk.
#pragma once
#include <string>

#include "api/verbs/branch.h"
#include "base/clock.h"
#include "base/net/http.h"

namespace kiosk::lan {

void add_status_routes(net::Server& server, verbs::Branch& branch, const Clock& clock);
std::string metrics_text(verbs::Branch& branch, const Clock& clock);

}  // namespace kiosk::lan
