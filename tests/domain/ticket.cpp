#include "domain/ticket.h"

#include <doctest/doctest.h>

#include <map>

#include "domain/claim.h"

using namespace kiosk;
using namespace kiosk::domain;

namespace {
using S = TicketState;
using A = TicketAct;
constexpr S k_states[] = {S::Created, S::Waiting, S::Called, S::Serving,    S::Parked,
                          S::Served,  S::NoShow,  S::Left,   S::Transferred};
constexpr A k_acts[] = {A::Enqueue, A::Call,   A::Recall, A::Begin,    A::Park,
                        A::NoShow,  A::Finish, A::Leave,  A::Transfer, A::Requeue};
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
  // What is not written here must be refused.
  const std::map<std::pair<S, A>, S> allowed = {
      {{S::Created, A::Enqueue}, S::Waiting},
      {{S::Created, A::Leave}, S::Left},
      {{S::Waiting, A::Call}, S::Called},
      {{S::Waiting, A::Leave}, S::Left},
      {{S::Waiting, A::Transfer}, S::Transferred},
      {{S::Called, A::Recall}, S::Called},
      {{S::Called, A::Begin}, S::Serving},
      {{S::Called, A::Park}, S::Parked},
      {{S::Called, A::NoShow}, S::NoShow},
      {{S::Called, A::Finish}, S::Served},
      {{S::Called, A::Leave}, S::Left},
      {{S::Called, A::Transfer}, S::Transferred},
      {{S::Called, A::Requeue}, S::Waiting},
      {{S::Serving, A::Park}, S::Parked},
      {{S::Serving, A::Finish}, S::Served},
      {{S::Serving, A::Leave}, S::Left},
      {{S::Serving, A::Transfer}, S::Transferred},
      {{S::Serving, A::Requeue}, S::Waiting},
      {{S::Parked, A::Call}, S::Called},
      {{S::Parked, A::Requeue}, S::Waiting},
      {{S::Parked, A::Leave}, S::Left},
      {{S::Parked, A::Transfer}, S::Transferred},
      {{S::Transferred, A::Enqueue}, S::Waiting},
      {{S::Transferred, A::Requeue}, S::Waiting},
      {{S::Transferred, A::Call}, S::Called},
      {{S::Transferred, A::Transfer}, S::Transferred},
      {{S::Transferred, A::Leave}, S::Left},
  };
  for (const auto s : k_states)
    for (const auto a : k_acts) {
      CAPTURE(code(s));
      CAPTURE(code(a));
      const auto row = allowed.find({s, a});
      CHECK(next_state(s, a) == (row == allowed.end() ? std::nullopt : std::optional(row->second)));
    }
}

TEST_CASE("ticket: an ended ticket never moves again, and every live one can leave") {
  for (const auto s : k_states) {
    CAPTURE(code(s));
    bool moves = false;
    for (const auto a : k_acts) moves |= next_state(s, a).has_value();
    CHECK(moves == is_live(s));
    CHECK(next_state(s, A::Leave).has_value() == is_live(s));
    CHECK(from_code<TicketState>(code(s)) == s);
  }
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
