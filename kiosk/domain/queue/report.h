// What a day or a month at the counters was like: from finished turns to the report that the branch head reads, as
// values and as CSV (RFC 4180). Pure. A turn is one service of a visit; a transfer ends one turn and begins the next.
// A clock set back in the middle of a turn never becomes a negative time: that time is left out and the turn is counted
// in clock_odd. Units: wall time in, seconds out; percentiles by nearest rank.
#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/zone.h"
#include "domain/queue/wait.h"

namespace kiosk::domain {

enum class TurnEnd { Served, NoShow, Left, Transferred };

struct Turn {
  std::string service;
  std::string counter;  // empty: never called
  TurnEnd end = TurnEnd::Served;
  bool continues = false;          // came by a transfer, so no new arrival
  WallTime joined{};               // this queue
  std::optional<WallTime> called;  // the first call
  std::optional<WallTime> started;
  std::optional<WallTime> wrap_up;  // the person had gone, the officer still wrote
  WallTime ended{};
  std::optional<WaitRange> forecast;
};

struct BreakTaken {
  std::string counter;
  WallTime from{}, to{};
};

// n = 0: nothing was measured, and the rest is 0.
struct Spread {
  int n = 0;
  Seconds mean{0}, p50{0}, p90{0}, max{0};
  bool operator==(const Spread&) const = default;
};
Spread spread(std::vector<Seconds>);

// arrived + taken_over = served + no_show + left + transferred.
struct ReportRow {
  std::string key;  // service, counter or hour ("09"); empty in the total
  int arrived = 0, taken_over = 0;
  int served = 0, no_show = 0, left = 0, transferred = 0;
  Spread wait;     // joined to first call
  Spread service;  // begin to wrap-up, else to the end; of served and transferred turns
  Spread wrap_up;
  int called = 0, within_target = 0;  // service level = within_target / called
  int forecasts = 0, forecast_hits = 0;
  int clock_odd = 0;
  Seconds breaks{0};  // of the counter, or of all; not of a service or an hour
};
struct QueueReport {
  ReportRow total;
  std::vector<ReportRow> by_service, by_counter, by_hour;  // ascending by key; hour: local, of joining
};
struct ReportRule {
  Zone zone = {};                               // the branch's
  Seconds target{15 * 60};                      // a wait up to it is within the service level
  std::map<std::string, Seconds> targets = {};  // of services that have one of their own
};
QueueReport queue_report(const std::vector<Turn>&, const ReportRule&, const std::vector<BreakTaken>& = {});

// One header line and a line a row: group (total, service, counter, hour), key, the counts, the seconds.
std::string to_csv(const QueueReport&);

}  // namespace kiosk::domain
