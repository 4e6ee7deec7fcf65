// What is said of a claim, wherever it is said: screen, paper, tracking, counter and command line ask this one function
// and none of them puts a sentence together from parts of its own. And when a claim stands in the way of another of the
// same card. Pure.
#pragma once
#include <optional>
#include <string_view>

#include "domain/claims/claim.h"

namespace kiosk::domain {

struct ClaimFacts {
  // NeedsOfficer and Unverified hold until an officer has seen the person, whatever the centre has received meanwhile.
  ClaimState state = ClaimState::Saved;
  SyncState sync = SyncState::Saved;
  std::optional<Stage> reached;  // the last of the centre's stages
};
struct ClaimSaid {
  // Code for words (claim.said.<code>, paper.receipt.said.<code>): officer saved sending received in_work paid
  // rejected. Received is not decided: the centre has it, nothing more.
  std::string_view code = "saved";
  std::string_view way = "saved";  // where the record is: saved sending received rejected (claim.way.<way>)
  bool officer = false;            // an officer must see it first: the ticket's number stays with it
  bool deadline = false;           // the day by which it is paid counts and may be said
};
ClaimSaid said_of(const ClaimFacts& facts);

// No second claim of the same card while this holds, whatever its cause: neither rejected nor paid.
bool stands_in_the_way(ClaimState state, std::optional<Stage> reached);

}  // namespace kiosk::domain
