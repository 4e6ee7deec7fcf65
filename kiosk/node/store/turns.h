// Turns of tickets as rows: one service of a visit each, written when it ends; for the report and the forecast of
// waits. Also which counters are at work. Thread, errors: those of the transaction they are given.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/queue/issue.h"
#include "domain/queue/report.h"
#include "domain/queue/wait.h"
#include "node/store/rows.h"

namespace kiosk::store {

struct TurnRow {
  Uuid ticket;
  int turn = 0;  // 0, 1, ... of the ticket; those after the first continue a visit
  std::string day;
  domain::Turn what;
};
// The same turn again replaces it (a replay).
Result<Done> put_turn(Tx& tx, const TurnRow& row);
// Of local days `from` to `to`, both included; ascending by ticket.
Result<std::vector<domain::Turn>> turns_between(sqlite::Db& db, const std::string& from, const std::string& to);

// How long the latest turns of a service kept a counter: at most `most`, and no further back than `enough` of that
// hour.
struct PaceAsked {
  std::string service;
  int hour = 0;  // local, of the call
  std::chrono::minutes offset{0};
  int enough = 0, most = 0;
  bool operator==(const PaceAsked&) const = default;
};
Result<std::vector<domain::ServiceSample>> service_times(sqlite::Db& db, const PaceAsked& asked);  // the newest last

struct Counters {
  std::set<std::string> holding;          // a ticket of that day, now
  std::map<std::string, WallTime> ended;  // their newest turn
  std::set<std::string> resting;          // by a break of that day
};
Result<Counters> counters(sqlite::Db& db, const std::string& day);

// The ticket that this request to call got.
Result<std::optional<Uuid>> asked_call(sqlite::Db& db, const Uuid& request);
Result<Done> put_asked_call(Tx& tx, const Uuid& request, const Uuid& ticket, const std::string& day);
// From which terminal a ticket was called; "": from none that would be missed.
struct CallFrom {
  Uuid ticket;
  std::string terminal;
};
Result<Done> put_call_from(Tx& tx, const CallFrom& row);
Result<std::vector<CallFrom>> calls_from(sqlite::Db& db, const std::string& day);  // of tickets that stand called
Result<Done> forget_calls_before(Tx& tx, const std::string& day);                  // who asked for them, and from where

}  // namespace kiosk::store
