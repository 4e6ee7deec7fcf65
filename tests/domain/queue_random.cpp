// The plain model of queue_model.h and the real rules side by side through random days. KIOSK_QUEUE_OPS and
// KIOSK_QUEUE_SEED choose another length and another course.
#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

#include "domain/queue/acts.h"
#include "domain/queue/issue.h"
#include "domain/queue/places.h"
#include "queue_kit.h"
#include "queue_model.h"

using namespace queue_kit;

namespace {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t k_operations = 60'000;
#else
constexpr std::uint64_t k_operations = 1'000'000;
#endif
constexpr std::size_t k_most_live = 60;
constexpr int k_acts = 12;
const std::vector<std::string> k_services = {"JHT", "ISO", "INFO"};

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Side {
  SeededRandom random;
  QueueRules rules;
  std::vector<WorkProfile> counters;
  IssueRules issue_rules;
  QueueClock clock;
  WallTime wall = k_morning;
  Series series{Zone().day(k_morning), 900};  // the wrap is near
  Date today = series.day;                    // the latest seen
  std::vector<Ticket> tickets;                // of today
  std::vector<int> who;                       // beside it
  queue_model::Model model;
  int issued = 0;
  // What happened, so that a run which tests nothing is seen.
  std::map<std::string, int> seen;

  explicit Side(std::uint64_t seed) : random(seed) {
    for (auto& c : rules.by_class) c = {below(60), 20 + below(120)};
    rules.recycle = {below(3), below(3)};
    REQUIRE(check(rules).ok());
    for (const auto& c : rules.by_class) model.classes.push_back({c.head_start_min, c.call_by_min});
    model.recalls = rules.recycle.recalls_before_no_show;
    model.returns_allowed = rules.recycle.returns;
    counters = {{"1", {{"JHT", 0}, {"ISO", 1}}},
                {"2", {{"ISO", 0}, {"JHT", 1}, {"INFO", 2}}},
                {"3", {{"INFO", 0}, {"JHT", 0}}},
                {"4", {{"JHT", 0}, {"ISO", 0}, {"INFO", 0}}}};
    for (const auto& c : counters)
      for (const auto& s : c.serves) model.serves[c.counter][s.service] = s.rank;
    for (auto& d : issue_rules.hours.week) d = {{0, 1440}};
    model.last_number = series.last;
    model.day = local_day();
    (void)clock.at(wall);
  }

  int below(int n) { return static_cast<int>(random.below(static_cast<std::uint64_t>(n))); }
  bool odds(int one_in) { return below(one_in) == 0; }
  std::string service() { return k_services[static_cast<std::size_t>(below(3))]; }
  std::string counter() { return std::to_string(1 + below(4)); }
  // Of each counter, but now and then at another's window.
  std::string officer_of(const std::string& at_counter) { return "100" + (odds(20) ? counter() : at_counter); }
  queue_model::Ms local_day() const {
    return (to_ms(wall) + 7 * 60 * queue_model::k_minute) / (24 * 60 * queue_model::k_minute);
  }
  WallTime queue_now() { return clock.at(wall); }

  void time_passes() {
    if (odds(2000)) {
      wall -= Seconds{below(3 * 3600)};
      ++seen["clock set back"];
    } else {
      const Millis by{below(40'000)};
      wall += by;
      model.elapsed += by.count();
    }
    if (queue_now() - k_morning != Millis{model.elapsed}) FAIL("the queue's clock is not the time that has passed");
    if (Zone().day(wall) <= today) return;
    today = Zone().day(wall);
    for (auto& t : tickets) {
      const auto end = end_of_day(t.state);
      if (is_live(end)) FAIL("a live ticket survives the day");
    }
    tickets.clear();
    who.clear();
    model.end_day();
    ++seen["day change"];
  }

  std::size_t live() const {
    std::size_t n = 0;
    for (const auto& t : tickets) n += is_live(t.state) ? 1U : 0U;
    return n;
  }

  void issue() {
    if (live() >= k_most_live) return;
    // A restore skips numbers; here it brings the series before its wrap again and again.
    if (odds(100)) series.last = model.last_number = 985;
    const int person = below(100);
    IssueFacts f;
    f.now = wall;
    f.services = {{"JHT", "", "A", true}, {"ISO", "", "A", true}, {"INFO", "", "A", true}};
    f.series = series;
    IssueAsked asked{service(), static_cast<Priority>(below(7)), odds(8) ? IssuedAt::Counter : IssuedAt::Kiosk, {}};
    for (std::size_t i = 0; i < tickets.size(); ++i) {
      const auto& t = tickets[i];
      if (is_live(t.state) || (t.state == TicketState::NoShow && t.returns < rules.recycle.returns))
        f.live_numbers.push_back(std::atoi(t.number.c_str() + 2));
      if (is_live(t.state) && who[i] == person && t.service == asked.service) f.live_number = t.number;
    }
    const auto d = decide_issue(asked, f, issue_rules);
    if (model.has_live(person, asked.service) != std::holds_alternative<Refused>(d))
      FAIL("one live ticket a person and service");
    if (std::holds_alternative<Refused>(d)) {
      if (std::get<Refused>(d).why != IssueRefusal::TicketExists) FAIL("another refusal");
      ++seen["second ticket refused"];
      return;
    }
    const auto& got = std::get<Issue>(d);
    if (got.series.day == series.day) {
      if (got.series.last < series.last) ++seen["wrap"];
      if (got.series.last != series.last % 999 + 1) ++seen["live number skipped"];
    }
    series = got.series;
    Ticket t = ticket(0, 0, got.priority, asked.service);
    ++issued;
    std::uint8_t id[16] = {};
    for (int i = 0; i < 4; ++i) id[15 - i] = static_cast<std::uint8_t>(issued >> (8 * i));
    t.id = Uuid::from_bytes(id);
    t.number = got.number;
    t.state = got.state;
    t.issued_at = wall;
    if (got.state == TicketState::Waiting) t.queued_at = queue_now();
    tickets.push_back(t);
    who.push_back(person);

    queue_model::Person p;
    p.id = issued;
    p.number = model.draw_number(local_day());
    p.service = asked.service;
    p.state = asked.at == IssuedAt::Counter ? "created" : "waiting";
    p.who = person;
    p.cls = static_cast<int>(asked.priority);
    p.since = model.elapsed;
    model.people.push_back(p);
    same(tickets.size() - 1);
    ++seen["issued"];
  }

  void call_next() {
    const auto& c = counters[static_cast<std::size_t>(below(4))];
    const auto next = next_ticket(tickets, c, rules, queue_now());
    const int expected = model.next(c.counter);
    if (!next) {
      if (expected != 0) FAIL("the model calls ", expected, " where nobody is called");
      return;
    }
    if (expected != number_of(tickets[*next]))
      FAIL("counter ", c.counter, " calls ", number_of(tickets[*next]), " not ", expected);
    bounded(*model.find(expected), c.counter);
    if (act(*next, TicketAct::Call, c.counter)) ++seen["called next"];
  }

  // Nobody whom this counter might have called is overtaken by who came later than the own class may wait.
  void bounded(const queue_model::Person& called, const std::string& counter) {
    for (const auto& x : model.people) {
      if (x.id == called.id || !model.callable(x, counter)) continue;
      if (called.since > x.since) ++seen["overtaken"];
      if (called.since - x.since >= model.classes[static_cast<std::size_t>(x.cls)].call_by_min * queue_model::k_minute)
        FAIL("ticket ", x.id, " is overtaken beyond the bound by ", called.id);
    }
  }

  bool act(std::size_t i, TicketAct what, const std::string& at_counter) {
    auto& t = tickets[i];
    auto& p = *model.find(number_of(t));
    Move m;
    m.act = what;
    m.wall = wall;
    m.queue = queue_now();
    m.counter = at_counter;
    m.officer = officer_of(at_counter);
    m.reason = "why";
    queue_model::Model::Wish w{std::string(code(what)), at_counter, "", "", "fair", m.officer};
    if (what == TicketAct::Transfer) {
      if (!odds(4)) w.to_service = m.to_service = service();
      if (odds(3)) w.to_counter = m.to_counter = counter();
      const int place = below(3);
      m.place = static_cast<Place>(place);
      w.place = place == 0 ? "fair" : place == 1 ? "first" : "last";
      if (!m.to_service.empty() && m.to_service != t.service && model.has_live(p.who, m.to_service)) return false;
    }
    if (what == TicketAct::Recycle && p.state == "no_show" && model.has_live(p.who, p.service)) return false;
    if (what == TicketAct::Call && (t.state == TicketState::Waiting || t.state == TicketState::Transferred)) {
      const auto mine = next_ticket(tickets, counters[static_cast<std::size_t>(at_counter[0] - '1')], rules, m.queue);
      const bool jumps =
          out_of_order(t.id, tickets, counters[static_cast<std::size_t>(at_counter[0] - '1')], rules, m.queue);
      if (jumps != (mine && *mine != i)) FAIL("out of order");
      if (jumps) ++seen["out of order"];
    }
    const bool held = keeps_counter(t.state);
    const auto r = done(t, m);
    const auto fault = model.act(p, w);
    if ((r ? std::string() : r.fault().code) != fault)
      FAIL(code(what), " of ", p.id, ": ", r ? "done" : r.fault().code, ", the model: ", fault);
    ++seen[fault.empty() ? std::string(code(what)) : fault];
    if (!r) return false;
    if (what == TicketAct::Call && held) FAIL("called twice at once");
    t = *r;
    same(i);
    return true;
  }

  // As the node does: what the state forbids comes first.
  Result<Ticket> done(const Ticket& t, const Move& m) const {
    if (next_state(t.state, m.act)) TRY_DONE(may_take_counter(t, m, tickets));
    return moved(t, m, rules);
  }

  static int number_of(const Ticket& t) {
    const auto b = t.id.bytes();
    return (b[12] << 24) + (b[13] << 16) + (b[14] << 8) + b[15];
  }
  void same(std::size_t i) {
    const auto& t = tickets[i];
    const auto* p = model.find(number_of(t));
    if (p == nullptr) FAIL("the model has lost ", t.number);
    const bool ok = t.number == p->number && t.service == p->service && code(t.state) == p->state &&
                    t.counter == p->counter && t.officer == p->officer && t.to_counter == p->to_counter &&
                    t.calls == p->calls && t.returns == p->returns && t.first == p->first &&
                    (!t.queued_at || *t.queued_at - k_morning == Millis{p->since});
    if (!ok) FAIL("ticket ", p->id, " ", t.number, " ", code(t.state), " is not ", p->number, " ", p->state);
  }

  void whole() {
    if (tickets.size() != model.people.size()) FAIL("a ticket is lost or made up");
    std::set<std::string> numbers, counters_held, officers_held;
    for (std::size_t i = 0; i < tickets.size(); ++i) {
      same(i);
      const auto& t = tickets[i];
      if (is_live(t.state) && !numbers.insert(t.number).second) FAIL("two live tickets have the number ", t.number);
      if (keeps_counter(t.state) &&
          (!counters_held.insert(t.counter).second || !officers_held.insert(t.officer).second))
        FAIL("two people at counter ", t.counter, ", or two counters of officer ", t.officer);
    }
  }

  void operation() {
    time_passes();
    const int what = below(10);
    if (what < 3)
      issue();
    else if (what < 5)
      call_next();
    else if (!tickets.empty())
      any_act();
  }

  // Mostly a live ticket and an act that its state allows; the rest must be refused and change nothing.
  void any_act() {
    auto i = random.below(tickets.size());
    const auto over = [&] { return tickets[i].state == TicketState::Served || tickets[i].state == TicketState::Left; };
    for (int tries = 0; tries < 4 && over(); ++tries) i = random.below(tickets.size());
    // Few stand at a counter, and most happens to them.
    const bool at_a_counter = !odds(3);
    for (int tries = 0; at_a_counter && tries < 60 && !keeps_counter(tickets[i].state); ++tries)
      i = random.below(tickets.size());
    auto what = static_cast<TicketAct>(below(k_acts));
    const bool allowed = !odds(4);
    const std::string state(code(tickets[i].state));
    for (int tries = 0; allowed && tries < 20 && queue_model::Model::after(state, std::string(code(what))).empty();
         ++tries)
      what = static_cast<TicketAct>(below(k_acts));
    act(i, what, counter());
  }

  // Nobody waits for ever: a counter that serves everything, and only calls, empties the queue in as many calls.
  void drain() {
    const WorkProfile any{"4", {}};
    int waiting = 0, called = 0;
    for (const auto& t : tickets) waiting += is_waiting(t.state) ? 1 : 0;
    const auto late = queue_now() + std::chrono::hours{30};  // directed tickets have become anybody's
    while (const auto next = next_ticket(tickets, any, rules, late)) {
      Move m;
      m.counter = "4";
      tickets[*next] = *moved(tickets[*next], m, rules);
      ++called;
    }
    CHECK(called == waiting);
  }
};
}  // namespace

TEST_CASE("queue: the plain model and the real rules agree on random days") {
  const auto operations = setting("KIOSK_QUEUE_OPS", k_operations);
  const auto seed = setting("KIOSK_QUEUE_SEED", 20'270'115);
  INFO("KIOSK_QUEUE_SEED=", seed, " KIOSK_QUEUE_OPS=", operations);
  // Several courses, each with rules of its own.
  constexpr std::uint64_t courses = 10;
  std::map<std::string, int> seen;
  for (std::uint64_t course = 0; course < courses; ++course) {
    INFO("course ", course);
    Side side(seed * courses + course);
    for (std::uint64_t i = 0; i < operations / courses; ++i) {
      INFO("operation ", i);
      side.operation();
      if (i % 500 == 0) side.whole();
    }
    side.whole();
    side.drain();
    for (const auto& [what, n] : side.seen) seen[what] += n;
  }
  std::string counts;
  for (const auto& [what, n] : seen) counts += "\n  " + what + ": " + std::to_string(n);
  MESSAGE("seed ", seed, ", ", operations, " operations", counts);
  for (const char* what : {"issued",
                           "second ticket refused",
                           "wrap",
                           "live number skipped",
                           "day change",
                           "clock set back",
                           "called next",
                           "out of order",
                           "overtaken",
                           "enqueue",
                           "call",
                           "recall",
                           "begin",
                           "park",
                           "no_show",
                           "finish",
                           "leave",
                           "transfer",
                           "requeue",
                           "wrap_up",
                           "recycle",
                           "act_not_allowed",
                           "counter_busy",
                           "officer_busy",
                           "transfer_nowhere",
                           "recall_first",
                           "no_more_returns"}) {
    CAPTURE(what);
    CHECK(seen[what] > 0);
  }
}
