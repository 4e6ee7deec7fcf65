// The queue's rules through the verbs: what a counter may do with a ticket, what a full day does, the report.
#include <thread>

#include "api/protocol/central_api.h"
#include "node/store/tickets.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::Place;
using domain::Priority;
using domain::TicketAct;
using domain::TicketState;
using std::chrono::minutes;

namespace {
verbs::IssueTicket jht() { return {.id = {}, .service = "JHT"}; }
domain::Ticket issued(World& w, const char* service = "JHT") {
  return good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = service})).ticket;
}
template <class F>
void every_way(branch::Settings settings, F&& body) {
  for (const auto& way : make_branch()) {
    CAPTURE(way.name);
    auto w = way.make(settings);
    w->seed();
    body(*w);
  }
}
}  // namespace

EVERY_WAY("queue: asking for the next once more after a lost answer gives the same ticket, over a restart too") {
  issued(w);
  issued(w);
  const auto o = w.log_in("1003", "counter-1");
  const Uuid request = w.id();
  const auto first = good(w.branch().ask(o, verbs::CallTicket{"1", "", request}));
  const auto seq = w.store().identity().last_seq;
  w.reopen();
  const auto again = good(w.branch().ask(o, verbs::CallTicket{"1", "", request}));
  CHECK(again.id == first.id);
  CHECK(again.calls == 1);
  CHECK(w.store().identity().last_seq == seq);
  good(w.branch().ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = first.id}}));
  CHECK(good(w.branch().ask(o, verbs::CallTicket{"1", "", w.id()})).id != first.id);
  CHECK(code_of(w.branch().ask(o, verbs::CallTicket{"1", "", w.id()})) == "queue_empty");
}

EVERY_WAY("queue: a ticket is parked only with a reason; who did not come may come back once") {
  const auto t = issued(w);
  auto& b = w.branch();
  const auto o = w.log_in("1003", "counter-1");
  good(b.ask(o, verbs::CallTicket{"1", ""}));
  CHECK(code_of(b.ask(o, verbs::ActOnTicket{TicketAct::Park, {.ticket = t.id}})) == "reason_missing");
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::NoShow, {.ticket = t.id}})).state == TicketState::NoShow);
  const auto other = issued(w);
  w.clock().advance(minutes(1));
  const auto back = good(b.ask(o, verbs::ActOnTicket{TicketAct::Recycle, {.ticket = t.id}}));
  CHECK(back.state == TicketState::Waiting);
  CHECK(back.returns == 1);
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::Recycle, {.ticket = t.id}})).returns == 1);  // again
  CHECK(good(b.ask(o, verbs::CallTicket{"1", ""})).id == other.id);  // behind those who were there
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = other.id}}));
  CHECK(good(b.ask(o, verbs::CallTicket{"1", ""})).id == t.id);
  good(b.ask(o, verbs::ActOnTicket{TicketAct::NoShow, {.ticket = t.id}}));
  CHECK(code_of(b.ask(o, verbs::ActOnTicket{TicketAct::Recycle, {.ticket = t.id}})) == "no_more_returns");
}

EVERY_WAY("queue: who did not come does not come back beside a new ticket of the same person and service") {
  auto r = jht();
  r.person = budi().id;
  auto& b = w.branch();
  const auto o = w.log_in("1003", "counter-1");
  const auto old = good(b.ask(w.kiosk(), r)).ticket;
  good(b.ask(o, verbs::CallTicket{"1", ""}));
  good(b.ask(o, verbs::ActOnTicket{TicketAct::NoShow, {.ticket = old.id}}));
  good(b.ask(w.kiosk(), r));
  CHECK(code_of(b.ask(o, verbs::ActOnTicket{TicketAct::Recycle, {.ticket = old.id}})) == "ticket_exists");
}

EVERY_WAY("queue: a transfer names a service, a counter, and where the ticket stands there") {
  const auto t = issued(w), u = issued(w), v = issued(w);
  auto& b = w.branch();
  const auto o = w.log_in("1003", "counter-1"), two = w.log_in("1001", "counter-2"),
             three = w.log_in("1002", "counter-3"), four = w.log_in("1004", "counter-4");
  CHECK(code_of(b.ask(o, verbs::ActOnTicket{TicketAct::Transfer, {.ticket = t.id}})) == "transfer_nowhere");
  w.clock().advance(minutes(1));
  const verbs::TicketRef to_two{.ticket = t.id, .counter = {}, .reason = {}, .to_service = {}, .to_counter = "2"};
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::Transfer, to_two})).to_counter == "2");
  CHECK(good(b.ask(o, verbs::CallTicket{"1", ""})).id == u.id);
  CHECK(good(b.ask(three, verbs::CallTicket{"3", ""})).id == v.id);
  CHECK(code_of(b.ask(four, verbs::CallTicket{"4", ""})) == "queue_empty");
  CHECK(good(b.ask(two, verbs::CallTicket{"2", ""})).id == t.id);
  const auto x = issued(w);
  verbs::TicketRef first{.ticket = v.id, .counter = {}, .reason = {}, .to_service = "ISO"};
  first.place = Place::First;
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::Transfer, first})).first);
  verbs::TicketRef last{.ticket = u.id, .counter = {}, .reason = {}, .to_service = "ISO"};
  last.place = Place::Last;
  w.clock().advance(minutes(1));
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Transfer, last}));
  CHECK(good(b.ask(o, verbs::CallTicket{"1", ""})).id == v.id);
  CHECK(good(b.ask(three, verbs::CallTicket{"3", ""})).id == x.id);
  CHECK(good(b.ask(four, verbs::CallTicket{"4", ""})).id == u.id);
}

EVERY_WAY("queue: a counter has one person at a time and an officer one counter; the refusal names whom") {
  auto& b = w.branch();
  const auto t = issued(w), u = issued(w);
  const auto o = w.log_in("1003", "counter-1"), other = w.log_in("1001", "counter-2");
  const auto taken = good(b.ask(o, verbs::CallTicket{"1", ""}));
  CHECK(taken.id == t.id);
  const auto told = [](const auto& r) { return code_of(r) + " " + (r ? std::string() : r.fault().detail); };
  const auto seq = w.store().identity().last_seq;
  verbs::IssueTicket walk_in = jht();
  const auto refused_everywhere = [&] {
    CHECK(told(b.ask(o, verbs::CallTicket{"1", ""})) == "counter_busy " + t.number);
    CHECK(told(b.ask(other, verbs::CallTicket{"1", u.number})) == "counter_busy " + t.number);
    CHECK(told(b.ask(other, verbs::ActOnTicket{TicketAct::Call, {.ticket = u.id, .counter = "1"}})) ==
          "counter_busy " + t.number);
    CHECK(told(b.ask(o, verbs::CallTicket{"2", ""})) == "officer_busy " + t.number);
    walk_in.counter = "1";
    CHECK(told(b.ask(other, walk_in)) == "counter_busy " + t.number);
    walk_in.counter = "2";
    CHECK(told(b.ask(o, walk_in)) == "officer_busy " + t.number);
  };
  refused_everywhere();
  CHECK(w.store().identity().last_seq == seq);  // and nothing has happened
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Begin, {.ticket = t.id}}));
  refused_everywhere();
  good(b.ask(o, verbs::ActOnTicket{TicketAct::WrapUp, {.ticket = t.id}}));
  refused_everywhere();
  CHECK(good(b.ask(other, verbs::CallTicket{"2", ""})).id == u.id);
  CHECK(told(b.ask(other, verbs::ActOnTicket{TicketAct::Recall, {.ticket = u.id, .counter = "1"}})) ==
        "counter_busy " + t.number);
  CHECK(good(b.ask(other, verbs::ActOnTicket{TicketAct::Recall, {.ticket = u.id, .counter = "5"}})).counter == "5");
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = t.id}}));
  walk_in.counter = "1";
  CHECK(good(b.ask(o, walk_in)).ticket.state == TicketState::Serving);
}

EVERY_WAY("queue: two windows of one counter that call at once get one person between them") {
  for (int i = 0; i < 60; ++i) issued(w);
  const auto a = w.log_in("1003", "counter-1"), c = w.log_in("1001", "counter-1b");
  for (int round = 0; round < 20; ++round) {
    Result<domain::Ticket> first = refused("none"), second = refused("none");
    std::thread other([&] { second = w.branch().ask(c, verbs::CallTicket{"1", ""}); });
    first = w.branch().ask(a, verbs::CallTicket{"1", ""});
    other.join();
    REQUIRE(first.ok() != second.ok());
    const auto& got = first ? *first : *second;
    const auto& fault = first ? second.fault() : first.fault();
    CHECK(fault.code == "counter_busy");
    CHECK(fault.detail == got.number);
    good(w.branch().ask(first ? a : c, verbs::ActOnTicket{TicketAct::Finish, {.ticket = got.id}}));
  }
}

EVERY_WAY("queue: a named ticket is called out of turn") {
  issued(w);
  const auto late = issued(w);
  auto& b = w.branch();
  const auto o = w.log_in("1003", "counter-1");
  CHECK(good(b.ask(o, verbs::CallTicket{"1", late.number})).id == late.id);
}

EVERY_WAY("queue: somebody without a ticket is served at once, by an officer only") {
  auto r = jht();
  r.counter = "3";
  r.id = w.id();
  auto& b = w.branch();
  CHECK(code_of(b.ask(w.kiosk(), r)) == "not_logged_in");
  CHECK(good(b.ask(w.kiosk(), verbs::ListTickets{true})).empty());
  const auto o = w.log_in("1003", "counter-3");
  const auto t = good(b.ask(o, r)).ticket;
  CHECK(t.state == TicketState::Serving);
  CHECK(t.counter == "3");
  CHECK(t.officer == "1003");
  CHECK(good(b.ask(o, r)).ticket.id == t.id);
  CHECK(code_of(b.ask(o, verbs::CallTicket{"3", ""})) == "queue_empty");
}

EVERY_WAY("queue: after the person has gone the officer writes, and the person may come back meanwhile") {
  const auto t = issued(w);
  auto& b = w.branch();
  const auto o = w.log_in("1003", "counter-1");
  good(b.ask(o, verbs::CallTicket{"1", ""}));
  CHECK(code_of(b.ask(o, verbs::ActOnTicket{TicketAct::WrapUp, {.ticket = t.id}})) == "act_not_allowed");
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Begin, {.ticket = t.id}}));
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::WrapUp, {.ticket = t.id}})).state == TicketState::WrapUp);
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::WrapUp, {.ticket = t.id}})).state == TicketState::WrapUp);  // again
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::Begin, {.ticket = t.id}})).state == TicketState::Serving);
  good(b.ask(o, verbs::ActOnTicket{TicketAct::WrapUp, {.ticket = t.id}}));
  CHECK(good(b.ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = t.id}})).state == TicketState::Served);
}

EVERY_WAY("queue: the day's end closes whoever is left, at midnight of the branch, with a reason") {
  const auto waits = issued(w), served = issued(w), parked = issued(w);
  auto& b = w.branch();
  const auto o = w.log_in("1003", "counter-1");
  good(b.ask(o, verbs::CallTicket{"1", served.number}));
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Begin, {.ticket = served.id}}));
  const auto other = w.log_in("1001", "counter-2");
  good(b.ask(other, verbs::CallTicket{"2", parked.number}));
  good(b.ask(other, verbs::ActOnTicket{TicketAct::Park, {.ticket = parked.id, .reason = "papers"}}));
  w.clock().advance(std::chrono::hours(24));
  const auto next = w.log_in("1003", "counter-1");
  const auto fresh = issued(w);
  CHECK(good(b.ask(next, verbs::CallTicket{"1", ""})).id == fresh.id);
  CHECK(good(b.ask(w.kiosk(), verbs::ListTickets{true})).size() == 1);
  const auto midnight = from_ms(1'795'194'000'000);  // 2026-11-21 00:00 WIB
  for (const auto& [id, state] :
       {std::pair{waits.id, TicketState::Left}, {served.id, TicketState::Served}, {parked.id, TicketState::Left}}) {
    const auto t = good(b.ask(w.kiosk(), verbs::GetTicket{id})).ticket;
    CHECK(t.state == state);
    CHECK(t.reason == "day_ended");
    CHECK(t.ended_at == midnight);
  }
}

EVERY_WAY("queue: a clock set back takes nobody's place, over a restart too") {
  const auto first = issued(w);
  w.clock().advance(minutes(10));
  const auto second = issued(w);
  w.clock().set_wall(w.clock().now() - std::chrono::hours(2));
  w.reopen();
  const auto third = issued(w);
  CHECK(third.queued_at >= second.queued_at);
  const auto o = w.log_in("1003", "counter-1");
  for (const auto& t : {first, second, third}) {
    CHECK(good(w.branch().ask(o, verbs::CallTicket{"1", ""})).id == t.id);
    good(w.branch().ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = t.id}}));
  }
}

TEST_CASE("queue: hours, quota and a full day bind the kiosk and not the officer") {
  branch::Settings s;
  s.queue.issue.hours = {};
  s.queue.issue.hours.week[4] = {{540, 900}};  // Friday 09:00 to 15:00
  s.queue.issue.quota["ISO"] = 1;
  s.queue.issue.slots["JHT"] = {.full_from = 2, .slot_min = 60, .per_slot = 1};
  every_way(s, [](World& w) {
    auto& b = w.branch();  // Friday 09:00
    issued(w, "ISO");
    const auto full = b.ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "ISO"});
    CHECK(code_of(full) == "quota_reached");
    CHECK(full.fault().detail == "2026-11-27T02:00:00.000Z");  // Friday again
    const auto o = w.log_in("1003", "counter-1");
    CHECK(code_of(b.ask(o, verbs::IssueTicket{.id = {}, .service = "ISO"})) == "ok");
    issued(w);
    issued(w);
    const auto later = good(b.ask(w.kiosk(), jht()));
    CHECK(later.ticket.state == TicketState::Created);
    REQUIRE(later.slot_from);
    CHECK(*later.slot_from == from_ms(1'795'143'600'000));  // 10:00
    const auto after = good(b.ask(w.kiosk(), jht()));
    CHECK(*after.slot_from == *later.slot_to);
    const auto early = b.ask(w.kiosk(), verbs::ActOnTicket{TicketAct::Enqueue, {.ticket = later.ticket.id}});
    CHECK(code_of(early) == "too_early");
    w.clock().advance(minutes(55));
    w.reopen();
    const auto back =
        good(w.branch().ask(w.kiosk(), verbs::ActOnTicket{TicketAct::Enqueue, {.ticket = later.ticket.id}}));
    CHECK(back.state == TicketState::Waiting);
    CHECK(back.priority == Priority::Appointment);
    w.clock().advance(std::chrono::hours(2));  // 11:55: late for 11:00
    CHECK(
        good(w.branch().ask(w.kiosk(), verbs::ActOnTicket{TicketAct::Enqueue, {.ticket = after.ticket.id}})).priority ==
        Priority::Normal);
    w.clock().advance(std::chrono::hours(4));
    CHECK(code_of(w.branch().ask(w.kiosk(), jht())) == "branch_closed");
  });
}

TEST_CASE("queue: a counter calls what its work profile names, the first rank first") {
  branch::Settings s;
  s.queue.profiles = {{"1", {{"ISO", 0}, {"JHT", 1}}}, {"2", {{"ISO", 0}}}};
  every_way(s, [](World& w) {
    const auto a = issued(w, "JHT"), c = issued(w, "ISO");
    const auto o = w.log_in("1003", "counter-1");
    CHECK(good(w.branch().ask(o, verbs::CallTicket{"1", ""})).id == c.id);
    good(w.branch().ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = c.id}}));
    CHECK(code_of(w.branch().ask(o, verbs::CallTicket{"2", ""})) == "queue_empty");
    CHECK(good(w.branch().ask(o, verbs::CallTicket{"1", ""})).id == a.id);
  });
}

TEST_CASE("queue: a no-show waits for the recalls that the settings ask for") {
  branch::Settings s;
  s.queue.rules.recycle.recalls_before_no_show = 1;
  every_way(s, [](World& w) {
    const auto t = issued(w);
    const auto o = w.log_in("1003", "counter-1");
    good(w.branch().ask(o, verbs::CallTicket{"1", ""}));
    CHECK(code_of(w.branch().ask(o, verbs::ActOnTicket{TicketAct::NoShow, {.ticket = t.id}})) == "recall_first");
    good(w.branch().ask(o, verbs::ActOnTicket{TicketAct::Recall, {.ticket = t.id}}));
    CHECK(code_of(w.branch().ask(o, verbs::ActOnTicket{TicketAct::NoShow, {.ticket = t.id}})) == "ok");
  });
}

EVERY_WAY("queue: an appointment is checked in in its window; early it is refused at the kiosk, late it walks in") {
  protocol::FeedPerson f{budi(), {}, {}, 0, 0};
  f.as_of_ms = to_ms(w.clock().now());
  f.expires_ms = f.as_of_ms + 30LL * 24 * 3600 * 1000;
  f.appointments = {{"ap-1", "JHT", to_ms(w.clock().now() + minutes(60))}};
  w.send("person", protocol::encode(f));
  auto r = jht();
  r.person = budi().id;
  r.appointment = "ap-2";
  CHECK(code_of(w.branch().ask(w.kiosk(), r)) == "unknown_appointment");
  r.appointment = "ap-1";
  const auto early = w.branch().ask(w.kiosk(), r);
  REQUIRE(code_of(early) == "too_early");
  CHECK(early.fault().detail == to_rfc3339(w.clock().now() + minutes(45)));
  w.clock().advance(minutes(50));
  const auto t = good(w.branch().ask(w.kiosk(), r)).ticket;
  CHECK(t.priority == Priority::Appointment);
  good(w.branch().ask(w.kiosk(), verbs::ActOnTicket{TicketAct::Leave, {.ticket = t.id}}));
  w.clock().advance(minutes(60));
  CHECK(good(w.branch().ask(w.kiosk(), r)).ticket.priority == Priority::Normal);
}

EVERY_WAY("report: what a day was like, of turns that have ended; not for every officer") {
  auto& b = w.branch();
  const auto o = w.log_in("1003", "counter-1");
  const auto a = issued(w), c = issued(w), left = issued(w), missed = issued(w);
  w.clock().advance(minutes(10));
  good(b.ask(o, verbs::CallTicket{"1", ""}));
  w.clock().advance(minutes(1));
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Begin, {.ticket = a.id}}));
  w.clock().advance(minutes(5));
  good(b.ask(o, verbs::ActOnTicket{TicketAct::WrapUp, {.ticket = a.id}}));
  w.clock().advance(minutes(2));
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = a.id}}));
  good(b.ask(o, verbs::CallTicket{"1", ""}));  // waited 18 minutes
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Begin, {.ticket = c.id}}));
  w.clock().advance(minutes(3));
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Transfer,
                                   {.ticket = c.id, .counter = {}, .reason = "account", .to_service = "ISO"}}));
  good(b.ask(w.kiosk(), verbs::ActOnTicket{TicketAct::Leave, {.ticket = left.id}}));
  good(b.ask(o, verbs::CallTicket{"2", missed.number}));
  good(b.ask(o, verbs::ActOnTicket{TicketAct::NoShow, {.ticket = missed.id}}));
  const auto day = *Date::of(2026, 11, 20);
  CHECK(code_of(b.ask(w.kiosk(), verbs::ReportAsked{day, day})) == "not_logged_in");
  CHECK(code_of(b.ask(o, verbs::ReportAsked{day, day})) == "right_missing");
  const auto head = w.log_in("1004", "counter-9");
  CHECK(code_of(b.ask(head, verbs::ReportAsked{day, day.plus_days(-1)})) == "days_invalid");
  const auto v = good(b.ask(head, verbs::ReportAsked{day, day}));
  const auto& r = v.report;
  CHECK(r.total.arrived == 4);
  CHECK(r.total.taken_over == 0);  // waits for its second turn
  CHECK(r.total.served == 1);
  CHECK(r.total.transferred == 1);
  CHECK(r.total.left == 1);
  CHECK(r.total.no_show == 1);
  CHECK(r.total.wait.n == 3);
  CHECK(r.total.wait.max == Seconds{21 * 60});
  CHECK(r.total.service.n == 2);
  CHECK(r.total.service.max == Seconds{5 * 60});
  CHECK(r.total.wrap_up.n == 1);
  CHECK(r.total.wrap_up.p50 == Seconds{2 * 60});
  CHECK(r.total.called == 3);
  CHECK(r.total.within_target == 1);
  REQUIRE(r.by_counter.size() == 2);
  CHECK(r.by_counter[1].key == "2");
  CHECK(r.by_counter[1].no_show == 1);
  CHECK(good(b.ask(head, verbs::ReportAsked{day.plus_days(1), day.plus_days(2)})).report.total.arrived == 0);
}

EVERY_WAY("report: a day is over at midnight, whether anybody has acted since or not") {
  auto& b = w.branch();
  const auto o = w.log_in("1003", "counter-1");
  const auto waits = issued(w), served = issued(w);
  good(b.ask(o, verbs::CallTicket{"1", served.number}));
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Begin, {.ticket = served.id}}));
  const auto day = *Date::of(2026, 11, 20);
  auto head = w.log_in("1004", "counter-9");
  CHECK(good(b.ask(head, verbs::ReportAsked{day, day})).report.total.arrived == 0);  // both are still in the house
  w.clock().advance(std::chrono::hours(24));
  head = w.log_in("1004", "counter-9");
  const auto before = good(b.ask(head, verbs::ReportAsked{day, day})).report.total;
  CHECK(before.arrived == 2);
  CHECK(before.served == 1);
  CHECK(before.left == 1);
  CHECK(good(b.ask(head, verbs::ReportAsked{day.plus_days(1), day.plus_days(1)})).report.total.arrived == 0);
  issued(w);  // the first act of the next day writes it down
  const auto after = good(b.ask(head, verbs::ReportAsked{day, day})).report.total;
  CHECK(after.arrived == before.arrived);
  CHECK(after.served == before.served);
  CHECK(after.left == before.left);
  CHECK(after.wait.n == before.wait.n);
  CHECK(after.service.n == before.service.n);
  CHECK(good(b.ask(w.kiosk(), verbs::GetTicket{waits.id})).ticket.state == TicketState::Left);
}

EVERY_WAY("report: the forecast that a ticket was given is held against what came") {
  auto& b = w.branch();
  const auto o = w.log_in("1003", "counter-1");
  for (int i = 0; i < 12; ++i) {
    const auto t = issued(w);
    good(b.ask(o, verbs::CallTicket{"1", ""}));
    w.clock().advance(minutes(4));
    good(b.ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = t.id}}));
  }
  const auto head = w.log_in("1004", "counter-9");
  const auto day = *Date::of(2026, 11, 20);
  // Tickets issued before there were enough samples have none; the others were called at once, as was said.
  const auto r = good(b.ask(head, verbs::ReportAsked{day, day})).report;
  CHECK(r.total.forecasts == 4);
  CHECK(r.total.forecast_hits == 4);
  const auto t = good(b.ask(w.kiosk(), jht()));
  REQUIRE(t.wait_high_min);
  w.clock().advance(minutes(*t.wait_high_min + 1));
  good(b.ask(o, verbs::CallTicket{"1", ""}));
  good(b.ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = t.ticket.id}}));
  CHECK(good(b.ask(head, verbs::ReportAsked{day, day})).report.total.forecasts == 5);
  CHECK(good(b.ask(head, verbs::ReportAsked{day, day})).report.total.forecast_hits == 4);
}
