// The simulated country: one real centre and several real branches (store, node, engine), each with its home in a
// folder of its own, one clock, one seeded random and the network between them, all on one thread.
// A template is made once (seeded people, enrolled nodes, officers logged in) and copied for each run.
#pragma once
#include <sodium.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/sqlite/sqlite.h"
#include "central/centre.h"
#include "central/service.h"
#include "node/branch/node.h"
#include "node/store/store.h"
#include "node/sync/engine.h"
#include "sim_net.h"

namespace kiosk::faults {

using Files = std::map<std::string, std::string>;  // name -> bytes; the shared memory of SQLite is left out
Files files_of(const std::string& home);
void put_files(const std::string& home, const Files& files);

// Every random number of the run, libsodium's too: the same seed makes the same keys, nonces and ids.
void seed_everything(std::uint64_t seed);

// "nomatch" in a photo's bytes: another person. "poor": no good photo. Else the same person.
class SimJudge final : public verbs::FaceJudge {
 public:
  bool ready() const override { return true; }
  std::string profile() const override { return "sim-1"; }
  Result<domain::FaceReport> inspect(ByteView photo, bool as_reference) override;
  Result<domain::FaceTemplate> enrol(ByteView photo) override;
  Result<Match> compare(ByteView photo, const domain::FaceTemplate& reference) override;
};

struct Officer {
  std::string number, pin;
};
struct Template {
  Files centre;
  struct Node {
    Files home;
    std::string branch, node;
    std::string session_iso, session_jsu;  // tokens of officers who are logged in
    std::vector<Officer> officers;         // those two, to log in again
    net::Peer peer;
  };
  std::vector<Node> nodes;
  std::vector<domain::Participant> people, strangers;  // strangers: known to the centre, or to nobody
  WallTime at;
};
Template make_template(const std::string& dir, std::size_t branches);

struct Branch {
  explicit Branch(const SimTime& time) : clock(time) {}
  std::string home, name, node_id;
  verbs::Actor iso, jsu, kiosk{"kiosk-1", ""};
  std::vector<Officer> officers;
  SimClock clock;
  SimJudge judge;
  crypto::KeyRing keys;
  sync::Limits limits;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<branch::Node> node;
  std::unique_ptr<sync::Engine> engine;
  bool up() const { return node != nullptr; }

  // A crash that is to happen: at the n-th write to its files, which are kept as they are at that instant.
  long die_after_writes = -1;
  std::optional<Files> at_death;
};

class World {
 public:
  World(const Template& t, const std::string& dir, std::uint64_t seed);
  ~World();

  void open(std::size_t branch);    // what a start of the program does
  void close(std::size_t branch);   // its end
  void log_in(std::size_t branch);  // officers whose session is gone with the file, as soon as the node knows them
  void crash(std::size_t branch);   // its end by SIGKILL: at the instant that was kept, or now
  void open_centre();
  void close_centre();
  void crash_centre();
  bool centre_up() const { return centre != nullptr; }
  // A look into the centre's file beside it; closed with it, because a file must not be replaced under a connection.
  sqlite::Db* ledger();

  SimTime time;
  SeededRandom random;
  SimClock centre_clock{time};
  const std::vector<domain::Participant> people;  // kept at every branch
  std::vector<std::unique_ptr<Branch>> branches;
  std::unique_ptr<central::Centre> centre;
  std::unique_ptr<central::Service> service;
  std::unique_ptr<SimNet> net;
  std::string dir, centre_home;
  long centre_dies_after_writes = -1;
  std::optional<Files> centre_at_death;
  bool centre_dying = false;
  std::int64_t crashes = 0, centre_crashes = 0;

 private:
  std::optional<net::Response> ask_centre(const net::Request& request);
  void watch_writes();
  std::optional<sqlite::Db> ledger_;
};

}  // namespace kiosk::faults
