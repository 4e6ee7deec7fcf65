#include "domain/queue/ticket.h"

#include <doctest/doctest.h>

#include <map>

#include "domain/claims/claim.h"

using namespace kiosk;
using namespace kiosk::domain;

namespace {
using S = TicketState;
using A = TicketAct;
constexpr S k_states[] = {S::Created, S::Waiting, S::Called, S::Serving,     S::Parked,
                          S::Served,  S::NoShow,  S::Left,   S::Transferred, S::WrapUp};
constexpr A k_acts[] = {A::Enqueue, A::Call,  A::Recall,   A::Begin,   A::Park,   A::NoShow,
                        A::Finish,  A::Leave, A::Transfer, A::Requeue, A::WrapUp, A::Recycle};
const WallTime k_start = from_ms(1'800'000'000'000);

Ticket ticket(int n, int minute, Priority p, std::string service = "JHT") {
  Ticket t;
  std::uint8_t id[16] = {};
  id[15] = static_cast<std::uint8_t>(n);
  t.id = Uuid::from_bytes(id);
  t.number = "A-" + std::to_string(n);
  t.service = std::move(service);
  t.priority = p;
  t.issued_at = k_start + std::chrono::minutes{minute};
  return t;
}
}  // namespace

TEST_CASE("ticket: every state answers every act as the table says") {
  // One row a state, one column an act in the order of k_acts, every pair written: "-" is refused.
  //                            Enq Call Rec Beg Park NoSh Fin Leave Tran Requ Wrap Recy
  const std::map<S, std::vector<std::string>> table = {
      {S::Created, {"waiting", "-", "-", "serving", "-", "-", "-", "left", "-", "-", "-", "-"}},
      {S::Waiting, {"-", "called", "-", "-", "-", "-", "-", "left", "transferred", "-", "-", "-"}},
      {S::Called,
       {"-", "-", "called", "serving", "parked", "no_show", "served", "left", "transferred", "waiting", "-", "-"}},
      {S::Serving, {"-", "-", "-", "-", "parked", "-", "served", "left", "transferred", "waiting", "wrap_up", "-"}},
      {S::Parked, {"-", "called", "-", "-", "-", "-", "-", "left", "transferred", "waiting", "-", "-"}},
      {S::Served, {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"}},
      {S::NoShow, {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "waiting"}},
      {S::Left, {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"}},
      {S::Transferred, {"waiting", "called", "-", "-", "-", "-", "-", "left", "transferred", "waiting", "-", "-"}},
      {S::WrapUp, {"-", "-", "-", "serving", "-", "-", "served", "-", "-", "-", "-", "-"}},
  };
  REQUIRE(table.size() == std::size(k_states));
  for (const auto s : k_states) {
    REQUIRE(table.at(s).size() == std::size(k_acts));
    for (std::size_t a = 0; a < std::size(k_acts); ++a) {
      CAPTURE(code(s));
      CAPTURE(code(k_acts[a]));
      const auto next = next_state(s, k_acts[a]);
      CHECK((next ? std::string(code(*next)) : "-") == table.at(s)[a]);
    }
  }
}

TEST_CASE("ticket: the lists of states and acts are whole") {
  CHECK(std::size(k_states) == 10);
  CHECK(std::size(k_acts) == 12);
  CHECK(code(static_cast<S>(std::size(k_states))) == "?");
  CHECK(code(static_cast<A>(std::size(k_acts))) == "?");
}

TEST_CASE("ticket: an ended ticket never moves but a no-show who comes back; every live one reaches an end") {
  for (const auto s : k_states) {
    CAPTURE(code(s));
    int moves = 0;
    for (const auto a : k_acts) moves += next_state(s, a).has_value() ? 1 : 0;
    CHECK((moves > 0) == (is_live(s) || s == S::NoShow));
    CHECK((next_state(s, A::Leave) || next_state(s, A::Finish)) == is_live(s));
    CHECK(from_code<TicketState>(code(s)) == s);
    CHECK_FALSE(is_live(end_of_day(s)));
    if (!is_live(s)) CHECK(end_of_day(s) == s);
  }
  CHECK(next_state(S::NoShow, A::Recycle) == S::Waiting);
  CHECK(end_of_day(S::Waiting) == S::Left);
  CHECK(end_of_day(S::Serving) == S::Served);
  CHECK(end_of_day(S::WrapUp) == S::Served);
}

TEST_CASE("ticket: equals are called in the order they came, whatever order the list has") {
  std::vector<Ticket> q = {ticket(3, 2, Priority::Normal), ticket(1, 0, Priority::Normal),
                           ticket(2, 1, Priority::Normal)};
  CHECK(next_ticket(q, {}, k_start + std::chrono::minutes{5}) == 1);
}

TEST_CASE("ticket: the elderly go before those who came a little earlier, never before those who waited much longer") {
  const auto now = k_start + std::chrono::minutes{60};
  CHECK(next_ticket({ticket(1, 30, Priority::Normal), ticket(2, 45, Priority::Elderly)}, {}, now) == 1);
  CHECK(next_ticket({ticket(1, 10, Priority::Normal), ticket(2, 45, Priority::Elderly)}, {}, now) == 0);
}

TEST_CASE("ticket: an endless stream of priority tickets does not starve a normal one") {
  std::vector<Ticket> q = {ticket(0, 0, Priority::Normal)};
  int called_at_min = -1;
  for (int minute = 0; minute < 200 && called_at_min < 0; ++minute) {
    q.push_back(ticket(1 + minute % 250, minute, Priority::Blocked));
    const auto next = next_ticket(q, {}, k_start + std::chrono::minutes{minute});
    REQUIRE(next.has_value());
    if (q[*next].priority == Priority::Normal) called_at_min = minute;
    q.erase(q.begin() + static_cast<std::ptrdiff_t>(*next));
  }
  CHECK(called_at_min >= 0);
  CHECK(called_at_min <= head_start_min(Priority::Blocked) + 1);
}

TEST_CASE("ticket: only waiting tickets of the counter's services are called; a transferred one waits on") {
  std::vector<Ticket> q = {ticket(1, 0, Priority::Normal, "INFO"), ticket(2, 1, Priority::Normal),
                           ticket(3, 2, Priority::Normal)};
  q[1].state = S::Parked;
  CHECK(next_ticket(q, {"JHT"}, k_start) == 2);
  q[1].state = S::Transferred;
  CHECK(next_ticket(q, {"JHT"}, k_start) == 1);
  CHECK_FALSE(next_ticket(q, {"ISO"}, k_start).has_value());
  CHECK_FALSE(next_ticket({}, {}, k_start).has_value());
}

TEST_CASE("ticket: a clock that stepped back changes no order") {
  CHECK(next_ticket({ticket(2, 10, Priority::Normal), ticket(1, 5, Priority::Normal)}, {}, k_start) == 1);
}
