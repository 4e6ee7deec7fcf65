// The officer's terminal as a pure state machine: log in, queue, one case a page, blind interview, new reference photo,
// reset, approval by a second officer. state + event -> state + effects; the runner carries effects out and answers
// with events. Thread: none, values only. A reset takes two officers in two sessions.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/compiled_once.h"
#include "terminal/flow/counter/state.h"

namespace kiosk::flow::counter {

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
// The stage gives each call and walk-in a fresh id; a lost answer keeps the id of the first.
struct CallNext {
  Uuid request = {};
};
struct CallNumber {
  std::string number;
  Uuid request = {};
};
struct TakeWalkIn {  // somebody without a ticket is served at once
  std::string service;
  Uuid request = {};
};
struct ActOnTicket {
  domain::TicketAct act;
  std::string reason = {};
  Uuid ticket = {};  // nil: the one at this counter
};
struct OpenSheet {
  SheetKind kind;
  Uuid ticket = {};  // nil: the one at this counter
};
struct CloseSheet {};
struct ChooseTarget {
  std::string service, counter;  // one of them
};
struct ChoosePlace {
  domain::Place place;
};
struct TransferThere {};
struct PrintNumber {  // a ticket's paper once more
  Uuid ticket;
};
struct TakeBreak {
  std::string reason;
};
struct EndBreak {};
struct OpenCurrent {};  // the case of the ticket at this counter
struct OpenTask {
  Uuid task;
};
struct CloseCase {};
struct ReadAgain {};   // the case that is open
struct FinishTask {};  // by which the case was opened
struct AnswerHelp {    // "I am on my way": a terminal has called for somebody
  Uuid task;
};
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
struct ScanAgain {};  // what the open case's task names
struct SendScan {};
struct DismissNotice {};
// What an officer does at the screen.
using Intent = std::variant<ChooseCounter, TypeNumber, LogIn, LogOut, ShowTab, CallNext, CallNumber, TakeWalkIn,
                            ActOnTicket, OpenSheet, CloseSheet, ChooseTarget, ChoosePlace, TransferThere, PrintNumber,
                            TakeBreak, EndBreak, OpenCurrent, OpenTask, CloseCase, ReadAgain, FinishTask, AnswerHelp,
                            JudgePhoto, StartInterview, TypeAnswer, FinishInterview, StartPhoto, TakePhoto, RetakePhoto,
                            ChooseReason, AskReset, PrintSlip, OpenApproval, Approve, ShowSync, TryNow, HoldSync,
                            SaveExport, TakeReceipt, ScanAgain, SendScan, DismissNotice>;

// What came of it, and what happens by itself.
struct LoggedIn {
  verbs::SessionView session;
};
struct Refreshed {
  std::vector<domain::Service> services;
  std::vector<domain::Ticket> tickets;
  std::vector<verbs::Task> tasks;
  std::vector<verbs::ResetView> approvals;
  verbs::SyncStatus sync;
  std::vector<domain::Ticket> missed = {};
  std::vector<verbs::CounterBreak> breaks = {};
};
struct TicketTaken {  // what came of a call or a walk-in
  Uuid request;
  Result<domain::Ticket> ticket;
};
struct TicketChanged {
  domain::Ticket ticket;
};
struct BreaksChanged {
  std::vector<verbs::CounterBreak> breaks;  // of all counters, that last
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
struct ScannedAgain {  // the claim has it
  Uuid claim;
};
struct ReceiptRead {
  verbs::ReceiptTaken taken;
};
struct Printed {
  bool confirmed = true;  // by the printer's word; otherwise the officer looks whether paper came out
};
struct Failed {
  Fault fault;
};                     // of the effect under way; nothing typed is lost
struct CountersCame {  // the node is there, perhaps with other settings than before
  std::vector<std::string> counters;
};
struct NodeCameBack {};
struct BranchChanged {  // something may be re-read
  std::vector<verbs::Change> changes;
};

using Event =
    CompiledOnce<std::variant<Intent, TicketTaken, LoggedIn, Refreshed, TicketChanged, BreaksChanged, CaseOpened,
                              QuestionsCame, InterviewJudged, FrameSeen, PhotoTaken, ResetRequested, PhotoLoaded,
                              ResetApproved, PhotoJudged, SyncChanged, TaskFinished, ExportSaved, ReceiptRead, Printed,
                              Failed, CountersCame, NodeCameBack, BranchChanged, ScannedAgain>>;

// ---- effects ----
struct DoLogIn {
  std::string number;
  std::shared_ptr<const SecretString> pin;
};
struct DoLogOut {};
struct DoRefresh {
  bool missed = false;  // today's no-shows too
};
struct DoCall {
  std::string counter, number;
  Uuid request;
};
struct DoWalkIn {
  verbs::IssueTicket request;
};
struct DoPrintNumber {
  Uuid ticket;
};
struct DoAct {
  domain::TicketAct act;
  verbs::TicketRef ref;
};
struct DoRest {
  verbs::RestCounter request;
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
struct DoStartCamera {
  bool paper = false;  // a document: no face is looked for
};
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
struct DoScanAgain {
  Scan scan;
  domain::PersonId person;
  PhotoBytes photo;
};
struct DoTryNow {};
struct DoHoldSync {
  bool hold;
};
struct DoSaveExport {};
struct DoTakeReceipt {};
using Effect = CompiledOnce<
    std::variant<DoLogIn, DoLogOut, DoRefresh, DoCall, DoWalkIn, DoAct, DoRest, DoPrintNumber, DoOpenCase, DoJudgePhoto,
                 DoAskQuestions, DoInterview, DoStartCamera, DoStopCamera, DoTakePhoto, DoReset, DoLoadPhoto, DoApprove,
                 DoPrintSlip, DoTryNow, DoHoldSync, DoFinishTask, DoSaveExport, DoTakeReceipt, DoScanAgain>>;

struct Step {
  Model model;
  std::vector<Effect> effects;
};
// An event that makes no sense in the state changes nothing.
Step step(Model model, const Event& event);

std::string_view name(const State& state);  // "AtQueue": for diagrams and logs

}  // namespace kiosk::flow::counter

extern template struct kiosk::CompiledOnce<kiosk::flow::counter::Event::Variant>;
extern template struct kiosk::CompiledOnce<kiosk::flow::counter::Effect::Variant>;
