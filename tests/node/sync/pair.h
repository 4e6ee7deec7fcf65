// A node and a scripted centre, on a clock and a disk of their own; lanes run on the test's thread.
#pragma once
#include "tests/node/sync/branch_side.h"
#include "tests/node/sync/scripted_centre.h"

namespace kiosk::test {

struct Pair {
  explicit Pair(std::uint64_t seed = 7) : random(seed), side(clock, random, home.path()) {
    side.open();
    branch::Outgoing out(*side.store);
    REQUIRE(sync::keep(out, centre.enrolment(*side.store)).ok());
    side.open_engine(centre.wires());
  }
  // A restart of the node: everything but the disk is new.
  void restart() {
    side.close();
    side.open();
    side.open_engine(centre.wires());
  }
  // Time passes and lanes run when they are due, until nothing is unsent. The number of steps bounds it.
  void settle(int steps = 200) {
    for (int i = 0; i < steps; ++i) {
      side.engine->run_due();
      const auto s = side.engine->status();
      if (s.pending == 0 && s.pending_blobs == 0 && s.why.empty()) return;
      const auto due = side.engine->next_due();
      if (due > clock.steady()) clock.advance(due - clock.steady());
    }
  }
  void check_once_each(std::int64_t events) {
    REQUIRE(centre.ledger.size() == static_cast<std::size_t>(events));
    for (std::int64_t i = 0; i < events; ++i) CHECK(centre.ledger[static_cast<std::size_t>(i)].header.seq == i + 1);
  }
  FakeClock clock{from_ms(1'795'140'000'000)};
  SeededRandom random;
  TempDir home;
  ScriptedCentre centre;
  BranchSide side;
};

}  // namespace kiosk::test
