// The network of the simulation: what a node sends becomes bytes, meets a fate drawn from the run's seed, and perhaps
// reaches the centre's routes; the answer travels back the same way. Nothing here waits: time is moved.
// Flipped bits end a TLS connection, so they are a cut; only a photo's bytes and an acknowledgement, which carry proofs
// of their own, are delivered changed as well.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/net/http.h"
#include "node/sync/wire.h"

namespace kiosk::faults {

struct SimTime {
  WallTime wall;
  SteadyTime steady{Millis{1'000'000}};
  void advance(Millis by) {
    wall += by;
    steady += by;
  }
};

// One machine's clock: steady time is everybody's, the wall clock may be wrong.
class SimClock final : public Clock {
 public:
  explicit SimClock(const SimTime& time) : time_(time) {}
  WallTime now() const override { return time_.wall + offset; }
  SteadyTime steady() const override { return time_.steady; }
  Millis offset{0};

 private:
  const SimTime& time_;
};

enum class Weather { Fine, Showers, Storm, Dead };

class SimNet {
 public:
  struct Place {  // a branch as the network sees it
    Weather weather = Weather::Fine;
    bool alive = true;  // false: the machine has died, whatever its process still tries
    net::Peer peer;     // what its certificate would say
  };
  // The centre's routes; nullopt: it is down, or dies over this request.
  using Centre = std::function<std::optional<net::Response>(const net::Request&)>;

  SimNet(SimTime& time, Random& random, const Clock& centre_clock, Centre centre)
      : time_(time), random_(random), centre_clock_(centre_clock), centre_(std::move(centre)) {}

  std::vector<Place> places;
  sync::MakeWire wires(std::size_t place);
  // A request that was thought lost arrives now, at the wrong time; false when there is none.
  bool deliver_late();
  std::size_t under_way() const { return late_.size(); }

  std::int64_t exchanges = 0, failed = 0, late_delivered = 0, duplicated = 0;
  std::function<void(const std::string&)> trace;
  // For the proof that the checker sees: what the centre said may be changed on its way.
  std::function<void(const net::Call&, net::Response&)> mutate;

 private:
  class Line;
  struct Sent {
    std::size_t place;
    std::string bytes;
  };
  Result<net::Reply> exchange(std::size_t place, const net::Call& call);
  std::optional<net::Response> arrive(std::size_t place, const std::string& bytes);
  void pass(Millis time) { time_.advance(time); }

  SimTime& time_;
  Random& random_;
  const Clock& centre_clock_;
  Centre centre_;
  std::deque<Sent> late_;
  std::vector<std::deque<std::string>> replies_;  // earlier ones, by place: bytes
};

}  // namespace kiosk::faults
