// A branch that hands every verb on to another one, chosen by who asks and what. Thread: as the chosen one.
#pragma once
#include <string_view>

#include "api/verbs/branch.h"

namespace kiosk::test {

class ForwardBranch : public verbs::Branch {
 public:
  virtual verbs::Branch& to(const verbs::Actor& who, std::string_view verb) = 0;

#define FORWARD(Answer, verb) \
  Result<Answer> verb(const verbs::Actor& a) override { return to(a, #verb).verb(a); }
#define FORWARD1(Answer, verb, A) \
  Result<Answer> verb(const verbs::Actor& a, A x) override { return to(a, #verb).verb(a, x); }
#define FORWARD2(Answer, verb, A, B) \
  Result<Answer> verb(const verbs::Actor& a, A x, B y) override { return to(a, #verb).verb(a, x, y); }
  FORWARD(verbs::NodeInfo, info)
  FORWARD(domain::RuleBook, rules)
  FORWARD(std::vector<domain::Service>, services)
  FORWARD1(verbs::TicketIssued, issue_ticket, const verbs::IssueTicket&)
  FORWARD1(std::vector<domain::Ticket>, tickets, bool)
  FORWARD1(verbs::TicketIssued, ticket, Uuid)
  Result<domain::Ticket> call_ticket(const verbs::Actor& a, const std::string& counter, const std::string& number,
                                     Uuid request) override {
    return to(a, "call_ticket").call_ticket(a, counter, number, request);
  }
  FORWARD2(domain::Ticket, act_on_ticket, domain::TicketAct, const verbs::TicketRef&)
  FORWARD1(std::vector<verbs::CounterBreak>, rest_counter, const verbs::RestCounter&)
  FORWARD(std::vector<verbs::CounterBreak>, breaks)
  FORWARD(verbs::BoardState, board)
  FORWARD1(verbs::Notice, post_notice, const verbs::PostNotice&)
  FORWARD(std::vector<verbs::Notice>, notices)
  FORWARD1(Done, remove_notice, Uuid)
  FORWARD1(Done, keep_draft, const verbs::Draft&)
  FORWARD1(verbs::ConsentView, record_consent, const verbs::Consent&)
  FORWARD1(verbs::IntakeView, submit_intake, const verbs::Intake&)
  FORWARD1(verbs::Task, ask_help, const verbs::HelpAsked&)
  FORWARD1(verbs::ReportView, report, const verbs::ReportAsked&)
  FORWARD1(verbs::ParticipantFound, find_participant, const verbs::FindParticipant&)
  FORWARD1(domain::Eligibility, check_claim, const verbs::CheckClaim&)
  FORWARD1(verbs::ClaimView, submit_claim, const verbs::SubmitClaim&)
  FORWARD(std::vector<verbs::ClaimView>, claims)
  FORWARD1(verbs::ClaimView, claim, Uuid)
  FORWARD1(verbs::AccountView, account, const domain::PersonId&)
  FORWARD1(verbs::AttemptResult, attempt_face, const verbs::AttemptFace&)
  FORWARD1(verbs::AttemptResult, compare_face, const verbs::CompareFace&)
  FORWARD1(std::vector<std::string>, interview_questions, const domain::PersonId&)
  FORWARD1(verbs::InterviewResult, submit_interview, const verbs::Interview&)
  FORWARD1(verbs::ResetView, reset_account, const verbs::ResetAccount&)
  FORWARD1(verbs::ResetView, approve_reset, Uuid)
  FORWARD1(std::vector<verbs::ResetView>, resets, bool)
  FORWARD2(verbs::SessionView, log_in, const std::string&, const SecretString&)
  FORWARD(Done, log_out)
  FORWARD(std::vector<verbs::OfficerView>, officers)
  FORWARD(std::vector<verbs::Task>, tasks)
  FORWARD1(verbs::Task, finish_task, const verbs::FinishTask&)
  FORWARD1(verbs::CaseView, open_case, const verbs::OpenCase&)
  FORWARD1(Bytes, photo, const std::string&)
  FORWARD2(std::string, put_blob, const std::string&, ByteView)
  FORWARD(verbs::SyncStatus, sync_status)
  FORWARD(verbs::SyncStatus, sync_now)
  FORWARD1(verbs::SyncStatus, sync_hold, bool)
  FORWARD1(verbs::CopyChunk, copy_unsent, const verbs::CopyAsked&)
  FORWARD1(verbs::ReceiptTaken, take_receipt, const std::string&)
  FORWARD(verbs::AuditVerdict, audit_verify)
  FORWARD2(verbs::EnrolResult, enrol, const std::string&, const std::string&)
  FORWARD2(verbs::Changes, changes, std::int64_t, Millis)
  FORWARD1(verbs::TerminalCode, add_terminal, const verbs::AddTerminal&)
  FORWARD1(verbs::TerminalCertificate, join_terminal, const verbs::JoinTerminal&)
  FORWARD1(verbs::TerminalCertificate, renew_terminal, const std::string&)
  FORWARD(std::vector<verbs::TerminalView>, terminals)
  FORWARD1(Done, remove_terminal, const std::string&)
  FORWARD1(verbs::Announcer, announce, std::int64_t)
#undef FORWARD
#undef FORWARD1
#undef FORWARD2
};

}  // namespace kiosk::test
