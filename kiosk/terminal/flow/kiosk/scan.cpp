// A card instead of typing: the KTP, the KPJ card, or a code of either. What was read is a proposal; the person says
// whether it is right, and nothing of the picture is kept.
#include "terminal/flow/kiosk/step.h"
#include "terminal/flow/scanned.h"

namespace kiosk::flow::kiosk {

namespace {

void forget_card(KioskSession& v) {
  v.card_nik.clear();
  v.card_kpj.clear();
  v.card_birth.reset();
}

// The boxes of the birth date, from the card.
void take_birth(KioskSession& v, Date birth) {
  auto iso = birth.iso();
  v.year.set(std::string_view(iso).substr(0, 4));
  v.month.set(std::string_view(iso).substr(5, 2));
  v.day.set(std::string_view(iso).substr(8, 2));
  ::kiosk::wipe(iso);
}

// The others need the number only, or one fact; a KPJ would not tell them whose it is.
bool shows_personal_data(Purpose p) { return p != Purpose::Ticket && p != Purpose::Intake && p != Purpose::Blocked; }

void to_keys(Transition& w) {
  w.drop_back({"ScanCard", "ScanConfirm"});
  w.back();
  if (auto* p = std::get_if<page::EnterNik>(&w.s.page)) p->error.clear();
}

void card_foreign(Transition& w) {
  if (auto* p = std::get_if<page::ScanCard>(&w.s.page)) p->error = "card_foreign";
}

void said_right(Transition& w) {
  KioskSession& v = w.v();
  to_keys(w);  // where the way back leads
  const auto birth = v.card_birth;
  v.by_kpj = v.card_nik.empty();
  if (v.by_kpj) {
    v.kpj.set(v.card_kpj.view());
    v.nik.clear();
  } else {
    v.nik.set(v.card_nik.view());
    if (!v.card_kpj.empty()) v.kpj.set(v.card_kpj.view());
  }
  forget_card(v);
  if (birth) take_birth(v, *birth);
  // The date on the card was on the page as well.
  if (birth && shows_personal_data(v.purpose)) return w.go(page::EnterMother{});
  after_number(w);
}

}  // namespace

void card_seen(Transition& w, const CardSeen& card) {
  auto* p = std::get_if<page::ScanCard>(&w.s.page);
  if (!p) return;
  p->camera_away = false;
  KioskSession& v = w.v();
  forget_card(v);
  if (const auto nik = domain::Nik::parse(card.nik)) {
    v.card_nik.set(nik->digits());
    if (card.birth && nik->agrees_with(*card.birth)) v.card_birth = card.birth;
    if (const auto both = domain::Kpj::parse(card.kpj)) v.card_kpj.set(both->digits());
  } else if (const auto kpj = domain::Kpj::parse(card.kpj)) {
    if (!shows_personal_data(v.purpose)) {
      p->error = "card_needs_ktp";
      return;
    }
    v.card_kpj.set(kpj->digits());
  } else {
    return;
  }
  w.go(page::ScanConfirm{});
}

// 16 digits are a NIK, 11 a KPJ; anything else is no code of a person.
void card_code_seen(Transition& w, const std::string& text) {
  if (!std::holds_alternative<page::ScanCard>(w.s.page)) return;
  ScannedNumbers numbers;
  read_numbers(text, numbers);
  if (numbers.doubtful || (numbers.nik.empty() && numbers.kpj.empty())) return card_foreign(w);
  CardSeen card{numbers.nik, numbers.kpj, {}};
  card_seen(w, card);
  ::kiosk::wipe(card.nik);
  ::kiosk::wipe(card.kpj);
}

bool scan_intent(Transition& w, const Intent& intent) {
  if (std::holds_alternative<page::ScanCard>(w.s.page)) {
    if (std::holds_alternative<Next>(intent)) return w.back(), true;  // to the keys
    return false;
  }
  if (!std::holds_alternative<page::ScanConfirm>(w.s.page)) return false;
  if (std::holds_alternative<Next>(intent)) return said_right(w), true;
  if (std::holds_alternative<Other>(intent)) {  // once more
    forget_card(w.v());
    return w.back(), true;
  }
  if (std::holds_alternative<Third>(intent)) {  // by the keys
    forget_card(w.v());
    return to_keys(w), true;
  }
  return false;
}

}  // namespace kiosk::flow::kiosk
