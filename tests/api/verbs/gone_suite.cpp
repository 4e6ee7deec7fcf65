// A counter that vanishes: whom it had called waits again, first in line; whom it served stays with the officer.
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::TicketAct;
using domain::TicketState;

namespace {

domain::Ticket issue(World& w) {
  verbs::IssueTicket ask;
  ask.service = "JHT";
  w.clock().advance(Seconds{20});
  return good(w.node().ask(w.kiosk(), ask)).ticket;
}
void hear(World& w, const char* terminal) { good(w.node().ask({terminal, ""}, verbs::WaitChanges{0, Millis{0}})); }

}  // namespace

TEST_CASE("gone: the ticket that a vanished counter had called is the next one called, and nobody waits in vain") {
  World w;
  w.seed();
  const auto counter = w.log_in("1003", "counter-1"), other = w.log_in("1001", "counter-2");
  const auto first = issue(w), second = issue(w);
  hear(w, "counter-1");
  hear(w, "counter-2");
  REQUIRE(good(w.node().ask(counter, verbs::CallTicket{"1", ""})).id == first.id);
  verbs::IssueTicket priority;
  priority.service = "JHT";
  priority.priority = domain::Priority::Elderly;  // would go before it by the rules
  good(w.node().ask(w.kiosk(), priority));

  w.clock().advance(Seconds{119});
  hear(w, "counter-2");
  CHECK(good(w.node().free_called_tickets()) == 0);
  w.clock().advance(Seconds{2});
  CHECK(good(w.node().free_called_tickets()) == 1);
  CHECK(good(w.node().free_called_tickets()) == 0);
  const auto again = good(w.node().ask(w.kiosk(), verbs::GetTicket{first.id})).ticket;
  CHECK(again.state == TicketState::Waiting);
  CHECK(again.counter.empty());
  CHECK(good(w.node().ask(other, verbs::CallTicket{"2", ""})).id == first.id);
  // The vanished one is back and asks what it had: it is another's now.
  CHECK(code_of(w.node().ask(counter, verbs::ActOnTicket{TicketAct::Requeue, {.ticket = second.id}})) ==
        "act_not_allowed");
}

TEST_CASE("gone: a counter that is heard of keeps its ticket, and a call from the command line is nobody's") {
  World w;
  w.seed();
  const auto counter = w.log_in("1003", "counter-1"), command = w.log_in("1001", "ctl-1001");
  issue(w);
  issue(w);
  hear(w, "counter-1");
  good(w.node().ask(counter, verbs::CallTicket{"1", ""}));
  good(w.node().ask(command, verbs::CallTicket{"2", ""}));
  for (int i = 0; i < 10; ++i) {
    w.clock().advance(Seconds{60});
    hear(w, "counter-1");
    CHECK(good(w.node().free_called_tickets()) == 0);
  }
}

TEST_CASE("gone: over a restart in the middle of a call the counter counts as away until it is heard of") {
  World w;
  w.seed();
  const auto one = w.log_in("1003", "counter-1"), two = w.log_in("1001", "counter-2"),
             ctl = w.log_in("1002", "ctl-1002");
  const auto first = issue(w), second = issue(w), third = issue(w), fourth = issue(w);
  hear(w, "counter-1");
  hear(w, "counter-2");
  good(w.node().ask(one, verbs::CallTicket{"1", first.number}));
  good(w.node().ask(two, verbs::CallTicket{"2", second.number}));
  good(w.node().ask(ctl, verbs::CallTicket{"3", third.number}));
  w.reopen();
  w.clock().advance(Seconds{60});
  hear(w, "counter-2");  // only this one comes back
  w.clock().advance(Seconds{60});
  CHECK(good(w.node().free_called_tickets()) == 0);
  w.clock().advance(Seconds{1});
  const auto before = w.store().identity().last_seq;
  CHECK(good(w.node().free_called_tickets()) == 1);
  CHECK(good(w.node().free_called_tickets()) == 0);
  CHECK(w.store().identity().last_seq == before + 1);
  const auto state = [&](const domain::Ticket& t) {
    return good(w.node().ask(w.kiosk(), verbs::GetTicket{t.id})).ticket.state;
  };
  CHECK(state(first) == TicketState::Waiting);
  CHECK(state(second) == TicketState::Called);
  CHECK(state(third) == TicketState::Called);  // a command is never heard of again
  good(w.node().ask(two, verbs::ActOnTicket{TicketAct::Finish, {.ticket = second.id}}));
  CHECK(good(w.node().ask(two, verbs::CallTicket{"2", ""})).id == first.id);  // before the fourth
  CHECK(state(fourth) == TicketState::Waiting);
  // Called by a terminal that stays, it is this one's from now on, over the next restart too.
  w.reopen();
  for (int i = 0; i < 10; ++i) {
    w.clock().advance(Seconds{60});
    hear(w, "counter-2");
    CHECK(good(w.node().free_called_tickets()) == 0);
  }
  CHECK(state(first) == TicketState::Called);
}

TEST_CASE("gone: who was called again by a command is nobody's to miss, and a new day forgets yesterday's calls") {
  World w;
  w.seed();
  const auto one = w.log_in("1003", "counter-1"), ctl = w.log_in("1003", "ctl-1003");
  const auto ticket = issue(w);
  hear(w, "counter-1");
  good(w.node().ask(one, verbs::CallTicket{"1", ""}));
  good(w.node().ask(ctl, verbs::ActOnTicket{TicketAct::Recall, {.ticket = ticket.id}}));
  w.reopen();
  w.clock().advance(Seconds{600});
  CHECK(good(w.node().free_called_tickets()) == 0);
  hear(w, "counter-1");
  good(w.node().ask(one, verbs::ActOnTicket{TicketAct::Recall, {.ticket = ticket.id}}));
  w.clock().advance(std::chrono::hours{24});
  CHECK(good(w.node().free_called_tickets()) == 0);  // its day is over, and with it the ticket
  issue(w);
  CHECK(good(w.node().ask(w.kiosk(), verbs::GetTicket{ticket.id})).ticket.state == TicketState::Left);
}

TEST_CASE("gone: who is being served stays with the officer, who goes on at another counter") {
  World w;
  w.seed();
  const auto counter = w.log_in("1003", "counter-1");
  const auto ticket = issue(w);
  hear(w, "counter-1");
  good(w.node().ask(counter, verbs::CallTicket{"1", ""}));
  good(w.node().ask(counter, verbs::ActOnTicket{TicketAct::Begin, {.ticket = ticket.id}}));
  w.clock().advance(Seconds{3'600});
  CHECK(good(w.node().free_called_tickets()) == 0);
  w.reopen();
  const auto elsewhere = w.log_in("1003", "counter-7");
  const auto live = good(w.node().ask(elsewhere, verbs::ListTickets{true}));
  REQUIRE(live.size() == 1);
  CHECK(live[0].state == TicketState::Serving);
  CHECK(live[0].officer == "1003");
  CHECK(good(w.node().ask(elsewhere, verbs::ActOnTicket{TicketAct::Finish, {.ticket = ticket.id, .reason = "done"}}))
            .state == TicketState::Served);
}
