// Where each page of the participant's terminal is met, with invented people: for the lint, the golden pictures and for
// pictures that a person looks at.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "domain/queue/issue.h"
#include "tests/terminal/flow/kiosk_player.h"

namespace kiosk::test {

struct Shown {
  std::string name;
  std::function<void(Player&)> walk;
};

// A report of a work accident, so many questions answered.
template <class Nik>
void accident(Player& p, int answered, const Nik& nik) {
  p.choose("other"), p.choose("accident"), nik(p);
  const std::function<void()> answers[] = {[&] { p.enter("SUWARNI CONTOH"), p.next(); },
                                           [&] {
                                             p.feed(self::Intent{self::EnterDate{"17", "11", "2026"}}), p.next();
                                           },
                                           [&] { p.choose("on_way"); },
                                           [&] { p.enter("PT PERCONTOHAN SEJAHTERA"), p.next(); },
                                           [&] { p.other(); },
                                           [&] { p.enter("081200000001"), p.next(); }};
  for (int i = 0; i < answered; ++i) answers[i]();
}

// Where each page is met; the name is that of the picture.
inline std::vector<Shown> pages() {
  using namespace self;
  const auto nik = [](Player& p) {
    p.enter(kNik);
    p.next();
  };
  const auto birth = [nik](Player& p) {
    nik(p);
    p.feed(Intent{EnterDate{"07", "03", "1968"}});
    p.next();
  };
  const auto unknown = [birth](Player& p) {
    p.find = [](const auto&) { return verbs::ParticipantFound{}; };
    p.choose("claim");
    birth(p);
    p.enter("SITI PERCONTOHAN");
    p.next();
  };
  const auto no_match = [](Player& p, int times) {
    int failed = 0;
    p.attempt = [failed](Uuid id) mutable -> Result<verbs::AttemptResult> {
      verbs::AttemptResult r{.attempt = id, .verdict = domain::FaceVerdict::NoMatch, .counted = true};
      r.account.attempts_left = 3 - ++failed;
      if (failed == 3) {
        r.account.account.state = domain::AccountState::Blocked;
        r.ticket = verbs::TicketIssued{};
        r.ticket->ticket.number = "B-001";
        r.ticket->ticket.priority = domain::Priority::Blocked;
      }
      return r;
    };
    p.to_photo();
    for (int i = 0; i < times; ++i) p.photo();
  };
  const auto late = [](Player& p, const char* alert) {
    verbs::SyncStatus s;
    s.state = "offline";
    s.why = "no_route";
    s.alert = alert;
    s.last_success = p.clock.now() - Seconds{30 * 3600};
    p.feed(SyncKnown{s});
  };
  const auto change = [](Player& p) {
    p.choose("other"), p.choose("update"), p.identify();
    p.edit("name"), p.enter("SUWARNI CONTOH BARU"), p.next();
    p.edit("birth"), p.feed(Intent{EnterDate{"08", "03", "1968"}}), p.next();
  };
  const auto consents = [](Player& p) {
    p.find = [&p](const auto&) {
      verbs::ParticipantFound f{verbs::Source::Cache, WallTime{}, true, invented_person(), {}};
      f.consents = {{"camera", "2026-11", "id", true, p.clock.now()}, {"data", "2026-11", "id", true, p.clock.now()}};
      return f;
    };
    p.choose("other"), p.choose("privacy"), p.identify();
  };
  return {
      {"home", [](Player&) {}},
      {"home-away", [](Player& p) { p.feed(NodeKnown{false}); }},
      {"home-late", [late](Player& p) { late(p, "warn"); }},
      {"other", [](Player& p) { p.choose("other"); }},
      {"consent-data", [](Player& p) { p.stop_at_consent = true, p.choose("claim"); }},
      {"no-nik", [](Player& p) { p.choose("claim"), p.other(); }},
      {"card", [](Player& p) { p.choose("other"), p.choose("card"), p.identify(); }},
      {"card-printed", [](Player& p) { p.choose("other"), p.choose("card"), p.identify(), p.other(); }},
      {"record", [](Player& p) { p.choose("other"), p.choose("update"), p.identify(); }},
      {"record-changed", [change](Player& p) { change(p); }},
      {"correct", [](Player& p) { p.choose("other"), p.choose("update"), p.identify(), p.edit("birth"), p.next(); }},
      {"update-saved", [change](Player& p) { change(p), p.next(); }},
      {"update-no-paper", [change](Player& p) { p.printer = "paper-out", change(p), p.next(); }},
      {"bpu", [](Player& p) { p.choose("other"), p.choose("bpu"); }},
      {"intake-choice", [nik](Player& p) { accident(p, 2, nik); }},
      {"intake-date", [nik](Player& p) { accident(p, 1, nik), p.next(); }},
      {"intake-text", [nik](Player& p) { accident(p, 4, nik); }},
      {"intake-money",
       [nik](Player& p) {
         p.choose("other"), p.choose("bpu"), p.choose("bpu_register"), nik(p), p.enter("BUDI CONTOH"), p.next();
         p.enter("081200000001"), p.next(), p.choose("trader"), p.enter("25");
       }},
      {"intake-country",
       [](Player& p) { p.choose("claim"), p.other(), p.choose("foreigner"), p.enter("X1234567"), p.next(); }},
      {"intake-check", [nik](Player& p) { accident(p, 6, nik); }},
      {"intake-saved", [nik](Player& p) { accident(p, 6, nik), p.next(); }},
      {"accident-number", [nik](Player& p) { accident(p, 6, nik), p.next(), p.next(), p.choose("none"); }},
      {"complaint-saved",
       [nik](Player& p) {
         p.choose("other"), p.choose("complaint"), nik(p), p.choose("counter");
         p.enter("ANTREAN TIDAK DIPANGGIL"), p.next(), p.other(), p.next();
       }},
      {"heir-saved",
       [](Player& p) {
         p.choose("claim"), p.other(), p.choose("heir"), p.enter(kNik), p.next(), p.choose("spouse");
         p.enter("SITI CONTOH"), p.next(), p.enter("SUWARNI CONTOH"), p.next(), p.other();
         p.feed(Intent{EnterDate{"17", "11", "2026"}}), p.next(), p.enter("081200000001"), p.next(), p.next();
       }},
      {"account-help", [](Player& p) { p.choose("other"), p.choose("account"); }},
      {"account-advice", [](Player& p) { p.choose("other"), p.choose("account"), p.choose("activation"); }},
      {"resume",
       [](Player& p) {
         p.find = [&p](const auto&) {
           verbs::ParticipantFound f{verbs::Source::Cache, WallTime{}, true, invented_person(), {}};
           f.draft = verbs::DraftView{"claim", {{"cause", "RESIGN"}}, false, p.clock.now()};
           return f;
         };
         p.choose("claim"), p.identify();
       }},
      {"privacy", [consents](Player& p) { consents(p); }},
      {"privacy-none", [](Player& p) { p.choose("other"), p.choose("privacy"), p.identify(); }},
      {"withdraw-ask", [consents](Player& p) { consents(p), p.choose("data"); }},
      {"withdrawn", [consents](Player& p) { consents(p), p.choose("camera"), p.other(); }},
      {"help-called", [](Player& p) { p.choose("claim"), p.feed(Intent{AskHelp{}}), p.next(); }},
      {"help-coming",
       [](Player& p) { p.choose("claim"), p.feed(Intent{AskHelp{}}), p.next(), p.feed(HelpAnswered{}); }},
      {"officer-number",
       [](Player& p) {
         p.log_in = [](const auto&, const auto&) -> Result<verbs::SessionView> { return refused("pin_wrong"); };
         p.choose("claim"), p.feed(Intent{AskHelp{}}), p.next(), p.other(), p.enter("1001"), p.next();
         p.enter("123456"), p.next();
       }},
      {"officer-pin",
       [](Player& p) {
         p.choose("claim"), p.feed(Intent{AskHelp{}}), p.next(), p.other(), p.enter("1001"), p.next(), p.enter("1234");
       }},
      {"assisted",
       [](Player& p) {
         p.choose("claim"), p.feed(Intent{AskHelp{}}), p.next(), p.other(), p.enter("1001"), p.next();
         p.enter("123456"), p.next();
       }},
      {"guide", [](Player& p) { p.choose("other"), p.choose("guide"); }},
      {"guide-step", [](Player& p) { p.choose("other"), p.choose("guide"), p.next(), p.next(), p.next(); }},
      {"guide-stopped",
       [](Player& p) {
         p.choose("other"), p.choose("guide");
         for (int i = 0; i < kGuideSteps; ++i) p.next();
         for (int i = 0; i < kGuidePictures; ++i) p.pass(kGuidePicture);
       }},
      {"guide-causes", [](Player& p) { p.choose("other"), p.choose("guide"), p.other(); }},
      {"guide-papers", [](Player& p) { p.choose("other"), p.choose("guide"), p.other(), p.choose("DEATH"); }},
      {"scan", [](Player& p) { p.choose("claim"), p.third(); }},
      {"scan-foreign", [](Player& p) { p.choose("claim"), p.third(), p.feed(CodeSeen{"https://example.invalid"}); }},
      {"scan-no-camera", [](Player& p) { p.choose("claim"), p.third(), p.feed(CameraLost{}); }},
      {"scan-confirm",
       [](Player& p) {
         p.choose("claim"), p.third(), p.feed(CardSeen{kNik, {}, Date::of(1968, 3, 7).value()});
       }},
      {"scan-unknown",
       [birth](Player& p) {
         p.find = [](const auto&) { return verbs::ParticipantFound{}; };
         p.choose("balance"), p.third(), p.feed(CardSeen{{}, "99000000092", std::nullopt}), p.next();
         p.feed(Intent{EnterDate{"07", "03", "1968"}}), p.next(), p.enter("SITI PERCONTOHAN"), p.next();
       }},
      {"companion", [](Player& p) { p.stop_at_consent = true, p.choose("claim"), p.third(); }},
      {"hand-over",
       [](Player& p) {
         p.stop_at_consent = true, p.choose("claim"), p.third(), p.next(), p.identify(), p.next(), p.choose("RESIGN");
         p.next();
       }},
      {"ticket-service", [](Player& p) { p.choose("ticket"); }},
      {"ticket-identify", [](Player& p) { p.choose("ticket"), p.choose("JHT"); }},
      {"ticket-priority", [](Player& p) { p.choose("ticket"), p.choose("JHT"), p.other(); }},
      {"ticket-shown", [](Player& p) { p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("elderly"); }},
      {"ticket-no-paper",
       [](Player& p) {
         p.printer = "paper-out";
         p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("elderly");
       }},
      {"ticket-held",
       [](Player& p) {
         p.ticket = [](const auto&) -> Result<verbs::TicketIssued> { return refused("ticket_exists", "A-007"); };
         p.held = [](const auto&) {
           verbs::TicketIssued t;
           t.ticket.number = "A-007";
           t.people_ahead = 4;
           t.wait_low_min = 10;
           t.wait_high_min = 20;
           return t;
         };
         p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("none");
       }},
      {"ticket-slot",
       [](Player& p) {
         p.ticket = [&p](const auto& t) {
           verbs::TicketIssued r;
           r.ticket.number = "A-031";
           r.ticket.service = t.service;
           r.ticket.state = domain::TicketState::Created;
           r.slot_from = p.clock.now() + Seconds{7200};
           r.slot_to = p.clock.now() + Seconds{9000};
           return r;
         };
         p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("none");
       }},
      {"ticket-late",
       [](Player& p) {
         p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("none");
         p.visit().appointment = "a";
       }},
      {"branch-closed",
       [](Player& p) {
         p.ticket = [](const auto&) -> Result<verbs::TicketIssued> {
           return refused("branch_closed", "2026-11-23T01:00:00.000Z", "service");
         };
         p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("none");
       }},
      {"check-in", [](Player& p) { p.choose("other"), p.choose("appointment"); }},
      {"check-in-foreign",
       [](Player& p) { p.choose("other"), p.choose("appointment"), p.feed(CodeSeen{"https://example.invalid"}); }},
      {"check-in-no-camera", [](Player& p) { p.choose("other"), p.choose("appointment"), p.feed(CameraLost{}); }},
      {"check-in-code",
       [](Player& p) { p.choose("other"), p.choose("appointment"), p.other(), p.enter("ab1"), p.next(); }},
      {"check-in-choose",
       [](Player& p) {
         p.find = [&p](const auto&) {
           verbs::ParticipantFound f{verbs::Source::Cache, WallTime{}, true, invented_person(), {}};
           const auto day = domain::local_midnight(p.today, std::chrono::minutes(420));
           f.appointments = {{"a", "JHT", day + std::chrono::hours(9)}, {"b", "ISO", day + std::chrono::hours(13)}};
           return f;
         };
         p.choose("other"), p.choose("appointment"), p.next(), p.identify();
       }},
      {"nik", [](Player& p) { p.choose("claim"), p.enter("99010107036"); }},
      {"nik-problem", [](Player& p) { p.choose("claim"), p.enter("99010107036"), p.next(); }},
      {"birth",
       [nik](Player& p) {
         p.choose("claim"), nik(p), p.feed(Intent{EnterDate{"07", "0", ""}});
       }},
      {"birth-differs",
       [nik](Player& p) {
         p.choose("claim"), nik(p), p.feed(Intent{EnterDate{"08", "03", "1968"}}), p.next();
       }},
      {"mother", [birth](Player& p) { p.choose("claim"), birth(p), p.enter("SITI PER"); }},
      {"facts-differ",
       [birth](Player& p) {
         p.find = [](const auto&) {
           return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, false, std::nullopt, "S*** C***"};
         };
         p.choose("claim"), birth(p), p.enter("SITI"), p.next();
       }},
      {"not-known", unknown},
      {"name", [unknown](Player& p) { unknown(p), p.next(), p.enter("BUDI CONTOH"); }},
      {"kpj-entry", [unknown](Player& p) { unknown(p), p.next(), p.enter("BUDI CONTOH"), p.next(), p.enter("99000"); }},
      {"checks", [](Player& p) { p.choose("claim"), p.identify(); }},
      {"checks-some",
       [](Player& p) {
         p.find = [](const auto&) {
           auto person = invented_person();
           person.data_current = false;
           person.memberships.front().status = domain::MembershipStatus::Active;
           person.memberships.front().balance = {40'000'000};
           return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, true, std::move(person), {}};
         };
         p.choose("claim"), p.identify();
       }},
      {"cause", [](Player& p) { p.choose("claim"), p.identify(), p.next(); }},
      {"officer-cause", [](Player& p) { p.choose("claim"), p.identify(), p.next(), p.choose("DEATH"); }},
      {"not-eligible",
       [](Player& p) {
         p.check = [&p](const auto& c) {
           auto young = invented_person();
           young.birth = Date::of(1990, 1, 1).value();
           return domain::check_claim(&young, c.cause, p.today, p.rules);
         };
         p.choose("claim"), p.identify(), p.next(), p.choose("USIA56");
       }},
      {"membership", [](Player& p) { p.choose("claim"), p.identify(), p.next(), p.choose("RESIGN"); }},
      {"membership-several",
       [](Player& p) {
         p.find = [](const auto&) {
           auto person = invented_person();
           auto m = person.memberships.front();
           m.kpj = domain::Kpj::parse("99000000025").value();
           m.employer = "CV Maju Bersama Sejahtera Percontohan";
           person.memberships.push_back(m);
           return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, true, std::move(person), {}};
         };
         p.choose("claim"), p.identify(), p.next(), p.choose("RESIGN");
       }},
      {"consent", [](Player& p) { p.choose("claim"), p.identify(), p.next(), p.choose("RESIGN"), p.next(); }},
      {"photo-coach", [](Player& p) { p.to_photo(), p.advice("coach.move_closer"); }},
      {"photo-ready", [](Player& p) { p.to_photo(), p.good_face(), p.pass(kPhotoAfter * 2 / 3), p.good_face(); }},
      {"photo-again", [no_match](Player& p) { no_match(p, 1), p.good_face(); }},
      {"photo-away", [](Player& p) { p.to_photo(), p.feed(CameraLost{}); }},
      {"blocked-now", [no_match](Player& p) { no_match(p, 3); }},
      {"face-kept",
       [](Player& p) {
         p.attempt = [](Uuid id) -> Result<verbs::AttemptResult> {
           verbs::AttemptResult r{.attempt = id, .verdict = domain::FaceVerdict::Grey};
           r.photo_blob = "blob";
           r.ticket = verbs::TicketIssued{};
           r.ticket->ticket.number = "A-020";
           return r;
         };
         p.to_photo(), p.photo();
       }},
      {"face-kept-unsaved",
       [](Player& p) {
         p.attempt = [](Uuid id) -> Result<verbs::AttemptResult> {
           verbs::AttemptResult r{.attempt = id, .verdict = domain::FaceVerdict::Officer, .reason = "disk_low"};
           r.ticket = verbs::TicketIssued{};
           r.ticket->ticket.number = "A-021";
           return r;
         };
         p.to_photo(), p.photo();
       }},
      {"npwp", [](Player& p) { p.to_photo(), p.photo(); }},
      {"bank", [](Player& p) { p.to_photo(), p.photo(), p.other(); }},
      {"account",
       [](Player& p) { p.to_photo(), p.photo(), p.other(), p.choose("014"), p.enter("12345678901"), p.next(); }},
      {"phone",
       [](Player& p) { p.to_photo(), p.photo(), p.other(), p.choose("014"), p.enter("1234567890"), p.next(); }},
      {"amounts",
       [](Player& p) {
         p.to_photo(), p.photo(), p.other(), p.choose("014"), p.enter("1234567890"), p.next(), p.other();
       }},
      {"answers", [](Player& p) { p.to_photo(), p.photo(), p.form(); }},
      {"saved", [](Player& p) { p.to_photo(), p.photo(), p.form(), p.next(); }},
      {"saved-late",
       [late](Player& p) {
         p.submit = [](const auto& c) {
           verbs::ClaimView v{.id = c.id, .receipt = "JKT1-7F3K9-Q2M4D", .sync_why = "no_route"};
           return v;
         };
         late(p, "export"), p.to_photo(), p.photo(), p.form(), p.next();
       }},
      {"saved-returned",
       [](Player& p) {
         p.submit = [](const auto& c) {
           verbs::ClaimView v{.id = c.id, .receipt = "JKT1-7F3K9-Q2M4D", .state = domain::ClaimState::Rejected};
           v.sync = domain::SyncState::Rejected;
           return v;
         };
         p.to_photo(), p.photo(), p.form(), p.next();
       }},
      {"saved-officer",
       [](Player& p) {
         p.submit = [](const auto& c) {
           verbs::ClaimView v{.id = c.id, .receipt = "JKT1-7F3K9-Q2M4D", .state = domain::ClaimState::NeedsOfficer};
           v.sync_why = "no_route";
           return v;
         };
         p.choose("claim"), p.identify(), p.next(), p.choose("RESIGN"), p.next(), p.other(), p.form(), p.next();
       }},
      {"blocked-intro", [](Player& p) { p.choose("blocked"); }},
      {"blocked-consent", [](Player& p) { p.choose("blocked"), p.next(); }},
      {"blocked-documents",
       [birth](Player& p) {
         p.choose("blocked"), p.next(), p.next(), birth(p), p.enter("SITI PERCONTOHAN"), p.next();
       }},
      {"balance", [](Player& p) { p.choose("balance"), p.identify(); }},
      {"balance-which",
       [](Player& p) {
         p.find = [](const auto&) {
           auto person = invented_person();
           person.memberships.push_back(person.memberships.front());
           return verbs::ParticipantFound{verbs::Source::Cache, WallTime{}, true, std::move(person), {}};
         };
         p.choose("balance"), p.identify();
       }},
      {"kpj", [](Player& p) { p.choose("kpj"), p.identify(); }},
      {"track",
       [late](Player& p) {
         p.claims = [&p] {
           verbs::ClaimView v;
           v.receipt = "JKT1-7F3K9-Q2M4D";
           v.cause = "RESIGN";
           v.kpj = "*******0011";
           v.stages = {{domain::Stage::Agenda, p.clock.now()}};
           v.sync = domain::SyncState::Accepted;
           auto no = v;
           no.id = p.ids.next();
           no.receipt = "JKT1-8K2M4-P7Q3D";
           no.sync = domain::SyncState::Rejected;
           no.reason = "claimed_elsewhere";
           return std::vector<verbs::ClaimView>{v, no};
         };
         late(p, "escalate"), p.choose("track"), p.identify();
       }},
      {"simulate-wage", [](Player& p) { p.choose("simulate"), p.enter("5000000"); }},
      {"simulate-most",
       [](Player& p) {
         p.choose("simulate"), p.enter("5000000"), p.next(), p.enter("10"), p.next(), p.enter("7777777777");
       }},
      {"simulate-result",
       [](Player& p) {
         p.choose("simulate"), p.enter("5000000"), p.next(), p.enter("10"), p.next(), p.enter("20000000"), p.next();
       }},
      {"help", [](Player& p) { p.choose("claim"), p.feed(Intent{AskHelp{}}); }},
      {"leaving", [](Player& p) { p.choose("claim"), p.feed(Intent{Finish{}}); }},
      {"waiting",
       [](Player& p) {
         p.choose("claim");
         p.answer = false;
         p.identify(), p.pass(kCancelAfter);
       }},
      {"node-away",
       [](Player& p) {
         p.submit = [](const auto&) -> Result<verbs::ClaimView> { return unreachable("node_away"); };
         p.to_photo(), p.photo(), p.form(), p.next();
       }},
      {"problem",
       [birth](Player& p) {
         p.find = [](const auto&) -> Result<verbs::ParticipantFound> { return refused("find_closed"); };
         p.choose("kpj"), birth(p), p.enter("SITI"), p.next();
       }},
      {"idle", [](Player& p) { p.to_photo(), p.pass(kIdle); }},
      // "Apakah kertasnya keluar?", asked after each kind of paper by a printer that says nothing of itself.
      {"ticket-unsure",
       [](Player& p) {
         p.printer_speaks = false;
         p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("elderly");
       }},
      {"saved-unsure", [](Player& p) { p.printer_speaks = false, p.to_photo(), p.photo(), p.form(), p.next(); }},
      {"kpj-unsure", [](Player& p) { p.printer_speaks = false, p.choose("kpj"), p.identify(), p.third(); }},
      {"card-unsure",
       [](Player& p) { p.printer_speaks = false, p.choose("other"), p.choose("card"), p.identify(), p.other(); }},
      {"update-unsure", [change](Player& p) { p.printer_speaks = false, change(p), p.next(); }},
  };
}

}  // namespace kiosk::test
