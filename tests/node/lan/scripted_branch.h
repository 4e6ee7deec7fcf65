// A Branch that answers what a test told it: every verb first remembers who asked, then refuses with `not_scripted`
// unless the test overrides it.
#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "api/verbs/branch.h"

namespace kiosk::test {

class ScriptedBranch : public verbs::Branch {
 public:
  using Actor = verbs::Actor;
  struct Asked {
    std::string verb;
    Actor actor;
  };
  std::vector<Asked> asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }
  Fault next{FaultKind::Refused, "not_scripted", "field.name", "detail, with \"quotes\" and\nlines"};

#define SCRIPTED(Result_, verb, ...) \
  Result<Result_> verb(const Actor& a __VA_OPT__(, ) __VA_ARGS__) override { return remember(#verb, a); }
  SCRIPTED(verbs::NodeInfo, info)
  SCRIPTED(domain::RuleBook, rules)
  SCRIPTED(std::vector<domain::Service>, services)
  SCRIPTED(verbs::TicketIssued, issue_ticket, const verbs::IssueTicket&)
  SCRIPTED(std::vector<domain::Ticket>, tickets, bool)
  SCRIPTED(verbs::TicketIssued, ticket, Uuid)
  SCRIPTED(domain::Ticket, call_ticket, const std::string&, const std::string&, Uuid)
  SCRIPTED(domain::Ticket, act_on_ticket, domain::TicketAct, const verbs::TicketRef&)
  SCRIPTED(std::vector<verbs::CounterBreak>, rest_counter, const verbs::RestCounter&)
  SCRIPTED(std::vector<verbs::CounterBreak>, breaks)
  SCRIPTED(verbs::BoardState, board)
  SCRIPTED(verbs::Notice, post_notice, const verbs::PostNotice&)
  SCRIPTED(std::vector<verbs::Notice>, notices)
  SCRIPTED(Done, remove_notice, Uuid)
  SCRIPTED(Done, keep_draft, const verbs::Draft&)
  SCRIPTED(verbs::ConsentView, record_consent, const verbs::Consent&)
  SCRIPTED(verbs::IntakeView, submit_intake, const verbs::Intake&)
  SCRIPTED(verbs::Task, ask_help, const verbs::HelpAsked&)
  SCRIPTED(verbs::ReportView, report, const verbs::ReportAsked&)
  SCRIPTED(verbs::ParticipantFound, find_participant, const verbs::FindParticipant&)
  SCRIPTED(domain::Eligibility, check_claim, const verbs::CheckClaim&)
  SCRIPTED(verbs::ClaimView, submit_claim, const verbs::SubmitClaim&)
  SCRIPTED(std::vector<verbs::ClaimView>, claims)
  SCRIPTED(verbs::ClaimView, claim, Uuid)
  SCRIPTED(verbs::AccountView, account, const domain::PersonId&)
  SCRIPTED(verbs::AttemptResult, attempt_face, const verbs::AttemptFace&)
  SCRIPTED(verbs::AttemptResult, compare_face, const verbs::CompareFace&)
  SCRIPTED(std::vector<std::string>, interview_questions, const domain::PersonId&)
  SCRIPTED(verbs::InterviewResult, submit_interview, const verbs::Interview&)
  SCRIPTED(verbs::ResetView, reset_account, const verbs::ResetAccount&)
  SCRIPTED(verbs::ResetView, approve_reset, Uuid)
  SCRIPTED(std::vector<verbs::ResetView>, resets, bool)
  SCRIPTED(verbs::SessionView, log_in, const std::string&, const SecretString&)
  SCRIPTED(Done, log_out)
  SCRIPTED(std::vector<verbs::OfficerView>, officers)
  SCRIPTED(std::vector<verbs::Task>, tasks)
  SCRIPTED(verbs::Task, finish_task, const verbs::FinishTask&)
  SCRIPTED(verbs::CaseView, open_case, const verbs::OpenCase&)
  SCRIPTED(Bytes, photo, const std::string&)
  SCRIPTED(std::string, put_blob, const std::string&, ByteView)
  SCRIPTED(verbs::SyncStatus, sync_status)
  SCRIPTED(verbs::SyncStatus, sync_now)
  SCRIPTED(verbs::SyncStatus, sync_hold, bool)
  SCRIPTED(verbs::CopyChunk, copy_unsent, const verbs::CopyAsked&)
  SCRIPTED(verbs::ReceiptTaken, take_receipt, const std::string&)
  SCRIPTED(verbs::AuditVerdict, audit_verify)
  SCRIPTED(verbs::EnrolResult, enrol, const std::string&, const std::string&)
  SCRIPTED(verbs::Changes, changes, std::int64_t, Millis)
  SCRIPTED(verbs::TerminalCode, add_terminal, const verbs::AddTerminal&)
  SCRIPTED(verbs::TerminalCertificate, join_terminal, const verbs::JoinTerminal&)
  SCRIPTED(verbs::TerminalCertificate, renew_terminal, const std::string&)
  SCRIPTED(std::vector<verbs::TerminalView>, terminals)
  SCRIPTED(Done, remove_terminal, const std::string&)
  SCRIPTED(verbs::Announcer, announce, std::int64_t)
#undef SCRIPTED

 protected:
  Fault remember(const char* verb, const Actor& a) {
    std::lock_guard lock(mutex_);
    asked_.push_back({verb, a});
    return next;
  }
  mutable std::mutex mutex_;

 private:
  std::vector<Asked> asked_;
};

}  // namespace kiosk::test
