#include "terminal/flow/kiosk/flow.h"

#include <algorithm>
#include <span>

#include "terminal/flow/kiosk/step.h"
#include "terminal/flow/scanned.h"

namespace kiosk::flow::kiosk {

// ---- time ----

namespace {

bool forgets_nothing(const State& s) { return std::holds_alternative<page::Home>(s.page); }

// After a photograph that differed the next one is the person's own decision: it may be the last of three.
void hold(const Transition& w, page::Photo& p) {
  if (!p.ready || p.last == "no_match" || w.s.idle_asked)
    p.takes_at.reset();
  else if (!p.takes_at)
    p.takes_at = w.c.now + kPhotoAfter;
  p.held = p.takes_at ? 1 - std::chrono::duration<float>(*p.takes_at - w.c.now) / kPhotoAfter : 0;
}

// What was confirmed while the node is away is not wiped by silence: it is sent once the node is back.
bool holds_confirmed(const State& s) {
  const auto* p = std::get_if<page::Waiting>(&s.page);
  return p && p->away && (p->ask == Ask::Submit || p->ask == Ask::Intake);
}

Millis idle_of(const State& s) {
  return std::holds_alternative<page::HelpCalled>(s.page) ? std::max(s.idle, kIdleHelp) : s.idle;
}

void time_passed(Transition& w) {
  State& s = w.s;
  if (s.idle_asked) {
    const auto left = *s.idle_asked + kIdleAnswer - w.c.now;
    if (left <= Millis{0}) return w.home();
    s.idle_seconds_left = static_cast<int>((left.count() + 999) / 1000);
  } else if (s.touched && !holds_confirmed(s) && w.c.now >= s.last_touch + idle_of(s)) {
    if (forgets_nothing(s)) {
      w.home();
      return;
    }
    s.idle_asked = w.c.now;
    s.idle_seconds_left = static_cast<int>(kIdleAnswer.count() / 1000);
    if (auto* p = std::get_if<page::Photo>(&s.page)) hold(w, *p);
  }
  if (auto* p = std::get_if<page::FactsDiffer>(&s.page); p && p->open_at) {
    const auto left = *p->open_at - w.c.now;
    p->seconds_left = static_cast<int>((left.count() + 999) / 1000);
    if (left <= Millis{0}) p->open_at.reset();
  }
  if (auto* p = std::get_if<page::GuideStep>(&s.page); p && p->next_at && w.c.now >= *p->next_at) {
    ++p->shown;
    p->next_at.reset();
    if (p->shown + 1 < kGuidePictures) p->next_at = w.c.now + kGuidePicture;
  }
  if (auto* p = std::get_if<page::Photo>(&s.page); p && p->takes_at && w.c.now >= *p->takes_at)
    return take_photo(w, *p);
  if (auto* p = std::get_if<page::Waiting>(&s.page)) {
    p->progress = p->progress || w.c.now >= p->since + kProgressAfter;
    p->cancel = p->cancel || w.c.now >= p->since + kCancelAfter;
    if (p->retry_at && w.c.now >= *p->retry_at) {
      p->retry_at.reset();
      w.send(p->ask, p->no);
    }
  }
}

// ---- news of devices and node ----

// The sentence settles over some frames, and the button follows the sentence: whoever reads that it is good and presses
// is not ignored because one frame was not.
void advise(page::Photo& p, const FaceSeen& seen) {
  const bool good = seen.report.usable && seen.still;
  std::string now = seen.report.usable ? (seen.still ? "coach.ready" : "coach.hold_still") : seen.report.first_advice();
  if (!seen.report.face && now.empty()) now = "coach.no_face";
  if (now == p.advice) {
    p.candidate.clear();
    p.candidate_frames = 0;
    return;
  }
  if (p.advice.empty() || good) {  // the first sentence, and the good news, at once
    p.advice = now;
    p.candidate.clear();
    p.candidate_frames = 0;
    return;
  }
  if (now != p.candidate) {
    p.candidate = now;
    p.candidate_frames = 0;
  }
  if (++p.candidate_frames >= kAdviceFrames) {
    p.advice = now;
    p.candidate.clear();
    p.candidate_frames = 0;
  }
}

void face_seen(const Transition& w, page::Photo& p, const FaceSeen& seen) {
  p.camera_away = false;
  advise(p, seen);
  p.ready = p.advice == "coach.ready";
  hold(w, p);
}

void printed(Transition& w, const PagePrinted& e) {
  const auto state = !e.trouble.empty() ? PrintState::Failed : e.confirmed ? PrintState::Printed : PrintState::Unsure;
  if (e.no == w.v().ticket_print_no) w.v().ticket_print = state;
  if (e.no == w.v().receipt_print_no) w.v().receipt_print = state;
  if (e.no == w.v().slip_no) w.v().slip_print = state;
}

// "Ya" or "Belum" to "Apakah kertasnya keluar?", wherever it stands. After "Belum" the page is as after a failed one:
// print again, or note what stands on it. True: it was an answer to that.
bool paper_answered(Transition& w, const Intent& intent) {
  const auto* choose = std::get_if<Choose>(&intent);
  if (!choose || (choose->id != kPaperCame && choose->id != kPaperMissing)) return false;
  const auto now = choose->id == kPaperCame ? PrintState::None : PrintState::Failed;
  for (auto* state : {&w.v().ticket_print, &w.v().receipt_print, &w.v().slip_print})
    if (*state == PrintState::Unsure) *state = now;
  return true;
}

bool awaited(const State& s, int no, Ask what) {
  const auto* p = std::get_if<page::Waiting>(&s.page);
  return p && p->no == no && p->ask == what;
}

struct Handle {
  Transition& w;

  void operator()(Intent& intent) {
    w.s.last_touch = w.c.now;
    w.s.touched = true;
    if (w.s.idle_asked) {
      // While the question lies over the page only its answer counts: a stray touch must not move the form.
      if (std::holds_alternative<StayHere>(intent)) w.s.idle_asked.reset();
      if (std::holds_alternative<Finish>(intent)) {  // "Hapus dan selesai"
        w.drop_draft();
        w.home();
      }
    } else if (!paper_answered(w, intent)) {
      on_intent(w, intent);
    }
    if (auto* e = std::get_if<Enter>(&intent)) ::kiosk::wipe(e->text);
    if (auto* e = std::get_if<EnterDate>(&intent)) {
      ::kiosk::wipe(e->day);
      ::kiosk::wipe(e->month);
      ::kiosk::wipe(e->year);
    }
  }
  void operator()(Answered<verbs::ParticipantFound>& e) {
    if (awaited(w.s, e.no, Ask::Find)) return found(w, std::move(e.result));
    if (e.no == w.v().find_no) return refound(w, std::move(e.result));
    if (e.result) wipe(*e.result);
  }
  void operator()(Answered<verbs::AccountView>& e) {
    if (awaited(w.s, e.no, Ask::Account)) account_read(w, std::move(e.result));
  }
  void operator()(Answered<domain::Eligibility>& e) {
    if (awaited(w.s, e.no, Ask::Check)) checked(w, std::move(e.result));
  }
  void operator()(Answered<verbs::AttemptResult>& e) {
    if (awaited(w.s, e.no, Ask::Attempt)) judged(w, std::move(e.result));
  }
  void operator()(Answered<verbs::ClaimView>& e) {
    if (awaited(w.s, e.no, Ask::Submit)) return submitted(w, std::move(e.result));
    if (!e.result) return;
    if (e.no == w.v().claim_read_no && w.v().claim) {
      wipe(*w.v().claim);
      w.v().claim = std::move(e.result).value();
      return;
    }
    wipe(*e.result);
  }
  void operator()(Answered<verbs::TicketIssued>& e) {
    if (awaited(w.s, e.no, Ask::Ticket)) return ticket_taken(w, std::move(e.result));
    if (awaited(w.s, e.no, Ask::Held)) return held_found(w, std::move(e.result));
    if (awaited(w.s, e.no, Ask::Shown)) return shown_read(w, std::move(e.result));
    if (awaited(w.s, e.no, Ask::ComeBack)) return came_back(w, std::move(e.result));
    if (e.no != w.v().ticket_no || w.v().ticket) return;
    if (!e.result) {
      // The claim is safe; only the number is missing. The page offers to ask again, or shows the one held already.
      w.v().ticket_no = 0;
      if (e.result.fault().code == "ticket_exists") w.v().number_held = e.result.fault().detail;
    } else {
      w.v().ticket = std::move(e.result).value();
      w.print_ticket();
    }
    if (w.v().receipt_print == PrintState::None) w.print_receipt();
  }
  void operator()(Answered<std::vector<verbs::ClaimView>>& e) {
    const bool again = e.no == w.v().claims_no && std::holds_alternative<page::Track>(w.s.page);
    if (awaited(w.s, e.no, Ask::Claims) || (again && e.result)) return claims_listed(w, std::move(e.result));
    if (e.result)
      for (auto& claim : *e.result) wipe(claim);
  }
  void operator()(Answered<verbs::IntakeView>& e) {
    if (awaited(w.s, e.no, Ask::Intake)) return intake_saved(w, std::move(e.result));
    if (e.result) wipe(e.result->answers);
  }
  void operator()(Answered<verbs::ConsentView>& e) {
    if (awaited(w.s, e.no, Ask::Withdraw)) withdrawn(w, std::move(e.result));
  }
  void operator()(Answered<verbs::Task>& e) {
    if (awaited(w.s, e.no, Ask::Help)) help_called(w, std::move(e.result));
  }
  void operator()(Answered<verbs::SessionView>& e) {
    if (awaited(w.s, e.no, Ask::LogIn)) return logged_in(w, std::move(e.result));
    if (e.result) w.end_assist();  // nobody sees it any more: it must not act
  }
  void operator()(HelpAnswered&) {
    if (!w.v().help_id.is_nil()) w.v().help_coming = true;
  }
  void operator()(PagePrinted& e) { printed(w, e); }
  void operator()(FaceSeen& e) {
    if (auto* p = std::get_if<page::Photo>(&w.s.page)) face_seen(w, *p, e);
    if (auto* p = std::get_if<page::CheckIn>(&w.s.page)) p->camera_away = false;
    if (auto* p = std::get_if<page::ScanCard>(&w.s.page)) p->camera_away = false;
  }
  void operator()(CardSeen& e) {
    card_seen(w, e);
    for (auto* text : {&e.nik, &e.kpj}) ::kiosk::wipe(*text);
  }
  void operator()(CodeSeen& e) {
    drop_symbology(e.text);
    if (std::holds_alternative<page::ScanCard>(w.s.page))
      card_code_seen(w, e.text);
    else
      code_seen(w, e.text);
    ::kiosk::wipe(e.text);
  }
  void operator()(CameraLost&) {
    if (auto* c = std::get_if<page::CheckIn>(&w.s.page)) c->camera_away = true;
    if (auto* c = std::get_if<page::ScanCard>(&w.s.page)) c->camera_away = true;
    auto* p = std::get_if<page::Photo>(&w.s.page);
    if (!p) return;
    p->camera_away = true;
    p->ready = false;
    p->advice.clear();
    hold(w, *p);
  }
  void operator()(ShotFailed& e) {
    if (!awaited(w.s, e.no, Ask::Attempt)) return;
    w.back();  // to the camera, which says what is missing
  }
  void operator()(ServicesKnown& e) { w.s.services = std::move(e.services); }
  void operator()(SyncKnown& e) { w.s.sync = std::move(e.status); }
  void operator()(NodeKnown& e) {
    w.s.node_reachable = e.reachable;
    // Back again: do not wait for the next round of asking.
    if (auto* p = std::get_if<page::Waiting>(&w.s.page); p && e.reachable && p->away) p->retry_at = w.c.now;
  }
  void operator()(ClaimChanged&) {
    if (std::holds_alternative<page::Track>(w.s.page)) {
      w.v().claims_no = w.s.next_no++;
      w.out.push_back(ListClaims{w.v().claims_no});
      return;
    }
    if (!std::holds_alternative<page::Saved>(w.s.page) || !w.v().claim) return;
    w.v().claim_read_no = w.s.next_no++;
    w.out.push_back(ReadClaim{w.v().claim_read_no, w.v().claim->id});
  }
  void operator()(PersonChanged&) { find_again(w); }
  void operator()(Touched&) {
    if (w.s.idle_asked) return;
    w.s.last_touch = w.c.now;
    w.s.touched = true;
  }
  void operator()(TimePassed&) { time_passed(w); }
};

std::optional<LookFor> wants_camera(const State& s) {
  if (std::holds_alternative<page::Photo>(s.page)) return LookFor::Faces;
  if (std::holds_alternative<page::CheckIn>(s.page)) return LookFor::Codes;
  if (std::holds_alternative<page::ScanCard>(s.page)) return LookFor::Cards;
  const auto* p = std::get_if<page::Waiting>(&s.page);
  if (p && p->ask == Ask::Attempt) return LookFor::Faces;  // the photograph is taken from the running camera
  return std::nullopt;
}

// What was agreed to is told once it is known of whom.
void tell_consent(Transition& w) {
  KioskSession& v = w.v();
  if (!v.data_consent || v.data_consent_told || std::holds_alternative<page::EnterNik>(w.s.page)) return;
  auto person = v.person_id();
  if (!person) return;
  v.data_consent_told = true;
  w.out.push_back(RecordConsent{{w.c.fresh, std::move(*person), "data", std::string(kConsentText), {}, true}});
}

}  // namespace

Step step(State state, Event event, const Context& context) {
  Step r{std::move(state), {}};
  Transition w{r.state, r.effects, context};
  const auto before = r.state.page.index();
  std::visit(Handle{w}, event);
  if (r.state.page.index() != before) {
    tell_consent(w);
    w.keep_draft(false);
  }
  if (const auto wanted = wants_camera(r.state); wanted != r.state.camera) {
    r.state.camera = wanted;
    if (wanted)
      r.effects.push_back(StartCamera{*wanted});
    else
      r.effects.push_back(StopCamera{});
  }
  return r;
}

std::optional<SteadyTime> next_deadline(const State& s) {
  std::optional<SteadyTime> due;
  const auto at = [&](SteadyTime t) { due = due ? std::min(*due, t) : t; };
  if (s.idle_asked)
    at(*s.idle_asked + kIdleAnswer - Millis{(s.idle_seconds_left - 1) * 1000});
  else if (s.touched && !holds_confirmed(s))
    at(s.last_touch + idle_of(s));
  if (const auto* p = std::get_if<page::FactsDiffer>(&s.page); p && p->open_at)
    at(*p->open_at - Millis{std::max(p->seconds_left - 1, 0) * 1000});
  if (const auto* p = std::get_if<page::GuideStep>(&s.page); p && p->next_at) at(*p->next_at);
  if (const auto* p = std::get_if<page::Photo>(&s.page); p && p->takes_at) at(*p->takes_at);
  if (const auto* p = std::get_if<page::Waiting>(&s.page)) {
    if (!p->progress) at(p->since + kProgressAfter);
    if (!p->cancel) at(p->since + kCancelAfter);
    if (p->retry_at) at(*p->retry_at);
  }
  return due;
}

// ---- what several screens show ----

namespace {

struct Place {
  std::string_view page;
  int step;
};
constexpr Place k_claim[] = {{"DataConsent", 1}, {"Companion", 1},     {"ScanCard", 1},     {"ScanConfirm", 1},
                             {"EnterNik", 1},    {"EnterBirth", 1},    {"BirthDiffers", 1}, {"EnterMother", 1},
                             {"FactsDiffer", 1}, {"NotKnown", 1},      {"EnterName", 1},    {"EnterKpj", 1},
                             {"ThreeChecks", 2}, {"ChooseCause", 3},   {"OfficerCause", 3}, {"NotEligible", 3},
                             {"Membership", 4},  {"CameraConsent", 5}, {"Photo", 5},        {"FaceKept", 5},
                             {"EnterNpwp", 6},   {"ChooseBank", 6},    {"EnterAccount", 6}, {"EnterPhone", 6},
                             {"Amounts", 7},     {"CheckAnswers", 8}};
constexpr Place k_ticket[] = {{"ChooseService", 1}, {"OfferIdentify", 2}, {"EnterNik", 2},   {"ScanCard", 2},
                              {"ScanConfirm", 2},   {"AskPriority", 3},   {"TicketShown", 4}};
constexpr Place k_blocked[] = {{"BlockedIntro", 1}, {"BlockedConsent", 2}, {"EnterNik", 3},         {"ScanCard", 3},
                               {"ScanConfirm", 3},  {"EnterBirth", 3},     {"BirthDiffers", 3},     {"EnterMother", 3},
                               {"FactsDiffer", 3},  {"NotKnown", 3},       {"BlockedDocuments", 4}, {"BlockedNow", 5}};
// Two facts, then what was asked for.
constexpr Place k_read[] = {{"EnterNik", 1},     {"ScanCard", 1},    {"ScanConfirm", 1}, {"EnterBirth", 2},
                            {"BirthDiffers", 2}, {"EnterMother", 3}, {"FactsDiffer", 3}, {"NotKnown", 3},
                            {"ChooseKpj", 4},    {"Balance", 4},     {"KpjList", 4},     {"Track", 4},
                            {"CardShown", 4},    {"Consents", 4}};
constexpr Place k_update[] = {{"DataConsent", 1}, {"Companion", 1},  {"EnterNik", 2},     {"ScanCard", 2},
                              {"ScanConfirm", 2}, {"EnterBirth", 2}, {"BirthDiffers", 2}, {"EnterMother", 2},
                              {"FactsDiffer", 2}, {"NotKnown", 2},   {"Record", 3},       {"Correct", 3},
                              {"IntakeSaved", 4}};
constexpr Place k_simulate[] = {{"SimWage", 1}, {"SimYears", 2}, {"SimOpening", 3}, {"SimResult", 4}};

std::span<const Place> places(Purpose p) {
  switch (p) {
    case Purpose::Claim:
      return k_claim;
    case Purpose::Ticket:
      return k_ticket;
    case Purpose::Blocked:
      return k_blocked;
    case Purpose::Balance:
    case Purpose::FindKpj:
    case Purpose::Track:
    case Purpose::Card:
    case Purpose::Privacy:
      return k_read;
    case Purpose::Update:
      return k_update;
    case Purpose::Simulate:
      return k_simulate;
    case Purpose::None:
    case Purpose::Guide:
    case Purpose::Intake:  // its questions count themselves
    case Purpose::Account:
    case Purpose::CheckIn:
      return {};
  }
  return {};
}

}  // namespace

Progress progress(const State& s) {
  const auto way = places(s.visit->purpose);
  int last = 0;
  for (const auto& place : way) last = std::max(last, place.step);
  for (const auto& place : way)
    if (name(s.page) == place.page) return {place.step, last};
  return {};
}

std::vector<PersonCheck> three_checks(const KioskSession& visit, const domain::Rules& rules) {
  const auto* r = visit.record();
  if (!r) return {};
  bool active = false;
  for (const auto& m : r->memberships) active = active || m.status == domain::MembershipStatus::Active;
  return {
      {"nonaktif", !active}, {"pengkinian", r->data_current}, {"ceiling", r->balance() <= rules.self_service_ceiling}};
}

std::vector<const domain::CauseRule*> causes_shown(const domain::Rules& rules) {
  static constexpr std::string_view order[] = {"RESIGN", "PHK", "USIA56", "PKWT", "P10",  "BPU",
                                               "PKB",    "P30", "DEATH",  "CTT",  "LEAVE"};
  std::vector<const domain::CauseRule*> shown;
  for (auto code : order)
    if (const auto* rule = rules.cause(code)) shown.push_back(rule);
  for (const auto& rule : rules.causes)
    if (std::find(shown.begin(), shown.end(), &rule) == shown.end()) shown.push_back(&rule);
  return shown;
}

}  // namespace kiosk::flow::kiosk
