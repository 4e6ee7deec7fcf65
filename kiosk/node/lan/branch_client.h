// BranchClient: verbs::Branch from afar, over the node's Unix socket or, with a badge, mutual TLS on the LAN. What
// terminals, kioskctl and tests use; it keeps no facts, only connections. Changes are pushed by the node: the first
// changes() opens a stream of its own (change_stream.h), and the terminal it was asked for is heard of while it lives.
// Thread: any, several at once (each call takes a connection of its own from a small pool).
// Blocks: until the answer or the timeout; changes() for as long as it was asked to wait. close() ends all of them.
// Errors: the node's own faults as they were; unreachable node_away when it is not there, does not answer in time or
//   answers what is no answer. After a restart of the node the next call simply works again.
#pragma once
#include <memory>
#include <string>

#include "api/verbs/branch.h"
#include "base/clock.h"

namespace kiosk::lan {

class TerminalIdentity;

class BranchClient final : public verbs::Branch {
 public:
  struct Options {
    std::string base;  // "unix:/path/branch.sock", "http://127.0.0.1:8080", "https://host:port"
    std::shared_ptr<const TerminalIdentity> badge;  // on the LAN
    Millis connect_timeout{2'000};
    Millis timeout{15'000};  // of one call; sync_now() adds what it waits
    Millis silence{6'000};   // without a sign of the node's stream of changes: it is away
  };
  explicit BranchClient(Options options);
  ~BranchClient() override;

  static Options at_home(const std::string& home);  // the socket of the node that owns this home
  void close();                                     // running and later calls answer unreachable node_away

  Result<verbs::NodeInfo> info(const verbs::Actor&) override;
  Result<domain::RuleBook> rules(const verbs::Actor&) override;
  Result<std::vector<domain::Service>> services(const verbs::Actor&) override;

  Result<verbs::TicketIssued> issue_ticket(const verbs::Actor&, const verbs::IssueTicket&) override;
  Result<std::vector<domain::Ticket>> tickets(const verbs::Actor&, bool live_only) override;
  Result<verbs::TicketIssued> ticket(const verbs::Actor&, Uuid id) override;
  Result<domain::Ticket> call_ticket(const verbs::Actor&, const std::string& counter, const std::string& number,
                                     Uuid request = {}) override;
  Result<domain::Ticket> act_on_ticket(const verbs::Actor&, domain::TicketAct act, const verbs::TicketRef&) override;
  Result<std::vector<verbs::CounterBreak>> rest_counter(const verbs::Actor&, const verbs::RestCounter&) override;
  Result<std::vector<verbs::CounterBreak>> breaks(const verbs::Actor&) override;
  Result<verbs::BoardState> board(const verbs::Actor&) override;
  Result<verbs::Notice> post_notice(const verbs::Actor&, const verbs::PostNotice&) override;
  Result<std::vector<verbs::Notice>> notices(const verbs::Actor&) override;
  Result<Done> remove_notice(const verbs::Actor&, Uuid id) override;
  Result<verbs::ReportView> report(const verbs::Actor&, const verbs::ReportAsked&) override;

  Result<verbs::ParticipantFound> find_participant(const verbs::Actor&, const verbs::FindParticipant&) override;
  Result<Done> keep_draft(const verbs::Actor&, const verbs::Draft&) override;
  Result<verbs::ConsentView> record_consent(const verbs::Actor&, const verbs::Consent&) override;
  Result<verbs::IntakeView> submit_intake(const verbs::Actor&, const verbs::Intake&) override;
  Result<verbs::Task> ask_help(const verbs::Actor&, const verbs::HelpAsked&) override;
  Result<domain::Eligibility> check_claim(const verbs::Actor&, const verbs::CheckClaim&) override;
  Result<verbs::ClaimView> submit_claim(const verbs::Actor&, const verbs::SubmitClaim&) override;
  Result<std::vector<verbs::ClaimView>> claims(const verbs::Actor&) override;
  Result<verbs::ClaimView> claim(const verbs::Actor&, Uuid id) override;

  Result<verbs::AccountView> account(const verbs::Actor&, const domain::PersonId&) override;
  Result<verbs::AttemptResult> attempt_face(const verbs::Actor&, const verbs::AttemptFace&) override;
  Result<verbs::AttemptResult> compare_face(const verbs::Actor&, const verbs::CompareFace&) override;
  Result<std::vector<std::string>> interview_questions(const verbs::Actor&, const domain::PersonId&) override;
  Result<verbs::InterviewResult> submit_interview(const verbs::Actor&, const verbs::Interview&) override;
  Result<verbs::ResetView> reset_account(const verbs::Actor&, const verbs::ResetAccount&) override;
  Result<verbs::ResetView> approve_reset(const verbs::Actor&, Uuid reset) override;
  Result<std::vector<verbs::ResetView>> resets(const verbs::Actor&, bool pending_only) override;

  Result<verbs::SessionView> log_in(const verbs::Actor&, const std::string& number, const SecretString& pin) override;
  Result<Done> log_out(const verbs::Actor&) override;
  Result<verbs::Task> finish_task(const verbs::Actor&, const verbs::FinishTask&) override;
  Result<std::vector<verbs::OfficerView>> officers(const verbs::Actor&) override;
  Result<std::vector<verbs::Task>> tasks(const verbs::Actor&) override;
  Result<verbs::CaseView> open_case(const verbs::Actor&, const verbs::OpenCase&) override;
  Result<Bytes> photo(const verbs::Actor&, const std::string& blob) override;
  Result<std::string> put_blob(const verbs::Actor&, const std::string& kind, ByteView bytes) override;

  Result<verbs::SyncStatus> sync_status(const verbs::Actor&) override;
  Result<verbs::SyncStatus> sync_now(const verbs::Actor&) override;
  Result<verbs::SyncStatus> sync_hold(const verbs::Actor&, bool hold) override;
  Result<verbs::CopyChunk> copy_unsent(const verbs::Actor&, const verbs::CopyAsked&) override;
  Result<verbs::ReceiptTaken> take_receipt(const verbs::Actor&, const std::string& receipt) override;
  Result<verbs::AuditVerdict> audit_verify(const verbs::Actor&) override;
  Result<verbs::EnrolResult> enrol(const verbs::Actor&, const std::string& central_url,
                                   const std::string& code) override;
  Result<verbs::Changes> changes(const verbs::Actor&, std::int64_t after, Millis wait) override;

  Result<verbs::TerminalCode> add_terminal(const verbs::Actor&, const verbs::AddTerminal&) override;
  Result<verbs::TerminalCertificate> join_terminal(const verbs::Actor&, const verbs::JoinTerminal&) override;
  Result<verbs::TerminalCertificate> renew_terminal(const verbs::Actor&, const std::string& csr_pem) override;
  Result<std::vector<verbs::TerminalView>> terminals(const verbs::Actor&) override;
  Result<Done> remove_terminal(const verbs::Actor&, const std::string& name) override;
  Result<verbs::Announcer> announce(const verbs::Actor&, std::int64_t spoken) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::lan
