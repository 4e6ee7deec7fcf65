// What stands around a journey: consent and its taking back, a draft that outlives a crash, an officer who comes.
#include <functional>

#include "terminal/flow/kiosk/intake.h"
#include "terminal/flow/kiosk/step.h"

namespace kiosk::flow::kiosk {

namespace {

std::map<std::string, std::string> answers_of(const KioskSession& v) {
  std::map<std::string, std::string> out;
  const auto put = [&](const char* field, std::string value) {
    if (!value.empty()) out.emplace(field, std::move(value));
  };
  if (v.purpose == Purpose::Claim) {
    put("cause", v.cause);
    if (!v.cause.empty()) put("kpj", v.chosen_kpj());
    put("npwp", std::string(v.npwp.view()));
    put("npwp_way", v.nik_is_npwp ? "nik" : v.no_npwp ? "none" : "");
    put("bank", v.bank);
    put("account", std::string(v.account.view()));
    put("phone", std::string(v.phone.view()));
    put("camera", v.no_camera ? "no" : "");
    if (!v.attempt.is_nil()) {
      put("attempt", v.attempt.str());
      put("face", std::string(domain::code(v.face)));
      put("photo", v.photo_blob);
    }
    return out;
  }
  if (!v.given.empty()) put("topic", v.topic);
  for (const auto& [field, typed] : v.given) put(field.c_str(), std::string(typed.view()));
  return out;
}

std::size_t digest(const std::map<std::string, std::string>& answers) {
  std::size_t h = 0x9e3779b97f4a7c15u;
  for (const auto& [field, value] : answers)
    for (const auto& part : {field, value}) h = h * 1'000'003u ^ std::hash<std::string>{}(part);
  return h | 1;
}

void withdraw(Transition& w, const std::string& purpose) {
  w.v().withdrawn = purpose;
  w.v().consent_id = w.c.fresh;
  w.ask(Ask::Withdraw);
}

// Walked once: the way back leads round the page of the hand-over.
void arrive(Transition& w, page::HandOver::To to) {
  switch (to) {
    case page::HandOver::To::Camera:
      return w.swap(page::CameraConsent{});
    case page::HandOver::To::Answers:
      return w.swap(page::CheckAnswers{});
    case page::HandOver::To::Intake:
      return w.swap(page::IntakeCheck{});
    case page::HandOver::To::Record:
      return w.swap(page::Record{});
  }
}

}  // namespace

void persons_turn(Transition& w, page::HandOver::To to) {
  w.go(page::HandOver{to});
  if (!w.v().companion) arrive(w, to);
}

std::string_view draft_purpose(Purpose p) {
  switch (p) {
    case Purpose::Claim:
      return "claim";
    case Purpose::Update:
      return "correction";
    case Purpose::Intake:
      return "intake";
    default:
      return {};
  }
}

void Transition::keep_draft(bool for_officer) {
  KioskSession& visit = v();
  const auto purpose = draft_purpose(visit.purpose);
  for_officer = for_officer || visit.draft_for_officer;  // what was taken to a counter stays there
  // Only who has shown two facts gets it back, so only then is it worth keeping; an officer has the person before him.
  if (purpose.empty() || (!for_officer && !visit.record())) return;
  auto person = visit.person_id();
  if (!person) return;
  auto answers = answers_of(visit);
  const auto told = digest(answers);
  if (answers.empty() || (told == visit.draft_told && visit.draft_for_officer == for_officer)) return wipe(answers);
  visit.draft_told = told;
  visit.draft_for_officer = for_officer;
  out.push_back(KeepDraft{{std::move(*person), std::string(purpose), std::move(answers), for_officer}});
}

void Transition::drop_draft() {
  auto person = v().person_id();
  if (v().draft_told == 0 || !person) return;
  v().draft_told = 0;
  out.push_back(KeepDraft{{std::move(*person), std::string(draft_purpose(v().purpose)), {}, false}});
}

void restore(KioskSession& v) {
  if (!v.found || !v.found->draft) return;
  auto& answers = v.found->draft->answers;
  const auto of = [&](const char* field) -> std::string_view {
    const auto it = answers.find(field);
    return it == answers.end() ? std::string_view() : std::string_view(it->second);
  };
  v.resumed = true;
  if (v.purpose == Purpose::Claim) {
    v.cause = of("cause");
    if (const auto* r = v.record())
      for (std::size_t i = 0; i < r->memberships.size(); ++i)
        if (r->memberships[i].kpj.digits() == of("kpj")) v.membership = i;
    v.npwp.set(of("npwp"));
    v.nik_is_npwp = of("npwp_way") == "nik";
    v.no_npwp = of("npwp_way") == "none";
    v.bank = of("bank");
    v.account.set(of("account"));
    v.phone.set(of("phone"));
    v.no_camera = of("camera") == "no";
    if (auto attempt = Uuid::parse(of("attempt"), "attempt")) {
      v.attempt = *attempt;
      v.face = domain::from_code<domain::FaceVerdict>(of("face")).value_or(domain::FaceVerdict::Officer);
      v.photo_blob = of("photo");
    }
  } else {
    for (const auto& q : correctable())
      if (!of(std::string(q.id).c_str()).empty()) v.given[std::string(q.id)].set(of(std::string(q.id).c_str()));
  }
  wipe(answers);
  v.found->draft.reset();
}

Page first_open(const KioskSession& v) {
  if (!v.photo_done()) return page::Membership{};
  if (v.npwp.empty() && !v.nik_is_npwp && !v.no_npwp) return page::EnterNpwp{};
  if (v.bank.empty() || v.account.empty()) return page::ChooseBank{};
  if (v.phone.empty()) return page::EnterPhone{};
  return page::CheckAnswers{};
}

bool consent_intent(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  const bool next = std::holds_alternative<Next>(intent), other = std::holds_alternative<Other>(intent);
  const auto* choose = std::get_if<Choose>(&intent);
  if (std::holds_alternative<page::DataConsent>(w.s.page)) {
    if (next) {
      v.data_consent = true;
      if (v.purpose == Purpose::Intake) return begin_intake(w, v.topic), true;
      return start_identify(w), true;
    }
    if (other) return w.go(page::AskPriority{}), true;  // an officer explains; nothing is looked up
    if (std::holds_alternative<Third>(intent)) return w.go(page::Companion{}), true;
    return false;
  }
  if (std::holds_alternative<page::Companion>(w.s.page)) {
    if (other) return v.companion = false, w.back(), true;
    if (!next) return false;
    v.companion = v.data_consent = true;
    if (v.purpose == Purpose::Intake) return begin_intake(w, v.topic), true;
    return start_identify(w), true;
  }
  if (const auto* p = std::get_if<page::HandOver>(&w.s.page)) {
    if (other) return w.go(page::HelpOffer{}), true;  // the person is not here: an officer knows what may be done
    if (!next) return false;
    if (auto person = v.person_id())
      w.out.push_back(RecordConsent{{w.c.fresh, std::move(*person), "companion", std::string(kConsentText), {}, true}});
    return arrive(w, p->to), true;
  }
  if (std::holds_alternative<page::NoNik>(w.s.page)) {
    if (!choose || !topic_by_id(choose->id)) return false;
    return begin_intake(w, choose->id), true;
  }
  if (std::holds_alternative<page::ResumeOffer>(w.s.page)) {
    if (next) {
      restore(v);
      return after_identified(w), true;
    }
    if (!other) return false;
    if (v.found && v.found->draft) {
      v.draft_told = 1;  // it is the node's, not of this visit
      wipe(v.found->draft->answers);
      v.found->draft.reset();
    }
    w.drop_draft();
    return after_identified(w), true;
  }
  if (std::holds_alternative<page::Consents>(w.s.page)) {
    if (next) return w.home(), true;
    if (!choose || (choose->id != "camera" && choose->id != "data")) return false;
    return w.go(page::WithdrawAsk{choose->id}), true;
  }
  if (const auto* p = std::get_if<page::WithdrawAsk>(&w.s.page)) {
    if (next) return w.back(), true;
    if (other) return withdraw(w, p->purpose), true;
    return false;
  }
  if (std::holds_alternative<page::Withdrawn>(w.s.page)) {
    if (next) return w.home(), true;
    return false;
  }
  return false;
}

void withdrawn(Transition& w, Result<verbs::ConsentView> r) {
  if (!r) return failed(w, r.fault());
  w.no_way_back();
  w.swap(page::Withdrawn{});
}

bool help_intent(Transition& w, const Intent& intent) {
  KioskSession& v = w.v();
  const bool next = std::holds_alternative<Next>(intent), other = std::holds_alternative<Other>(intent);
  const auto* enter = std::get_if<Enter>(&intent);
  if (std::holds_alternative<page::HelpOffer>(w.s.page)) {
    if (next) {
      if (v.help_id.is_nil()) v.help_id = w.c.fresh;
      return w.ask(Ask::Help), true;
    }
    if (other) return w.go(page::AskPriority{}), true;
    return false;
  }
  if (std::holds_alternative<page::HelpCalled>(w.s.page)) {
    if (next) {  // to the form, until somebody comes
      w.drop_back({"HelpOffer"});
      return w.back(), true;
    }
    if (other && w.s.officer) {
      w.end_assist();
      v.help_id = {};
      v.help_coming = false;
      w.drop_back({"HelpOffer"});
      return w.back(), true;
    }
    if (other) return w.go(page::OfficerNumber{}), true;
    if (std::holds_alternative<Third>(intent)) return w.go(page::AskPriority{}), true;
    return false;
  }
  if (auto* p = std::get_if<page::OfficerNumber>(&w.s.page)) {
    if (enter) return v.officer_number.set(enter->text), p->error.clear(), true;
    if (!next) return false;
    if (v.officer_number.empty())
      p->error = "number_missing";
    else
      w.go(page::OfficerPin{});
    return true;
  }
  if (std::holds_alternative<page::OfficerPin>(w.s.page)) {
    if (enter) return v.pin.set(enter->text), true;
    if (!next || v.pin.empty()) return false;
    return w.ask(Ask::LogIn), true;
  }
  return false;
}

void help_called(Transition& w, Result<verbs::Task> r) {
  if (!r) return failed(w, r.fault());
  w.swap(page::HelpCalled{});
}

void logged_in(Transition& w, Result<verbs::SessionView> r) {
  KioskSession& v = w.v();
  if (!r && r.fault().kind == FaultKind::Unreachable) return failed(w, r.fault());  // asked again with the same PIN
  v.pin.clear();
  if (!r) {
    w.drop_back({"OfficerPin"});
    if (!v.back.empty() && std::holds_alternative<page::OfficerNumber>(v.back.back())) v.back.pop_back();
    return w.swap(page::OfficerNumber{r.fault().code});
  }
  w.s.officer = std::move(r->officer);
  v.officer_number.clear();
  w.drop_back({"OfficerPin", "OfficerNumber", "HelpCalled", "HelpOffer"});
  w.back();
}

}  // namespace kiosk::flow::kiosk
