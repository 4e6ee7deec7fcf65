// The blocked person's way back: blind interview, new reference photo, reset, approval by a second officer.
#include <algorithm>

#include "terminal/flow/counter/step.h"

namespace kiosk::flow::counter {

// ---- interview ----
void Stepper::operator()(const StartInterview&) {
  auto* s = in<AtCase>();
  if (!s || s->busy || !s->view.person || !m_.may("interview")) return;
  fx_.push_back(DoAskQuestions{*s->view.person});
  m_.notice.reset();
  m_.state = Interviewing{s->opened_by, s->view, {}, {}, std::nullopt, {}, true};
}
void Stepper::operator()(const QuestionsCame& e) {
  if (auto* s = in<Interviewing>(); s && s->questions.empty()) {
    s->questions = e.questions;
    s->answers.assign(e.questions.size(), "");
    s->busy = false;
  }
}
void Stepper::operator()(const TypeAnswer& e) {
  if (auto* s = in<Interviewing>(); s && !s->result && e.index < s->answers.size()) s->answers[e.index] = e.text;
}
void Stepper::operator()(const FinishInterview& e) {
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
void Stepper::operator()(const InterviewJudged& e) {
  if (auto* s = in<Interviewing>()) {
    s->busy = false;
    s->result = e.result;
    for (auto& a : s->answers) wipe(a);
    s->answers.clear();
  }
}

// ---- new reference photo and reset ----
void Stepper::operator()(const StartPhoto&) {
  auto* s = in<Interviewing>();
  if (!s || !s->result || !s->result->verdict.passed) return;
  fx_.push_back(DoStartCamera{});
  Photographing next;
  next.opened_by = s->opened_by;
  next.view = s->view;
  next.interview = s->result->id;
  m_.state = std::move(next);
}
void Stepper::operator()(const FrameSeen& e) {
  scan_seen(e);
  if (auto* s = in<Photographing>(); s && s->stage == PhotoStage::Aiming) {
    s->live = e.report;
    s->frame = e.frame;
    s->camera_away = !e.frame;
  }
}
void Stepper::operator()(const TakePhoto&) {
  if (auto* s = in<Photographing>(); s && s->stage == PhotoStage::Aiming) fx_.push_back(DoTakePhoto{});
  if (auto* s = in<ScanningAgain>(); s && s->stage == PhotoStage::Aiming) fx_.push_back(DoTakePhoto{});
}
void Stepper::operator()(const PhotoTaken& e) {
  scan_taken(e);
  auto* s = in<Photographing>();
  if (!s || s->stage != PhotoStage::Aiming) return;
  s->live = e.report;
  if (!e.report.usable) return tell("counter.notice.photo_again", true);
  s->photo = e.photo;
  s->frame = e.frame;
  s->stage = PhotoStage::Taken;
  m_.notice.reset();
}
void Stepper::operator()(const RetakePhoto&) {
  if (auto* s = in<ScanningAgain>(); s && s->stage == PhotoStage::Taken) {
    s->photo.reset();
    s->stage = PhotoStage::Aiming;
  }
  if (auto* s = in<Photographing>(); s && s->stage == PhotoStage::Taken) {
    s->photo.reset();
    s->stage = PhotoStage::Aiming;
  }
}
void Stepper::operator()(const ChooseReason& e) {
  if (auto* s = in<Photographing>(); s && s->stage != PhotoStage::Sending) s->reason = e.reason;
}
void Stepper::operator()(const AskReset& e) {
  auto* s = in<Photographing>();
  if (!s || s->stage != PhotoStage::Taken || !s->photo) return;
  if (s->reason.empty()) return tell("counter.notice.choose_reason", true);
  if (s->request.is_nil()) s->request = e.request;
  s->stage = PhotoStage::Sending;
  fx_.push_back(DoReset{{s->request, *s->view.person, s->interview, *s->photo, s->reason}});
}
void Stepper::operator()(const ResetRequested& e) {
  auto* s = in<Photographing>();
  if (!s) return;
  fx_.push_back(DoStopCamera{});
  refresh();
  m_.notice.reset();
  m_.state = ResetAsked{s->opened_by, e.reset, false};
}
void Stepper::operator()(const PrintSlip&) {
  if (auto* s = in<ResetAsked>(); s && !s->printing) {
    s->printing = true;
    fx_.push_back(DoPrintSlip{s->reset});
  } else if (auto* a = in<Approving>(); a && a->done) {
    fx_.push_back(DoPrintSlip{a->reset});
  }
}
void Stepper::operator()(const Printed& e) {
  set_busy(false);
  tell(e.confirmed ? "counter.notice.printed" : "counter.notice.sent_to_printer", false);
}

// ---- approval ----
void Stepper::operator()(const OpenApproval& e) {
  if (!in<AtQueue>() || !m_.may("approve")) return;
  for (const auto& r : m_.approvals)
    if (r.id == e.reset) {
      if (!r.photo_blob.empty()) fx_.push_back(DoLoadPhoto{r.photo_blob});
      m_.notice.reset();
      m_.state = Approving{r, nullptr, false, false};
      return;
    }
}
void Stepper::operator()(const PhotoLoaded& e) {
  if (auto* s = in<Approving>()) s->photo = e.photo;
  if (auto* s = in<AtCase>()) s->photo = e.photo;
}
void Stepper::operator()(const Approve&) {
  auto* s = in<Approving>();
  if (!s || s->busy || s->done) return;
  s->busy = true;
  fx_.push_back(DoApprove{s->reset.id});
}
void Stepper::operator()(const ResetApproved& e) {
  if (auto* s = in<Approving>()) {
    s->busy = false;
    s->done = true;
    s->reset = e.reset;
    m_.notice.reset();
    refresh();
  }
}

}  // namespace kiosk::flow::counter
