// The network simulator: real stores, nodes, engines and centre code in one process under an injected clock, random and
// network. One run is some hundred steps drawn from its seed; after each the Truth looks; at its end everything is
// healed and must settle.
#pragma once
#include "faults.h"
#include "sim_world.h"

namespace kiosk::faults {

// Faults of the product itself, to prove that the Truth sees them; the tests use them, the program does not.
enum class Mutation {
  None,
  LoseCommit,     // a crash takes back what was durable
  TakeTwice,      // the centre takes an event a second time
  PhotoNotTaken,  // the centre says it has a photo that it does not have
  OtherVerdict,   // a verdict changes on its way home
  ChangeEvent,    // a byte of a stored event changes
  DropVerb,       // a verb answers and writes nothing
  SkipFeed,       // the node believes it has heard what it has not
};

struct NetworkRun {
  std::string dir;
  std::uint64_t seed = 1;
  Mutation mutation = Mutation::None;
  bool trace = false;
};
Outcome run_network(const Template& world, const NetworkRun& run);

}  // namespace kiosk::faults
