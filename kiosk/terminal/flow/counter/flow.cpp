#include "terminal/flow/counter/flow.h"

#include <algorithm>
#include <utility>

#include "terminal/flow/counter/step.h"

namespace kiosk::flow::counter {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

// ---- log in ----
void Stepper::operator()(const ChooseCounter& e) {
  if (in<LoggingIn>()) m_.counter = e.counter;
}
void Stepper::operator()(const TypeNumber& e) {
  if (auto* s = in<LoggingIn>(); s && !s->busy) s->number = e.text;
}
void Stepper::operator()(const LogIn& e) {
  auto* s = in<LoggingIn>();
  if (!s || s->busy || !e.pin) return;
  if (s->number.empty() || e.pin->empty()) return tell("counter.notice.number_and_pin", true);
  s->busy = true;
  m_.notice.reset();
  fx_.push_back(DoLogIn{s->number, e.pin});
}
void Stepper::operator()(const LoggedIn& e) {
  if (!in<LoggingIn>()) return;
  m_.session = e.session;
  m_.arriving = true;
  m_.notice.reset();
  to_queue();
}
void Stepper::operator()(const LogOut&) {
  if (in<LoggingIn>()) return;
  if (in<Photographing>() || in<ScanningAgain>()) fx_.push_back(DoStopCamera{});
  fx_.push_back(DoLogOut{});
  // The screen forgets: nothing of the officer's work stays behind.
  Model fresh;
  fresh.terminal = m_.terminal;
  fresh.counter = m_.counter;
  fresh.node_away = m_.node_away;
  m_ = std::move(fresh);
}

// ---- case ----
void Stepper::operator()(const OpenCurrent&) {
  const auto* t = m_.current();
  if (!t || !in<AtQueue>()) return;
  open_case(verbs::OpenCase{t->id, {}, {}, std::nullopt});
}
void Stepper::operator()(const OpenTask& e) {
  if (in<AtQueue>()) open_case(verbs::OpenCase{{}, e.task, {}, std::nullopt});
}
void Stepper::operator()(const CaseOpened& e) {
  if (!m_.session) return;
  m_.state = AtCase{e.by, e.view, nullptr, false, false};
  if (e.view.account)
    for (const auto& a : e.view.account->attempts)
      if (!a.photo_blob.empty()) {
        fx_.push_back(DoLoadPhoto{a.photo_blob});
        break;
      }
}
void Stepper::operator()(const CloseCase&) {
  if (in<LoggingIn>() || in<AtQueue>()) return;
  if (in<Photographing>() || in<ScanningAgain>()) fx_.push_back(DoStopCamera{});
  to_queue();
}
void Stepper::operator()(const ReadAgain&) {
  if (auto* s = in<AtCase>(); s && !s->busy) open_case(s->opened_by);
}
void Stepper::operator()(const FinishTask&) {
  auto* s = in<AtCase>();
  const auto* task = s && !s->busy ? m_.task_of(*s) : nullptr;
  if (!task) return;
  s->busy = true;
  m_.notice.reset();
  fx_.push_back(DoFinishTask{task->id});
}
void Stepper::operator()(const AnswerHelp& e) {
  if (!in<AtQueue>()) return;
  const auto call = std::find_if(m_.tasks.begin(), m_.tasks.end(),
                                 [&](const auto& t) { return t.id == e.task && t.kind == "help" && !t.done; });
  if (call == m_.tasks.end()) return;
  call->done = true;  // shown so at once; a second officer who goes too does no harm
  fx_.push_back(DoFinishTask{e.task});
}
void Stepper::operator()(const TaskFinished&) {
  if (!in<AtCase>()) return;
  to_queue();
  std::get<AtQueue>(m_.state).tab = Tab::Tasks;
  tell("counter.notice.task_finished", false);
}
void Stepper::operator()(const JudgePhoto& e) {
  auto* s = in<AtCase>();
  if (!s || s->busy) return;
  s->busy = true;
  fx_.push_back(DoJudgePhoto{{e.request, e.attempt, e.verdict}, s->opened_by});
}
void Stepper::operator()(const PhotoJudged& e) {
  if (auto* s = in<AtCase>()) {
    s->busy = false;
    tell(e.result.verdict == domain::FaceVerdict::Accept ? "counter.notice.photo_matches"
                                                         : "counter.notice.photo_differs",
         false);
    fx_.push_back(DoOpenCase{s->opened_by});
  }
}

// ---- sync ----
void Stepper::operator()(const ShowSync&) {
  if (!in<AtQueue>()) return;
  m_.notice.reset();
  m_.state = AtSync{};
  refresh();
}
void Stepper::operator()(const TryNow&) {
  auto* s = in<AtSync>();
  if (!s || s->busy) return;
  s->busy = true;
  m_.notice.reset();
  fx_.push_back(DoTryNow{});
}
void Stepper::operator()(const HoldSync& e) {
  auto* s = in<AtSync>();
  if (!s || s->busy || !m_.may_hold()) return;
  s->busy = true;
  m_.notice.reset();
  fx_.push_back(DoHoldSync{e.hold});
}
void Stepper::operator()(const SyncChanged& e) {
  m_.sync = e.sync;
  auto* s = in<AtSync>();
  if (!s) return;
  s->busy = false;
  if (e.sync.state == "idle") tell("counter.notice.sync_done", false);
}

void Stepper::operator()(const SaveExport&) {
  auto* s = in<AtSync>();
  if (!s || s->busy) return;
  s->busy = s->saving = true;
  s->saved.reset();
  m_.notice.reset();
  fx_.push_back(DoSaveExport{});
}
void Stepper::operator()(const ExportSaved& e) {
  auto* s = in<AtSync>();
  if (!s) return tell("counter.notice.export_saved", false, e.file);
  s->busy = s->saving = false;
  s->saved = e;
}
void Stepper::operator()(const TakeReceipt&) {
  auto* s = in<AtSync>();
  if (!s || s->busy) return;
  s->busy = true;
  s->received.reset();
  m_.notice.reset();
  fx_.push_back(DoTakeReceipt{});
}
void Stepper::operator()(const ReceiptRead& e) {
  if (auto* s = in<AtSync>()) {
    s->busy = false;
    s->received = e.taken;
  }
  refresh();
}

// ---- trouble ----
void Stepper::operator()(const Failed& e) {
  set_busy(false);
  if (auto* s = in<AtSync>()) s->saving = false;
  if (auto* s = in<Photographing>(); s && s->stage == PhotoStage::Sending) s->stage = PhotoStage::Taken;
  if (auto* s = in<ScanningAgain>(); s && s->stage == PhotoStage::Sending) s->stage = PhotoStage::Taken;
  if (e.fault.code == "node_away") {
    m_.node_away = true;
    return;
  }
  if (e.fault.code == "session_ended" && m_.session) {
    (*this)(LogOut{});
    fx_.clear();  // the node has ended it already
    return tell("fault.session_ended", true);
  }
  tell("fault." + e.fault.code, true, e.fault.detail);
}
void Stepper::operator()(const CountersCame& e) {
  if (!e.counters.empty()) m_.counters = e.counters;  // an older node says none
}
void Stepper::operator()(const NodeCameBack&) {
  m_.node_away = false;
  if (m_.session) refresh();
}
void Stepper::operator()(const BranchChanged& e) {
  if (!m_.session) return;
  refresh();
  auto* s = in<AtCase>();
  if (!s || s->busy || !s->view.person) return;
  for (const auto& c : e.changes) {
    const auto is = [&](const auto& record) { return record.id.str() == c.id; };
    // A change names no person: news of an account may be another's.
    s->news = s->news || c.topic == "account" || c.topic == "person" ||
              (c.topic == "claim" && std::any_of(s->view.claims.begin(), s->view.claims.end(), is)) ||
              (c.topic == "reset" && std::any_of(s->view.resets.begin(), s->view.resets.end(), is));
  }
}
void Stepper::operator()(const DismissNotice&) { m_.notice.reset(); }
void Stepper::tell(std::string code, bool problem, std::string detail, std::string place) {
  m_.notice = Notice{std::move(code), problem, std::move(detail), std::move(place)};
}
void Stepper::to_queue() {
  m_.state = AtQueue{};
  refresh();
}
void Stepper::refresh() {
  const auto* s = in<AtQueue>();
  fx_.push_back(DoRefresh{s && s->tab == Tab::Missed});
}
void Stepper::open_case(verbs::OpenCase by) {
  set_busy(true);
  m_.notice.reset();
  fx_.push_back(DoOpenCase{std::move(by)});
}
void Stepper::refresh_reset(verbs::ResetView& shown) {
  for (const auto& r : m_.approvals)
    if (r.id == shown.id) shown = r;
}
bool Stepper::is_busy() {
  return std::visit(Overloaded{[](const Photographing& s) { return s.stage == PhotoStage::Sending; },
                               [](const ScanningAgain& s) { return s.stage == PhotoStage::Sending; },
                               [](const ResetAsked& s) { return s.printing; }, [](const auto& s) { return s.busy; }},
                    m_.state);
}
void Stepper::set_busy(bool busy) {
  std::visit(Overloaded{[](Photographing&) {}, [](ScanningAgain&) {}, [&](ResetAsked& s) { s.printing = busy; },
                        [&](auto& s) { s.busy = busy; }},
             m_.state);
}

const verbs::Task* Model::task_of(const AtCase& at) const {
  for (const auto& t : tasks) {
    if (t.id != at.opened_by.task || t.done) continue;
    for (const auto by_word : {"rejected", "officer_ended", "intake", "erasure", "scan_again", "confirm_day"})
      if (t.kind == by_word) return &t;
    const bool decided = std::any_of(at.view.claims.begin(), at.view.claims.end(), [&](const verbs::ClaimView& c) {
      return c.id.str() == t.subject && c.state == domain::ClaimState::Accepted;
    });
    return t.kind == "claim_review" && decided ? &t : nullptr;
  }
  return nullptr;
}

bool Model::may(std::string_view right) const {
  return session && std::find(session->officer.rights.begin(), session->officer.rights.end(), right) !=
                        session->officer.rights.end();
}

Step step(Model model, const Event& event) {
  Stepper stepper(std::move(model));
  std::visit([&](const auto& e) { stepper(e); }, event);
  return std::move(stepper).take();
}

std::string_view name(const State& state) {
  constexpr std::string_view names[] = {"LoggingIn",  "AtQueue",   "AtCase", "Interviewing", "Photographing",
                                        "ResetAsked", "Approving", "AtSync", "ScanningAgain"};
  return names[state.index()];
}

}  // namespace kiosk::flow::counter
