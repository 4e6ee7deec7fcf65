// Branch: everything a terminal may ask of its branch node. One verb = one function = one transaction.
// The node implements it (branch::Node), lan::BranchClient is the same interface from afar; one suite of tests runs
// against both. Thread: any; calls may block on the node's disk, never on the network (an answer says its source and
// date instead). Errors: Fault codes are stable; `unreachable node_away` when the node is not there. Acks: when a verb
// that writes returns a value, its rows and its event are durable together ("tersimpan"). Idempotence: every writing
// request carries `id` (a UUIDv7 made by the caller once per intent; nil: the node makes one).
//   The same id again returns the first result and writes nothing.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "domain/account.h"
#include "domain/claim.h"
#include "domain/face.h"
#include "domain/person.h"
#include "domain/queue_acts.h"
#include "domain/queue_report.h"
#include "domain/rules.h"
#include "domain/ticket.h"
#include "verbs/terminal.h"

namespace kiosk::verbs {

// Who acts. `session` is the token of log_in; empty for participants.
struct Actor {
  std::string terminal;  // "kiosk-1", "counter-2", "ctl-1002"
  std::string session;
};

// ---- tickets ----
struct IssueTicket {
  Uuid id;
  std::string service;
  std::optional<domain::PersonId>
      person;  // makes "one live ticket per person and service" possible; only its blind index is kept
  domain::Priority priority = domain::Priority::Normal;
  std::string purpose;
  std::string appointment = {};  // id of the person's, for check-in
  std::string counter = {};      // an officer takes somebody without a ticket: served at this counter at once
};
struct TicketIssued {
  domain::Ticket ticket;
  int people_ahead = 0;
  std::optional<int> wait_low_min, wait_high_min;  // none: not enough samples
  std::optional<WallTime> slot_from, slot_to;      // a full day: comes back then and enqueues (state created)
};
struct TicketRef {  // a ticket by id, for acts of an officer
  Uuid ticket;
  std::string counter;
  std::string reason;           // park, no-show, transfer, finish
  std::string to_service;       // transfer
  std::string to_counter = {};  // transfer: only that counter calls it (and whoever is free once it is overdue)
  domain::Place place = domain::Place::Fair;
};
struct ReportAsked {  // local days of the branch, both included
  Date from, to;      // at most 366 days
};
struct ReportView {
  Date from, to;
  domain::QueueReport report;
};
struct RestCounter {
  std::string counter;
  bool rest = true;         // false: the break ends
  std::string reason = {};  // a code: rest, prayer, called_away, trouble
};
struct CounterBreak {  // that lasts; the counter calls nobody meanwhile
  std::string counter;
  std::string officer;  // who began it
  std::string reason;
  WallTime since{};
};
struct PostNotice {  // a short text for the waiting room's board
  Uuid id;
  std::string text, text_en;     // a line each, at most 160 bytes; without English the Indonesian is shown
  std::optional<WallTime> from;  // none: at once
  WallTime until{};              // at most 92 days after its begin
};
struct Notice {
  Uuid id;
  std::string text, text_en;
  WallTime from{}, until{};
  std::string by;  // the officer's number; "centre"
};
struct BoardState {
  struct Call {
    std::string number, counter;
    WallTime at;
  };
  struct Waiting {
    std::string service, name;
    int people;
  };
  std::vector<Call> calls;  // newest first, at most five
  std::vector<Waiting> waiting;
  std::vector<Notice> notices = {};  // that hold now, the newest first, at most three
};

// ---- people ----
// What a person began at a kiosk and did not confirm: kept sealed, so that a crash or a walk to the counter loses
// nothing. One a person; a later one replaces it.
struct Draft {
  domain::PersonId person;
  std::string purpose;                         // claim, correction, ...
  std::map<std::string, std::string> answers;  // by field; at most 40 of 500 bytes
  bool for_officer = false;                    // taken to a counter: until the day ends, and shown in the case
};
constexpr Seconds k_draft_kept{15 * 60};  // one that is not for an officer
struct DraftView {
  std::string purpose;
  std::map<std::string, std::string> answers;
  bool for_officer = false;
  WallTime kept_at{};
};
// UU 27/2022 (personal data protection), articles 20 to 22 and 9: consent is recorded and may be withdrawn.
struct Consent {
  Uuid id;
  domain::PersonId person;
  std::string purpose;   // camera, data; companion: somebody helps the person at the kiosk
  std::string text;      // version of the text that was shown, "2026-11"
  std::string language;  // in which it was shown: id, en
  bool given = true;     // false: withdrawn
};
struct ConsentView {
  std::string purpose, text, language;
  bool given = true;
  WallTime at{};
};
// What an officer is to do for a person who has told the kiosk the facts: no decision is made from it.
struct Intake {
  Uuid id;
  domain::PersonId person;
  std::string kind;  // correction, bpu_register, bpu_payment, accident, complaint, account_help, heir, foreigner
  std::map<std::string, std::string> answers;  // by field; at most 40 of 500 bytes
};
struct IntakeView {
  Uuid id;
  std::string kind;
  std::map<std::string, std::string> answers;
  WallTime at{};
  bool done = false;
  domain::SyncState sync = domain::SyncState::Saved;
};
struct HelpAsked {  // "Bantuan petugas": somebody comes to this terminal
  Uuid id;
  std::string page;    // where the person is, "EnterNik"
  bool wanted = true;  // false: whoever called has left, nobody needs to come
};
struct FindParticipant {
  std::optional<domain::PersonId> person;  // none: by `kpj`, of whom this branch has a record
  Date birth;
  std::string mother;  // empty: only one fact besides the number
  std::string reason;  // an officer without live ticket or task must give one
  std::string kpj = {};
};
struct Appointment {  // made at the centre, for this branch
  std::string id, service;
  WallTime at{};
};
enum class Source { Cache, Centre, None };
struct ParticipantFound {
  Source source = Source::None;
  std::optional<WallTime> as_of;
  bool facts_agree = false;                   // birth (and mother, when asked) agree: the record below is whole
  std::optional<domain::Participant> record;  // none unless facts_agree
  std::string masked_name;                    // "B*** S***" when known
  bool asking = false;                        // the centre was asked too: the change "person" says that it has answered
  std::vector<Appointment> appointments;      // here; none unless facts_agree
  std::optional<DraftView> draft = {};        // none unless facts_agree, the mother's name among them
  std::vector<ConsentView> consents = {};     // the last word for each purpose; none unless facts_agree
};
struct CheckClaim {
  domain::PersonId person;
  std::string cause;
  std::optional<Date> on;  // default: the branch's today
};

// ---- claims ----
struct DocumentRef {
  std::string kind;  // "ktp"
  std::string blob;  // hash returned by put_blob
};
struct SubmitClaim {
  Uuid id;
  domain::PersonId person;
  std::string kpj, name, mother;  // as typed or confirmed
  Date birth;
  std::optional<domain::Claimant> claimant;
  std::string cause;
  std::string npwp, phone;
  domain::BankAccount account;
  std::string photo_blob;  // empty: the way without camera, an officer compares
  domain::FaceVerdict face =
      domain::FaceVerdict::Officer;  // what attempt_face said; the node checks it against attempt
  Uuid attempt;                      // nil without camera
  std::vector<DocumentRef> documents;
};
struct ClaimView {
  Uuid id;
  std::string receipt;     // signed short code, "JKT1-7F3K9-Q2M4D"
  std::string receipt_qr;  // what the QR holds: id, short code, signature
  std::string cause, kpj;
  domain::ClaimState state = domain::ClaimState::Saved;
  domain::SyncState sync = domain::SyncState::Saved;
  std::string sync_why;  // code of "why not sent yet": no_route, tls_refused, waiting_photo; empty when none
  std::string reason;    // of the centre's verdict
  std::string detail;    // what it rests on: a rule and its day, a branch and a day
  Rupiah gross, tax, net;
  struct StageAt {
    domain::Stage stage;
    std::optional<WallTime> at;
  };
  std::vector<StageAt> stages;
  WallTime saved_at{};
  std::optional<Date> deadline;
  std::string person_masked;
};

// ---- accounts and faces ----
struct AttemptFace {
  Uuid id;
  domain::PersonId person;
  Bytes photo;  // JPEG or PNG, <= 8 MiB, <= 24 megapixels; judged in memory, kept only sealed
};
struct AccountView {
  domain::Account account;
  int attempts_left = 0;
  std::string purpose;  // "blocked:<case>" when an officer's task is open
  struct Attempt {
    Uuid id;
    WallTime at;
    domain::FaceVerdict verdict;
    bool counted;
    std::string reason;
    std::string photo_blob;
  };
  std::vector<Attempt> attempts;                      // newest first, at most ten
  domain::SyncState sync = domain::SyncState::Saved;  // of the last reset or block
  std::optional<WallTime> as_of;                      // when the centre last spoke of the person; none: never
};
struct AttemptResult {
  Uuid attempt;
  domain::FaceVerdict verdict = domain::FaceVerdict::Officer;
  std::optional<double> score;
  bool counted = false;
  std::string reason;  // first advice when the photo is poor; "face_failed" when it blocked
  AccountView account;
  std::string photo_blob;              // sealed; empty when poor
  std::optional<TicketIssued> ticket;  // the last failure and the grey zone hand over with a priority ticket
};
struct CompareFace {  // the officer's eye: verdict Accept or NoMatch
  Uuid id;
  Uuid attempt;
  domain::FaceVerdict verdict = domain::FaceVerdict::NoMatch;
};
struct Interview {
  Uuid id;
  domain::PersonId person;
  std::vector<domain::Answer> answers;
};
struct InterviewResult {
  Uuid id;
  domain::InterviewVerdict verdict;  // never which answer was wrong
};
struct ResetAccount {
  Uuid id;
  domain::PersonId person;
  Uuid interview;
  Bytes photo;         // the new reference
  std::string reason;  // face_changed, light, accessories, data_differs, other
};
struct ResetView {
  Uuid id;
  std::string person_masked;
  std::string officer, second_officer;
  std::string reason;
  domain::AccountState state = domain::AccountState::ResetPending;
  bool interview_passed = false;
  bool same_terminal = false;  // flagged
  std::string photo_blob;
  std::optional<WallTime> usable_from;  // null until the centre accepted
  domain::SyncState sync = domain::SyncState::Saved;
  WallTime at{};
};

// ---- officers ----
struct OfficerView {
  std::string number, name, role;   // role: ISO, JSU, CSO, HEAD (setting)
  std::vector<std::string> rights;  // call, claim, interview, reset, approve, report, admin
  std::optional<Date> valid_until;
  bool locked = false;
};
struct SessionView {
  std::string session;  // secret token; empty in lists
  OfficerView officer;
  std::string terminal;
  WallTime until{};
};
struct Task {  // an officer's work list
  Uuid id;
  // blocked, claim_review, rejected, unverified, approve_reset, officer_ended, intake, erasure, help
  std::string kind;
  std::string subject;  // id of the claim, reset, account case or intake; the terminal that asks for help
  std::string person_masked;
  std::string person_key_hint;  // empty; people are opened through open_task
  std::string reason;
  WallTime at{};
  bool done = false;
  std::string finished_reason, finished_by;  // when an officer said that it is done: in his words, if he gave any
};
struct FinishTask {
  Uuid id;
  std::string reason = {};  // what was done, in the officer's words; sealed in the event
};
// One case on one page, opened through a live ticket, a task or a recorded reason.
struct OpenCase {
  Uuid ticket;         // nil when by task
  Uuid task;           // nil when by ticket
  std::string reason;  // when neither
  std::optional<domain::PersonId> person;
};
struct CaseView {
  std::optional<domain::Ticket> ticket;
  std::optional<domain::PersonId> person;
  std::string masked_name;
  std::optional<domain::Participant> record;  // for claims; withheld while an interview is open, so that it stays blind
  std::optional<WallTime> as_of;              // of the record
  std::optional<AccountView> account;
  std::vector<ClaimView> claims;
  std::vector<ResetView> resets;
  std::vector<IntakeView> intakes = {};  // newest first, at most ten
  std::optional<DraftView> draft = {};   // one that was taken to the counter
  struct Entry {
    WallTime at;
    std::string kind;
    std::string officer;
    domain::SyncState sync;
  };
  std::vector<Entry> timeline;  // newest first
};

// ---- operation ----
struct Missing {  // events that this node made and that are not here
  std::string epoch;
  std::int64_t from = 1;
  std::optional<std::int64_t> to;  // none: nobody knows how many there were
};
struct CopyView {  // a sealed second copy of what is unsent: a folder on another disk, or another terminal
  std::string where;
  std::string state;  // whole, behind, failed
  std::string why;    // copy_missing, copy_full, copy_readonly, copy_in_use, copy_io; empty when all is well
  std::int64_t events = 0, blobs = 0;    // that it lacks
  std::optional<WallTime> copied_until;  // what was made until then is in it
};
struct SyncStatus {
  std::int64_t pending = 0, pending_blobs = 0;
  std::optional<std::int64_t> oldest_unsent_s;
  std::optional<WallTime> last_success;
  // idle, sending, waiting (the centre asks for patience), offline, not_enrolled, paused (an operator must mend what
  // `why` says), held (an operator paused it)
  std::string state;
  std::string why;  // code: no_route, dns, tls_refused, captive_portal, centre_5xx, ...; empty when all is well
  std::string why_detail;
  std::int64_t skew_ms = 0;
  std::string alert;                 // by age of the oldest unsent record, or their number: "", warn, escalate, export
  std::optional<WallTime> next_try;  // when the node knocks again by itself; none while nothing is wrong
  std::optional<WallTime> officers_as_of, rules_as_of;  // when the centre last sent them
  std::vector<CopyView> copies;                         // second copies of what is unsent; none: only this disk has it
  std::vector<Missing> missing;                         // records of a lost time that no copy has
  std::optional<WallTime> certificate_until;            // of this node
  // What this node knows to be wrong with it: certificate_expired, certificate_not_yet (this clock is behind),
  // certificate_foreign (not of the centre it is enrolled at, or not for its key), certificate_ends_soon; else empty.
  std::string certificate;
  std::string disk;  // "", low: photos and documents are refused; full: the reserve is in use
  std::optional<std::int64_t> disk_free_mb;
};
struct AuditVerdict {
  std::int64_t events = 0;
  std::optional<std::int64_t> first_bad;
  std::int64_t acknowledged_until = 0;
  std::string bad_epoch;         // of first_bad
  std::vector<Missing> missing;  // known, and no damage
};
struct CopyAsked {    // what is unsent after a point of the node's counting
  std::string epoch;  // the node's present one when it was counted; after a restore it counts anew, from the beginning
  std::int64_t place = 0, blob = 0;
  std::int64_t max_bytes = 512 << 10;
  bool for_centre = false;  // an export: refused not_enrolled when its keys cannot be wrapped for a centre
};
struct CentreHas {
  std::string epoch;
  std::int64_t seq = 0;
};
struct CopyChunk {
  std::string node, epoch;
  Bytes file;                                  // a whole sealed file (KIOSKX1); empty: nothing new
  std::int64_t place = 0, blob = 0;            // ask on from here
  std::int64_t keep_place = 0, keep_blob = 0;  // what stands before or at it is acknowledged
  bool more = false;
  std::int64_t events = 0, blobs = 0;  // in this file
  // What the centre has of this node, whoever sent it: every event of these epochs up to these numbers. None while that
  // is not known (after a restore, until the centre was asked). At most the newest 64 epochs.
  std::vector<CentreHas> centre_has;
  bool centre_has_blobs = false;  // and every photo and document that the events here name
};
struct ReceiptTaken {
  std::int64_t events = 0, blobs = 0;  // that the centre is now known to hold
  bool complete = false;               // the file had been imported to its end
};
struct EnrolResult {
  std::string branch, node;
  WallTime certificate_until{};
};
// What may be re-read because it changed; pushed to terminals. A change names no person.
struct Change {
  std::int64_t seq = 0;
  // ticket, call, claim, account, reset, task, sync, rules, officers, services, person, terminal, counter, notice,
  // help (id: of the terminal, whose call an officer has answered)
  std::string topic;
  std::string id;
  std::optional<BoardState::Call> call = {};  // of topic call: to be shown and spoken, each once
};
struct Changes {
  std::int64_t until = 0;  // pass back as `after`
  bool reset = false;      // the node restarted or forgot: re-read everything
  std::vector<Change> changes;
};
struct NodeInfo {
  std::string branch, node, version, branch_name;
  bool enrolled = false;
  WallTime now{};
  int utc_offset_min = 420;
  bool face_judge = false;  // a recogniser is configured
  std::string face_profile;
  std::vector<std::string> counters = {};  // where officers sit, in order (settings)
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
