// The JHT claim from the three green checks to the photograph (steps 3 to 6 of kiosk/docs/facts.md "The ten
// steps").
#include "terminal/flow/kiosk/step.h"
#include "terminal/flow/kiosk/taken.h"

namespace kiosk::flow::kiosk {

namespace {

bool blocked(const verbs::AccountView& a) {
  return a.account.state == domain::AccountState::Blocked || a.account.state == domain::AccountState::ResetPending;
}

void cause_chosen(Transition& w, const std::string& code) {
  const auto* rule = w.c.rules.cause(code);
  if (!rule) return;
  w.v().cause = code;
  if (rule->officer_only) return w.go(page::OfficerCause{});
  w.ask(Ask::Check);
}

}  // namespace

void account_read(Transition& w, Result<verbs::AccountView> r) {
  if (!r) return failed(w, r.fault());
  KioskSession& v = w.v();
  v.account_view = std::move(r).value();
  v.attempts_left = v.account_view->attempts_left;
  if (v.purpose == Purpose::Blocked) return w.swap(page::BlockedDocuments{});
  if (blocked(*v.account_view)) return w.swap(page::BlockedNow{});
  // The new reference does not hold yet: no face is compared, an officer does it by eye.
  if (v.account_view->account.state == domain::AccountState::ResetWaiting) v.no_camera = true;
  if (v.resumed && !v.cause.empty()) return w.ask(Ask::Check);
  if (v.unverified()) return w.swap(page::ChooseCause{});
  w.swap(page::ThreeChecks{});
}

void checked(Transition& w, Result<domain::Eligibility> r) {
  if (!r) return failed(w, r.fault());
  KioskSession& v = w.v();
  v.eligibility = std::move(r).value();
  if (!v.eligibility->eligible) return w.swap(page::NotEligible{});
  if (v.editing()) {
    if (v.eligibility->npwp_needed && v.no_npwp) {  // asked before the node would refuse it
      v.no_npwp = false;
      return w.swap(page::EnterNpwp{});
    }
    w.end_edit();
    return w.swap(page::CheckAnswers{});
  }
  if (std::exchange(v.resumed, false)) {
    auto open = first_open(v);
    if (std::holds_alternative<page::CheckAnswers>(open)) return persons_turn(w, page::HandOver::To::Answers);
    return w.swap(std::move(open));
  }
  if (v.unverified()) return persons_turn(w, page::HandOver::To::Camera);
  w.swap(page::Membership{});
}

void after_photo(Transition& w) {
  // Walked once: the way back leads round the camera, so that nobody spends an attempt by going back.
  w.drop_back({"CameraConsent", "Photo", "FaceKept"});
  if (w.v().editing()) {
    w.end_edit();
    return w.swap(page::CheckAnswers{});
  }
  w.swap(page::EnterNpwp{});
}

void take_photo(Transition& w, page::Photo& p) {
  p.takes_at.reset();  // whoever comes back to this page holds still anew
  p.held = 0;
  w.ask(Ask::Attempt);
}

void judged(Transition& w, Result<verbs::AttemptResult> r) {
  KioskSession& v = w.v();
  if (!r) {
    if (r.fault().kind != FaultKind::Unreachable) v.attempt_id = {};
    return failed(w, r.fault());
  }
  auto& a = r.value();
  const Uuid asked = v.attempt_id;
  v.attempt_id = {};  // the next photograph is another attempt
  v.account_view = a.account;
  v.attempts_left = a.account.attempts_left;
  if (a.ticket && !v.ticket) {
    v.ticket = std::move(a.ticket);
    w.print_ticket();
  }
  const auto keep = [&] {
    v.attempt = a.attempt.is_nil() ? asked : a.attempt;
    v.photo_blob = a.photo_blob;
    v.face = a.verdict;
    v.no_camera = false;
    w.s.last_touch = w.c.now;  // seen a moment ago, so still here
  };
  // The photograph before it is no page to go back to: "Kembali" would seem to do nothing.
  const auto once_more = [&](page::Photo photo) {
    auto& way = w.v().back;
    if (!way.empty() && std::holds_alternative<page::Photo>(way.back())) way.pop_back();
    w.swap(std::move(photo));
  };
  switch (a.verdict) {
    case domain::FaceVerdict::Accept:
      keep();
      return after_photo(w);
    case domain::FaceVerdict::PoorPhoto:
      return once_more({.advice = a.reason, .last = "poor"});
    case domain::FaceVerdict::NoMatch:
      if (blocked(a.account) || a.account.attempts_left <= 0) {
        w.no_way_back();
        return w.swap(page::BlockedNow{});
      }
      return once_more({.last = "no_match"});
    case domain::FaceVerdict::Grey:
    case domain::FaceVerdict::Officer:
      keep();
      return w.swap(page::FaceKept{.photo_kept = !a.photo_blob.empty()});
  }
}

bool claim_intent(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  const bool next = std::holds_alternative<Next>(intent), other = std::holds_alternative<Other>(intent);
  const auto* choose = std::get_if<Choose>(&intent);
  if (std::holds_alternative<page::ThreeChecks>(w.s.page)) {
    if (next) return w.go(page::ChooseCause{}), true;
    if (other) return w.go(page::AskPriority{}), true;
    return false;
  }
  if (std::holds_alternative<page::ChooseCause>(w.s.page)) {
    if (!choose) return false;
    return cause_chosen(w, choose->id), true;
  }
  if (std::holds_alternative<page::OfficerCause>(w.s.page) || std::holds_alternative<page::NotEligible>(w.s.page)) {
    if (std::holds_alternative<Third>(intent) && v.cause == "DEATH") {
      // From here on it is the heir who answers: another person, whose consent is another record. The way back leads to
      // the consent, not into the claim of the one who died.
      v.nik.clear();
      v.data_consent_told = false;
      if (v.found) wipe(*v.found);
      v.found.reset();
      v.account_view.reset();
      v.before_edit.reset();
      w.forget_way_after("DataConsent");
      return begin_intake(w, "heir"), true;
    }
    if (next) return w.go(page::AskPriority{}), true;
    if (other) {
      while (!v.back.empty() && !std::holds_alternative<page::ChooseCause>(v.back.back())) v.back.pop_back();
      w.back();
      return true;
    }
    return false;
  }
  if (std::holds_alternative<page::Membership>(w.s.page)) {
    if (choose) {
      const auto* r = v.record();
      for (std::size_t i = 0; r && i < r->memberships.size(); ++i)
        if (choose->id == std::to_string(i)) v.membership = i;
      return true;
    }
    if (next) {
      if (claim_in_the_way(v, v.chosen_kpj())) return w.go(page::Track{}), true;
      if (v.photo_done())
        next_in_form(w, page::EnterNpwp{});
      else
        persons_turn(w, page::HandOver::To::Camera);
      return true;
    }
    if (other) return w.go(page::AskPriority{}), true;  // the data are not right: an officer mends them
    return false;
  }
  if (std::holds_alternative<page::CameraConsent>(w.s.page)) {
    if (next) {
      w.out.push_back(RecordConsent{{w.c.fresh, *v.person_id(), "camera", std::string(kConsentText), {}, true}});
      return w.go(page::Photo{}), true;
    }
    if (other) {
      v.no_camera = true;
      return after_photo(w), true;
    }
    return false;
  }
  if (auto* p = std::get_if<page::Photo>(&w.s.page)) {
    if (std::holds_alternative<TakePhoto>(intent)) {
      if (!p->ready) return false;
      return take_photo(w, *p), true;
    }
    if (other) {
      v.no_camera = true;
      return after_photo(w), true;
    }
    return false;
  }
  if (std::holds_alternative<page::FaceKept>(w.s.page)) {
    if (next) return after_photo(w), true;
    return false;
  }
  return false;
}

}  // namespace kiosk::flow::kiosk
