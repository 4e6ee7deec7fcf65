// Branch: everything a terminal may ask of its branch node. One verb = one function = one transaction.
// The node implements it (branch::Node), lan::BranchClient is the same interface from afar; one suite of tests runs
// against both. Thread: any; calls may block on the node's disk, never on the network (an answer says its source and
// date instead). Errors: Fault codes are stable; `unreachable node_away` when the node is not there. Acks: when a verb
// that writes returns a value, its rows and its event are durable together ("tersimpan"). Idempotence: every writing
// request carries `id` (a UUIDv7 made by the caller once per intent; nil: the node makes one).
//   The same id again returns the first result and writes nothing.
#pragma once
#include <string>
#include <vector>

#include "api/verbs/accounts.h"
#include "api/verbs/claims.h"
#include "api/verbs/officers.h"
#include "api/verbs/operation.h"
#include "api/verbs/people.h"
#include "api/verbs/terminal.h"
#include "api/verbs/tickets.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "domain/rules/rules.h"

namespace kiosk::verbs {

// Who acts. `session` is the token of log_in; empty for participants.
struct Actor {
  std::string terminal;  // "kiosk-1", "counter-2", "ctl-1002"
  std::string session;
};

class Branch {
 public:
  virtual ~Branch() = default;
  virtual Result<NodeInfo> info(const Actor&) = 0;
  virtual Result<domain::RuleBook> rules(const Actor&) = 0;
  virtual Result<std::vector<domain::Service>> services(const Actor&) = 0;

  virtual Result<TicketIssued> issue_ticket(const Actor&, const IssueTicket&) = 0;
  virtual Result<std::vector<domain::Ticket>> tickets(const Actor&, bool live_only) = 0;
  virtual Result<TicketIssued> ticket(const Actor&, Uuid id) = 0;
  // The next by rule, or that number. Refused: queue_empty, ticket_not_waiting, counter_resting; counter_busy and
  // officer_busy (one person at a time; detail: whose number). The same `request` again (not nil) is answered with the
  // ticket that it got.
  virtual Result<domain::Ticket> call_ticket(const Actor&, const std::string& counter, const std::string& number,
                                             Uuid request = {}) = 0;
  virtual Result<domain::Ticket> act_on_ticket(const Actor&, domain::TicketAct act, const TicketRef&) = 0;
  // Begins or ends the break of a counter, and tells those that last; the same again changes nothing. Over a restart of
  // the node and a restore, until the day ends. Refused counter_busy while somebody stands there.
  virtual Result<std::vector<CounterBreak>> rest_counter(const Actor&, const RestCounter&) = 0;
  virtual Result<std::vector<CounterBreak>> breaks(const Actor&) = 0;  // that last
  virtual Result<BoardState> board(const Actor&) = 0;
  // Notices of this branch, also of those to come; what has ended is forgotten. Posting and removing need the right
  // "admin"; a notice of the centre is removed there (refused notice_of_centre). Refused unknown_notice.
  virtual Result<Notice> post_notice(const Actor&, const PostNotice&) = 0;
  virtual Result<std::vector<Notice>> notices(const Actor&) = 0;
  virtual Result<Done> remove_notice(const Actor&, Uuid id) = 0;
  // What the days were like, of turns that have ended. Needs the right "report".
  virtual Result<ReportView> report(const Actor&, const ReportAsked&) = 0;

  virtual Result<ParticipantFound> find_participant(const Actor&, const FindParticipant&) = 0;
  // Keeps what was entered so far; no answers: forgets it. Local and sealed, no event: nothing is decided by it.
  virtual Result<Done> keep_draft(const Actor&, const Draft&) = 0;
  // Withdrawn "camera": no face attempt is made until it is given again (attempt_face: refused consent_withdrawn).
  // Withdrawn "data": the draft is forgotten. Either asks the centre for erasure and gives an officer a task "erasure",
  // one a person and purpose; both end when it is given again. What is withdrawn already is answered with that word.
  virtual Result<ConsentView> record_consent(const Actor&, const Consent&) = 0;
  virtual Result<IntakeView> submit_intake(const Actor&, const Intake&) = 0;  // a task "intake" for an officer
  // A task "help" whose subject is the terminal; asked again while it is open: the same task. Not wanted any more: the
  // open one ends, nothing happens without one (refused unknown_task).
  virtual Result<Task> ask_help(const Actor&, const HelpAsked&) = 0;

  virtual Result<domain::Eligibility> check_claim(const Actor&, const CheckClaim&) = 0;
  virtual Result<ClaimView> submit_claim(const Actor&, const SubmitClaim&) = 0;
  virtual Result<std::vector<ClaimView>> claims(const Actor&) = 0;
  virtual Result<ClaimView> claim(const Actor&, Uuid id) = 0;

  virtual Result<AccountView> account(const Actor&, const domain::PersonId&) = 0;
  virtual Result<AttemptResult> attempt_face(const Actor&, const AttemptFace&) = 0;
  virtual Result<AttemptResult> compare_face(const Actor&, const CompareFace&) = 0;
  virtual Result<std::vector<std::string>> interview_questions(const Actor&, const domain::PersonId&) = 0;
  virtual Result<InterviewResult> submit_interview(const Actor&, const Interview&) = 0;
  virtual Result<ResetView> reset_account(const Actor&, const ResetAccount&) = 0;
  virtual Result<ResetView> approve_reset(const Actor&, Uuid reset) = 0;
  virtual Result<std::vector<ResetView>> resets(const Actor&, bool pending_only) = 0;

  virtual Result<SessionView> log_in(const Actor&, const std::string& number, const SecretString& pin) = 0;
  virtual Result<Done> log_out(const Actor&) = 0;
  virtual Result<std::vector<OfficerView>> officers(const Actor&) = 0;
  virtual Result<std::vector<Task>> tasks(const Actor&) = 0;
  // An officer has done what a task of kind rejected, officer_ended, intake, erasure, help or claim_review (of a claim
  // that is decided) asks for. Refused unknown_task; task_by_act: it ends by what it asks for (an interview, an
  // approval, a comparison). The same again is answered with the task as it was finished; reason_too_long beyond 500
  // bytes.
  virtual Result<Task> finish_task(const Actor&, const FinishTask&) = 0;
  virtual Result<CaseView> open_case(const Actor&, const OpenCase&) = 0;
  virtual Result<Bytes> photo(const Actor&, const std::string& blob) = 0;  // an officer with the case open

  virtual Result<std::string> put_blob(const Actor&, const std::string& kind, ByteView bytes) = 0;  // -> hash; durable

  virtual Result<SyncStatus> sync_status(const Actor&) = 0;
  virtual Result<SyncStatus> sync_now(const Actor&) = 0;  // nudges; waits up to 10 s for one round
  // Pauses sync until resumed, over restarts too. Refused sync_unavailable on a node that has no sync engine.
  virtual Result<SyncStatus> sync_hold(const Actor&, bool hold) = 0;
  // Sealed; for a second copy on another machine and for an export. Refused not_enrolled.
  virtual Result<CopyChunk> copy_unsent(const Actor&, const CopyAsked&) = 0;
  // The centre's receipt of an imported export (JSON): cursor and blobs move as if it had been sent. Refused
  // receipt_invalid, receipt_foreign, sync_unavailable.
  virtual Result<ReceiptTaken> take_receipt(const Actor&, const std::string& receipt) = 0;
  virtual Result<AuditVerdict> audit_verify(const Actor&) = 0;
  virtual Result<EnrolResult> enrol(const Actor&, const std::string& central_url, const std::string& code) = 0;
  virtual Result<Changes> changes(const Actor&, std::int64_t after, Millis wait) = 0;

  // A one-time code for a terminal on another machine. Refused lan_off, terminal_taken, too_many_terminals.
  virtual Result<TerminalCode> add_terminal(const Actor&, const AddTerminal&) = 0;
  // Refused join_code_unknown, join_code_expired, join_code_used, join_code_locked (tried too often), join_code_wrong,
  // terminal_taken, lan_off.
  virtual Result<TerminalCertificate> join_terminal(const Actor&, const JoinTerminal&) = 0;
  // A new certificate for the terminal that asks, by its name. Refused terminal_unknown, lan_off.
  virtual Result<TerminalCertificate> renew_terminal(const Actor&, const std::string& csr_pem) = 0;
  virtual Result<std::vector<TerminalView>> terminals(const Actor&) = 0;
  virtual Result<Done> remove_terminal(const Actor&, const std::string& name) = 0;  // at once; refused terminal_unknown
  // Asks to be, or to stay, the one that speaks; to be asked again well within the lease. `spoken`: the change that was
  // spoken last, so that whoever takes over does not say it again.
  virtual Result<Announcer> announce(const Actor&, std::int64_t spoken) = 0;
};

}  // namespace kiosk::verbs
