// Home, what every page has (Kembali, Bantuan petugas, Selesai), and the short journeys that only read.
#include <algorithm>

#include "terminal/flow/kiosk/step.h"

namespace kiosk::flow::kiosk {

namespace {

struct Tile {
  std::string_view id;
  Purpose purpose;
};
constexpr Tile tiles[] = {{"ticket", Purpose::Ticket},    {"claim", Purpose::Claim}, {"blocked", Purpose::Blocked},
                          {"balance", Purpose::Balance},  {"kpj", Purpose::FindKpj}, {"track", Purpose::Track},
                          {"simulate", Purpose::Simulate}};
constexpr Tile others[] = {
    {"guide", Purpose::Guide},      {"appointment", Purpose::CheckIn}, {"card", Purpose::Card},
    {"update", Purpose::Update},    {"bpu", Purpose::Intake},          {"accident", Purpose::Intake},
    {"complaint", Purpose::Intake}, {"account", Purpose::Account},     {"privacy", Purpose::Privacy}};

Page first_page(Purpose p) {
  switch (p) {
    case Purpose::Ticket:
      return page::ChooseService{};
    case Purpose::Blocked:
      return page::BlockedIntro{};
    case Purpose::Simulate:
      return page::SimWage{};
    case Purpose::Claim:
    case Purpose::Update:
    case Purpose::Intake:
      return page::DataConsent{};
    case Purpose::Balance:
    case Purpose::FindKpj:
    case Purpose::Track:
    case Purpose::Card:
    case Purpose::Privacy:
      return page::EnterNik{};
    case Purpose::Account:
      return page::AccountHelp{};
    case Purpose::Guide:
      return page::Guide{};
    case Purpose::CheckIn:
      return page::CheckIn{};
    case Purpose::None:
      return page::OtherServices{};
  }
  return page::Home{};
}

bool home_intent(Transition& w, const Intent& intent) {
  const auto* choose = std::get_if<Choose>(&intent);
  if (!choose) return false;
  if (choose->id == "other") return w.go(page::OtherServices{}), true;
  for (const auto& tile : tiles)
    if (tile.id == choose->id) {
      w.v().purpose = tile.purpose;
      return w.go(first_page(tile.purpose)), true;
    }
  return false;
}

bool other_services(Transition& w, const Intent& intent) {
  const auto* choose = std::get_if<Choose>(&intent);
  if (!choose) return false;
  for (const auto& tile : others)
    if (tile.id == choose->id) {
      w.v().purpose = tile.purpose;
      w.v().topic = choose->id;
      if (tile.id == "bpu") return w.go(page::BpuChoice{}), true;
      return w.go(first_page(tile.purpose)), true;
    }
  return false;
}

// What is on the page is finished: leaving loses nothing.
bool at_an_end(const State& s) {
  if (std::holds_alternative<page::BlockedNow>(s.page)) return s.visit->ticket.has_value();
  static constexpr std::string_view ends[] = {
      "TicketShown",  "Saved",         "Balance",       "KpjList",     "Track",     "Guide",
      "SimResult",    "GuideStep",     "GuideCauses",   "GuidePapers", "Leaving",   "OtherServices",
      "BlockedIntro", "ChooseService", "CheckIn",       "DataConsent", "CardShown", "BpuChoice",
      "IntakeSaved",  "AccountHelp",   "AccountAdvice", "Consents",    "Withdrawn"};
  return std::find(std::begin(ends), std::end(ends), name(s.page)) != std::end(ends);
}

std::int64_t money(const Typed& t) {
  std::int64_t n = 0;
  for (char c : t.view()) n = n * 10 + (c - '0');
  return n;
}

void take_digits(Typed& into, std::string_view text, std::size_t limit) {
  into.clear();
  for (char c : text)
    if (c >= '0' && c <= '9') into.push(c, limit);
}

bool simulation(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  const bool next = std::holds_alternative<Next>(intent);
  const auto* enter = std::get_if<Enter>(&intent);
  if (auto* p = std::get_if<page::SimWage>(&w.s.page)) {
    if (enter) return take_digits(v.wage, enter->text, 9), p->error.clear(), true;
    if (!next) return false;
    if (money(v.wage) < 100'000)
      p->error = "wage_low";
    else
      w.go(page::SimYears{});
    return true;
  }
  if (auto* p = std::get_if<page::SimYears>(&w.s.page)) {
    if (enter) return take_digits(v.years, enter->text, 2), p->error.clear(), true;
    if (!next) return false;
    if (money(v.years) < 1 || money(v.years) > 45)
      p->error = "years_range";
    else
      w.go(page::SimOpening{});
    return true;
  }
  if (std::holds_alternative<page::SimOpening>(w.s.page)) {
    if (enter) return take_digits(v.opening, enter->text, 10), true;
    if (!next) return false;
    return w.go(page::SimResult{}), true;
  }
  return false;
}

}  // namespace

bool info_intent(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  const bool next = std::holds_alternative<Next>(intent), other = std::holds_alternative<Other>(intent);
  const auto* choose = std::get_if<Choose>(&intent);
  if (std::holds_alternative<page::Home>(w.s.page)) return home_intent(w, intent);
  if (std::holds_alternative<page::OtherServices>(w.s.page)) return other_services(w, intent);
  if (std::holds_alternative<page::ChooseKpj>(w.s.page)) {
    const auto* r = v.record();
    for (std::size_t i = 0; choose && r && i < r->memberships.size(); ++i)
      if (choose->id == std::to_string(i)) {
        v.membership = i;
        return w.go(page::Balance{}), true;
      }
    return false;
  }
  if (std::holds_alternative<page::KpjList>(w.s.page) && std::holds_alternative<Third>(intent)) {
    if (v.slip_print == PrintState::Printing) return false;
    return w.print_slip(Slip::Kpj), true;
  }
  if (std::holds_alternative<page::Balance>(w.s.page) || std::holds_alternative<page::KpjList>(w.s.page) ||
      std::holds_alternative<page::Track>(w.s.page) || std::holds_alternative<page::SimResult>(w.s.page)) {
    if (next) return w.home(), true;
    if (other) return w.go(page::AskPriority{}), true;  // questions: an officer
    return false;
  }
  if (std::holds_alternative<page::Leaving>(w.s.page)) {
    if (other) return w.drop_draft(), w.home(), true;
    if (!next) return false;
    w.back();
    // The answer may have passed meanwhile: ask again, with the same ids it is the same act.
    if (auto* p = std::get_if<page::Waiting>(&w.s.page)) w.send(p->ask, p->no);
    return true;
  }
  if (std::holds_alternative<page::Problem>(w.s.page)) {
    if (next) return w.back(), true;
    if (other) return w.go(page::AskPriority{}), true;
    return false;
  }
  return simulation(w, intent);
}

bool on_intent(Transition& w, const Intent& intent) {
  State& s = w.s;
  const auto* waiting = std::get_if<page::Waiting>(&s.page);
  // What was confirmed keeps its id until the node answers; going back to change it would lose the change silently.
  const bool sending =
      waiting && (waiting->ask == Ask::Submit || waiting->ask == Ask::Attempt || waiting->ask == Ask::Intake ||
                  waiting->ask == Ask::Withdraw || waiting->ask == Ask::LogIn);
  if (std::holds_alternative<Back>(intent)) {
    if (sending || std::holds_alternative<page::Home>(s.page) || (w.v().back.empty() && at_an_end(s))) return false;
    return w.back(), true;
  }
  if (std::holds_alternative<Finish>(intent)) {
    if (std::holds_alternative<page::Home>(s.page)) return false;
    if (at_an_end(s)) return w.home(), true;
    if (waiting) {
      // Leaving must come back to this very question.
      w.v().back.push_back(s.page);
      return w.swap(page::Leaving{}), true;
    }
    return w.go(page::Leaving{}), true;
  }
  if (std::holds_alternative<AskHelp>(intent)) {
    if (waiting) return false;
    for (const auto at : {"HelpOffer", "HelpCalled", "OfficerNumber", "OfficerPin"})
      if (name(s.page) == at) return false;
    if (!w.v().help_id.is_nil()) return w.go(page::HelpCalled{}), true;
    return w.go(page::HelpOffer{}), true;
  }
  return info_intent(w, intent) || ticket_intent(w, intent) || check_in_intent(w, intent) ||
         identify_intent(w, intent) || scan_intent(w, intent) || guide_intent(w, intent) || claim_intent(w, intent) ||
         form_intent(w, intent) || consent_intent(w, intent) || intake_intent(w, intent) || help_intent(w, intent);
}

}  // namespace kiosk::flow::kiosk
