// Here for an appointment or a time slot, or with the code of a ticket whose paper is missing. A ticket's code is
// enough for the ticket; an appointment is the person's, so two facts come first.
#include <algorithm>
#include <cctype>

#include "terminal/flow/kiosk/step.h"

namespace kiosk::flow::kiosk {

namespace {

using domain::TicketState;

constexpr std::string_view k_ticket = "ticket:", k_appointment = "appointment:";
constexpr std::size_t k_code_least = 6, k_code_most = 32;  // characters of a booking code: the end of its id, or all

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ') out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return out;
}
std::string bare(std::string_view text) {
  std::string out = plain(text);
  std::erase(out, '-');
  return out;
}

void refuse_code(Transition& w, const std::string& error) {
  w.v().code.clear();
  if (auto* p = std::get_if<page::CheckIn>(&w.s.page)) p->error = error;
  if (auto* p = std::get_if<page::CheckInCode>(&w.s.page)) p->error = error;
}

void read_code(Transition& w, std::string_view text) {
  const std::string code = plain(text);
  if (code.starts_with(k_ticket)) {
    const auto id = Uuid::parse(code.substr(k_ticket.size()));
    if (!id) return refuse_code(w, "code_foreign");
    w.v().shown_id = *id;
    return w.ask(Ask::Shown);
  }
  const std::string booking = bare(code.starts_with(k_appointment) ? code.substr(k_appointment.size()) : code);
  const bool sound = std::all_of(booking.begin(), booking.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
  if (!sound || booking.size() > k_code_most) return refuse_code(w, "code_foreign");
  if (booking.size() < k_code_least) return refuse_code(w, "code_short");
  w.v().code.set(booking);
  start_identify(w);
}

bool matches(const verbs::Appointment& a, std::string_view code) { return code.empty() || bare(a.id).ends_with(code); }

void take(Transition& w, const verbs::Appointment& a) {
  if (Date::at(a.at, w.c.utc_offset) < w.c.today) return w.swap(page::Problem{"appointment_expired", {}, a.at});
  w.v().appointment = a.id;
  w.v().service = a.service;
  w.ask(Ask::Ticket);
}

// A ticket of an earlier day says nothing about today, whatever its state.
std::string why_not(const Transition& w, const domain::Ticket& t) {
  if (Date::at(t.issued_at, w.c.utc_offset) != w.c.today) return "ticket_other_day";
  if (t.state == TicketState::NoShow) return "ticket_missed";
  return domain::is_live(t.state) ? "" : "ticket_ended";
}

void show(Transition& w, verbs::TicketIssued ticket) {
  w.v().ticket = std::move(ticket);
  w.v().held = true;
  w.no_way_back();
  w.swap(page::TicketShown{});
}

}  // namespace

void code_seen(Transition& w, const std::string& text) {
  KioskSession& v = w.v();
  if (!std::holds_alternative<page::CheckIn>(w.s.page) || text == v.code_refused) return;
  w.s.last_touch = w.c.now;
  w.s.touched = true;
  v.code_refused = text;  // unless it is found good, the page is left and this forgotten
  read_code(w, text);
}

void choose_appointment(Transition& w) {
  const auto& all = w.v().found->appointments;
  const std::string code(w.v().code.view());
  const auto on = [&](auto&& day) {
    return std::find_if(all.begin(), all.end(),
                        [&](const auto& a) { return matches(a, code) && day(Date::at(a.at, w.c.utc_offset)); });
  };
  const auto is_today = [&](Date d) { return d == w.c.today; };
  const auto here = std::count_if(all.begin(), all.end(), [&](const auto& a) {
    return matches(a, code) && is_today(Date::at(a.at, w.c.utc_offset));
  });
  if (here > 1) return w.swap(page::ChooseAppointment{});
  auto one = on(is_today);
  // None today: one that is still to come says when, else one that has passed says so.
  if (one == all.end()) one = on([&](Date d) { return d > w.c.today; });
  if (one == all.end()) one = on([](Date) { return true; });
  if (one == all.end()) return w.swap(page::Problem{"unknown_appointment", {}, {}});
  take(w, *one);
}

void held_found(Transition& w, Result<verbs::TicketIssued> r) {
  if (!r && r.fault().kind == FaultKind::Unreachable) return failed(w, r.fault());
  if (!r) return w.swap(page::Problem{"ticket_exists", w.v().number_held, {}});
  show(w, std::move(r).value());
}

void shown_read(Transition& w, Result<verbs::TicketIssued> r) {
  if (!r && r.fault().kind == FaultKind::Unreachable) return failed(w, r.fault());
  const auto why = r ? why_not(w, r->ticket) : std::string("code_foreign");
  if (!why.empty()) {
    w.back();
    return refuse_code(w, why);
  }
  if (r->ticket.state == TicketState::Created) return w.ask(Ask::ComeBack);
  show(w, std::move(r).value());
}

void came_back(Transition& w, Result<verbs::TicketIssued> r) {
  if (!r) return failed(w, r.fault());
  show(w, std::move(r).value());
}

bool check_in_intent(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  const bool next = std::holds_alternative<Next>(intent);
  if (auto* p = std::get_if<page::CheckIn>(&w.s.page)) {
    if (std::holds_alternative<Other>(intent)) {
      p->error.clear();
      return w.go(page::CheckInCode{}), true;
    }
    if (!next) return false;
    v.code.clear();  // without a code: who it is says which appointment
    return start_identify(w), true;
  }
  if (auto* p = std::get_if<page::CheckInCode>(&w.s.page)) {
    if (const auto* e = std::get_if<Enter>(&intent)) {
      v.code.set(e->text);
      p->error.clear();
      return true;
    }
    if (!next) return false;
    return read_code(w, std::string(v.code.view())), true;
  }
  if (std::holds_alternative<page::ChooseAppointment>(w.s.page)) {
    const auto* choose = std::get_if<Choose>(&intent);
    if (!choose || !v.found) return false;
    for (const auto& a : v.found->appointments)
      if (a.id == choose->id) return take(w, a), true;
    return false;
  }
  return false;
}

}  // namespace kiosk::flow::kiosk
