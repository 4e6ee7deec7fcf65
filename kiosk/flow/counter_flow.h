// The officer's terminal as a pure state machine: log in, queue, one case a page, blind interview, new reference photo,
// reset, approval by a second officer. state + event -> state + effects; the runner carries effects out and answers
// with events. Thread: none, values only. Source: screens.md 3; the reset is two officers in two sessions (promise 9).
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/image.h"
#include "domain/face.h"
#include "domain/ticket.h"
#include "verbs/branch.h"

namespace kiosk::flow::counter {

using PhotoBytes = std::shared_ptr<const Bytes>;  // a JPEG, shared so that states copy cheaply

// ---- states ----
struct LoggingIn {
  std::string number, pin_dots;  // the PIN itself never enters the state: only how many keys were pressed
  bool busy = false;
};
enum class Tab { Waiting, Tasks, Approvals };
struct AtQueue {
  Tab tab = Tab::Waiting;
  bool busy = false;
};
struct AtCase {
  verbs::OpenCase opened_by;
  verbs::CaseView view;
  SharedImage photo;  // of the newest attempt, for the officer's eye
  bool busy = false;
  bool news = false;  // something that may concern it has changed since it was read; reading it again is recorded
};
struct Interviewing {
  verbs::OpenCase opened_by;
  verbs::CaseView view;
  std::vector<std::string> questions;  // empty: still being asked for
  std::vector<std::string> answers;    // what the participant says, typed by the officer
  std::optional<verbs::InterviewResult> result;
  Uuid request;
  bool busy = false;
};
enum class PhotoStage { Aiming, Taken, Sending };
struct Photographing {  // the new reference
  verbs::OpenCase opened_by;
  verbs::CaseView view;
  Uuid interview, request;
  PhotoStage stage = PhotoStage::Aiming;
  domain::FaceReport live;  // of the newest frame
  SharedImage frame;        // the newest, then the one that was taken
  bool camera_away = false;
  PhotoBytes photo;
  std::string reason;  // why the old reference no longer serves; empty until chosen
};
struct ResetAsked {  // waits for the second officer
  verbs::OpenCase opened_by;
  verbs::ResetView reset;
  bool printing = false;
};
struct Approving {
  verbs::ResetView reset;
  SharedImage photo;
  bool busy = false, done = false;
};
struct ExportSaved {  // what waits, in a sealed file for the centre
  std::string file;
  std::int64_t events = 0, blobs = 0;
};
struct AtSync {  // what the centre has, what waits, why not yet
  bool busy = false, saving = false;
  std::optional<ExportSaved> saved;             // by this visit to the page
  std::optional<verbs::ReceiptTaken> received;  // the centre's answer to such a file
};
using State = std::variant<LoggingIn, AtQueue, AtCase, Interviewing, Photographing, ResetAsked, Approving, AtSync>;

// What every state shows: who is logged in, the queue, how the records travel, and the last thing to say.
struct Notice {
  std::string code;  // text key; "fault.<code>" or "counter.notice.<code>"
  bool problem = false;
  std::string detail;
};
struct Model {
  std::string terminal, counter = "1";
  std::optional<verbs::SessionView> session;
  std::vector<domain::Service> services;
  std::vector<domain::Ticket> tickets;  // live ones
  std::vector<verbs::Task> tasks;
  std::vector<verbs::ResetView> approvals;
  verbs::SyncStatus sync;
  bool node_away = false;
  std::optional<Notice> notice;
  State state = LoggingIn{};

  const verbs::Task* task_of(const AtCase& at) const;  // that opened it and that an officer may call done
  const domain::Ticket* current() const;               // the ticket called or served at this counter
  bool may(std::string_view right) const;
  bool may_hold() const { return may("admin"); }  // the flow of records to the centre
};

// ---- events: what the officer does (imperative) and what came back (past tense) ----
struct ChooseCounter {
  std::string counter;
};
struct TypeNumber {
  std::string text;
};
struct LogIn {
  std::shared_ptr<const SecretString> pin;
};
struct LogOut {};
struct ShowTab {
  Tab tab;
};
struct CallNext {};
struct CallNumber {
  std::string number;
};
struct ActOnTicket {
  domain::TicketAct act;
  std::string reason, to_service;
};
struct OpenCurrent {};  // the case of the ticket at this counter
struct OpenTask {
  Uuid task;
};
struct CloseCase {};
struct ReadAgain {};   // the case that is open
struct FinishTask {};  // by which the case was opened
struct JudgePhoto {
  Uuid request, attempt;
  domain::FaceVerdict verdict;
};
struct StartInterview {};
struct TypeAnswer {
  std::size_t index;
  std::string text;
};
struct FinishInterview {
  Uuid request;
};
struct StartPhoto {};
struct TakePhoto {};
struct RetakePhoto {};
struct ChooseReason {
  std::string reason;
};
struct AskReset {
  Uuid request;
};
struct PrintSlip {};
struct OpenApproval {
  Uuid reset;
};
struct Approve {};
struct ShowSync {};
struct TryNow {};  // knock at the centre
struct HoldSync {
  bool hold;
};
struct SaveExport {};
struct TakeReceipt {};
struct DismissNotice {};

struct LoggedIn {
  verbs::SessionView session;
};
struct Refreshed {
  std::vector<domain::Service> services;
  std::vector<domain::Ticket> tickets;
  std::vector<verbs::Task> tasks;
  std::vector<verbs::ResetView> approvals;
  verbs::SyncStatus sync;
};
struct TicketChanged {
  domain::Ticket ticket;
};
struct CaseOpened {
  verbs::OpenCase by;
  verbs::CaseView view;
};
struct QuestionsCame {
  std::vector<std::string> questions;
};
struct InterviewJudged {
  verbs::InterviewResult result;
};
struct FrameSeen {
  domain::FaceReport report;
  SharedImage frame;  // empty: the camera is away
};
struct PhotoTaken {
  PhotoBytes photo;
  domain::FaceReport report;
  SharedImage frame;
};
struct ResetRequested {
  verbs::ResetView reset;
};
struct PhotoLoaded {
  SharedImage photo;
};
struct ResetApproved {
  verbs::ResetView reset;
};
struct PhotoJudged {
  verbs::AttemptResult result;
};
struct SyncChanged {
  verbs::SyncStatus sync;
};
struct TaskFinished {};
struct ReceiptRead {
  verbs::ReceiptTaken taken;
};
struct Printed {};
struct Failed {
  Fault fault;
};  // of the effect under way; nothing typed is lost
struct NodeCameBack {};
struct BranchChanged {  // something may be re-read
  std::vector<verbs::Change> changes;
};

using Event =
    std::variant<ChooseCounter, TypeNumber, LogIn, LogOut, ShowTab, CallNext, CallNumber, ActOnTicket, OpenCurrent,
                 OpenTask, CloseCase, ReadAgain, FinishTask, JudgePhoto, StartInterview, TypeAnswer, FinishInterview,
                 StartPhoto, TakePhoto, RetakePhoto, ChooseReason, AskReset, PrintSlip, OpenApproval, Approve, ShowSync,
                 TryNow, HoldSync, SaveExport, TakeReceipt, DismissNotice, LoggedIn, Refreshed, TicketChanged,
                 CaseOpened, QuestionsCame, InterviewJudged, FrameSeen, PhotoTaken, ResetRequested, PhotoLoaded,
                 ResetApproved, PhotoJudged, SyncChanged, TaskFinished, ExportSaved, ReceiptRead, Printed, Failed,
                 NodeCameBack, BranchChanged>;

// ---- effects ----
struct DoLogIn {
  std::string number;
  std::shared_ptr<const SecretString> pin;
};
struct DoLogOut {};
struct DoRefresh {};
struct DoCall {
  std::string counter, number;
};
struct DoAct {
  domain::TicketAct act;
  verbs::TicketRef ref;
};
struct DoOpenCase {
  verbs::OpenCase by;
};
struct DoJudgePhoto {
  verbs::CompareFace request;
  verbs::OpenCase reopen;
};
struct DoAskQuestions {
  domain::PersonId person;
};
struct DoInterview {
  verbs::Interview request;
};
struct DoStartCamera {};
struct DoStopCamera {};
struct DoTakePhoto {};
struct DoReset {
  verbs::ResetAccount request;
};
struct DoLoadPhoto {
  std::string blob;
};
struct DoApprove {
  Uuid reset;
};
struct DoPrintSlip {
  verbs::ResetView reset;
};
struct DoFinishTask {
  Uuid task;
};
struct DoTryNow {};
struct DoHoldSync {
  bool hold;
};
struct DoSaveExport {};
struct DoTakeReceipt {};
using Effect = std::variant<DoLogIn, DoLogOut, DoRefresh, DoCall, DoAct, DoOpenCase, DoJudgePhoto, DoAskQuestions,
                            DoInterview, DoStartCamera, DoStopCamera, DoTakePhoto, DoReset, DoLoadPhoto, DoApprove,
                            DoPrintSlip, DoTryNow, DoHoldSync, DoFinishTask, DoSaveExport, DoTakeReceipt>;

struct Step {
  Model model;
  std::vector<Effect> effects;
};
// An event that makes no sense in the state changes nothing.
Step step(Model model, const Event& event);

std::string_view name(const State& state);  // "AtQueue": for diagrams and logs

}  // namespace kiosk::flow::counter
