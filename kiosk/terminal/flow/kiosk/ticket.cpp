// A number for the counter: by choice, or handed over from any other journey with what is known already.
#include <algorithm>

#include "terminal/flow/kiosk/step.h"

namespace kiosk::flow::kiosk {

namespace {

// Service codes are settings of the institution: the first of these that the branch has is taken, else its first open
// one.
std::vector<std::string_view> wished(const KioskSession& v) {
  switch (v.purpose) {
    case Purpose::Claim:
    case Purpose::Privacy:
    case Purpose::Balance:
    case Purpose::FindKpj:
    case Purpose::Track:
      return {"JHT", "CSO", "INFO"};
    case Purpose::Blocked:
      return {"ISO", "JSU", "AKUN", "JHT"};
    case Purpose::Account:
      return {"ISO", "JSU", "AKUN", "INFO"};
    case Purpose::Card:
    case Purpose::Update:
      return {"DATA", "ISO", "INFO"};
    case Purpose::Intake:
      if (v.topic == "accident") return {"JKK", "INFO"};
      if (v.topic == "heir" || v.topic == "foreigner") return {"JHT", "CSO", "INFO"};
      if (v.topic.starts_with("bpu")) return {"BPU", "INFO", "CSO"};
      return {"INFO", "CSO"};
    case Purpose::None:
    case Purpose::Ticket:
    case Purpose::CheckIn:
    case Purpose::Simulate:
    case Purpose::Guide:
      return {"INFO", "CSO"};
  }
  return {};
}

std::optional<domain::Priority> priority_by_id(std::string_view id) {
  if (id == "none") return domain::Priority::Normal;
  if (id == "elderly") return domain::Priority::Elderly;
  if (id == "disabled") return domain::Priority::Disabled;
  if (id == "pregnant") return domain::Priority::Pregnant;
  if (id == "infant") return domain::Priority::WithInfant;
  return std::nullopt;
}

void take(Transition& w) {
  if (!w.v().intake && !w.v().claim) w.keep_draft(true);  // what was entered waits at the counter
  w.ask(Ask::Ticket);
}

// The class of blocked accounts is proved by the account; everybody else is asked about priority.
void take_blocked(Transition& w) {
  if (!is_blocked(w.v())) return w.go(page::AskPriority{});
  w.v().priority = domain::Priority::Blocked;
  take(w);
}

}  // namespace

bool is_blocked(const KioskSession& v) {
  return v.account_view && v.account_view->account.state == domain::AccountState::Blocked;
}

std::string service_for(const State& s) {
  const auto open = [&](std::string_view code) {
    return std::any_of(s.services.begin(), s.services.end(), [&](const auto& x) { return x.open && x.code == code; });
  };
  if (!s.visit->service.empty()) return s.visit->service;
  for (auto code : wished(*s.visit))
    if (open(code)) return std::string(code);
  for (const auto& service : s.services)
    if (service.open) return service.code;
  return "INFO";
}

std::string purpose_text(const KioskSession& v) {
  if (v.claim) return "claim:" + v.claim->id.str();
  if (v.purpose == Purpose::Blocked ||
      (v.account_view && v.account_view->account.state == domain::AccountState::Blocked))
    return v.account_view && !v.account_view->purpose.empty() ? v.account_view->purpose : "blocked";
  if (v.purpose == Purpose::Claim) return v.cause.empty() ? "claim_help" : "claim_help:" + v.cause;
  if (v.intake) return "intake:" + v.intake->id.str();
  if (!v.topic.empty()) return "service:" + v.topic;
  return {};
}

void ticket_taken(Transition& w, Result<verbs::TicketIssued> r) {
  if (!r) return failed(w, r.fault());
  w.v().ticket = std::move(r).value();
  w.no_way_back();
  if (w.v().claim)
    w.swap(page::Saved{});
  else if (is_blocked(w.v()))
    w.swap(page::BlockedNow{});
  else
    w.swap(page::TicketShown{});
  w.print_ticket();
}

bool ticket_intent(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  const bool next = std::holds_alternative<Next>(intent), other = std::holds_alternative<Other>(intent);
  if (std::holds_alternative<page::ChooseService>(w.s.page)) {
    const auto* choose = std::get_if<Choose>(&intent);
    if (!choose) return false;
    for (const auto& service : w.s.services)
      if (service.open && service.code == choose->id) {
        v.service = service.code;
        w.go(page::OfferIdentify{});
        return true;
      }
    return false;
  }
  if (std::holds_alternative<page::OfferIdentify>(w.s.page)) {
    if (next) return start_identify(w), true;
    if (other) {
      v.nik.clear();
      return w.go(page::AskPriority{}), true;
    }
    return false;
  }
  if (std::holds_alternative<page::AskPriority>(w.s.page)) {
    const auto* choose = std::get_if<Choose>(&intent);
    if (!choose) return false;
    const auto priority = priority_by_id(choose->id);
    if (!priority) return false;
    v.priority = *priority;
    return take(w), true;
  }
  if (std::holds_alternative<page::TicketShown>(w.s.page)) {
    if (next) return w.home(), true;
    const bool may_print = v.ticket_print == PrintState::Failed || (v.held && v.ticket_print != PrintState::Printing);
    if (other && may_print) return w.print_ticket(), true;
    return false;
  }
  // -- a blocked account --
  if (std::holds_alternative<page::BlockedIntro>(w.s.page)) {
    if (next) return w.go(page::BlockedConsent{}), true;
    return false;
  }
  if (std::holds_alternative<page::BlockedConsent>(w.s.page)) {
    if (next) {
      v.data_consent = true;
      return start_identify(w), true;
    }
    if (other) return w.go(page::AskPriority{}), true;  // no consent: an officer explains, nothing is looked up
    return false;
  }
  if (std::holds_alternative<page::BlockedDocuments>(w.s.page)) {
    if (!next) return false;
    return take_blocked(w), true;
  }
  if (std::holds_alternative<page::BlockedNow>(w.s.page)) {
    if (next && v.ticket) return w.home(), true;
    if (next) return take_blocked(w), true;
    if (other && v.ticket && v.ticket_print == PrintState::Failed) return w.print_ticket(), true;
    return false;
  }
  return false;
}

}  // namespace kiosk::flow::kiosk
