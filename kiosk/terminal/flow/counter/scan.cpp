// A document or photo whose bytes were damaged before the centre had them: taken once more for its claim, from the task
// that says which. Without the task's claim and person before him an officer has nothing to scan for.
#include <algorithm>

#include "terminal/flow/counter/step.h"

namespace kiosk::flow::counter {

std::optional<Scan> Model::scan_of(const AtCase& at) const {
  if (!at.view.person || !may("claim")) return std::nullopt;
  for (const auto& t : tasks) {
    if (t.id != at.opened_by.task || t.done || t.kind != "scan_again") continue;
    const auto colon = t.subject.rfind(':');
    if (colon == std::string::npos || colon + 1 == t.subject.size()) return std::nullopt;  // of no claim
    const auto claim = Uuid::parse(t.subject.substr(0, colon), "claim");
    if (!claim) return std::nullopt;
    return Scan{*claim, t.subject.substr(colon + 1)};
  }
  return std::nullopt;
}

void Stepper::operator()(const ScanAgain&) {
  auto* s = in<AtCase>();
  const auto scan = s && !s->busy ? m_.scan_of(*s) : std::nullopt;
  if (!scan) return;
  fx_.push_back(DoStartCamera{!scan->of_person()});
  m_.notice.reset();
  ScanningAgain next;
  next.opened_by = s->opened_by;
  next.view = s->view;
  next.scan = *scan;
  m_.state = std::move(next);
}

void Stepper::scan_seen(const FrameSeen& e) {
  auto* s = in<ScanningAgain>();
  if (!s || s->stage != PhotoStage::Aiming) return;
  s->live = e.report;
  s->frame = e.frame;
  s->camera_away = !e.frame;
}

void Stepper::scan_taken(const PhotoTaken& e) {
  auto* s = in<ScanningAgain>();
  if (!s || s->stage != PhotoStage::Aiming || !e.photo) return;
  s->live = e.report;
  if (s->scan.of_person() && !e.report.usable) return tell("counter.notice.photo_again", true);
  s->photo = e.photo;
  s->frame = e.frame;
  s->stage = PhotoStage::Taken;
  m_.notice.reset();
}

void Stepper::operator()(const SendScan&) {
  auto* s = in<ScanningAgain>();
  if (!s || s->stage != PhotoStage::Taken || !s->photo) return;
  s->stage = PhotoStage::Sending;
  m_.notice.reset();
  fx_.push_back(DoScanAgain{s->scan, *s->view.person, s->photo});
}

void Stepper::operator()(const ScannedAgain& e) {
  auto* s = in<ScanningAgain>();
  if (!s || s->scan.claim != e.claim) return;
  fx_.push_back(DoStopCamera{});
  to_queue();
  std::get<AtQueue>(m_.state).tab = Tab::Tasks;
  tell("counter.notice.scanned_again", false);
}

}  // namespace kiosk::flow::counter
