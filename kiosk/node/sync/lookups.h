// Lookups: people whom a terminal asked for and the centre has not answered for yet. Each once, few at a time, spaced,
// and not again right after an answer, so that a visitor who types fast, or a terminal gone mad, does not flood the
// centre. What could not be asked is forgotten, never kept for later: the person stands at the counter now.
// Pure: time comes from outside. Thread: one (the engine's lock). Owns: the numbers of those who wait, in memory only.
#pragma once
#include <deque>
#include <map>
#include <optional>

#include "base/clock.h"
#include "base/crypto/crypto.h"
#include "domain/people/person.h"

namespace kiosk::sync {

class Lookups {
 public:
  static constexpr std::size_t kMost = 16;
  static constexpr Millis kSpacing{250};
  static constexpr Millis kAnswerHolds{30'000}, kFailureHolds{3'000};

  // `index`: a name for the person that says nothing. True: an answer will come (asked now or already).
  bool add(const crypto::Hash& index, const domain::PersonId& person, SteadyTime now);
  struct Wanted {
    crypto::Hash index;
    domain::PersonId person;
  };
  std::optional<Wanted> next(SteadyTime now);  // none: nobody waits, or it is too early
  void answered(const crypto::Hash& index, SteadyTime now);
  // The centre cannot be asked: nobody waits any longer.
  void failed(const crypto::Hash& index, SteadyTime now);
  bool empty() const { return waiting_.empty(); }
  SteadyTime earliest() const { return earliest_; }

 private:
  void forget_old(SteadyTime now);
  std::deque<Wanted> waiting_;
  std::optional<crypto::Hash> running_;
  std::map<crypto::Hash, SteadyTime> recent_;  // until when not to ask again
  SteadyTime earliest_{};
};

}  // namespace kiosk::sync
