#include "api/protocol/branch_api.h"

using namespace kiosk;
using namespace kiosk::protocol;

namespace {
// What was understood must be said again in the same words.
template <class T>
void round(std::string_view text) {
  const auto v = from_wire<T>(text);
  if (!v) return;
  const std::string once = to_wire(*v);
  const auto again = from_wire<T>(once);
  if (!again || to_wire(*again) != once) __builtin_trap();
}
using Round = void (*)(std::string_view);
constexpr Round rounds[] = {
    round<TicketsAsked>,
    round<IdAsked>,
    round<TicketCalled>,
    round<TicketActed>,
    round<PersonAsked>,
    round<ResetsAsked>,
    round<SyncHeld>,
    round<BlobAsked>,
    round<NodeEnrolled>,
    round<TerminalNamed>,
    round<CertificateAsked>,
    round<TerminalKept>,
    round<verbs::AddTerminal>,
    round<verbs::JoinTerminal>,
    round<verbs::TerminalCertificate>,
    round<ItemsOf<verbs::TerminalView>>,
    round<verbs::IssueTicket>,
    round<verbs::FindParticipant>,
    round<verbs::CheckClaim>,
    round<verbs::SubmitClaim>,
    round<verbs::AttemptFace>,
    round<verbs::CompareFace>,
    round<verbs::Interview>,
    round<verbs::ResetAccount>,
    round<verbs::OpenCase>,
    round<domain::RuleBook>,
    round<verbs::NodeInfo>,
    round<verbs::TicketIssued>,
    round<verbs::BoardState>,
    round<verbs::ParticipantFound>,
    round<domain::Eligibility>,
    round<verbs::ClaimView>,
    round<verbs::AccountView>,
    round<verbs::AttemptResult>,
    round<verbs::InterviewResult>,
    round<verbs::ResetView>,
    round<verbs::SessionView>,
    round<ItemsOf<verbs::Task>>,
    round<verbs::CaseView>,
    round<verbs::SyncStatus>,
    round<verbs::Changes>,
    round<ItemsOf<verbs::OfficerView>>,
    round<verbs::Draft>,
    round<verbs::Consent>,
    round<verbs::Intake>,
    round<verbs::PostNotice>,
};
}  // namespace

// Every body that a node reads of a terminal and a terminal of its node; the first byte chooses which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto which = data[0] % (std::size(rounds) + 2);
  if (which < std::size(rounds)) {
    rounds[which](text);
  } else if (which == std::size(rounds)) {
    (void)from_wire<LogInAsked>(text);
  } else if (const auto fault = fault_from_wire(text); fault && !fault_from_wire(fault_to_wire(*fault))) {
    __builtin_trap();
  }
  return 0;
}
