#include <set>
#include <thread>

#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::Priority;
using domain::TicketAct;
using domain::TicketState;

namespace {
verbs::IssueTicket jht() { return {.id = {}, .service = "JHT"}; }
}  // namespace

EVERY_WAY("tickets: numbers run per service and local day, and say how many stand before") {
  const auto a = good(w.branch().ask(w.kiosk(), jht()));
  CHECK(a.ticket.number == "A-001");
  CHECK(a.people_ahead == 0);
  CHECK_FALSE(a.wait_low_min);
  CHECK(good(w.branch().ask(w.kiosk(), jht())).people_ahead == 1);
  CHECK(good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "ISO"})).ticket.number == "B-001");
  w.clock().advance(std::chrono::hours(24));
  CHECK(good(w.branch().ask(w.kiosk(), jht())).ticket.number == "A-001");
  CHECK(good(w.branch().ask(w.kiosk(), verbs::ListTickets{true})).size() == 1);  // yesterday's are ended, not forgotten
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetTicket{a.ticket.id})).ticket.state == TicketState::Left);
}

EVERY_WAY("tickets: the same request id gives the first ticket and writes nothing") {
  auto r = jht();
  r.id = w.id();
  const auto first = good(w.branch().ask(w.kiosk(), r));
  const auto seq = w.store().identity().last_seq;
  w.reopen();
  const auto again = good(w.branch().ask(w.kiosk(), r));
  CHECK(again.ticket.id == first.ticket.id);
  CHECK(again.ticket.number == first.ticket.number);
  CHECK(w.store().identity().last_seq == seq);
}

EVERY_WAY("tickets: one live ticket per person and service; the refusal names it") {
  auto r = jht();
  r.person = budi().id;
  const auto first = good(w.branch().ask(w.kiosk(), r));
  const auto second = w.branch().ask(w.kiosk(), r);
  REQUIRE(code_of(second) == "ticket_exists");
  CHECK(second.fault().detail == first.ticket.number);
  r.service = "ISO";
  CHECK(code_of(w.branch().ask(w.kiosk(), r)) == "ok");
  good(w.branch().ask(w.kiosk(), verbs::ActOnTicket{TicketAct::Leave, {.ticket = first.ticket.id}}));
  r.service = "JHT";
  CHECK(code_of(w.branch().ask(w.kiosk(), r)) == "ok");
}

EVERY_WAY("tickets: a closed, an unknown service and an unproved class are refused by name") {
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "INFO"})) == "service_closed");
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "XYZ"})) == "unknown_service");
  auto r = jht();
  r.person = budi().id;
  r.priority = Priority::Blocked;
  CHECK(code_of(w.branch().ask(w.kiosk(), r)) == "priority_not_granted");
}

TEST_CASE("tickets: a node that is not enrolled says so") {
  for (const auto& way : make_branch()) {
    CAPTURE(way.name);
    auto w = way.make({});
    CHECK(code_of(w->branch().ask(w->kiosk(), jht())) == "not_enrolled");
  }
}

EVERY_WAY("tickets: priority is called first, but waiting long outruns it") {
  const auto early = good(w.branch().ask(w.kiosk(), jht()));
  w.clock().advance(std::chrono::minutes(5));
  auto r = jht();
  r.priority = Priority::Elderly;
  const auto elder = good(w.branch().ask(w.kiosk(), r));
  CHECK(elder.people_ahead == 0);
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetTicket{early.ticket.id})).people_ahead == 1);
  const auto officer = w.log_in("1003", "counter-1");
  CHECK(good(w.branch().ask(officer, verbs::CallTicket{"1", ""})).id == elder.ticket.id);
  good(w.branch().ask(officer, verbs::ActOnTicket{TicketAct::Finish, {.ticket = elder.ticket.id}}));
  w.clock().advance(std::chrono::minutes(25));
  good(w.branch().ask(w.kiosk(), r));
  CHECK(good(w.branch().ask(officer, verbs::CallTicket{"1", ""})).id == early.ticket.id);
}

EVERY_WAY("tickets: call, recall, begin, park, call again by number, finish; the board follows") {
  const auto t = good(w.branch().ask(w.kiosk(), jht())).ticket;
  auto& b = w.branch();
  CHECK(code_of(b.ask(w.kiosk(), verbs::CallTicket{"1", ""})) == "not_logged_in");
  const auto o = w.log_in("1003", "counter-1");
  CHECK(good(b.ask(o, verbs::CallTicket{"2", ""})).state == TicketState::Called);
  auto board = good(b.ask(w.kiosk(), verbs::GetBoard{}));
  REQUIRE(board.calls.size() == 1);
  CHECK(board.calls[0].number == "A-001");
  CHECK(board.calls[0].counter == "2");
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::Recall, {.ticket = t.id, .counter = "2"}})).calls == 2);
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::Begin, {.ticket = t.id}})).state == TicketState::Serving);
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::Begin, {.ticket = t.id}})).state == TicketState::Serving);  // again
  CHECK(code_of(b.ask(o, verbs::ActOnTicket{TicketAct::NoShow, {.ticket = t.id}})) == "act_not_allowed");
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::Park, {.ticket = t.id, .reason = "papers"}})).reason == "papers");
  CHECK(code_of(b.ask(o, verbs::CallTicket{"2", ""})) == "queue_empty");
  CHECK(good(b.ask(o, verbs::CallTicket{"2", "A-001"})).state == TicketState::Called);
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = t.id}})).state == TicketState::Served);
  CHECK(code_of(b.ask(o, verbs::CallTicket{"2", "A-001"})) == "ticket_not_waiting");
  CHECK(code_of(b.ask(o, verbs::CallTicket{"2", "A-999"})) == "unknown_ticket");
}

EVERY_WAY("tickets: a transferred ticket keeps its number and waits in the other queue") {
  const auto t = good(w.branch().ask(w.kiosk(), jht())).ticket;
  const auto o = w.log_in("1003", "counter-1");
  good(w.branch().ask(o, verbs::CallTicket{"1", ""}));
  CHECK(code_of(w.branch().ask(o, verbs::ActOnTicket{TicketAct::Transfer, {.ticket = t.id, .to_service = "INFO"}})) ==
        "service_closed");
  const auto moved =
      good(w.branch().ask(o, verbs::ActOnTicket{TicketAct::Transfer, {.ticket = t.id, .to_service = "ISO"}}));
  CHECK(moved.service == "ISO");
  CHECK(moved.number == t.number);
  CHECK(good(w.branch().ask(o, verbs::CallTicket{"1", ""})).id == t.id);
}

EVERY_WAY("tickets: two counters calling at once never get one ticket") {
  constexpr int kRounds = 200;
  for (int i = 0; i < kRounds; ++i) good(w.branch().ask(w.kiosk(), jht()));
  const auto a = w.log_in("1003", "counter-1"), b = w.log_in("1001", "counter-2");
  std::vector<Uuid> got[2];
  std::string faults[2];
  const auto call = [&](int me, const verbs::Actor& actor) {
    while (true) {
      auto t = w.branch().ask(actor, verbs::CallTicket{std::to_string(me + 1), ""});
      if (!t) {
        faults[me] = t.fault().code;
        return;
      }
      got[me].push_back(t->id);
      good(w.branch().ask(actor, verbs::ActOnTicket{TicketAct::Finish, {.ticket = t->id}}));
    }
  };
  std::thread other([&] { call(1, b); });
  call(0, a);
  other.join();
  CHECK(faults[0] == "queue_empty");
  CHECK(faults[1] == "queue_empty");
  std::set<Uuid> all(got[0].begin(), got[0].end());
  all.insert(got[1].begin(), got[1].end());
  CHECK(got[0].size() + got[1].size() == kRounds);
  CHECK(all.size() == kRounds);
}

EVERY_WAY("tickets: the wait is told as a range only once there is a pace") {
  const auto o = w.log_in("1003", "counter-1");
  for (int i = 0; i < 12; ++i) good(w.branch().ask(w.kiosk(), jht()));
  for (int i = 0; i < 9; ++i) {
    const auto called = good(w.branch().ask(o, verbs::CallTicket{"1", ""}));
    w.clock().advance(std::chrono::minutes(4));
    good(w.branch().ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = called.id}}));
  }
  good(w.branch().ask(o, verbs::CallTicket{"1", ""}));
  const auto t = good(w.branch().ask(w.kiosk(), jht()));
  CHECK(t.people_ahead == 2);
  REQUIRE(t.wait_low_min);
  // Two times four minutes and what is left of the call in progress.
  CHECK(*t.wait_low_min == 5);
  CHECK(*t.wait_high_min == 15);
  // The counter calls every service; of one of them nobody knows how long it takes.
  good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "ISO"}));
  const auto behind = good(w.branch().ask(w.kiosk(), jht()));
  CHECK(behind.people_ahead == 4);
  CHECK_FALSE(behind.wait_low_min);
}

EVERY_WAY("changes: a terminal learns what to read again, and re-reads everything after a restart of the node") {
  auto& b = w.branch();
  const auto start = good(b.ask(w.kiosk(), verbs::WaitChanges{0, Millis{0}}));
  CHECK(start.reset);
  const auto t = good(b.ask(w.kiosk(), jht())).ticket;
  const auto next = good(b.ask(w.kiosk(), verbs::WaitChanges{start.until, Millis{5'000}}));
  REQUIRE(next.changes.size() == 1);
  CHECK(next.changes[0].topic == "ticket");
  CHECK(next.changes[0].id == t.id.str());
  CHECK(good(b.ask(w.kiosk(), verbs::WaitChanges{next.until, Millis{0}})).changes.empty());
  w.reopen();
  CHECK(good(w.branch().ask(w.kiosk(), verbs::WaitChanges{next.until, Millis{0}})).reset);
}
