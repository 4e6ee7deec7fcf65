// Tickets that exist already and appointments: shown, printed later, checked in, and a sentence for each that is not
// good.
#include <doctest/doctest.h>

#include "domain/queue/issue.h"
#include "kiosk_player.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::flow::kiosk;
using domain::TicketState;

namespace {

constexpr const char* kCode = "ticket:01890000-0000-7000-8000-000000000001";
const Uuid kId = Uuid::parse("01890000-0000-7000-8000-000000000001").value();

WallTime at_hour(const Player& p, int hour) {
  return domain::local_midnight(p.today, std::chrono::minutes(420)) + std::chrono::hours(hour);
}

verbs::TicketIssued known(const Player& p, TicketState state, int hour = 9) {
  verbs::TicketIssued t;
  t.ticket.id = kId;
  t.ticket.number = "A-007";
  t.ticket.service = "JHT";
  t.ticket.state = state;
  t.ticket.issued_at = at_hour(p, hour);
  t.people_ahead = 2;
  return t;
}

void to_check_in(Player& p) {
  p.choose("other");
  p.choose("appointment");
}

template <class E>
const E* left(const Player& p) {
  for (const auto& e : p.effects)
    if (const auto* one = std::get_if<E>(&e)) return one;
  return nullptr;
}

void booked(Player& p, std::vector<std::pair<std::string, int>> hours) {
  p.find = [&p, hours](const auto&) {
    verbs::ParticipantFound f{verbs::Source::Cache, WallTime{}, true, invented_person(), "S***"};
    for (const auto& [id, hour] : hours) f.appointments.push_back({id, "ISO", at_hour(p, hour)});
    return f;
  };
}

}  // namespace

TEST_CASE("check-in: who has a live ticket sees that one again and prints it when asked, not by itself") {
  Player p;
  p.ticket = [](const auto&) -> Result<verbs::TicketIssued> { return refused("ticket_exists", "A-007", "nik"); };
  std::string asked;
  p.held = [&](const std::string& number) {
    asked = number;
    return known(p, TicketState::Waiting);
  };
  p.choose("ticket");
  p.choose("JHT");
  p.next();
  p.enter(kNik);
  p.next();
  p.choose("none");
  REQUIRE(p.at() == "TicketShown");
  CHECK(asked == "A-007");
  CHECK(p.visit().held);
  CHECK(p.visit().ticket->ticket.number == "A-007");
  CHECK(p.tickets_printed == 0);
  p.other();
  CHECK(p.tickets_printed == 1);
  p.other();
  CHECK(p.tickets_printed == 2);
}

TEST_CASE("check-in: a live ticket that cannot be read is at least named, and a node that is away is asked again") {
  Player p;
  p.ticket = [](const auto&) -> Result<verbs::TicketIssued> { return refused("ticket_exists", "A-007", "nik"); };
  p.choose("ticket"), p.choose("JHT"), p.next(), p.enter(kNik), p.next(), p.choose("none");
  REQUIRE(p.at() == "Problem");
  CHECK(p.page<page::Problem>().code == "ticket_exists");
  CHECK(p.page<page::Problem>().detail == "A-007");
  Player q;
  q.ticket = p.ticket;
  q.held = [](const auto&) -> Result<verbs::TicketIssued> { return unreachable("node_away"); };
  q.choose("ticket"), q.choose("JHT"), q.next(), q.enter(kNik), q.next(), q.choose("none");
  REQUIRE(q.at() == "Waiting");
  q.held = [&](const auto&) { return known(q, TicketState::Waiting); };
  q.pass(kRetryEvery);
  CHECK(q.at() == "TicketShown");
}

TEST_CASE("check-in: without paper the number stays and is printed later") {
  Player p;
  p.printer = "paper-out";
  p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("none");
  REQUIRE(p.at() == "TicketShown");
  CHECK(p.visit().ticket_print == PrintState::Failed);
  CHECK(p.visit().ticket->ticket.number == "A-012");
  p.printer.clear();
  p.other();
  CHECK(p.visit().ticket_print == PrintState::Printed);
  p.other();
  CHECK(p.tickets_printed == 2);  // a fresh ticket has one paper
}

TEST_CASE("check-in: the camera looks for codes there and nowhere else") {
  Player p;
  p.answer = false;
  p.choose("other");
  p.choose("appointment");
  REQUIRE(left<StartCamera>(p));
  CHECK(left<StartCamera>(p)->what == LookFor::Codes);
  p.other();
  REQUIRE(p.at() == "CheckInCode");
  CHECK(left<StopCamera>(p));
  Player q;
  q.choose("claim");
  q.feed(CodeSeen{kCode});
  CHECK(q.at() == "EnterNik");
}

TEST_CASE("check-in: each state of a ticket whose code is shown has its answer") {
  struct Row {
    TicketState state;
    int hour;
    const char* error;  // nullptr: the ticket is shown
  };
  for (const auto& row : {Row{TicketState::Waiting, 9, nullptr},
                          {TicketState::Transferred, 9, nullptr},
                          {TicketState::Called, 9, nullptr},
                          {TicketState::Serving, 9, nullptr},
                          {TicketState::Parked, 9, nullptr},
                          {TicketState::WrapUp, 9, nullptr},
                          {TicketState::Served, 9, "ticket_ended"},
                          {TicketState::Left, 9, "ticket_ended"},
                          {TicketState::NoShow, 9, "ticket_missed"},
                          {TicketState::Waiting, -1, "ticket_other_day"},
                          {TicketState::Served, -1, "ticket_other_day"},
                          {TicketState::Created, -1, "ticket_other_day"}}) {
    CAPTURE(domain::code(row.state));
    CAPTURE(row.hour);
    Player p;
    p.shown = [&](Uuid) { return known(p, row.state, row.hour); };
    to_check_in(p);
    p.feed(CodeSeen{kCode});
    if (!row.error) {
      CHECK(p.at() == "TicketShown");
      CHECK(p.visit().held);
      CHECK(p.tickets_printed == 0);
    } else {
      REQUIRE(p.at() == "CheckIn");
      CHECK(p.page<page::CheckIn>().error == row.error);
    }
  }
}

TEST_CASE("check-in: who comes back for the slot waits from then on; too early says when") {
  Player p;
  p.shown = [&](Uuid) { return known(p, TicketState::Created); };
  p.join = [&](Uuid id) {
    CHECK(id == kId);
    return known(p, TicketState::Waiting);
  };
  to_check_in(p);
  p.feed(CodeSeen{kCode});
  CHECK(p.at() == "TicketShown");
  Player q;
  q.shown = p.shown;
  q.join = [](Uuid) -> Result<verbs::TicketIssued> { return refused("too_early", "2026-11-20T02:45:00.000Z", "id"); };
  to_check_in(q);
  q.feed(CodeSeen{kCode});
  REQUIRE(q.at() == "Problem");
  CHECK(q.page<page::Problem>().code == "too_early");
  REQUIRE(q.page<page::Problem>().at);
  CHECK(to_rfc3339(*q.page<page::Problem>().at) == "2026-11-20T02:45:00.000Z");
  q.next();
  CHECK(q.at() == "CheckIn");
}

TEST_CASE("check-in: foreign codes are told apart, and one that is held still is not read again and again") {
  for (const char* code : {"https://example.invalid/x", "JKT1|018f|7F3K9|sig", "ticket:12", "ticket:not-an-id",
                           "WIFI:S:x;;", "0123456789012345678901234567890123456789"}) {
    CAPTURE(code);
    Player p;
    to_check_in(p);
    p.feed(CodeSeen{code});
    REQUIRE(p.at() == "CheckIn");
    CHECK(p.page<page::CheckIn>().error == "code_foreign");
  }
  Player p;
  int asked = 0;
  p.shown = [&](Uuid) -> Result<verbs::TicketIssued> {
    ++asked;
    return refused("unknown_ticket");
  };
  to_check_in(p);
  for (int i = 0; i < 5; ++i) p.feed(CodeSeen{kCode});
  CHECK(asked == 1);
  CHECK(p.page<page::CheckIn>().error == "code_foreign");
  p.other();
  p.enter("ab12");
  p.next();
  REQUIRE(p.at() == "CheckInCode");
  CHECK(p.page<page::CheckInCode>().error == "code_short");
  p.enter("ab12cd");
  CHECK(p.page<page::CheckInCode>().error.empty());
  p.next();
  CHECK(p.at() == "EnterNik");
}

TEST_CASE("check-in: an appointment needs two facts, and its code chooses among several") {
  Player p;
  booked(p, {{"018f0000-0000-7000-8000-00000000aaaa", 9}, {"018f0000-0000-7000-8000-00000000bbbb", 13}});
  to_check_in(p);
  p.feed(CodeSeen{"appointment:018F0000-0000-7000-8000-00000000BBBB"});
  CHECK(p.ticketed.empty());
  REQUIRE(p.at() == "EnterNik");
  p.identify();
  REQUIRE(p.at() == "TicketShown");
  REQUIRE(p.ticketed.size() == 1);
  CHECK(p.ticketed[0].appointment == "018f0000-0000-7000-8000-00000000bbbb");
  CHECK(p.ticketed[0].service == "ISO");
  CHECK(p.tickets_printed == 1);
  // Without a code the person chooses.
  Player q;
  booked(q, {{"a", 9}, {"b", 13}, {"tomorrow", 33}});
  to_check_in(q);
  q.next();
  q.identify();
  REQUIRE(q.at() == "ChooseAppointment");
  q.choose("tomorrow-not");
  CHECK(q.at() == "ChooseAppointment");
  q.choose("b");
  REQUIRE(q.at() == "TicketShown");
  CHECK(q.ticketed[0].appointment == "b");
}

TEST_CASE("check-in: no appointment, one of an earlier day and one to come have a sentence each") {
  const auto told = [](std::vector<std::pair<std::string, int>> hours, bool early) {
    Player p;
    booked(p, std::move(hours));
    if (early)
      p.ticket = [](const auto&) -> Result<verbs::TicketIssued> {
        return refused("too_early", "2026-11-21T01:45:00.000Z", "service");
      };
    to_check_in(p);
    p.next();
    p.identify();
    REQUIRE(p.at() == "Problem");
    return p.page<page::Problem>();
  };
  CHECK(told({}, false).code == "unknown_appointment");
  const auto past = told({{"a", -15}}, false);
  CHECK(past.code == "appointment_expired");
  CHECK(past.at.has_value());
  const auto to_come = told({{"a", -15}, {"b", 33}}, true);
  CHECK(to_come.code == "too_early");
  CHECK(to_come.at.has_value());
}

TEST_CASE(
    "check-in: a closed branch says when it opens, a full quota when tickets are given again, and the form is kept") {
  struct Row {
    const char* code;
    const char* detail;
    bool time;
  };
  for (const auto& row : {Row{"branch_closed", "2026-11-23T01:00:00.000Z", true},
                          {"branch_closed", "", false},
                          {"day_full", "2026-11-23T01:00:00.000Z", true},
                          {"quota_reached", "2026-11-23T01:00:00.000Z", true},
                          {"quota_reached", "", false}}) {
    CAPTURE(row.code);
    Player p;
    p.ticket = [&](const auto&) -> Result<verbs::TicketIssued> { return refused(row.code, row.detail, "service"); };
    p.choose("ticket"), p.choose("JHT"), p.other(), p.choose("none");
    REQUIRE(p.at() == "Problem");
    CHECK(p.page<page::Problem>().code == row.code);
    CHECK(p.page<page::Problem>().at.has_value() == row.time);
    p.next();
    CHECK(p.at() == "AskPriority");
  }
}

TEST_CASE("check-in: after leaving nothing of codes and tickets is left") {
  Player p;
  p.shown = [&](Uuid) { return known(p, TicketState::Waiting); };
  to_check_in(p);
  p.feed(CodeSeen{kCode});
  p.next();
  CHECK(p.at() == "Home");
  CHECK(p.visit().code.empty());
  CHECK(p.visit().code_refused.empty());
  CHECK(!p.visit().ticket);
}
