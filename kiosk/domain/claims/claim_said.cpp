#include "domain/claims/claim_said.h"

namespace kiosk::domain {
namespace {

std::string_view way_of(SyncState sync) {
  switch (sync) {
    case SyncState::Saved:
      return "saved";
    case SyncState::Sending:
      return "sending";
    case SyncState::Accepted:
    case SyncState::NeedsOfficer:  // the centre has it and asks somebody to look
      return "received";
    case SyncState::Rejected:
      return "rejected";
  }
  return "saved";
}

}  // namespace

ClaimSaid said_of(const ClaimFacts& f) {
  ClaimSaid said;
  said.way = way_of(f.sync);
  if (f.state == ClaimState::Rejected || f.sync == SyncState::Rejected) {
    said.code = said.way = "rejected";
    return said;
  }
  if (f.reached == Stage::Selesai) {
    said.code = "paid";
    said.way = "received";
    return said;
  }
  // Whatever the centre has received meanwhile: before an officer has seen it nothing is decided.
  if (f.state == ClaimState::NeedsOfficer || f.state == ClaimState::Unverified) {
    said.code = "officer";
    said.officer = true;
    return said;
  }
  const bool at_centre = f.state == ClaimState::Accepted || said.way == "received" || f.reached;
  if (!at_centre) {
    said.code = said.way;
    return said;
  }
  said.way = "received";
  said.code = f.reached && *f.reached > Stage::Agenda ? "in_work" : "received";
  said.deadline = true;
  return said;
}

bool stands_in_the_way(ClaimState state, std::optional<Stage> reached) {
  return state != ClaimState::Rejected && reached != Stage::Selesai;
}

}  // namespace kiosk::domain
