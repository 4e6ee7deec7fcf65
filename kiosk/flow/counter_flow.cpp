#include "flow/counter_flow.h"

#include <algorithm>
#include <utility>

namespace kiosk::flow::counter {
namespace {

using Effects = std::vector<Effect>;

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

// One function an event; `m` is the model after, `fx` the effects. The state is asked for with in<State>().
class Stepper {
 public:
  explicit Stepper(Model model) : m_(std::move(model)) {}
  Step take() && { return {std::move(m_), std::move(fx_)}; }

  // ---- log in ----
  void operator()(const ChooseCounter& e) {
    if (in<LoggingIn>()) m_.counter = e.counter;
  }
  void operator()(const TypeNumber& e) {
    if (auto* s = in<LoggingIn>(); s && !s->busy) s->number = e.text;
  }
  void operator()(const LogIn& e) {
    auto* s = in<LoggingIn>();
    if (!s || s->busy || !e.pin) return;
    if (s->number.empty() || e.pin->empty()) return tell("counter.notice.number_and_pin", true);
    s->busy = true;
    m_.notice.reset();
    fx_.push_back(DoLogIn{s->number, e.pin});
  }
  void operator()(const LoggedIn& e) {
    if (!in<LoggingIn>()) return;
    m_.session = e.session;
    m_.notice.reset();
    to_queue();
  }
  void operator()(const LogOut&) {
    if (in<LoggingIn>()) return;
    if (in<Photographing>()) fx_.push_back(DoStopCamera{});
    fx_.push_back(DoLogOut{});
    // The screen forgets: nothing of the officer's work stays behind.
    Model fresh;
    fresh.terminal = m_.terminal;
    fresh.counter = m_.counter;
    fresh.node_away = m_.node_away;
    m_ = std::move(fresh);
  }

  // ---- queue ----
  void operator()(const Refreshed& e) {
    m_.node_away = false;
    m_.services = e.services;
    m_.tickets = e.tickets;
    m_.tasks = e.tasks;
    m_.approvals = e.approvals;
    m_.sync = e.sync;
    if (auto* s = in<ResetAsked>()) refresh_reset(s->reset);
    if (auto* s = in<Approving>(); s && s->done) refresh_reset(s->reset);
  }
  void operator()(const ShowTab& e) {
    if (auto* s = in<AtQueue>()) {
      s->tab = e.tab;
      fx_.push_back(DoRefresh{});
    }
  }
  void operator()(const CallNext&) { call({}); }
  void operator()(const CallNumber& e) { call(e.number); }
  void operator()(const ActOnTicket& e) {
    const auto* t = m_.current();
    if (!t || is_busy()) return;
    set_busy(true);
    verbs::TicketRef ref{t->id, m_.counter, e.reason, e.to_service};
    fx_.push_back(DoAct{e.act, std::move(ref)});
  }
  void operator()(const TicketChanged& e) {
    set_busy(false);
    std::erase_if(m_.tickets, [&](const auto& t) { return t.id == e.ticket.id; });
    if (domain::is_live(e.ticket.state)) m_.tickets.push_back(e.ticket);
    if (auto* s = in<AtCase>(); s && s->view.ticket && s->view.ticket->id == e.ticket.id) {
      s->view.ticket = e.ticket;
      if (!domain::is_live(e.ticket.state) || e.ticket.state == domain::TicketState::Parked ||
          e.ticket.state == domain::TicketState::Waiting)
        to_queue();
    }
    fx_.push_back(DoRefresh{});
  }

  // ---- case ----
  void operator()(const OpenCurrent&) {
    const auto* t = m_.current();
    if (!t || !in<AtQueue>()) return;
    open_case(verbs::OpenCase{t->id, {}, {}, std::nullopt});
  }
  void operator()(const OpenTask& e) {
    if (in<AtQueue>()) open_case(verbs::OpenCase{{}, e.task, {}, std::nullopt});
  }
  void operator()(const CaseOpened& e) {
    if (!m_.session) return;
    m_.state = AtCase{e.by, e.view, nullptr, false};
    if (e.view.account)
      for (const auto& a : e.view.account->attempts)
        if (!a.photo_blob.empty()) {
          fx_.push_back(DoLoadPhoto{a.photo_blob});
          break;
        }
  }
  void operator()(const CloseCase&) {
    if (in<LoggingIn>() || in<AtQueue>()) return;
    if (in<Photographing>()) fx_.push_back(DoStopCamera{});
    to_queue();
  }
  void operator()(const JudgePhoto& e) {
    auto* s = in<AtCase>();
    if (!s || s->busy) return;
    s->busy = true;
    fx_.push_back(DoJudgePhoto{{e.request, e.attempt, e.verdict}, s->opened_by});
  }
  void operator()(const PhotoJudged& e) {
    if (auto* s = in<AtCase>()) {
      s->busy = false;
      tell(e.result.verdict == domain::FaceVerdict::Accept ? "counter.notice.photo_matches"
                                                           : "counter.notice.photo_differs",
           false);
      fx_.push_back(DoOpenCase{s->opened_by});
    }
  }

  // ---- interview ----
  void operator()(const StartInterview&) {
    auto* s = in<AtCase>();
    if (!s || s->busy || !s->view.person || !m_.may("interview")) return;
    fx_.push_back(DoAskQuestions{*s->view.person});
    m_.notice.reset();
    m_.state = Interviewing{s->opened_by, s->view, {}, {}, std::nullopt, {}, true};
  }
  void operator()(const QuestionsCame& e) {
    if (auto* s = in<Interviewing>(); s && s->questions.empty()) {
      s->questions = e.questions;
      s->answers.assign(e.questions.size(), "");
      s->busy = false;
    }
  }
  void operator()(const TypeAnswer& e) {
    if (auto* s = in<Interviewing>(); s && !s->result && e.index < s->answers.size()) s->answers[e.index] = e.text;
  }
  void operator()(const FinishInterview& e) {
    auto* s = in<Interviewing>();
    if (!s || s->busy || s->result || s->questions.empty()) return;
    if (std::any_of(s->answers.begin(), s->answers.end(), [](const auto& a) { return a.empty(); }))
      return tell("counter.notice.answer_all", true);
    if (s->request.is_nil()) s->request = e.request;  // a retry after a lost answer is the same interview
    verbs::Interview request{s->request, *s->view.person, {}};
    for (std::size_t i = 0; i < s->questions.size(); ++i) request.answers.push_back({s->questions[i], s->answers[i]});
    s->busy = true;
    fx_.push_back(DoInterview{std::move(request)});
  }
  void operator()(const InterviewJudged& e) {
    if (auto* s = in<Interviewing>()) {
      s->busy = false;
      s->result = e.result;
      for (auto& a : s->answers) wipe(a);
      s->answers.clear();
    }
  }

  // ---- new reference photo and reset ----
  void operator()(const StartPhoto&) {
    auto* s = in<Interviewing>();
    if (!s || !s->result || !s->result->verdict.passed) return;
    fx_.push_back(DoStartCamera{});
    Photographing next;
    next.opened_by = s->opened_by;
    next.view = s->view;
    next.interview = s->result->id;
    m_.state = std::move(next);
  }
  void operator()(const FrameSeen& e) {
    if (auto* s = in<Photographing>(); s && s->stage == PhotoStage::Aiming) {
      s->live = e.report;
      s->frame = e.frame;
      s->camera_away = !e.frame;
    }
  }
  void operator()(const TakePhoto&) {
    if (auto* s = in<Photographing>(); s && s->stage == PhotoStage::Aiming) fx_.push_back(DoTakePhoto{});
  }
  void operator()(const PhotoTaken& e) {
    auto* s = in<Photographing>();
    if (!s || s->stage != PhotoStage::Aiming) return;
    s->live = e.report;
    if (!e.report.usable) return tell("counter.notice.photo_again", true);
    s->photo = e.photo;
    s->frame = e.frame;
    s->stage = PhotoStage::Taken;
    m_.notice.reset();
  }
  void operator()(const RetakePhoto&) {
    if (auto* s = in<Photographing>(); s && s->stage == PhotoStage::Taken) {
      s->photo.reset();
      s->stage = PhotoStage::Aiming;
    }
  }
  void operator()(const ChooseReason& e) {
    if (auto* s = in<Photographing>(); s && s->stage != PhotoStage::Sending) s->reason = e.reason;
  }
  void operator()(const AskReset& e) {
    auto* s = in<Photographing>();
    if (!s || s->stage != PhotoStage::Taken || !s->photo) return;
    if (s->reason.empty()) return tell("counter.notice.choose_reason", true);
    if (s->request.is_nil()) s->request = e.request;
    s->stage = PhotoStage::Sending;
    fx_.push_back(DoReset{{s->request, *s->view.person, s->interview, *s->photo, s->reason}});
  }
  void operator()(const ResetRequested& e) {
    auto* s = in<Photographing>();
    if (!s) return;
    fx_.push_back(DoStopCamera{});
    fx_.push_back(DoRefresh{});
    m_.notice.reset();
    m_.state = ResetAsked{s->opened_by, e.reset, false};
  }
  void operator()(const PrintSlip&) {
    if (auto* s = in<ResetAsked>(); s && !s->printing) {
      s->printing = true;
      fx_.push_back(DoPrintSlip{s->reset});
    } else if (auto* a = in<Approving>(); a && a->done) {
      fx_.push_back(DoPrintSlip{a->reset});
    }
  }
  void operator()(const Printed&) {
    if (auto* s = in<ResetAsked>()) s->printing = false;
    tell("counter.notice.printed", false);
  }

  // ---- approval ----
  void operator()(const OpenApproval& e) {
    if (!in<AtQueue>() || !m_.may("approve")) return;
    for (const auto& r : m_.approvals)
      if (r.id == e.reset) {
        if (!r.photo_blob.empty()) fx_.push_back(DoLoadPhoto{r.photo_blob});
        m_.notice.reset();
        m_.state = Approving{r, nullptr, false, false};
        return;
      }
  }
  void operator()(const PhotoLoaded& e) {
    if (auto* s = in<Approving>()) s->photo = e.photo;
    if (auto* s = in<AtCase>()) s->photo = e.photo;
  }
  void operator()(const Approve&) {
    auto* s = in<Approving>();
    if (!s || s->busy || s->done) return;
    s->busy = true;
    fx_.push_back(DoApprove{s->reset.id});
  }
  void operator()(const ResetApproved& e) {
    if (auto* s = in<Approving>()) {
      s->busy = false;
      s->done = true;
      s->reset = e.reset;
      m_.notice.reset();
      fx_.push_back(DoRefresh{});
    }
  }

  // ---- sync ----
  void operator()(const ShowSync&) {
    if (!in<AtQueue>()) return;
    m_.notice.reset();
    m_.state = AtSync{};
    fx_.push_back(DoRefresh{});
  }
  void operator()(const TryNow&) {
    auto* s = in<AtSync>();
    if (!s || s->busy) return;
    s->busy = true;
    m_.notice.reset();
    fx_.push_back(DoTryNow{});
  }
  void operator()(const HoldSync& e) {
    auto* s = in<AtSync>();
    if (!s || s->busy || !m_.may_hold()) return;
    s->busy = true;
    m_.notice.reset();
    fx_.push_back(DoHoldSync{e.hold});
  }
  void operator()(const SyncChanged& e) {
    m_.sync = e.sync;
    auto* s = in<AtSync>();
    if (!s) return;
    s->busy = false;
    if (e.sync.state == "idle") tell("counter.notice.sync_done", false);
  }

  // ---- trouble ----
  void operator()(const Failed& e) {
    set_busy(false);
    if (auto* s = in<Photographing>(); s && s->stage == PhotoStage::Sending) s->stage = PhotoStage::Taken;
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
  void operator()(const NodeCameBack&) {
    m_.node_away = false;
    if (m_.session) fx_.push_back(DoRefresh{});
  }
  void operator()(const BranchChanged&) {
    if (m_.session) fx_.push_back(DoRefresh{});
  }
  void operator()(const DismissNotice&) { m_.notice.reset(); }

 private:
  template <class S>
  S* in() {
    return std::get_if<S>(&m_.state);
  }
  void tell(std::string code, bool problem, std::string detail = {}) {
    m_.notice = Notice{std::move(code), problem, std::move(detail)};
  }
  void to_queue() {
    m_.state = AtQueue{};
    fx_.push_back(DoRefresh{});
  }
  void call(std::string number) {
    auto* s = in<AtQueue>();
    if (!s || s->busy || !m_.may("call")) return;
    if (m_.current()) return tell("counter.notice.finish_first", true);
    s->busy = true;
    m_.notice.reset();
    fx_.push_back(DoCall{m_.counter, std::move(number)});
  }
  void open_case(verbs::OpenCase by) {
    set_busy(true);
    m_.notice.reset();
    fx_.push_back(DoOpenCase{std::move(by)});
  }
  void refresh_reset(verbs::ResetView& shown) {
    for (const auto& r : m_.approvals)
      if (r.id == shown.id) shown = r;
  }
  bool is_busy() {
    return std::visit(Overloaded{[](const Photographing& s) { return s.stage == PhotoStage::Sending; },
                                 [](const ResetAsked& s) { return s.printing; }, [](const auto& s) { return s.busy; }},
                      m_.state);
  }
  void set_busy(bool busy) {
    std::visit(
        Overloaded{[](Photographing&) {}, [&](ResetAsked& s) { s.printing = busy; }, [&](auto& s) { s.busy = busy; }},
        m_.state);
  }

  Model m_;
  Effects fx_;
};

}  // namespace

const domain::Ticket* Model::current() const {
  for (const auto& t : tickets)
    if (t.counter == counter && (t.state == domain::TicketState::Called || t.state == domain::TicketState::Serving))
      return &t;
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
  constexpr std::string_view names[] = {"LoggingIn",     "AtQueue",    "AtCase",    "Interviewing",
                                        "Photographing", "ResetAsked", "Approving", "AtSync"};
  return names[state.index()];
}

}  // namespace kiosk::flow::counter
