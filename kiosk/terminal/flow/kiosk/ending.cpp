#include "terminal/flow/kiosk/ending.h"

#include "api/verbs/claim_said.h"

namespace kiosk::flow::kiosk {

namespace {

// What weighs more than how well it went. A disability is an accident's brother.
Ending grave(const KioskSession& v) {
  if (v.topic == "heir" || (v.purpose == Purpose::Claim && v.cause == "DEATH")) return Ending::Death;
  if (v.topic == "accident" || (v.purpose == Purpose::Claim && v.cause == "CTT")) return Ending::Accident;
  if (v.topic == "complaint") return Ending::Complaint;
  return Ending::None;
}

Ending of_claim(const KioskSession& v) {
  if (!v.claim) return Ending::Officer;
  const auto& c = *v.claim;
  const auto said = verbs::said_of(c);
  if (said.code == "rejected") return Ending::Returned;
  if (said.officer) return Ending::Officer;
  return v.cause == "PHK" ? Ending::SentAfter : Ending::Sent;
}

Ending of_number(const KioskSession& v) {
  if (v.ticket_print == PrintState::Failed) return Ending::NumberAsCode;
  if (const auto g = grave(v); g != Ending::None) return g;
  return v.ticket_print == PrintState::Printing ? Ending::NumberOnItsWay : Ending::Number;
}

Ending of_facts(const KioskSession& v) {
  if (v.purpose != Purpose::Update) return Ending::Officer;
  return v.given.empty() ? Ending::Unchanged : Ending::Letter;
}

}  // namespace

Ending ending(const Page& page, const KioskSession& v) {
  const auto is = [&]<class P>() { return std::holds_alternative<P>(page); };
  if (is.operator()<page::TicketShown>()) return of_number(v);
  if (is.operator()<page::BlockedNow>()) return Ending::Blocked;
  if (is.operator()<page::Withdrawn>()) return Ending::ConsentBack;
  const bool claim = is.operator()<page::Saved>(), facts = is.operator()<page::IntakeSaved>(),
             refused = is.operator()<page::Problem>(),
             officer = is.operator()<page::OfficerCause>() || is.operator()<page::NotEligible>();
  if (!claim && !facts && !refused && !officer) return Ending::None;
  if (const auto g = grave(v); g != Ending::None) return g;
  return claim ? of_claim(v) : facts ? of_facts(v) : refused ? Ending::Refused : Ending::Officer;
}

}  // namespace kiosk::flow::kiosk
