#include "domain/queue/acts.h"

#include <doctest/doctest.h>

#include "queue_kit.h"

using namespace queue_kit;

namespace {
Move move(TicketAct act, int minute) {
  Move m;
  m.act = act;
  m.wall = at(minute);
  m.queue = at(minute + 1000);  // told apart from the wall clock
  m.counter = "1";
  m.officer = "1001";
  m.reason = "why";
  return m;
}
Ticket after(Ticket t, std::initializer_list<TicketAct> acts, int minute = 10) {
  for (const auto a : acts) {
    auto m = move(a, minute++);
    if (a == TicketAct::Transfer) m.to_service = "ISO";
    const auto r = moved(std::move(t), m, {});
    REQUIRE(r.ok());
    t = *r;
  }
  return t;
}
using A = TicketAct;
}  // namespace

TEST_CASE("acts: an act is refused exactly where the table refuses it") {
  int refused = 0;
  for (int s = 0; s < 10; ++s)
    for (int a = 0; a < 12; ++a) {
      auto t = ticket(1, 0);
      t.state = static_cast<TicketState>(s);
      t.calls = 3;
      auto m = move(static_cast<A>(a), 5);
      m.to_service = "ISO";
      const auto r = moved(t, m, {});
      const auto next = next_state(t.state, m.act);
      CAPTURE(code(t.state));
      CAPTURE(code(m.act));
      REQUIRE(r.ok() == next.has_value());
      if (r)
        CHECK(r->state == *next);
      else
        CHECK(r.fault().code == "act_not_allowed");
      refused += r ? 0 : 1;
    }
  CHECK(refused == 88);
}

TEST_CASE("acts: a turn keeps the first call, the latest call, begin, wrap-up and end") {
  const auto t = after(ticket(1, 0), {A::Call, A::Recall, A::Begin, A::WrapUp, A::Finish});
  CHECK(t.calls == 2);
  CHECK(t.first_called_at == at(10));
  CHECK(t.called_at == at(11));
  CHECK(t.started_at == at(12));
  CHECK(t.wrap_up_at == at(13));
  CHECK(t.ended_at == at(14));
  CHECK(t.counter == "1");
  CHECK(t.officer == "1001");
  const auto again = after(ticket(1, 0), {A::Call, A::Begin, A::WrapUp, A::Begin});
  CHECK(again.started_at == at(11));
  CHECK_FALSE(again.wrap_up_at.has_value());
}

TEST_CASE("acts: somebody without a ticket is served at once, and has a name in the record") {
  auto t = ticket(1, 0);
  t.state = TicketState::Created;
  auto m = move(A::Begin, 5);
  const auto r = moved(t, m, {});
  REQUIRE(r.ok());
  CHECK(r->counter == "1");
  CHECK(r->started_at == at(5));
  CHECK(r->first_called_at == at(5));
  m.counter.clear();
  CHECK(moved(t, m, {}).fault().code == "counter_missing");
}

TEST_CASE("acts: a no-show is called as often as the rules ask, and may come back as often as they allow") {
  QueueRules rules;
  rules.recycle = {1, 1};
  auto t = *moved(ticket(1, 0), move(A::Call, 1), rules);
  CHECK(moved(t, move(A::NoShow, 2), rules).fault().code == "recall_first");
  t = *moved(t, move(A::Recall, 2), rules);
  t = *moved(t, move(A::NoShow, 3), rules);
  CHECK(t.ended_at == at(3));
  t = *moved(t, move(A::Recycle, 20), rules);
  CHECK(t.state == TicketState::Waiting);
  CHECK(t.queued_at == at(1020));
  CHECK(t.calls == 0);
  CHECK_FALSE(t.ended_at.has_value());
  t = *moved(*moved(*moved(t, move(A::Call, 21), rules), move(A::Recall, 22), rules), move(A::NoShow, 23), rules);
  CHECK(moved(t, move(A::Recycle, 24), rules).fault().code == "no_more_returns");
}

TEST_CASE("acts: a transfer goes to a service, a counter or both; first, last or where its waiting puts it") {
  const auto called = after(ticket(1, 0), {A::Call, A::Begin});
  auto m = move(A::Transfer, 30);
  CHECK(moved(called, m, {}).fault().code == "transfer_nowhere");
  m.to_counter = "7";
  const auto to_counter = *moved(called, m, {});
  CHECK(to_counter.service == "JHT");
  CHECK(to_counter.to_counter == "7");
  CHECK(to_counter.calls == 0);
  CHECK(to_counter.counter.empty());
  CHECK_FALSE(to_counter.queued_at.has_value());
  CHECK_FALSE(to_counter.first_called_at.has_value());
  m.to_service = "ISO";
  m.place = Place::First;
  const auto first = *moved(called, m, {});
  CHECK(first.service == "ISO");
  CHECK(first.first);
  m.place = Place::Last;
  const auto last = *moved(first, m, {});
  CHECK(last.queued_at == at(1030));
  CHECK_FALSE(last.first);
  // Begun, the wish has been fulfilled: put back, it is any counter's.
  const auto back = after(first, {A::Call, A::Begin, A::Requeue});
  CHECK(back.to_counter.empty());
  CHECK_FALSE(back.first);
  CHECK(after(first, {A::Call, A::Requeue}).to_counter == "7");
}

TEST_CASE("acts: parking asks why, and putting back keeps the place in the queue") {
  auto t = after(ticket(1, 0), {A::Call, A::Begin});
  auto m = move(A::Park, 20);
  m.reason.clear();
  CHECK(moved(t, m, {}).fault().code == "reason_missing");
  m.reason = "papers";
  t = *moved(t, m, {});
  CHECK(t.reason == "papers");
  t = *moved(t, move(A::Requeue, 25), {});
  CHECK_FALSE(t.queued_at.has_value());
  CHECK(t.issued_at == at(0));
}
