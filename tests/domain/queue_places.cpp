#include "domain/queue/places.h"

#include <doctest/doctest.h>

#include "queue_kit.h"

using namespace queue_kit;

namespace {
Ticket at_counter(int n, TicketState state, std::string counter, std::string officer) {
  auto t = ticket(n, 0);
  t.state = state;
  t.counter = std::move(counter);
  t.officer = std::move(officer);
  return t;
}
Move bring(TicketAct act, std::string counter, std::string officer) {
  Move m;
  m.act = act;
  m.counter = std::move(counter);
  m.officer = std::move(officer);
  return m;
}
std::string said(const Ticket& t, const Move& m, const std::vector<Ticket>& held) {
  const auto r = may_take_counter(t, m, held);
  return r ? "" : r.fault().code + " " + r.fault().detail;
}
}  // namespace

TEST_CASE("places: a counter has one person at a time, from the call until the last word is written") {
  for (const auto s :
       {TicketState::Created, TicketState::Waiting, TicketState::Called, TicketState::Serving, TicketState::Parked,
        TicketState::Served, TicketState::NoShow, TicketState::Left, TicketState::Transferred, TicketState::WrapUp}) {
    CAPTURE(code(s));
    const bool keeps = s == TicketState::Called || s == TicketState::Serving || s == TicketState::WrapUp;
    const std::vector<Ticket> held = {at_counter(1, s, "1", "1001")};
    CHECK(said(ticket(2, 0), bring(TicketAct::Call, "1", "1002"), held) == (keeps ? "counter_busy A-1" : ""));
    CHECK(said(ticket(2, 0), bring(TicketAct::Call, "2", "1002"), held).empty());
  }
}

TEST_CASE("places: an officer has one counter at a time; the number at the counter itself is named first") {
  const std::vector<Ticket> held = {at_counter(1, TicketState::Serving, "1", "1001"),
                                    at_counter(2, TicketState::WrapUp, "2", "1002")};
  CHECK(said(ticket(3, 0), bring(TicketAct::Call, "3", "1001"), held) == "officer_busy A-1");
  CHECK(said(ticket(3, 0), bring(TicketAct::Call, "2", "1001"), held) == "counter_busy A-2");
  CHECK(said(ticket(3, 0), bring(TicketAct::Call, "3", "1003"), held).empty());
}

TEST_CASE("places: somebody without a ticket takes the counter too, a recall only when it moves the ticket") {
  const auto mine = at_counter(1, TicketState::Called, "1", "1001");
  const std::vector<Ticket> held = {mine, at_counter(2, TicketState::Serving, "2", "1002")};
  auto walk_in = ticket(3, 0);
  walk_in.state = TicketState::Created;
  CHECK(said(walk_in, bring(TicketAct::Begin, "1", "1003"), held) == "counter_busy A-1");
  CHECK(said(mine, bring(TicketAct::Recall, "1", "1001"), held).empty());
  CHECK(said(mine, bring(TicketAct::Recall, "", "1001"), held).empty());
  CHECK(said(mine, bring(TicketAct::Recall, "3", "1001"), held).empty());
  CHECK(said(mine, bring(TicketAct::Recall, "2", "1001"), held) == "counter_busy A-2");
  CHECK(said(mine, bring(TicketAct::Begin, "2", "1001"), held).empty());  // it stays where it is
}
