#include "api/protocol/branch_api.h"

#include "api/protocol/describe_verbs.h"

namespace kiosk::protocol {

template <class T>
std::string to_wire(const T& value) {
  return describe::write(value);
}
template <class T>
Result<T> from_wire(std::string_view json) {
  return describe::read<T>(json);
}

#define KIOSK_WIRE(...)                                          \
  template std::string to_wire<__VA_ARGS__>(const __VA_ARGS__&); \
  template Result<__VA_ARGS__> from_wire<__VA_ARGS__>(std::string_view);
KIOSK_WIRE(Nothing)
KIOSK_WIRE(TicketsAsked)
KIOSK_WIRE(IdAsked)
KIOSK_WIRE(TicketCalled)
KIOSK_WIRE(TicketActed)
KIOSK_WIRE(PersonAsked)
KIOSK_WIRE(ResetsAsked)
KIOSK_WIRE(SyncHeld)
KIOSK_WIRE(ReceiptGiven)
KIOSK_WIRE(LogInAsked)
KIOSK_WIRE(BlobAsked)
KIOSK_WIRE(NodeEnrolled)
KIOSK_WIRE(AnnounceAsked)
KIOSK_WIRE(TerminalNamed)
KIOSK_WIRE(CertificateAsked)
KIOSK_WIRE(TerminalKept)
KIOSK_WIRE(verbs::NodeInfo)
KIOSK_WIRE(domain::RuleBook)
KIOSK_WIRE(ItemsOf<domain::Service>)
KIOSK_WIRE(verbs::IssueTicket)
KIOSK_WIRE(verbs::TicketIssued)
KIOSK_WIRE(domain::Ticket)
KIOSK_WIRE(ItemsOf<domain::Ticket>)
KIOSK_WIRE(verbs::RestCounter)
KIOSK_WIRE(ItemsOf<verbs::CounterBreak>)
KIOSK_WIRE(verbs::BoardState)
KIOSK_WIRE(verbs::PostNotice)
KIOSK_WIRE(verbs::Notice)
KIOSK_WIRE(ItemsOf<verbs::Notice>)
KIOSK_WIRE(verbs::Draft)
KIOSK_WIRE(verbs::Consent)
KIOSK_WIRE(verbs::ConsentView)
KIOSK_WIRE(verbs::Intake)
KIOSK_WIRE(verbs::IntakeView)
KIOSK_WIRE(verbs::HelpAsked)
KIOSK_WIRE(verbs::ReportAsked)
KIOSK_WIRE(verbs::ReportView)
KIOSK_WIRE(verbs::FindParticipant)
KIOSK_WIRE(verbs::ParticipantFound)
KIOSK_WIRE(verbs::CheckClaim)
KIOSK_WIRE(domain::Eligibility)
KIOSK_WIRE(verbs::SubmitClaim)
KIOSK_WIRE(verbs::ClaimView)
KIOSK_WIRE(ItemsOf<verbs::ClaimView>)
KIOSK_WIRE(verbs::AccountView)
KIOSK_WIRE(verbs::AttemptFace)
KIOSK_WIRE(verbs::AttemptResult)
KIOSK_WIRE(verbs::CompareFace)
KIOSK_WIRE(ItemsOf<std::string>)
KIOSK_WIRE(verbs::Interview)
KIOSK_WIRE(verbs::InterviewResult)
KIOSK_WIRE(verbs::ResetAccount)
KIOSK_WIRE(verbs::ResetView)
KIOSK_WIRE(ItemsOf<verbs::ResetView>)
KIOSK_WIRE(verbs::SessionView)
KIOSK_WIRE(ItemsOf<verbs::OfficerView>)
KIOSK_WIRE(ItemsOf<verbs::Task>)
KIOSK_WIRE(verbs::Task)
KIOSK_WIRE(verbs::FinishTask)
KIOSK_WIRE(verbs::OpenCase)
KIOSK_WIRE(verbs::CaseView)
KIOSK_WIRE(verbs::SyncStatus)
KIOSK_WIRE(verbs::CopyAsked)
KIOSK_WIRE(verbs::CopyChunk)
KIOSK_WIRE(verbs::ReceiptTaken)
KIOSK_WIRE(verbs::AuditVerdict)
KIOSK_WIRE(verbs::EnrolResult)
KIOSK_WIRE(verbs::Changes)
KIOSK_WIRE(verbs::AddTerminal)
KIOSK_WIRE(verbs::TerminalCode)
KIOSK_WIRE(verbs::JoinTerminal)
KIOSK_WIRE(verbs::TerminalCertificate)
KIOSK_WIRE(ItemsOf<verbs::TerminalView>)
KIOSK_WIRE(verbs::Announcer)
#undef KIOSK_WIRE

namespace {

std::string_view kind_code(FaultKind kind) {
  switch (kind) {
    case FaultKind::Refused:
      return "refused";
    case FaultKind::BadInput:
      return "bad_input";
    case FaultKind::Unreachable:
      return "unreachable";
    case FaultKind::Damaged:
      return "damaged";
  }
  return "refused";
}

}  // namespace

std::string fault_to_wire(const Fault& fault) {
  const Json body{{"fault",
                   {{"kind", std::string(kind_code(fault.kind))},
                    {"code", fault.code},
                    {"field", fault.field},
                    {"detail", fault.detail}}}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int status_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::Refused:
      return 409;
    case FaultKind::BadInput:
      return 400;
    case FaultKind::Unreachable:
      return 503;
    case FaultKind::Damaged:
      return 500;
  }
  return 500;
}

std::optional<Fault> fault_from_wire(std::string_view json) {
  const Json j = Json::parse(json, nullptr, false);
  const auto text = [](const Json& o, const char* key) {
    const auto it = o.find(key);
    return it != o.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  if (!j.is_object()) return std::nullopt;
  const auto body = j.find("fault");
  if (body == j.end() || !body->is_object()) return std::nullopt;
  Fault f;
  f.code = text(*body, "code");
  f.field = text(*body, "field");
  f.detail = text(*body, "detail");
  const std::string kind = text(*body, "kind");
  for (const auto k : {FaultKind::Refused, FaultKind::BadInput, FaultKind::Unreachable, FaultKind::Damaged})
    if (kind_code(k) == kind) {
      f.kind = k;
      if (f.code.empty()) break;
      return f;
    }
  return std::nullopt;
}

}  // namespace kiosk::protocol
