// Who is it: the number in groups of four, the birth date in three boxes, the mother's name. Names and balances follow
// only after two facts agreed (kiosk/docs/glossary.md "two facts"); what does not fit is a question.
#include <algorithm>
#include <utility>

#include "api/verbs/claim_said.h"
#include "terminal/flow/kiosk/step.h"
#include "terminal/flow/kiosk/taken.h"

namespace kiosk::flow::kiosk {

namespace {

std::string digits_only(std::string_view text, std::size_t limit) {
  std::string out;
  for (char c : text)
    if (c >= '0' && c <= '9' && out.size() < limit) out.push_back(c);
  return out;
}

void take_digits(Typed& into, std::string_view text, std::size_t limit) {
  auto digits = digits_only(text, limit);
  into.set(digits);
  ::kiosk::wipe(digits);
}

bool blank(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c == ' '; });
}

void after_birth(Transition& w) { w.go(page::EnterMother{}); }

bool nik_page(Transition& w, page::EnterNik& p, const Intent& intent) {
  KioskSession& v = w.v();
  if (const auto* e = std::get_if<Enter>(&intent)) {
    take_digits(v.nik, e->text, 16);
    v.by_kpj = false;
    p.error.clear();
    return true;
  }
  if (std::holds_alternative<Other>(intent) && v.purpose == Purpose::Claim) return w.go(page::NoNik{}), true;
  if (std::holds_alternative<Third>(intent)) return w.go(page::ScanCard{}), true;
  if (!std::holds_alternative<Next>(intent)) return false;
  if (auto nik = v.parsed_nik(); !nik) {
    p.error = nik.fault().code;
    return true;
  }
  after_number(w);
  return true;
}

bool birth_page(Transition& w, page::EnterBirth& p, const Intent& intent) {
  KioskSession& v = w.v();
  if (const auto* e = std::get_if<EnterDate>(&intent)) {
    take_digits(v.day, e->day, 2);
    take_digits(v.month, e->month, 2);
    take_digits(v.year, e->year, 4);
    p.error.clear();
    return true;
  }
  if (!std::holds_alternative<Next>(intent)) return false;
  auto birth = v.birth();
  if (!birth) {
    p.error = birth.fault().code;
    return true;
  }
  if (*birth > w.c.today) {
    p.error = "birth_future";
    return true;
  }
  if (auto nik = v.parsed_nik(); nik && !nik->agrees_with(*birth))
    w.go(page::BirthDiffers{});
  else
    after_birth(w);
  return true;
}

bool mother_page(Transition& w, page::EnterMother& p, const Intent& intent) {
  if (const auto* e = std::get_if<Enter>(&intent)) {
    w.v().mother.set(e->text);
    p.error.clear();
    return true;
  }
  if (!std::holds_alternative<Next>(intent)) return false;
  if (blank(w.v().mother.view()))
    p.error = "mother_missing";
  else
    w.ask(Ask::Find);
  return true;
}

bool name_page(Transition& w, page::EnterName& p, const Intent& intent) {
  if (const auto* e = std::get_if<Enter>(&intent)) {
    w.v().name.set(e->text);
    p.error.clear();
    return true;
  }
  if (!std::holds_alternative<Next>(intent)) return false;
  if (blank(w.v().name.view()))
    p.error = "name_missing";
  else
    w.go(page::EnterKpj{});
  return true;
}

bool kpj_page(Transition& w, page::EnterKpj& p, const Intent& intent) {
  if (const auto* e = std::get_if<Enter>(&intent)) {
    take_digits(w.v().kpj, e->text, 11);
    p.error.clear();
    return true;
  }
  if (!std::holds_alternative<Next>(intent)) return false;
  if (auto kpj = domain::Kpj::parse(w.v().kpj.view()); !kpj)
    p.error = kpj.fault().code;
  else
    next_in_form(w, page::ChooseCause{});
  return true;
}

// The likely one; the page of data lets the person choose another.
std::size_t newest_of(const domain::Participant& record) {
  const auto& list = record.memberships;
  const auto newest =
      std::max_element(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.since < b.since; });
  return newest == list.end() ? 0 : static_cast<std::size_t>(newest - list.begin());
}

std::size_t membership_of(const domain::Participant& record, std::string_view kpj) {
  for (std::size_t i = 0; i < record.memberships.size(); ++i)
    if (record.memberships[i].kpj.digits() == kpj) return i;
  return newest_of(record);
}

}  // namespace

void start_identify(Transition& w) { w.go(page::EnterNik{}); }

// A ticket needs the number only; a journey that shows personal data needs both facts.
void after_number(Transition& w) {
  if (w.v().purpose == Purpose::Ticket) return w.go(page::AskPriority{});
  if (w.v().purpose == Purpose::Intake) return w.go(page::Question{});
  w.go(page::EnterBirth{});
}

namespace {

// The node lists claims masked: the same name and the same last digits of a KPJ are the person's own.
bool is_own(const KioskSession& v, const verbs::ClaimView& claim) {
  const auto* record = v.record();
  if (!record || claim.kpj.size() < 4) return false;
  if (!claim.person_masked.empty() && claim.person_masked != domain::mask_name(record->name)) return false;
  return std::any_of(record->memberships.begin(), record->memberships.end(),
                     [&](const auto& m) { return is_of_card(claim, m.kpj.digits()); });
}

// The newest card without a claim on its way; none: every card has one.
bool choose_free_card(KioskSession& v) {
  const auto& list = v.record()->memberships;
  if (list.empty() || !claim_in_the_way(v, v.chosen_kpj())) return true;
  const domain::Membership* free = nullptr;
  for (const auto& m : list)
    if (!claim_in_the_way(v, m.kpj.digits()) && (!free || free->since < m.since)) free = &m;
  if (free) v.membership = static_cast<std::size_t>(free - list.data());
  return free != nullptr;
}

void go_on_identified(Transition& w);

}  // namespace

bool is_of_card(const verbs::ClaimView& claim, std::string_view kpj) {
  if (claim.kpj.size() < 4 || claim.kpj.size() != kpj.size()) return false;
  return claim.kpj.front() == '*' ? kpj.ends_with(std::string_view(claim.kpj).substr(claim.kpj.size() - 4))
                                  : claim.kpj == kpj;
}

bool claim_in_the_way(const KioskSession& v, std::string_view kpj) {
  return std::any_of(v.claims.begin(), v.claims.end(),
                     [&](const auto& c) { return verbs::stands_in_the_way(c) && is_of_card(c, kpj); });
}

void claims_listed(Transition& w, Result<std::vector<verbs::ClaimView>> r) {
  KioskSession& v = w.v();
  // Who came to claim is not kept from it because the list could not be read: the node refuses a second one itself.
  const bool claiming = v.purpose == Purpose::Claim;
  if (!r && claiming && r.fault().kind != FaultKind::Unreachable) return go_on_identified(w);
  if (!r) return failed(w, r.fault());
  for (auto& old : v.claims) wipe(old);
  v.claims.clear();
  v.claims_no = 0;
  for (auto& claim : r.value()) {
    if (is_own(v, claim))
      v.claims.push_back(std::move(claim));
    else
      wipe(claim);
  }
  if (claiming && !std::holds_alternative<page::Track>(w.s.page) && choose_free_card(v)) return go_on_identified(w);
  w.swap(page::Track{});
}

void after_identified(Transition& w) {
  // A second claim of a card is refused: that is said here, not after everything was filled in.
  if (w.v().purpose == Purpose::Claim && w.v().record()) return w.ask(Ask::Claims);
  go_on_identified(w);
}

namespace {

void go_on_identified(Transition& w) {
  KioskSession& v = w.v();
  const auto& draft = v.found ? v.found->draft : std::nullopt;
  if (draft && !draft->answers.empty() && draft->purpose == draft_purpose(v.purpose))
    return w.swap(page::ResumeOffer{});
  switch (v.purpose) {
    case Purpose::Claim:
    case Purpose::Blocked:
      return w.ask(Ask::Account);
    case Purpose::Update:
      return persons_turn(w, page::HandOver::To::Record);
    case Purpose::Card:
      return w.swap(page::CardShown{});
    case Purpose::Privacy:
      return w.swap(page::Consents{});
    case Purpose::Balance:
      if (v.record()->memberships.size() > 1) return w.swap(page::ChooseKpj{});
      return w.swap(page::Balance{});
    case Purpose::FindKpj:
      return w.swap(page::KpjList{});
    case Purpose::Track:
      return w.ask(Ask::Claims);
    case Purpose::CheckIn:
      return choose_appointment(w);
    case Purpose::None:
    case Purpose::Ticket:
    case Purpose::Simulate:
    case Purpose::Guide:
    case Purpose::Intake:
    case Purpose::Account:
      return w.swap(page::AskPriority{});
  }
}

}  // namespace

void found(Transition& w, Result<verbs::ParticipantFound> r) {
  if (!r) return failed(w, r.fault());
  KioskSession& v = w.v();
  if (v.found) wipe(*v.found);
  v.found.emplace(std::move(*r));
  wipe(*r);  // short strings leave their letters behind when they move
  v.identified = true;
  if (v.found->facts_agree && v.found->record) {
    v.membership = newest_of(*v.record());
    if (std::exchange(v.by_kpj, false)) {  // from here on the record's own number counts
      v.membership = membership_of(*v.record(), v.kpj.view());
      const auto& nik = v.record()->id.nik();
      if (!nik) return w.swap(page::Problem{"card_of_passport", {}, {}});  // an officer goes on
      v.nik.set(nik->digits());
    }
    return after_identified(w);
  }
  if (v.found->source == verbs::Source::None && std::exchange(v.by_kpj, false)) {
    v.kpj.clear();
    w.drop_back({"ScanConfirm", "ScanCard", "EnterNik", "EnterBirth", "EnterMother"});
    return w.swap(page::EnterNik{"card_unknown"});  // what was typed besides stays
  }
  if (v.found->source == verbs::Source::None) return w.swap(page::NotKnown{});
  ++v.facts_tried;
  const auto wait = kWrongFacts * v.facts_tried;
  w.swap(page::FactsDiffer{w.c.now + wait, static_cast<int>(wait.count() / 1000)});
}

void find_again(Transition& w) {
  KioskSession& v = w.v();
  // Facts that did not agree are not tried again behind the person's back: that would count.
  const bool fits = v.found && (v.found->facts_agree || v.found->source == verbs::Source::None);
  if (!fits || std::holds_alternative<page::Waiting>(w.s.page) || std::holds_alternative<page::Saved>(w.s.page)) return;
  v.find_no = w.s.next_no++;
  w.send(Ask::Find, v.find_no);
}

void refound(Transition& w, Result<verbs::ParticipantFound> r) {
  KioskSession& v = w.v();
  v.find_no = 0;
  if (!r) return;  // what is shown stays, with its date
  if (std::holds_alternative<page::NotKnown>(w.s.page) && r->source != verbs::Source::None)
    return found(w, std::move(r));
  if (!r->facts_agree || !r->record) return wipe(*r);
  std::string kpj = v.chosen_kpj();
  const auto& list = r->record->memberships;
  const auto same = std::find_if(list.begin(), list.end(), [&](const auto& m) { return m.kpj.digits() == kpj; });
  // A number was typed that is not among the person's: the claim stays unverified, the centre decides.
  const bool typed_another = v.unverified() && !kpj.empty() && same == list.end();
  ::kiosk::wipe(kpj);
  if (typed_another) return wipe(*r);
  v.membership = same != list.end() ? static_cast<std::size_t>(same - list.begin()) : newest_of(*r->record);
  wipe(*v.found);
  v.found.emplace(std::move(*r));
  wipe(*r);
}

bool identify_intent(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  if (auto* p = std::get_if<page::EnterNik>(&w.s.page)) return nik_page(w, *p, intent);
  if (auto* p = std::get_if<page::EnterBirth>(&w.s.page)) return birth_page(w, *p, intent);
  if (auto* p = std::get_if<page::EnterMother>(&w.s.page)) return mother_page(w, *p, intent);
  if (auto* p = std::get_if<page::EnterName>(&w.s.page)) return name_page(w, *p, intent);
  if (auto* p = std::get_if<page::EnterKpj>(&w.s.page)) return kpj_page(w, *p, intent);
  if (std::holds_alternative<page::BirthDiffers>(w.s.page)) {
    if (std::holds_alternative<Next>(intent)) return after_birth(w), true;
    if (std::holds_alternative<Other>(intent)) return w.back(), true;  // mend the date
    if (std::holds_alternative<Third>(intent)) {                       // mend the number
      w.back();
      w.back();
      return true;
    }
    return false;
  }
  if (const auto* p = std::get_if<page::FactsDiffer>(&w.s.page)) {
    if (std::holds_alternative<Other>(intent)) return w.go(page::AskPriority{}), true;
    if (!std::holds_alternative<Next>(intent) || v.facts_tried >= kFactsTries || p->open_at) return false;
    v.mother.clear();
    while (!v.back.empty() && !std::holds_alternative<page::EnterNik>(v.back.back())) v.back.pop_back();
    w.swap(page::EnterBirth{});
    return true;
  }
  if (std::holds_alternative<page::NotKnown>(w.s.page)) {
    if (std::holds_alternative<Third>(intent)) {  // the centre may have answered the branch meanwhile
      if (!v.back.empty()) w.back();
      return w.ask(Ask::Find), true;
    }
    if (std::holds_alternative<Other>(intent)) return w.go(page::AskPriority{}), true;
    if (!std::holds_alternative<Next>(intent)) return false;
    if (v.purpose == Purpose::Claim)
      w.go(page::EnterName{});  // saved as "belum diverifikasi"
    else if (v.purpose == Purpose::Blocked)
      w.go(page::BlockedDocuments{});  // what to have ready; an officer sees whether it is blocked
    else
      w.go(page::AskPriority{});
    return true;
  }
  return false;
}

}  // namespace kiosk::flow::kiosk
