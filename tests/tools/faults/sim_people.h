// What people do in the simulated country: participants and officers at the branches, operators at the centre. Each act
// is drawn from the world's random; what a branch answers is told to the Truth. A request without an answer (the
// machine died, the disk was full) is sent again with the same id, as terminals do.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim_truth.h"
#include "sim_world.h"

namespace kiosk::faults {

class People {
 public:
  People(const Template& t, World& world, Truth& truth) : template_(t), world_(world), truth_(truth) {}

  // Each returns what it was, for the trace.
  std::string act(std::size_t branch);
  std::string operate();
  std::string ticket(std::size_t branch);  // never refused by a rule
  std::string resubmit(std::size_t branch);

  bool drop_tickets = false;  // for the proof: some tickets are answered for and not issued
  std::int64_t resubmitted = 0;

 private:
  using Again = std::function<std::string(std::size_t)>;
  std::uint64_t below(std::uint64_t n) { return world_.random.below(n); }
  bool chance(std::uint64_t percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  Uuid fresh_id();
  Bytes photo(const char* what);
  template <class T, class Took>
  std::string answered(std::size_t branch, const char* what, const Result<T>& r, Took took, Again again);
  std::string issue(std::size_t branch, const verbs::IssueTicket& t);
  std::string serve(std::size_t branch);
  std::string claim(std::size_t branch);
  std::string submit(std::size_t branch, const verbs::SubmitClaim& c, bool assisted);
  std::string attempt(std::size_t branch);
  std::string face(std::size_t branch, const verbs::AttemptFace& a);
  std::string reset(std::size_t branch);
  std::string ask_reset(std::size_t branch, const verbs::ResetAccount& r);
  std::string approve(std::size_t branch, const Uuid& id);

  const Template& template_;
  World& world_;
  Truth& truth_;
  std::vector<std::pair<Uuid, std::size_t>> claims_;
  std::set<Uuid> approved_;
  std::map<std::size_t, std::vector<Again>> unanswered_;
};

// The weather is fine, everybody is up, what was on its way arrives, and the engines run until nothing is left to do.
void settle(World& world, Truth& truth, People& people);

}  // namespace kiosk::faults
