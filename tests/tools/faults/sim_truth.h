// What must hold, judged from outside after each step: it remembers every event that a store has shown durable and
// every answer a caller got, and looks for them at the node and at the centre by connections of its own.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/sqlite/sqlite.h"
#include "events/event.h"
#include "faults.h"
#include "sim_world.h"

namespace kiosk::faults {

class Truth {
 public:
  Truth(World& world, Outcome& outcome);

  // A verb has answered: exactly one event of this kind about this record must come to be at the centre.
  void acknowledged(std::size_t branch, const std::string& kind, const std::string& record);
  void after_step(const std::string& step);
  void centre_restarted();  // its ledger is read anew and must still hold what it held
  void verify_chains();     // every head and signature, on both sides
  // The branch was made again from copies that held these events: those must be there, or at the centre. What neither
  // held may be gone, and is looked for no longer.
  void restored(std::size_t branch, const std::set<std::string>& copied);
  std::set<std::string> known_ids(std::size_t branch) const;  // of every event that was ever seen durable there
  std::int64_t gone() const { return gone_; }                 // events that no copy had
  // Everything has been sent and told: nothing may be missing anywhere.
  void finish();

  std::int64_t events() const { return events_; }
  std::int64_t verdicts() const { return verdicts_; }  // rejected or flagged ones that came home
  std::int64_t blobs() const { return blobs_; }

 private:
  struct Event {
    std::string id, kind, record;
    crypto::Hash head{};
  };
  using Place = std::pair<std::string, std::int64_t>;  // epoch, seq
  struct Side {
    std::map<Place, Event> events;
    std::map<std::string, std::int64_t> seen;  // of each epoch
    Place checked;                             // up to here verdicts were compared
    std::set<std::string> blobs_home;
    std::map<std::string, Place> places;                            // of each id
    std::set<std::string> gone;                                     // ids that no copy had
    std::vector<std::pair<std::string, std::string>> acknowledged;  // kind, record
  };
  struct Entry {
    std::string branch, node, epoch, id, kind, record, verdict, reason, kpj;
    std::int64_t seq = 0;
    crypto::Hash head{}, link{};  // link: recomputed from the entry's own bytes and the head before
  };

  void observe_node(std::size_t b);
  void read_ledger();
  void compare(std::size_t b);
  void compare_blobs(std::size_t b);
  void finish_branch(std::size_t b);
  void lost(const std::string& what) { outcome_.trouble(&Outcome::lost, step_ + ": " + what); }
  void doubled(const std::string& what) { outcome_.trouble(&Outcome::doubled, step_ + ": " + what); }
  void damaged(const std::string& what) { outcome_.trouble(&Outcome::damaged, step_ + ": " + what); }
  template <class T>
  bool fine(const Result<T>& r, const char* what) {
    if (!r) damaged(std::string(what) + ": " + r.fault().code + " " + r.fault().detail);
    return r.ok();
  }

  World& world_;
  Outcome& outcome_;
  std::string step_;
  std::vector<Side> sides_;
  sqlite::Db* centre() { return world_.centre_up() ? world_.ledger() : nullptr; }
  std::int64_t last_n_ = 0;
  std::map<std::tuple<std::string, std::string, std::int64_t>, Entry> ledger_;  // node, epoch, seq
  std::map<std::string, int> ids_;
  std::int64_t events_ = 0, verdicts_ = 0, blobs_ = 0, gone_ = 0;
};

}  // namespace kiosk::faults
