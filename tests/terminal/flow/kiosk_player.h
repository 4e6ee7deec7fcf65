// Plays the participant's flow with a scripted branch: each effect is answered by what the test planted.
#pragma once
#include <functional>
#include <string>
#include <utility>

#include "domain/rules/rules.h"
#include "terminal/flow/kiosk/flow.h"

namespace kiosk::test {

namespace self = flow::kiosk;

// An invented person: no region has code 99.
inline constexpr const char* kNik = "9901010703680001";

inline domain::Participant invented_person() {
  domain::Participant p{.id = domain::PersonId(domain::Nik::parse(kNik).value())};
  p.name = "SUWARNI CONTOH";
  p.birth = Date::of(1968, 3, 7).value();
  p.mother = "SITI PERCONTOHAN";
  p.phone = "081200000001";
  p.data_current = true;
  domain::Membership m{.kpj = domain::Kpj::parse("99000000011").value()};
  m.employer = "PT Percontohan";
  m.since = Date::of(2010, 1, 4).value();
  m.ended = Date::of(2026, 8, 31).value();
  m.balance = {12'000'000};
  m.years = {{2024, {1'000'000}, {500'000}}, {2025, {1'100'000}, {550'000}}};
  p.memberships.push_back(std::move(m));
  return p;
}

struct Player {
  FakeClock clock{WallTime{Millis{1'795'000'000'000}}};
  SeededRandom random{7};
  IdSource ids{clock, random};
  Date today = Date::of(2026, 11, 20).value();
  domain::Rules rules = domain::RuleBook::defaults().at(today).value();
  self::State state;
  std::vector<self::Effect> effects;  // of the last step
  bool answer = true;                 // by the planted functions below

  // What the branch says; tests replace what matters to them.
  std::function<Result<verbs::ParticipantFound>(const verbs::FindParticipant&)> find = [](const auto&) {
    return verbs::ParticipantFound{verbs::Source::Cache, WallTime{Millis{1'794'950'000'000}}, true, invented_person(),
                                   "S*** C***"};
  };
  std::function<Result<verbs::AccountView>()> account = [] {
    return verbs::AccountView{.account = {}, .attempts_left = 3};
  };
  std::function<Result<domain::Eligibility>(const verbs::CheckClaim&)> check = [this](const auto& c) {
    const auto person = invented_person();
    return domain::check_claim(&person, c.cause, today, rules);
  };
  std::function<Result<verbs::AttemptResult>(Uuid)> attempt = [](Uuid id) {
    verbs::AttemptResult r{.attempt = id, .verdict = domain::FaceVerdict::Accept};
    r.account.attempts_left = 3;
    r.photo_blob = "blob-1";
    return r;
  };
  std::function<Result<verbs::ClaimView>(const verbs::SubmitClaim&)> submit = [](const auto& c) {
    verbs::ClaimView v{.id = c.id};
    v.receipt = "JKT1-7F3K9-Q2M4D";
    v.cause = c.cause;
    v.kpj = c.kpj;
    return v;
  };
  std::function<Result<verbs::TicketIssued>(const verbs::IssueTicket&)> ticket = [](const auto& t) {
    verbs::TicketIssued r;
    r.ticket.id = t.id;
    r.ticket.number = "A-012";
    r.ticket.service = t.service;
    r.ticket.priority = t.priority;
    r.ticket.purpose = t.purpose;
    r.people_ahead = 3;
    return r;
  };
  // Tickets that exist already: of a person who asks for a second one, of a code, of one who comes back.
  std::function<Result<verbs::TicketIssued>(const std::string& number)> held =
      [](const auto&) -> Result<verbs::TicketIssued> { return refused("unknown_ticket"); };
  std::function<Result<verbs::TicketIssued>(Uuid)> shown = [](Uuid) -> Result<verbs::TicketIssued> {
    return refused("unknown_ticket");
  };
  std::function<Result<verbs::TicketIssued>(Uuid)> join = [](Uuid) -> Result<verbs::TicketIssued> {
    return refused("unknown_ticket");
  };
  std::function<Result<verbs::IntakeView>(const verbs::Intake&)> intake = [](const auto& i) {
    return verbs::IntakeView{.id = i.id, .kind = i.kind, .answers = i.answers};
  };
  std::function<Result<verbs::ConsentView>(const verbs::Consent&)> consent = [](const auto& c) {
    return verbs::ConsentView{.purpose = c.purpose, .given = c.given};
  };
  std::function<Result<verbs::Task>(const verbs::HelpAsked&)> help = [](const auto& h) {
    return verbs::Task{.id = h.id, .kind = "help"};
  };
  std::function<Result<verbs::SessionView>(const std::string&, const std::string&)> log_in = [](const auto& number,
                                                                                                const auto&) {
    verbs::SessionView s;
    s.officer.number = number;
    return s;
  };
  std::string printer;  // its trouble; empty: none
  bool printer_speaks = true;
  std::function<Result<std::vector<verbs::ClaimView>>()> claims = [] { return std::vector<verbs::ClaimView>{}; };

  std::vector<verbs::SubmitClaim> submitted;
  std::vector<verbs::IssueTicket> ticketed;
  std::vector<verbs::FindParticipant> searched;
  std::vector<verbs::Intake> told;
  std::vector<verbs::Consent> consents;
  std::vector<verbs::Draft> drafts;
  std::vector<self::PrintSlip> slips;
  std::vector<verbs::HelpAsked> ended;  // calls whose person has left
  bool stop_at_consent = false;         // choose() agrees to the use of data otherwise
  int receipts = 0, tickets_printed = 0, forgotten = 0, officers_left = 0;
  std::string receipt_number;  // of the queue, on the last receipt

  Player() {
    feed(self::ServicesKnown{
        {{"JHT", "Klaim JHT", "A", true}, {"ISO", "Akun JMO", "B", true}, {"INFO", "Informasi", "C", true}}});
  }

  std::string_view at() const { return self::name(state.page); }
  template <class P>
  const P& page() const {
    return std::get<P>(state.page);
  }
  self::KioskSession& visit() { return *state.visit; }

  void feed(self::Event event) {
    auto r = step(std::move(state), std::move(event), {clock.steady(), today, rules, ids.next()});
    state = std::move(r.state);
    effects = std::move(r.effects);
    if (!answer) return;
    auto todo = std::move(effects);
    for (auto& e : todo) reply(e);
    effects = std::move(todo);
  }
  void reply(self::Effect& e) {
    using namespace self;
    if (auto* f = std::get_if<FindPerson>(&e)) {
      searched.push_back(f->request);
      feed(Answered<verbs::ParticipantFound>{f->no, find(f->request)});
    }
    if (auto* f = std::get_if<ReadAccount>(&e)) feed(Answered<verbs::AccountView>{f->no, account()});
    if (auto* f = std::get_if<CheckEligibility>(&e)) feed(Answered<domain::Eligibility>{f->no, check(f->request)});
    if (auto* f = std::get_if<AttemptMatch>(&e)) feed(Answered<verbs::AttemptResult>{f->no, attempt(f->id)});
    if (auto* f = std::get_if<SendClaim>(&e)) {
      submitted.push_back(f->request);
      feed(Answered<verbs::ClaimView>{f->no, submit(f->request)});
    }
    if (auto* f = std::get_if<TakeTicket>(&e)) {
      ticketed.push_back(f->request);
      feed(Answered<verbs::TicketIssued>{f->no, ticket(f->request)});
    }
    if (auto* f = std::get_if<FindTicket>(&e)) feed(Answered<verbs::TicketIssued>{f->no, held(f->number)});
    if (auto* f = std::get_if<ReadTicket>(&e)) feed(Answered<verbs::TicketIssued>{f->no, shown(f->id)});
    if (auto* f = std::get_if<JoinQueue>(&e)) feed(Answered<verbs::TicketIssued>{f->no, join(f->id)});
    if (auto* f = std::get_if<ListClaims>(&e)) feed(Answered<std::vector<verbs::ClaimView>>{f->no, claims()});
    if (auto* f = std::get_if<PrintTicket>(&e)) {
      ++tickets_printed;
      feed(PagePrinted{f->no, printer, printer_speaks});
    }
    if (auto* f = std::get_if<PrintReceipt>(&e)) {
      ++receipts;
      receipt_number = f->number;
      feed(PagePrinted{f->no, {}, printer_speaks});
    }
    if (auto* f = std::get_if<SendIntake>(&e)) {
      told.push_back(f->request);
      feed(Answered<verbs::IntakeView>{f->no, intake(f->request)});
    }
    if (auto* f = std::get_if<RecordConsent>(&e)) consents.push_back(f->consent);
    if (auto* f = std::get_if<Withdraw>(&e)) {
      consents.push_back(f->consent);
      feed(Answered<verbs::ConsentView>{f->no, consent(f->consent)});
    }
    if (auto* f = std::get_if<KeepDraft>(&e)) drafts.push_back(f->draft);
    if (auto* f = std::get_if<CallHelp>(&e)) feed(Answered<verbs::Task>{f->no, help(f->request)});
    if (auto* f = std::get_if<EndHelp>(&e)) ended.push_back(f->request);
    if (auto* f = std::get_if<LogIn>(&e)) feed(Answered<verbs::SessionView>{f->no, log_in(f->number, f->pin.reveal())});
    if (auto* f = std::get_if<PrintSlip>(&e)) {
      slips.push_back(*f);
      feed(PagePrinted{f->no, printer, printer_speaks});
    }
    if (std::holds_alternative<Forget>(e)) ++forgotten;
    if (std::holds_alternative<EndAssist>(e)) ++officers_left;
  }

  void choose(std::string id) {
    feed(self::Intent{self::Choose{std::move(id)}});
    if (at() == "DataConsent" && !stop_at_consent) next();
  }
  void edit(std::string row) { feed(self::Intent{self::Edit{std::move(row)}}); }
  void enter(std::string text) { feed(self::Intent{self::Enter{std::move(text)}}); }
  void next() { feed(self::Intent{self::Next{}}); }
  void other() { feed(self::Intent{self::Other{}}); }
  void third() { feed(self::Intent{self::Third{}}); }
  void back() { feed(self::Intent{self::Back{}}); }
  void pass(Millis by) {
    clock.advance(by);
    feed(self::TimePassed{});
  }

  void good_face() {
    domain::FaceReport r;
    r.face = domain::FaceFound{};
    r.usable = true;
    feed(self::FaceSeen{r, true});
  }
  void advice(const std::string& code) {
    domain::FaceReport r;
    r.face = domain::FaceFound{};
    r.checks.push_back({.code = "x", .passed = false, .advice = code});
    feed(self::FaceSeen{r, false});
  }

  // -- ways through --
  void identify() {
    enter(kNik);
    next();
    feed(self::Intent{self::EnterDate{"07", "03", "1968"}});
    next();
    enter("SITI PERCONTOHAN");
    next();
  }
  void to_photo() {
    choose("claim");
    identify();
    next();            // three checks
    choose("RESIGN");  // cause
    next();            // membership
    next();            // consent
  }
  void photo() {
    good_face();
    feed(self::Intent{self::TakePhoto{}});
  }
  void form() {
    other();  // NIK as NPWP
    choose("014");
    enter("1234567890");
    next();
    other();  // phone of the record
    next();   // amounts
  }
};

}  // namespace kiosk::test
