// One step under way: where it goes, what it asks of the branch, what it has printed.
#include <algorithm>
#include <cstdio>

#include "api/verbs/claim_said.h"
#include "domain/queue/issue.h"
#include "terminal/flow/kiosk/step.h"

namespace kiosk::flow::kiosk {

void Transition::go(Page next) {
  if (!std::holds_alternative<page::Waiting>(s.page)) v().back.push_back(std::move(s.page));
  s.page = std::move(next);
}

void Transition::swap(Page next) { s.page = std::move(next); }

void Transition::back() {
  if (v().back.empty()) return home();
  // What an officer typed is not left for whoever comes to the page next.
  if (std::holds_alternative<page::OfficerPin>(s.page)) v().pin.clear();
  if (std::holds_alternative<page::OfficerNumber>(s.page)) v().officer_number.clear();
  s.page = std::move(v().back.back());
  v().back.pop_back();
  if (v().editing() && v().back.size() <= v().before_edit->way) v().undo_edit();
  if (std::holds_alternative<page::NoNik>(s.page)) {  // the claim again: the intake's number is another person's
    v().purpose = Purpose::Claim;
    v().topic.clear();
    v().nik.clear();
  }
  if (std::holds_alternative<page::Home>(s.page)) home();
}

void Transition::end_assist() {
  s.officer.reset();
  out.push_back(EndAssist{});
}

void Transition::end_edit() {
  auto& way = v().back;
  if (v().editing() && way.size() > v().before_edit->way)
    way.erase(way.begin() + static_cast<std::ptrdiff_t>(v().before_edit->way), way.end());
  v().before_edit.reset();
}

void Transition::home() {
  // Nobody needs to come any more. One who is on the way has ended the call himself.
  if (!v().help_id.is_nil() && !v().help_coming) out.push_back(EndHelp{{v().help_id, {}, false}});
  s.visit = std::make_unique<KioskSession>();
  s.officer.reset();
  s.page = page::Home{};
  s.idle_asked.reset();
  s.touched = false;
  out.push_back(Forget{});
}

void Transition::forget_way_after(std::string_view page) {
  auto& way = v().back;
  const auto at = std::find_if(way.begin(), way.end(), [&](const Page& p) { return name(p) == page; });
  if (at != way.end()) way.erase(at + 1, way.end());
  if (at != way.end()) s.page = std::exchange(way.back(), page::Home{}), way.pop_back();
}

void Transition::drop_back(std::initializer_list<std::string_view> names) {
  std::erase_if(v().back, [&](const Page& p) { return std::find(names.begin(), names.end(), name(p)) != names.end(); });
}

void Transition::ask(Ask what) {
  const int no = s.next_no++;
  go(page::Waiting{
      .ask = what, .no = no, .since = c.now, .progress = false, .cancel = false, .away = false, .retry_at = {}});
  const auto asked = out.size();
  send(what, no);
  if (out.size() == asked && what != Ask::None) back();  // nobody to ask for: never a wait without an end
}

// The request is made anew from the visit each time, with the ids the visit keeps: asking twice is one act.
void Transition::send(Ask what, int no) {
  KioskSession& visit = v();
  auto person = visit.person_id();
  switch (what) {
    case Ask::None:
      return;
    case Ask::Find: {
      auto birth = visit.birth();
      if ((!person && !visit.by_kpj) || !birth) return;
      // An officer who is logged in beside the person looks in his own name, and that is the reason.
      out.push_back(
          FindPerson{no,
                     {visit.by_kpj ? std::nullopt : std::move(person), *birth, std::string(visit.mother.view()),
                      s.officer ? "assisted" : "", visit.by_kpj ? std::string(visit.kpj.view()) : std::string()}});
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

void Transition::side_ticket() {
  v().ticket_no = s.next_no++;
  send(Ask::Ticket, v().ticket_no);
}

void Transition::print_ticket() {
  if (!v().ticket) return;
  v().ticket_print = PrintState::Printing;
  v().ticket_print_no = s.next_no++;
  std::string service = v().ticket->ticket.service;
  for (const auto& known : s.services)
    if (known.code == service) service = known.name;
  out.push_back(PrintTicket{v().ticket_print_no, *v().ticket, service});
}

void Transition::print_receipt() {
  if (!v().claim) return;
  v().receipt_print = PrintState::Printing;
  v().receipt_print_no = s.next_no++;
  const bool waits = verbs::said_of(*v().claim).officer;
  out.push_back(PrintReceipt{v().receipt_print_no, *v().claim,
                             !waits       ? std::string()
                             : v().ticket ? v().ticket->ticket.number
                                          : v().number_held});
}

void Transition::print_slip(Slip slip, std::vector<std::string> fields) {
  const auto* record = v().record();
  if (!record) return;
  v().slip_print = PrintState::Printing;
  v().slip_no = s.next_no++;
  out.push_back(PrintSlip{v().slip_no, slip, *record, std::move(fields), v().found->as_of});
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

void failed(Transition& w, const Fault& fault) {
  auto* waiting = std::get_if<page::Waiting>(&w.s.page);
  if (!waiting) return;
  if (fault.kind == FaultKind::Unreachable) {
    waiting->away = true;
    waiting->retry_at = w.c.now + kRetryEvery;
    return;
  }
  // The session of the officer beside the person is over: the same once more in nobody's name.
  if (fault.code == "session_ended" && w.s.officer) {
    w.end_assist();
    return w.send(waiting->ask, waiting->no);
  }
  if (fault.code == "ticket_exists" && waiting->ask == Ask::Ticket) {
    w.v().number_held = fault.detail;
    return w.ask(Ask::Held);
  }
  w.swap(page::Problem{fault.code, fault.code == "ticket_exists" ? fault.detail : std::string{}, said_time(fault)});
}

}  // namespace kiosk::flow::kiosk
