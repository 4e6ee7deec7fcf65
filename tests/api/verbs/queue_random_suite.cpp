// The plain model of tests/domain and the node with its store side by side through random days: no ticket is called
// twice, none is lost, restarts in the middle of everything and clocks set back change nothing. KIOSK_NODE_QUEUE_OPS
// and KIOSK_NODE_QUEUE_SEED choose another length and another course.
#include <cstdlib>
#include <map>

#include "base/ids.h"
#include "tests/api/verbs/branch_suite.h"
#include "tests/domain/queue_model.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::Place;
using domain::Priority;
using domain::TicketAct;
using domain::TicketState;

namespace {
constexpr int k_operations = 2'000;
const std::vector<std::string> k_services = {"JHT", "ISO", "INFO"};
const std::vector<std::string> k_counters = {"1", "2", "3"};
constexpr int k_acts = 12;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

branch::Settings settings() {
  branch::Settings s;
  s.queue.rules.recycle = {1, 2};
  s.queue.rules.by_class[1] = {20, 45};
  s.queue.profiles = {{"1", {{"JHT", 0}, {"ISO", 1}}},
                      {"2", {{"ISO", 0}, {"JHT", 1}, {"INFO", 2}}},
                      {"3", {{"INFO", 0}, {"JHT", 0}, {"ISO", 0}}}};
  s.session_idle = s.session_length = Seconds{400LL * 24 * 3600};
  return s;
}

struct Course {
  World w{settings()};
  SeededRandom random;
  queue_model::Model model;
  std::map<int, Uuid> ids;  // by the model's id
  std::map<std::string, int> seen;
  std::map<std::string, verbs::Actor> officers;  // by counter
  WallTime latest_day{};
  int issued = 0;
  queue_model::Ms read = 0, since_read = 0;
  Millis lag{0};  // by which the wall clock was set back

  explicit Course(std::uint64_t seed) : random(seed) {
    w.seed();
    const std::vector<domain::Service> services = {
        {"JHT", "Klaim JHT", "A", true}, {"ISO", "Akun", "B", true}, {"INFO", "Informasi", "C", true}};
    w.send("services", protocol::encode(services));
    for (const auto& c : k_counters) officers[c] = w.log_in("100" + c, "counter-" + c);
    const auto& q = settings().queue;
    for (const auto& c : q.rules.by_class) model.classes.push_back({c.head_start_min, c.call_by_min});
    model.recalls = q.rules.recycle.recalls_before_no_show;
    model.returns_allowed = q.rules.recycle.returns;
    for (const auto& p : q.profiles)
      for (const auto& s : p.serves) model.serves[p.counter][s.service] = s.rank;
    latest_day = day_of(w.clock().now());
  }

  int below(int n) { return static_cast<int>(random.below(static_cast<std::uint64_t>(n))); }
  bool odds(int one_in) { return below(one_in) == 0; }
  const std::string& one_of(const std::vector<std::string>& list) { return list[random.below(list.size())]; }
  static WallTime day_of(WallTime t) { return std::chrono::floor<std::chrono::days>(t + std::chrono::minutes{420}); }

  // The queue's clock is kept by the acts that read it: between two of them only the net motion of the wall counts.
  void move_clock(Millis by) {
    since_read += by.count();
    model.elapsed = read + std::max<queue_model::Ms>(0, since_read);
  }
  // What an act will read: a clock that ran back stands still but for a moment.
  void about_to_read() {
    if (since_read < 0) model.elapsed = read + 1;
  }
  void not_read() { model.elapsed = read + std::max<queue_model::Ms>(0, since_read); }
  void clock_read() {
    read = model.elapsed;
    since_read = 0;
  }
  // What the node believes: a wall clock that was set back by more than a minute is not followed until it is mended.
  WallTime believed() { return w.clock().now() + lag; }
  void time_passes() {
    constexpr Millis most{90'000}, ignored{60'001};
    // Mended before midnight: which day a number belongs to while the clocks differ is another rule's test.
    if (lag > Millis{0} && (odds(20) || day_of(believed() + most) > latest_day)) {
      w.clock().set_wall(believed());
      lag = Millis{0};
      ++seen["clock mended"];
    }
    const auto into_day = believed() + std::chrono::minutes{420} - latest_day;
    if (lag == Millis{0} && into_day > ignored && odds(300)) {
      const auto room = std::min<std::int64_t>((into_day - ignored).count(), 2 * 3'600'000);
      lag = ignored + Millis{below(static_cast<int>(room) + 1)};
      w.clock().set_wall(w.clock().now() - lag);
      ++seen["clock set back"];
    } else {
      const Millis by{below(static_cast<int>(most.count()))};
      w.clock().advance(by);
      move_clock(by);
    }
    if (odds(150)) {
      w.reopen();
      ++seen["restart"];
    }
    if (day_of(believed()) <= latest_day) return;
    latest_day = day_of(believed());
    model.end_day();
    ++seen["day change"];
    // The first act of the day closes what was left.
    issue();
    for (const auto& t : good(w.branch().ask(w.kiosk(), verbs::ListTickets{true})))
      if (day_of(t.issued_at) < latest_day) FAIL("a live ticket survives the day");
  }

  void issue() {
    const int cls = below(6);
    const auto& service = one_of(k_services);
    const auto t = good(w.branch().ask(
        w.kiosk(),
        verbs::IssueTicket{.id = {}, .service = service, .person = {}, .priority = static_cast<Priority>(cls)}));
    about_to_read();
    clock_read();
    // Who is counted as the last is where weighing each against each puts him.
    const auto weighed = good(w.branch().ask(w.kiosk(), verbs::GetTicket{t.ticket.id}));
    CHECK(t.people_ahead == weighed.people_ahead);
    CHECK(t.wait_low_min == weighed.wait_low_min);
    CHECK(t.wait_high_min == weighed.wait_high_min);
    queue_model::Person p;
    p.id = ++issued;
    p.who = issued;
    p.number = t.ticket.number;
    p.service = service;
    p.state = "waiting";
    p.cls = cls;
    p.since = model.elapsed;
    for (const auto& other : model.people)
      if (other.number == p.number && !queue_model::Model::ended(other)) FAIL("two live tickets are ", p.number);
    model.people.push_back(p);
    ids[p.id] = t.ticket.id;
    ++seen["issued"];
  }

  void call_next() {
    const auto& counter = one_of(k_counters);
    // Now and then an officer at another's window.
    const auto& whose = odds(10) ? one_of(k_counters) : counter;
    const auto& officer = officers[whose];
    const int expected = model.next(counter);
    const Uuid request = w.id();
    const auto t = w.branch().ask(officer, verbs::CallTicket{counter, "", request});
    if (expected == 0) {
      if (code_of(t) != "queue_empty") FAIL("counter ", counter, " calls somebody: ", code_of(t));
      return;
    }
    auto& p = *model.find(expected);
    const auto fault = model.act(p, {"call", counter, "", "", "fair", "100" + whose});
    if (!fault.empty()) {
      if (code_of(t) != fault) FAIL("counter ", counter, " calls: ", code_of(t), ", the model: ", fault);
      ++seen[fault];
      return;
    }
    if (!t || t->id != ids[expected]) FAIL("counter ", counter, " does not call ", expected, ": ", code_of(t));
    same(p, *t);
    about_to_read();
    clock_read();
    ++seen["called next"];
    if (!odds(4)) return;
    if (odds(2)) w.reopen();  // the answer was lost, the node too
    if (good(w.branch().ask(officer, verbs::CallTicket{counter, "", request})).id != t->id)
      FAIL("called somebody else");
    ++seen["asked again"];
  }

  void act() {
    if (model.people.empty()) return;
    // Mostly somebody at a counter, or who was called in vain.
    auto at = random.below(model.people.size());
    const auto dull = [&] {
      const auto& state = model.people[at].state;
      return state == "served" || state == "left" || state == "waiting" || state == "transferred";
    };
    for (int tries = 0; tries < 6 && dull(); ++tries) at = random.below(model.people.size());
    // Few stand at a counter, and most happens to them.
    const bool at_a_counter = !odds(3);
    const auto held = [&] {
      const auto& state = model.people[at].state;
      return state == "called" || state == "serving" || state == "wrap_up";
    };
    for (std::size_t tries = 0; at_a_counter && !held() && tries < model.people.size(); ++tries)
      at = (at + 1) % model.people.size();
    auto& p = model.people[at];
    // What a state does not allow is told apart in the verbs' own tests: a repeated act is answered, not refused.
    auto what = static_cast<TicketAct>(below(k_acts));
    const auto allowed = [&] {
      return what != TicketAct::Enqueue && !queue_model::Model::after(p.state, std::string(code(what))).empty();
    };
    for (int tries = 0; tries < 10 && !allowed(); ++tries) what = static_cast<TicketAct>(below(k_acts));
    if (!allowed()) return;
    const std::string name(code(what));
    verbs::TicketRef ref{.ticket = ids[p.id], .counter = one_of(k_counters), .reason = "why", .to_service = {}};
    const auto& whose = odds(10) ? one_of(k_counters) : ref.counter;
    const auto& officer = officers[whose];
    queue_model::Model::Wish wish{name, ref.counter, "", "", "fair", "100" + whose};
    if (what != TicketAct::Call && what != TicketAct::Recall) ref.counter = wish.counter = "";
    if (what == TicketAct::Transfer) {
      if (p.state == "transferred") return;
      if (!odds(4)) wish.to_service = ref.to_service = one_of(k_services);
      if (odds(3)) wish.to_counter = ref.to_counter = one_of(k_counters);
      const int place = below(3);
      ref.place = static_cast<Place>(place);
      wish.place = place == 0 ? "fair" : place == 1 ? "first" : "last";
    }
    const auto r = w.branch().ask(officer, verbs::ActOnTicket{what, ref});
    about_to_read();
    const auto fault = model.act(p, wish);
    const std::string said = r ? "" : r.fault().code;
    if (said != fault) FAIL(name, " of ", p.id, ": ", said, ", the model: ", fault);
    ++seen[fault.empty() ? name : fault];
    if (!r) return not_read();
    same(p, *r);
    clock_read();
  }

  static void same(const queue_model::Person& p, const domain::Ticket& t) {
    const bool ok = t.number == p.number && t.service == p.service && code(t.state) == p.state &&
                    t.counter == p.counter && t.officer == p.officer && t.to_counter == p.to_counter &&
                    t.calls == p.calls && t.returns == p.returns && t.first == p.first;
    if (!ok) FAIL("ticket ", p.id, " ", t.number, " ", code(t.state), " is not ", p.number, " ", p.state);
  }

  void whole() {
    std::size_t live = 0;
    for (const auto& p : model.people) {
      const auto t = good(w.branch().ask(w.kiosk(), verbs::GetTicket{ids[p.id]})).ticket;
      same(p, t);
      if (!queue_model::Model::ended(p)) ++live;
    }
    if (good(w.branch().ask(w.kiosk(), verbs::ListTickets{true})).size() != live) FAIL("a ticket is lost or made up");
  }
};
}  // namespace

TEST_CASE("queue: the plain model and the node agree on random days, through restarts and clocks set back") {
  const auto operations = setting("KIOSK_NODE_QUEUE_OPS", k_operations);
  const auto seed = setting("KIOSK_NODE_QUEUE_SEED", 20'261'120);
  INFO("KIOSK_NODE_QUEUE_SEED=", seed, " KIOSK_NODE_QUEUE_OPS=", operations);
  Course c(seed);
  for (std::uint64_t i = 0; i < operations; ++i) {
    INFO("operation ", i);
    c.time_passes();
    const int what = c.below(10);
    if (what < 3 && c.model.people.size() < 400)
      c.issue();
    else if (what < 6)
      c.call_next();
    else
      c.act();
    if (i % 200 == 0) c.whole();
  }
  c.whole();
  std::string counts;
  for (const auto& [what, n] : c.seen) counts += "\n  " + what + ": " + std::to_string(n);
  MESSAGE("seed ", seed, ", ", operations, " operations", counts);
  for (const char* what :
       {"issued",  "called next", "asked again", "restart",      "clock set back", "day change",  "recall",
        "begin",   "park",        "leave",       "transfer",     "requeue",        "wrap_up",     "finish",
        "no_show", "recycle",     "call",        "recall_first", "counter_busy",   "officer_busy"}) {
    CAPTURE(what);
    CHECK(c.seen[what] > 0);
  }
}
