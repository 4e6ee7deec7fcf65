// The counter's step: one function an event; the model becomes the model after, the effects pile up. The state is asked
// for with in<State>(). Used by step() only.
#pragma once
#include "terminal/flow/counter/flow.h"

namespace kiosk::flow::counter {

class Stepper {
 public:
  explicit Stepper(Model model) : m_(std::move(model)) {}
  Step take() && { return {std::move(m_), std::move(fx_)}; }

  void operator()(const Intent& intent) { std::visit(*this, intent); }

  // ---- log in ----
  void operator()(const ChooseCounter& e);
  void operator()(const TypeNumber& e);
  void operator()(const LogIn& e);
  void operator()(const LoggedIn& e);
  void operator()(const LogOut&);

  // ---- queue ----
  void operator()(const Refreshed& e);
  void operator()(const ShowTab& e);
  void operator()(const CallNext& e);
  void operator()(const CallNumber& e);
  void operator()(const TakeWalkIn& e);
  void operator()(const TicketTaken& e);
  void operator()(const ActOnTicket& e);
  void operator()(const TicketChanged& e);
  void operator()(const OpenSheet& e);
  void operator()(const CloseSheet&);
  void operator()(const ChooseTarget& e);
  void operator()(const ChoosePlace& e);
  void operator()(const TransferThere&);
  void operator()(const PrintNumber& e);
  void operator()(const TakeBreak& e);
  void operator()(const EndBreak&);
  void operator()(const BreaksChanged& e);
  void note_break(const std::vector<verbs::CounterBreak>& lasting);

  // ---- case ----
  void operator()(const OpenCurrent&);
  void operator()(const OpenTask& e);
  void operator()(const CaseOpened& e);
  void operator()(const CloseCase&);
  void operator()(const ReadAgain&);
  void operator()(const FinishTask&);
  void operator()(const AnswerHelp&);
  void operator()(const TaskFinished&);
  void operator()(const JudgePhoto& e);
  void operator()(const PhotoJudged& e);

  // ---- interview ----
  void operator()(const StartInterview&);
  void operator()(const QuestionsCame& e);
  void operator()(const TypeAnswer& e);
  void operator()(const FinishInterview& e);
  void operator()(const InterviewJudged& e);

  // ---- new reference photo and reset ----
  void operator()(const StartPhoto&);
  void operator()(const FrameSeen& e);
  void operator()(const TakePhoto&);
  void operator()(const PhotoTaken& e);
  void operator()(const RetakePhoto&);
  void operator()(const ChooseReason& e);
  void operator()(const AskReset& e);
  void operator()(const ResetRequested& e);
  void operator()(const PrintSlip&);
  void operator()(const Printed& e);

  // ---- a damaged document once more ----
  void operator()(const ScanAgain&);
  void operator()(const SendScan&);
  void operator()(const ScannedAgain& e);

  // ---- approval ----
  void operator()(const OpenApproval& e);
  void operator()(const PhotoLoaded& e);
  void operator()(const Approve&);
  void operator()(const ResetApproved& e);

  // ---- sync ----
  void operator()(const ShowSync&);
  void operator()(const TryNow&);
  void operator()(const HoldSync& e);
  void operator()(const SyncChanged& e);
  void operator()(const SaveExport&);
  void operator()(const ExportSaved& e);
  void operator()(const TakeReceipt&);
  void operator()(const ReceiptRead& e);

  // ---- trouble ----
  void operator()(const Failed& e);
  void operator()(const CountersCame& e);
  void operator()(const NodeCameBack&);
  void operator()(const BranchChanged& e);
  void operator()(const DismissNotice&);

 private:
  template <class S>
  S* in() {
    return std::get_if<S>(&m_.state);
  }
  void tell(std::string code, bool problem, std::string detail = {}, std::string place = {});
  void to_queue();
  void refresh();
  bool may_take();  // another person at this counter; says why not
  void call(std::string number, const Uuid& request);
  void take_over(const domain::Ticket& t);
  void arrived();
  void close_stale_sheet();
  Sheet* sheet(SheetKind kind);
  void open_case(verbs::OpenCase by);
  void scan_seen(const FrameSeen& e);
  void scan_taken(const PhotoTaken& e);
  void refresh_reset(verbs::ResetView& shown);
  bool is_busy();
  void set_busy(bool busy);

  Model m_;
  std::vector<Effect> fx_;
};

}  // namespace kiosk::flow::counter
