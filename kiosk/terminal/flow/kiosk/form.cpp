// The JHT claim from bank account to receipt (steps 7 to 10 of kiosk/docs/facts.md "The ten steps"), with "Ubah" beside
// every answer.
#include "api/verbs/claim_said.h"
#include "terminal/flow/kiosk/step.h"

namespace kiosk::flow::kiosk {

namespace {

void take_digits(Typed& into, std::string_view text, std::size_t limit) {
  into.clear();
  for (char c : text)
    if (c >= '0' && c <= '9') into.push(c, limit);
}

bool edit(Transition& w, const std::string& row) {
  KioskSession& v = w.v();
  v.begin_edit();
  if (row == "cause") return w.go(page::ChooseCause{}), true;
  if (row == "kpj") {
    if (v.record())
      w.go(page::Membership{});
    else
      w.go(page::EnterKpj{});
    return true;
  }
  const bool waits = v.account_view && v.account_view->account.state == domain::AccountState::ResetWaiting;
  if (row == "photo" && v.no_camera && !waits) return w.go(page::CameraConsent{}), true;
  if (row == "npwp") return w.go(page::EnterNpwp{}), true;
  if (row == "bank") return w.go(page::ChooseBank{}), true;
  if (row == "phone") return w.go(page::EnterPhone{}), true;
  v.before_edit.reset();
  return false;
}

bool needs_counter(const verbs::ClaimView& c) { return verbs::said_of(c).officer; }

}  // namespace

void next_in_form(Transition& w, Page next) {
  if (!w.v().editing()) {
    if (std::holds_alternative<page::CheckAnswers>(next)) return persons_turn(w, page::HandOver::To::Answers);
    return w.go(std::move(next));
  }
  w.end_edit();
  w.swap(page::CheckAnswers{});
}

void submitted(Transition& w, Result<verbs::ClaimView> r) {
  if (!r) {
    if (r.fault().kind != FaultKind::Unreachable) w.v().claim_id = {};  // refused: nothing was written under it
    return failed(w, r.fault());
  }
  w.v().claim = std::move(r).value();
  w.no_way_back();
  w.swap(page::Saved{});
  if (needs_counter(*w.v().claim) && !w.v().ticket)
    w.side_ticket();  // the receipt names the number: it is printed when that is known, or known to be missing
  else
    w.print_receipt();
}

bool form_intent(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  const bool next = std::holds_alternative<Next>(intent), other = std::holds_alternative<Other>(intent);
  const auto* enter = std::get_if<Enter>(&intent);
  const auto* choose = std::get_if<Choose>(&intent);
  if (auto* p = std::get_if<page::EnterNpwp>(&w.s.page)) {
    if (enter) {
      take_digits(v.npwp, enter->text, 16);
      p->error.clear();
      return true;
    }
    if (other) {
      v.nik_is_npwp = true;
      v.no_npwp = false;
      v.npwp.clear();
      return next_in_form(w, page::ChooseBank{}), true;
    }
    if (std::holds_alternative<Third>(intent)) {
      if (v.eligibility && v.eligibility->npwp_needed) return false;
      v.no_npwp = true;
      v.nik_is_npwp = false;
      v.npwp.clear();
      return next_in_form(w, page::ChooseBank{}), true;
    }
    if (!next) return false;
    if (auto npwp = domain::Npwp::parse(v.npwp.view()); !npwp) {
      p->error = npwp.fault().code;
      return true;
    }
    v.no_npwp = v.nik_is_npwp = false;
    return next_in_form(w, page::ChooseBank{}), true;
  }
  if (std::holds_alternative<page::ChooseBank>(w.s.page)) {
    if (choose && choose->id == "other") return w.go(page::AskPriority{}), true;  // an officer has the longer list
    if (!choose || !bank_by_code(choose->id)) return false;
    if (v.bank != choose->id) v.account.clear();
    v.bank = choose->id;
    return w.go(page::EnterAccount{}), true;  // also when editing: bank and number belong together
  }
  if (auto* p = std::get_if<page::EnterAccount>(&w.s.page)) {
    if (enter) {
      take_digits(v.account, enter->text, 20);
      p->error.clear();
      return true;
    }
    if (!next) return false;
    const auto* bank = bank_by_code(v.bank);
    if (v.account.size() < 6) {
      p->error = "account_short";
    } else if (bank && static_cast<int>(v.account.size()) != bank->digits && p->error != "account_unusual") {
      p->error = "account_unusual";  // asked once; the second time the person is right
    } else {
      next_in_form(w, page::EnterPhone{});
    }
    return true;
  }
  if (auto* p = std::get_if<page::EnterPhone>(&w.s.page)) {
    if (enter) {
      take_digits(v.phone, enter->text, 14);
      p->error.clear();
      return true;
    }
    if (other && !v.record_phone().empty()) v.phone.set(v.record_phone());
    if (!next && !(other && !v.phone.empty())) return false;
    if (auto phone = domain::normalise_phone(v.phone.view()); !phone) {
      p->error = phone.fault().code;
      return true;
    }
    if (v.record())
      next_in_form(w, page::Amounts{});
    else
      next_in_form(w, page::CheckAnswers{});  // amounts of an unverified person are the centre's to say
    return true;
  }
  if (std::holds_alternative<page::Amounts>(w.s.page)) {
    if (!next) return false;
    return persons_turn(w, page::HandOver::To::Answers), true;
  }
  if (std::holds_alternative<page::CheckAnswers>(w.s.page)) {
    if (const auto* e = std::get_if<Edit>(&intent)) return edit(w, e->row);
    if (!next) return false;
    if (const auto* rule = w.c.rules.cause(v.cause); !rule || rule->officer_only)
      return w.go(page::OfficerCause{}), true;  // papers in an officer's hand: never sent from here
    return w.ask(Ask::Submit), true;
  }
  if (std::holds_alternative<page::Saved>(w.s.page)) {
    if (next) return w.home(), true;
    if (other) {  // print again what did not come out, or ask again for the number
      if (v.receipt_print == PrintState::Failed) w.print_receipt();
      if (v.ticket && v.ticket_print == PrintState::Failed) w.print_ticket();
      if (!v.ticket && v.claim && needs_counter(*v.claim) && v.ticket_no == 0) w.side_ticket();
      return true;
    }
    return false;
  }
  return false;
}

}  // namespace kiosk::flow::kiosk
