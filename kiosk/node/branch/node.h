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

  Result<verbs::GetInfo::Reply> on(const verbs::Actor&, const verbs::GetInfo&) override;
  Result<verbs::GetRules::Reply> on(const verbs::Actor&, const verbs::GetRules&) override;
  Result<verbs::ListServices::Reply> on(const verbs::Actor&, const verbs::ListServices&) override;

  Result<verbs::IssueTicket::Reply> on(const verbs::Actor&, const verbs::IssueTicket&) override;
  Result<verbs::ListTickets::Reply> on(const verbs::Actor&, const verbs::ListTickets&) override;
  Result<verbs::GetTicket::Reply> on(const verbs::Actor&, const verbs::GetTicket&) override;
  Result<verbs::CallTicket::Reply> on(const verbs::Actor&, const verbs::CallTicket&) override;
  Result<verbs::ActOnTicket::Reply> on(const verbs::Actor&, const verbs::ActOnTicket&) override;
  Result<verbs::RestCounter::Reply> on(const verbs::Actor&, const verbs::RestCounter&) override;
  Result<verbs::ListBreaks::Reply> on(const verbs::Actor&, const verbs::ListBreaks&) override;
  Result<verbs::GetBoard::Reply> on(const verbs::Actor&, const verbs::GetBoard&) override;
  Result<verbs::PostNotice::Reply> on(const verbs::Actor&, const verbs::PostNotice&) override;
  Result<verbs::ListNotices::Reply> on(const verbs::Actor&, const verbs::ListNotices&) override;
  Result<verbs::RemoveNotice::Reply> on(const verbs::Actor&, const verbs::RemoveNotice&) override;
  Result<verbs::ReportAsked::Reply> on(const verbs::Actor&, const verbs::ReportAsked&) override;

  Result<verbs::FindParticipant::Reply> on(const verbs::Actor&, const verbs::FindParticipant&) override;
  Result<verbs::Draft::Reply> on(const verbs::Actor&, const verbs::Draft&) override;
  Result<verbs::Consent::Reply> on(const verbs::Actor&, const verbs::Consent&) override;
  Result<verbs::Intake::Reply> on(const verbs::Actor&, const verbs::Intake&) override;
  Result<verbs::HelpAsked::Reply> on(const verbs::Actor&, const verbs::HelpAsked&) override;
  Result<verbs::CheckClaim::Reply> on(const verbs::Actor&, const verbs::CheckClaim&) override;
  Result<verbs::SubmitClaim::Reply> on(const verbs::Actor&, const verbs::SubmitClaim&) override;
  Result<verbs::ListClaims::Reply> on(const verbs::Actor&, const verbs::ListClaims&) override;
  Result<verbs::GetClaim::Reply> on(const verbs::Actor&, const verbs::GetClaim&) override;

  Result<verbs::GetAccount::Reply> on(const verbs::Actor&, const verbs::GetAccount&) override;
  Result<verbs::AttemptFace::Reply> on(const verbs::Actor&, const verbs::AttemptFace&) override;
  Result<verbs::CompareFace::Reply> on(const verbs::Actor&, const verbs::CompareFace&) override;
  Result<verbs::ListQuestions::Reply> on(const verbs::Actor&, const verbs::ListQuestions&) override;
  Result<verbs::Interview::Reply> on(const verbs::Actor&, const verbs::Interview&) override;
  Result<verbs::ResetAccount::Reply> on(const verbs::Actor&, const verbs::ResetAccount&) override;
  Result<verbs::ApproveReset::Reply> on(const verbs::Actor&, const verbs::ApproveReset&) override;
  Result<verbs::ListResets::Reply> on(const verbs::Actor&, const verbs::ListResets&) override;

  Result<verbs::LogIn::Reply> on(const verbs::Actor&, const verbs::LogIn&) override;
  Result<verbs::LogOut::Reply> on(const verbs::Actor&, const verbs::LogOut&) override;
  Result<verbs::ListOfficers::Reply> on(const verbs::Actor&, const verbs::ListOfficers&) override;
  Result<verbs::ListTasks::Reply> on(const verbs::Actor&, const verbs::ListTasks&) override;
  Result<verbs::FinishTask::Reply> on(const verbs::Actor&, const verbs::FinishTask&) override;
  Result<verbs::OpenCase::Reply> on(const verbs::Actor&, const verbs::OpenCase&) override;
  Result<verbs::GetPhoto::Reply> on(const verbs::Actor&, const verbs::GetPhoto&) override;
  Result<verbs::PutBlob::Reply> on(const verbs::Actor&, const verbs::PutBlob&) override;

  Result<verbs::GetSyncStatus::Reply> on(const verbs::Actor&, const verbs::GetSyncStatus&) override;
  Result<verbs::SyncNow::Reply> on(const verbs::Actor&, const verbs::SyncNow&) override;
  Result<verbs::HoldSync::Reply> on(const verbs::Actor&, const verbs::HoldSync&) override;
  Result<verbs::CopyAsked::Reply> on(const verbs::Actor&, const verbs::CopyAsked&) override;
  Result<verbs::TakeReceipt::Reply> on(const verbs::Actor&, const verbs::TakeReceipt&) override;
  Result<verbs::VerifyAudit::Reply> on(const verbs::Actor&, const verbs::VerifyAudit&) override;
  Result<verbs::GetReadiness::Reply> on(const verbs::Actor&, const verbs::GetReadiness&) override;
  Result<verbs::Enrol::Reply> on(const verbs::Actor&, const verbs::Enrol&) override;
  Result<verbs::WaitChanges::Reply> on(const verbs::Actor&, const verbs::WaitChanges&) override;

  Result<verbs::AddTerminal::Reply> on(const verbs::Actor&, const verbs::AddTerminal&) override;
  Result<verbs::JoinTerminal::Reply> on(const verbs::Actor&, const verbs::JoinTerminal&) override;
  Result<verbs::RenewTerminal::Reply> on(const verbs::Actor&, const verbs::RenewTerminal&) override;
  Result<verbs::ListTerminals::Reply> on(const verbs::Actor&, const verbs::ListTerminals&) override;
  Result<verbs::RemoveTerminal::Reply> on(const verbs::Actor&, const verbs::RemoveTerminal&) override;
  Result<verbs::Announce::Reply> on(const verbs::Actor&, const verbs::Announce&) override;

 private:
  std::unique_ptr<Core> core_;
};

}  // namespace kiosk::branch
