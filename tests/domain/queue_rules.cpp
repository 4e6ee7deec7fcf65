#include "domain/queue/rules.h"
#include "domain/queue/settings.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "queue_kit.h"

using namespace queue_kit;

namespace {
const WorkProfile k_all{"1", {}};

// The only class that is never overdue before the other is: a stream of it is what starves.
QueueRules harsh(int head, int normal_by, int other_by) {
  QueueRules r;
  r.of(Priority::Normal) = {0, normal_by};
  r.of(Priority::Blocked) = {head, other_by};
  return r;
}
}  // namespace

TEST_CASE("queue: the default rules are sound, and a wrong one is named") {
  CHECK(check(QueueRules{}).ok());
  QueueRules r;
  r.of(Priority::Pregnant).call_by_min = 0;
  REQUIRE_FALSE(check(r).ok());
  CHECK(check(r).fault().code == "queue_rules_invalid");
  CHECK(check(r).fault().field == "pregnant.call_by_min");
  r = {};
  r.of(Priority::Normal).head_start_min = -1;
  CHECK(check(r).fault().field == "normal.head_start_min");
  r = {};
  r.recycle.returns = 21;
  CHECK(check(r).fault().field == "returns");
  r = {};
  r.recycle.recalls_before_no_show = -1;
  CHECK(check(r).fault().field == "recalls_before_no_show");
}

TEST_CASE("queue: a work profile names its counter and every service once") {
  CHECK(check(WorkProfile{"1", {}}).ok());
  CHECK(check(WorkProfile{"1", {{"JHT", 0}, {"ISO", 9}}}).ok());
  CHECK(check(WorkProfile{"", {}}).fault().field == "counter");
  CHECK(check(WorkProfile{"1", {{"JHT", 0}, {"JHT", 1}}}).fault().field == "service.JHT");
  for (const int counters : {0, 41}) {
    QueueSettings s;
    s.counters = counters;
    CHECK(check(s).fault().field == "counters");
  }
  CHECK(check(WorkProfile{"1", {{"", 0}}}).fault().code == "work_profile_invalid");
  CHECK(check(WorkProfile{"1", {{"JHT", 10}}}).fault().field == "rank.JHT");
  CHECK(check(WorkProfile{"1", {{"JHT", -1}}}).fault().field == "rank.JHT");
}

TEST_CASE("queue: by the default rules being overdue changes no order among the classes") {
  SeededRandom random(7);
  for (int round = 0; round < 2000; ++round) {
    const auto a = ticket(1, static_cast<int>(random.below(300)), static_cast<Priority>(random.below(7)));
    const auto b = ticket(2, static_cast<int>(random.below(300)), static_cast<Priority>(random.below(7)));
    const auto worth = [](const Ticket& t) { return t.issued_at - minutes{head_start_min(t.priority)}; };
    std::size_t expected = worth(a) <= worth(b) ? 0 : 1;
    if (worth(a) == worth(b)) expected = a.issued_at <= b.issued_at ? 0 : 1;
    CHECK(next_ticket({a, b}, k_all, QueueRules{}, at(static_cast<int>(random.below(600)))) == expected);
  }
}

TEST_CASE("queue: an overdue ticket goes before all that are not, and the earliest due before the others") {
  const QueueRules r = harsh(500, 60, 120);
  const auto normal = ticket(1, 0), blocked = ticket(2, 30, Priority::Blocked);
  CHECK(next_ticket({normal, blocked}, k_all, r, at(59)) == 1);
  CHECK(next_ticket({normal, blocked}, k_all, r, at(60)) == 0);
  CHECK(next_ticket({ticket(1, 89), blocked}, k_all, r, at(150)) == 0);
  CHECK(next_ticket({ticket(1, 90), blocked}, k_all, r, at(150)) == 1);  // due at the same minute: who came first
}

TEST_CASE("queue: equals go by issue, then by id, whatever order the list has") {
  std::vector<Ticket> q = {ticket(3, 5), ticket(2, 5), ticket(1, 6)};
  CHECK(next_ticket(q, k_all, {}, at(10)) == 1);
  std::reverse(q.begin(), q.end());
  CHECK(next_ticket(q, k_all, {}, at(10)) == 1);
  CHECK(call_order(q, k_all, {}, at(10)) == std::vector<std::size_t>{1, 2, 0});
}

TEST_CASE("queue: a counter calls its primary service before its secondary, until the secondary is overdue") {
  const WorkProfile p{"1", {{"JHT", 0}, {"INFO", 1}}};
  const std::vector<Ticket> q = {ticket(1, 0, Priority::Normal, "INFO"), ticket(2, 50),
                                 ticket(3, 0, Priority::Normal, "ISO")};
  CHECK(next_ticket(q, p, {}, at(60)) == 1);
  CHECK(next_ticket(q, p, {}, at(119)) == 1);
  CHECK(next_ticket(q, p, {}, at(120)) == 0);
  CHECK(call_order(q, p, {}, at(60)) == std::vector<std::size_t>{1, 0});  // ISO is not its service
}

TEST_CASE("queue: a directed ticket waits for its counter, and when overdue for any that serves it") {
  auto directed = ticket(1, 0);
  directed.to_counter = "3";
  const std::vector<Ticket> q = {directed, ticket(2, 10)};
  CHECK(next_ticket(q, {"1", {{"JHT", 0}}}, {}, at(20)) == 1);
  CHECK(next_ticket(q, {"3", {{"JHT", 0}}}, {}, at(20)) == 0);
  CHECK(next_ticket(q, {"3", {{"ISO", 0}}}, {}, at(20)) == 0);  // whoever directed it knew why
  CHECK(next_ticket(q, {"1", {{"JHT", 0}}}, {}, at(120)) == 0);
  CHECK_FALSE(next_ticket({directed}, {"1", {{"ISO", 0}}}, {}, at(500)).has_value());
}

TEST_CASE("queue: one placed first goes before all but the overdue") {
  auto first = ticket(9, 100);
  first.first = true;
  const std::vector<Ticket> q = {ticket(1, 0), ticket(2, 90, Priority::Blocked), first};
  CHECK(next_ticket(q, k_all, {}, at(110)) == 2);
  CHECK(next_ticket(q, k_all, {}, at(120)) == 0);
}

TEST_CASE("queue: only waiting tickets are called") {
  for (const auto s : {TicketState::Created, TicketState::Called, TicketState::Serving, TicketState::Parked,
                       TicketState::Served, TicketState::NoShow, TicketState::Left, TicketState::WrapUp}) {
    auto t = ticket(1, 0);
    t.state = s;
    CAPTURE(code(s));
    CHECK_FALSE(next_ticket({t}, k_all, {}, at(500)).has_value());
  }
}

TEST_CASE("queue: those ahead are those called before, and a call past them is out of order") {
  const std::vector<Ticket> q = {ticket(1, 0), ticket(2, 5), ticket(3, 10, Priority::Elderly)};
  CHECK(ahead_of(q[1], q, k_all, {}, at(20)) == std::vector<std::size_t>{0, 2});
  CHECK(ahead_of(q[2], q, k_all, {}, at(20)).empty());
  CHECK(out_of_order(q[0].id, q, k_all, {}, at(20)));
  CHECK_FALSE(out_of_order(q[2].id, q, k_all, {}, at(20)));
  CHECK_FALSE(out_of_order(q[0].id, {}, k_all, {}, at(20)));  // a parked one, when nobody waits
}

TEST_CASE("queue: nobody is overtaken by who came longer after than the own class may wait") {
  // Random crowds under random rules; counters too few on purpose, so that everybody becomes overdue.
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    SeededRandom random(seed);
    QueueRules r;
    for (auto& c : r.by_class) c = {static_cast<int>(random.below(200)), 1 + static_cast<int>(random.below(150))};
    const WorkProfile counters[] = {{"1", {{"JHT", 0}, {"INFO", 1}}}, {"2", {{"INFO", 0}, {"JHT", 2}}}};
    std::vector<Ticket> q;
    int n = 0, overtaken = 0;
    for (int minute = 0; minute < 600; ++minute) {
      for (auto more = random.below(3); more > 0; --more) {
        q.push_back(ticket(++n, minute, static_cast<Priority>(random.below(7)), random.below(2) ? "JHT" : "INFO"));
        if (random.below(10) == 0) q.back().to_counter = random.below(2) ? "1" : "2";
        if (random.below(15) == 0) q.back().first = true;
      }
      const auto& counter = counters[random.below(2)];
      const auto next = next_ticket(q, counter, r, at(minute));
      if (!next) continue;
      const Ticket called = q[*next];
      q.erase(q.begin() + static_cast<std::ptrdiff_t>(*next));
      for (const auto& x : q) {
        if (!standing(x, counter, r, at(minute)) || x.issued_at >= called.issued_at) continue;
        ++overtaken;
        CHECK(called.issued_at - x.issued_at < minutes{r.of(x.priority).call_by_min});
      }
    }
    CHECK(overtaken > 0);
  }
}

TEST_CASE("queue: without `call by` the same stream would starve; with it the last normal one is called") {
  const auto waited = [](const QueueRules& r) {
    std::vector<Ticket> q = {ticket(0, 0)};
    for (int minute = 0; minute < 700; ++minute) {
      q.push_back(ticket(1 + minute, minute, Priority::Blocked));
      const auto next = next_ticket(q, k_all, r, at(minute));
      if (q[*next].priority == Priority::Normal) return minute;
      q.erase(q.begin() + static_cast<std::ptrdiff_t>(*next));
    }
    return -1;
  };
  CHECK(waited(harsh(1440, 1440, 1440)) == -1);  // not within this day
  CHECK(waited(harsh(1440, 45, 1440)) == 45);
}

TEST_CASE("queue: the queue's clock never runs back and goes on after a setback") {
  QueueClock c;
  CHECK(c.at(at(10)) == at(10));
  CHECK(c.at(at(-50)) == at(10));
  CHECK(c.at(at(-45)) == at(15));
  QueueClock restarted = c;  // a value
  CHECK(restarted.at(at(-40)) == at(20));
  CHECK(restarted.at(at(-100)) == at(20));
  CHECK(restarted.at(at(-99)) == at(21));
}

TEST_CASE("queue: a clock set back in the middle changes no order and starves nobody") {
  QueueClock clock;
  std::vector<Ticket> q;
  const auto join = [&](int n, int wall, Priority p) {
    q.push_back(ticket(n, wall, p));
    q.back().queued_at = clock.at(at(wall));
  };
  join(1, 60, Priority::Normal);
  join(2, 61, Priority::Normal);
  join(3, 1, Priority::Normal);    // the wall clock lost an hour
  join(4, 12, Priority::Elderly);  // eleven minutes later
  CHECK(call_order(q, k_all, {}, clock.at(at(12))) == std::vector<std::size_t>{3, 0, 1, 2});
  join(5, 30, Priority::Elderly);  // too late to pass the first
  CHECK(call_order(q, k_all, {}, clock.at(at(30))) == std::vector<std::size_t>{3, 0, 1, 2, 4});
}
