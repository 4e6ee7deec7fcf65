#include "flow/kiosk_flow.h"

#include <algorithm>
#include <cstdio>

#include "domain/queue_issue.h"
#include "flow/kiosk_step.h"

namespace kiosk::flow::self {

std::string_view name(const Page& p) {
  static constexpr std::string_view names[] = {"Home",
                                               "OtherServices",
                                               "ChooseService",
                                               "OfferIdentify",
                                               "AskPriority",
                                               "TicketShown",
                                               "CheckIn",
                                               "CheckInCode",
                                               "ChooseAppointment",
                                               "DataConsent",
                                               "NoNik",
                                               "EnterNik",
                                               "EnterBirth",
                                               "BirthDiffers",
                                               "EnterMother",
                                               "FactsDiffer",
                                               "NotKnown",
                                               "EnterName",
                                               "EnterKpj",
                                               "ThreeChecks",
                                               "ChooseCause",
                                               "OfficerCause",
                                               "NotEligible",
                                               "Membership",
                                               "CameraConsent",
                                               "Photo",
                                               "FaceKept",
                                               "EnterNpwp",
                                               "ChooseBank",
                                               "EnterAccount",
                                               "EnterPhone",
                                               "Amounts",
                                               "CheckAnswers",
                                               "Saved",
                                               "BlockedIntro",
                                               "BlockedConsent",
                                               "BlockedDocuments",
                                               "BlockedNow",
                                               "ChooseKpj",
                                               "Balance",
                                               "KpjList",
                                               "SimWage",
                                               "SimYears",
                                               "SimOpening",
                                               "SimResult",
                                               "Track",
                                               "Guide",
                                               "CardShown",
                                               "Record",
                                               "Correct",
                                               "BpuChoice",
                                               "Question",
                                               "IntakeCheck",
                                               "IntakeSaved",
                                               "AccountHelp",
                                               "AccountAdvice",
                                               "ResumeOffer",
                                               "Consents",
                                               "WithdrawAsk",
                                               "Withdrawn",
                                               "HelpOffer",
                                               "HelpCalled",
                                               "OfficerNumber",
                                               "OfficerPin",
                                               "Leaving",
                                               "Waiting",
                                               "Problem"};
  static_assert(std::size(names) == std::variant_size_v<Page>);
  return names[p.index()];
}

// ---- the walk ----

void Walk::go(Page next) {
  if (!std::holds_alternative<page::Waiting>(s.page)) v().back.push_back(std::move(s.page));
  s.page = std::move(next);
}

void Walk::swap(Page next) { s.page = std::move(next); }

void Walk::back() {
  if (v().back.empty()) return home();
  s.page = std::move(v().back.back());
  v().back.pop_back();
  if (std::holds_alternative<page::CheckAnswers>(s.page) || std::holds_alternative<page::IntakeCheck>(s.page))
    v().editing = false;
  if (std::holds_alternative<page::Home>(s.page)) home();
}

void Walk::home() {
  s.visit = std::make_unique<Visit>();
  s.officer.reset();
  s.page = page::Home{};
  s.idle_asked.reset();
  s.touched = false;
  out.push_back(Forget{});
}

void Walk::drop_back(std::initializer_list<std::string_view> names) {
  std::erase_if(v().back, [&](const Page& p) { return std::find(names.begin(), names.end(), name(p)) != names.end(); });
}

void Walk::ask(Ask what) {
  const int no = s.next_no++;
  go(page::Waiting{
      .ask = what, .no = no, .since = c.now, .progress = false, .cancel = false, .away = false, .retry_at = {}});
  send(what, no);
}

// The request is made anew from the visit each time, with the ids the visit keeps: asking twice is one act.
void Walk::send(Ask what, int no) {
  Visit& visit = v();
  auto person = visit.person_id();
  switch (what) {
    case Ask::None:
      return;
    case Ask::Find: {
      auto birth = visit.birth();
      if (!person || !birth) return;
      // An officer who is logged in beside the person looks in his own name, and that is the reason.
      out.push_back(
          FindPerson{no, {std::move(*person), *birth, std::string(visit.mother.view()), s.officer ? "assisted" : ""}});
      return;
    }
    case Ask::Account:
      if (person) out.push_back(ReadAccount{no, std::move(*person)});
      return;
    case Ask::Check:
      if (person) out.push_back(CheckEligibility{no, {std::move(*person), visit.cause, std::nullopt}});
      return;
    case Ask::Attempt:
      if (visit.attempt_id.is_nil()) visit.attempt_id = c.fresh;
      if (person) out.push_back(AttemptMatch{no, visit.attempt_id, std::move(*person)});
      return;
    case Ask::Submit: {
      auto birth = visit.birth();
      if (!person || !birth) return;
      if (visit.claim_id.is_nil()) visit.claim_id = c.fresh;
      verbs::SubmitClaim r{.id = visit.claim_id, .person = std::move(*person), .birth = *birth};
      r.kpj = visit.chosen_kpj();
      r.name = visit.person_name();
      r.mother = visit.record() ? visit.record()->mother : std::string(visit.mother.view());
      r.cause = visit.cause;
      r.npwp = visit.nik_is_npwp ? std::string(r.person.nik()->digits()) : std::string(visit.npwp.view());
      if (auto phone = domain::normalise_phone(visit.phone.view())) r.phone = std::move(phone).value();
      r.account = {visit.bank, std::string(visit.account.view()), r.name};
      r.photo_blob = visit.photo_blob;
      r.face = visit.face;
      r.attempt = visit.attempt;
      out.push_back(SendClaim{no, std::move(r)});
      return;
    }
    case Ask::Ticket: {
      if (visit.ticket_id.is_nil()) visit.ticket_id = c.fresh;
      verbs::IssueTicket r{visit.ticket_id, service_for(s), std::move(person), visit.priority, purpose_text(visit)};
      r.appointment = visit.appointment;
      out.push_back(TakeTicket{no, std::move(r)});
      return;
    }
    case Ask::Claims:
      out.push_back(ListClaims{no});
      return;
    case Ask::Held:
      out.push_back(FindTicket{no, visit.number_held});
      return;
    case Ask::Shown:
      out.push_back(ReadTicket{no, visit.shown_id});
      return;
    case Ask::ComeBack:
      out.push_back(JoinQueue{no, visit.shown_id});
      return;
    case Ask::Intake: {
      if (!person) return;
      if (visit.intake_id.is_nil()) visit.intake_id = c.fresh;
      verbs::Intake r{visit.intake_id, std::move(*person), visit.topic, {}};
      if (visit.purpose == Purpose::Update) {
        r.kind = "correction";
        if (visit.given.empty()) r.answers.emplace("all_right", "yes");
      }
      for (const auto& [field, typed] : visit.given)
        if (!typed.empty()) r.answers.emplace(field, typed.view());
      out.push_back(SendIntake{no, std::move(r)});
      return;
    }
    case Ask::Withdraw:
      if (person)
        out.push_back(Withdraw{
            no, {visit.consent_id, std::move(*person), visit.withdrawn, std::string(kConsentText), {}, false}});
      return;
    case Ask::Help: {
      // The page that is left open behind the question.
      const auto at = std::find_if(visit.back.rbegin(), visit.back.rend(),
                                   [](const Page& p) { return !std::holds_alternative<page::HelpOffer>(p); });
      out.push_back(CallHelp{no, {visit.help_id, std::string(at == visit.back.rend() ? "Home" : name(*at))}});
      return;
    }
    case Ask::LogIn:
      out.push_back(LogIn{no, std::string(visit.officer_number.view()), SecretString(std::string(visit.pin.view()))});
      return;
  }
}

void Walk::side_ticket() {
  v().ticket_no = s.next_no++;
  send(Ask::Ticket, v().ticket_no);
}

void Walk::print_ticket() {
  if (!v().ticket) return;
  v().ticket_print = PrintState::Printing;
  v().ticket_print_no = s.next_no++;
  std::string service = v().ticket->ticket.service;
  for (const auto& known : s.services)
    if (known.code == service) service = known.name;
  out.push_back(PrintTicket{v().ticket_print_no, *v().ticket, service});
}

void Walk::print_receipt() {
  if (!v().claim) return;
  v().receipt_print = PrintState::Printing;
  v().receipt_print_no = s.next_no++;
  out.push_back(PrintReceipt{v().receipt_print_no, *v().claim});
}

void Walk::print_slip(Slip slip, std::vector<std::string> fields) {
  const auto* record = v().record();
  if (!record) return;
  v().slip_print = PrintState::Printing;
  v().slip_no = s.next_no++;
  out.push_back(PrintSlip{v().slip_no, slip, *record, std::move(fields)});
}

namespace {
// Refusals that pass by themselves say until when: "2026-11-20T02:15:00.000Z".
std::optional<WallTime> said_time(const Fault& fault) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, end = 0;
  if (std::sscanf(fault.detail.c_str(), "%4d-%2d-%2dT%2d:%2d:%n", &y, &mo, &d, &h, &mi, &end) != 5 || end == 0)
    return std::nullopt;
  const auto date = Date::of(y, mo, d);
  if (!date || h > 23 || mi > 59) return std::nullopt;
  return domain::local_midnight(*date, std::chrono::minutes{0}) + std::chrono::minutes(h * 60 + mi);
}
}  // namespace

void failed(Walk& w, const Fault& fault) {
  auto* waiting = std::get_if<page::Waiting>(&w.s.page);
  if (!waiting) return;
  if (fault.kind == FaultKind::Unreachable) {
    waiting->away = true;
    waiting->retry_at = w.c.now + kRetryEvery;
    return;
  }
  if (fault.code == "ticket_exists" && waiting->ask == Ask::Ticket) {
    w.v().number_held = fault.detail;
    return w.ask(Ask::Held);
  }
  w.swap(page::Problem{fault.code, fault.code == "ticket_exists" ? fault.detail : std::string{}, said_time(fault)});
}

// ---- time ----

namespace {

bool forgets_nothing(const State& s) { return std::holds_alternative<page::Home>(s.page); }

void time_passed(Walk& w) {
  State& s = w.s;
  if (s.idle_asked) {
    const auto left = *s.idle_asked + kIdleAnswer - w.c.now;
    if (left <= Millis{0}) return w.home();
    s.idle_seconds_left = static_cast<int>((left.count() + 999) / 1000);
  } else if (s.touched && w.c.now >= s.last_touch + s.idle) {
    if (forgets_nothing(s)) {
      w.home();
      return;
    }
    s.idle_asked = w.c.now;
    s.idle_seconds_left = static_cast<int>(kIdleAnswer.count() / 1000);
  }
  if (auto* p = std::get_if<page::FactsDiffer>(&s.page); p && p->open_at) {
    const auto left = *p->open_at - w.c.now;
    p->seconds_left = static_cast<int>((left.count() + 999) / 1000);
    if (left <= Millis{0}) p->open_at.reset();
  }
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

void face_seen(page::Photo& p, const FaceSeen& seen) {
  p.camera_away = false;
  advise(p, seen);
  p.ready = p.advice == "coach.ready";
}

void printed(Walk& w, const PagePrinted& e) {
  const auto state = e.trouble.empty() ? PrintState::Printed : PrintState::Failed;
  if (e.no == w.v().ticket_print_no) w.v().ticket_print = state;
  if (e.no == w.v().receipt_print_no) w.v().receipt_print = state;
  if (e.no == w.v().slip_no) w.v().slip_print = state;
}

bool awaited(const State& s, int no, Ask what) {
  const auto* p = std::get_if<page::Waiting>(&s.page);
  return p && p->no == no && p->ask == what;
}

struct Handle {
  Walk& w;

  void operator()(Intent& intent) {
    w.s.last_touch = w.c.now;
    w.s.touched = true;
    if (w.s.idle_asked) {
      // While the question lies over the page only its answer counts: a stray touch must not move the form.
      if (std::holds_alternative<StayHere>(intent)) w.s.idle_asked.reset();
      if (std::holds_alternative<Finish>(intent)) w.home();
    } else {
      on_intent(w, intent);
    }
    if (auto* e = std::get_if<Enter>(&intent)) kiosk::wipe(e->text);
    if (auto* e = std::get_if<EnterDate>(&intent)) {
      kiosk::wipe(e->day);
      kiosk::wipe(e->month);
      kiosk::wipe(e->year);
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
      return;
    }
    w.v().ticket = std::move(e.result).value();
    w.print_ticket();
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
    if (awaited(w.s, e.no, Ask::LogIn)) logged_in(w, std::move(e.result));
  }
  void operator()(HelpAnswered&) {
    if (!w.v().help_id.is_nil()) w.v().help_coming = true;
  }
  void operator()(PagePrinted& e) { printed(w, e); }
  void operator()(FaceSeen& e) {
    if (auto* p = std::get_if<page::Photo>(&w.s.page)) face_seen(*p, e);
    if (auto* p = std::get_if<page::CheckIn>(&w.s.page)) p->camera_away = false;
  }
  void operator()(CodeSeen& e) {
    code_seen(w, e.text);
    kiosk::wipe(e.text);
  }
  void operator()(CameraLost&) {
    if (auto* c = std::get_if<page::CheckIn>(&w.s.page)) c->camera_away = true;
    auto* p = std::get_if<page::Photo>(&w.s.page);
    if (!p) return;
    p->camera_away = true;
    p->ready = false;
    p->advice.clear();
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

bool wants_camera(const State& s) {
  if (std::holds_alternative<page::Photo>(s.page) || std::holds_alternative<page::CheckIn>(s.page)) return true;
  const auto* p = std::get_if<page::Waiting>(&s.page);
  return p && p->ask == Ask::Attempt;  // the photograph is taken from the running camera
}

// What was agreed to is told once it is known of whom.
void tell_consent(Walk& w) {
  Visit& v = w.v();
  if (!v.data_consent || v.data_consent_told || std::holds_alternative<page::EnterNik>(w.s.page)) return;
  auto person = v.person_id();
  if (!person) return;
  v.data_consent_told = true;
  w.out.push_back(RecordConsent{{w.c.fresh, std::move(*person), "data", std::string(kConsentText), {}, true}});
}

}  // namespace

Step step(State state, Event event, const Context& context) {
  Step r{std::move(state), {}};
  Walk w{r.state, r.effects, context};
  const auto before = r.state.page.index();
  std::visit(Handle{w}, event);
  if (r.state.page.index() != before) {
    tell_consent(w);
    w.keep_draft(false);
  }
  if (wants_camera(r.state) != r.state.camera_on) {
    r.state.camera_on = !r.state.camera_on;
    if (r.state.camera_on)
      r.effects.push_back(StartCamera{std::holds_alternative<page::CheckIn>(r.state.page)});
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
  else if (s.touched)
    at(s.last_touch + s.idle);
  if (const auto* p = std::get_if<page::FactsDiffer>(&s.page); p && p->open_at)
    at(*p->open_at - Millis{std::max(p->seconds_left - 1, 0) * 1000});
  if (const auto* p = std::get_if<page::Waiting>(&s.page)) {
    if (!p->progress) at(p->since + kProgressAfter);
    if (!p->cancel) at(p->since + kCancelAfter);
    if (p->retry_at) at(*p->retry_at);
  }
  return due;
}

// ---- what several screens show ----

Progress progress(const State& s) {
  if (s.visit->purpose != Purpose::Claim) return {};
  static constexpr std::pair<std::string_view, int> steps[] = {
      {"DataConsent", 1}, {"EnterNik", 1},     {"EnterBirth", 1},  {"BirthDiffers", 1}, {"EnterMother", 1},
      {"FactsDiffer", 1}, {"NotKnown", 1},     {"EnterName", 1},   {"EnterKpj", 1},     {"ThreeChecks", 2},
      {"ChooseCause", 3}, {"OfficerCause", 3}, {"NotEligible", 3}, {"Membership", 4},   {"CameraConsent", 5},
      {"Photo", 5},       {"FaceKept", 5},     {"EnterNpwp", 6},   {"ChooseBank", 6},   {"EnterAccount", 6},
      {"EnterPhone", 6},  {"Amounts", 7},      {"CheckAnswers", 8}};
  for (const auto& [page, n] : steps)
    if (name(s.page) == page) return {n, 8};
  return {};
}

std::vector<PersonCheck> three_checks(const Visit& visit, const domain::Rules& rules) {
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

}  // namespace kiosk::flow::self
