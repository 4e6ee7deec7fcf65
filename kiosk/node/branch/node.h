// The branch node: verbs::Branch over one store. One verb = one function = one transaction of rows and event.
// Thread: any; the store has one writer. Blocks: disk, never the network. Owns: nothing but its caches and the change
// feed. Errors: refused by a rule with the codes named in README.md; those of the store pass through.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/branch.h"
#include "api/verbs/ports.h"
#include "domain/queue/settings.h"
#include "node/branch/feed_sink.h"
#include "node/store/store.h"

namespace kiosk::branch {

struct Settings {
  std::string version;
  std::string branch_name;              // until the enrolment says it (store meta "branch_name" wins)
  bool same_terminal_approval = false;  // a reset approved at the terminal that asked for it: possible, and flagged
  std::string blocked_service = "ISO";  // who helps a blocked account; the first open service when it is not open
  domain::QueueSettings queue;
  Seconds session_length{12 * 3600}, session_idle{30 * 60};
  Millis gone_after{120'000};
  int pin_failures = 5;  // then locked: one minute, doubling with every further failure, at most a day
  // Alerts by the age of the oldest unsent record.
  Seconds unsent_warn{24 * 3600}, unsent_escalate{48 * 3600}, unsent_export{72 * 3600};
  // And by number: this many warn, twice as many escalate.
  int many_events = 15'000, many_photos = 10'000;
  // Rights of a role when the centre's list names none.
  std::map<std::string, std::vector<std::string>> role_rights = {
      {"ISO", {"call", "claim", "interview", "reset"}},
      {"JSU", {"call", "interview", "reset", "approve"}},
      {"CSO", {"call", "claim"}},
      {"HEAD", {"call", "claim", "interview", "reset", "approve", "report", "admin"}},
  };
  // Which run of the computer this is, and how long it was suspended in it, which no steady clock counts. Readings of
  // different runs are never compared; empty: one run for ever (tests).
  std::string run;
  std::function<Millis()> suspended;
  std::optional<domain::RuleBook> rules;  // until the centre's have come; none: RuleBook::defaults()
};

class Node final : public verbs::Branch {
 public:
  // All references outlive the node.
  Node(store::Store& store, verbs::FaceJudge& judge, const Clock& clock, Settings settings = {});
  ~Node() override;

  void set_centre(verbs::SyncPort* centre);  // nullptr: none; may be set once the node serves
  void set_copier(verbs::Copier* copier);    // the second copy on another disk; nullptr: none
  FeedSink& feed();
  // A counter that vanished (no sign of it for settings.gone_after, or not since this node's start that long ago)
  // leaves nobody called and unheard: the ticket waits again, first in line. Whom it was serving stays with the
  // officer, who logs in elsewhere. Called now and then.
  Result<int> free_called_tickets();
  // Drafts whose time is over are forgotten, also when nobody asks for them. At the start, and now and then.
  Result<Done> forget_drafts();
  void set_terminal_authority(
      verbs::TerminalAuthority* door);  // tells it of the terminals that are kept; nullptr: not on the LAN
  void close();                         // wakes those who wait for changes; call before the servers stop

  Result<verbs::NodeInfo> info(const verbs::Actor&) override;
  Result<domain::RuleBook> rules(const verbs::Actor&) override;
  Result<std::vector<domain::Service>> services(const verbs::Actor&) override;

  Result<verbs::TicketIssued> issue_ticket(const verbs::Actor&, const verbs::IssueTicket&) override;
  Result<std::vector<domain::Ticket>> tickets(const verbs::Actor&, bool live_only) override;
  Result<verbs::TicketIssued> ticket(const verbs::Actor&, Uuid id) override;
  Result<domain::Ticket> call_ticket(const verbs::Actor&, const std::string& counter, const std::string& number,
                                     Uuid request = {}) override;
  Result<domain::Ticket> act_on_ticket(const verbs::Actor&, domain::TicketAct op, const verbs::TicketRef&) override;
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
  Result<std::vector<verbs::OfficerView>> officers(const verbs::Actor&) override;
  Result<std::vector<verbs::Task>> tasks(const verbs::Actor&) override;
  Result<verbs::Task> finish_task(const verbs::Actor&, const verbs::FinishTask&) override;
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
  std::unique_ptr<Core> core_;
};

}  // namespace kiosk::branch
