#include "domain/claims/claim_said.h"

#include <doctest/doctest.h>

using namespace kiosk::domain;

TEST_CASE("claim said: no way and no stage makes an officer unneeded, or a payment day certain before one has looked") {
  using S = ClaimState;
  for (const auto state : {S::Saved, S::Unverified, S::NeedsOfficer, S::Accepted, S::Rejected})
    for (const auto sync :
         {SyncState::Saved, SyncState::Sending, SyncState::Accepted, SyncState::Rejected, SyncState::NeedsOfficer})
      for (const auto reached :
           {std::optional<Stage>{}, std::optional(Stage::Agenda), std::optional(Stage::Penetapan),
            std::optional(Stage::Persetujuan), std::optional(Stage::Pembayaran), std::optional(Stage::Selesai)}) {
        const auto said = said_of({state, sync, reached});
        const bool rejected = state == S::Rejected || sync == SyncState::Rejected;
        const bool paid = !rejected && reached == Stage::Selesai;
        const bool officer = !rejected && !paid && (state == S::NeedsOfficer || state == S::Unverified);
        CAPTURE(code(state));
        CAPTURE(code(sync));
        CHECK((said.code == "rejected") == rejected);
        CHECK((said.code == "paid") == paid);
        CHECK((said.code == "officer") == officer);
        CHECK(said.officer == officer);
        if (rejected || paid || officer) CHECK_FALSE(said.deadline);
        if (said.code == "saved") CHECK(sync == SyncState::Saved);
        if (said.code == "received") CHECK((!reached || reached == Stage::Agenda));
        CHECK(said.deadline == (said.code == "received" || said.code == "in_work"));
      }
}

TEST_CASE("claim said: a claim stands in the way of another of its card until it is rejected or paid") {
  CHECK(stands_in_the_way(ClaimState::Saved, std::nullopt));
  CHECK(stands_in_the_way(ClaimState::NeedsOfficer, Stage::Agenda));
  CHECK(stands_in_the_way(ClaimState::Accepted, Stage::Pembayaran));
  CHECK_FALSE(stands_in_the_way(ClaimState::Accepted, Stage::Selesai));
  CHECK_FALSE(stands_in_the_way(ClaimState::Rejected, std::nullopt));
}
