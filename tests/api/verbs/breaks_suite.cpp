// A counter's break through the verbs: who rests, what it means for calls, the forecast, the report, and what outlives
// a restart and a day.
#include "domain/queue/report.h"
#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using domain::TicketAct;
using std::chrono::minutes;

namespace {
domain::Ticket issued(World& w) {
  return good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "JHT"})).ticket;
}
const domain::ReportRow* counter_of(const domain::QueueReport& r, const std::string& counter) {
  for (const auto& row : r.by_counter)
    if (row.key == counter) return &row;
  return nullptr;
}
}  // namespace

EVERY_WAY("breaks: a resting counter calls nobody, over a restart too, until somebody ends the break") {
  const auto t = issued(w);
  const auto o = w.log_in("1003", "counter-1"), other = w.log_in("1001", "counter-2");
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::RestCounter{"1", true, "rest"})) == "not_logged_in");
  CHECK(code_of(w.branch().ask(o, verbs::RestCounter{"1", true, "because"})) == "break_reason_invalid");
  CHECK(code_of(w.branch().ask(o, verbs::RestCounter{"", true, "rest"})) == "counter_invalid");
  CHECK(good(w.branch().ask(o, verbs::ListBreaks{})).empty());
  const auto since = w.clock().now();
  const auto lasting = good(w.branch().ask(o, verbs::RestCounter{"1", true, "prayer"}));
  REQUIRE(lasting.size() == 1);
  CHECK(lasting[0].counter == "1");
  CHECK(lasting[0].officer == "1003");
  CHECK(lasting[0].reason == "prayer");
  CHECK(lasting[0].since == since);
  const auto seq = w.store().identity().last_seq;
  w.clock().advance(minutes(1));
  CHECK(good(w.branch().ask(other, verbs::RestCounter{"1", true, "rest"}))[0].reason ==
        "prayer");  // again changes nothing
  CHECK(w.store().identity().last_seq == seq);
  w.reopen();
  CHECK(good(w.branch().ask(o, verbs::ListBreaks{})).size() == 1);
  CHECK(code_of(w.branch().ask(o, verbs::CallTicket{"1", ""})) == "counter_resting");
  verbs::IssueTicket walk_in{.id = {}, .service = "JHT"};
  walk_in.counter = "1";
  CHECK(code_of(w.branch().ask(o, walk_in)) == "counter_resting");
  CHECK(good(w.branch().ask(other, verbs::RestCounter{"1", false})).empty());
  CHECK(good(w.branch().ask(other, verbs::RestCounter{"1", false})).empty());  // again
  CHECK(w.store().identity().last_seq == seq + 1);
  CHECK(good(w.branch().ask(o, verbs::CallTicket{"1", ""})).id == t.id);
  const auto busy = w.branch().ask(o, verbs::RestCounter{"1", true, "rest"});
  REQUIRE(code_of(busy) == "counter_busy");
  CHECK(busy.fault().detail == t.number);
}

EVERY_WAY("breaks: the forecast does not count on a resting counter") {
  const auto one = w.log_in("1003", "counter-1"), two = w.log_in("1001", "counter-2");
  for (int i = 0; i < 12; ++i) issued(w);
  const auto serve = [&](const verbs::Actor& o, const char* counter) {
    const auto t = good(w.branch().ask(o, verbs::CallTicket{counter, ""}));
    w.clock().advance(minutes(10));
    good(w.branch().ask(o, verbs::ActOnTicket{TicketAct::Finish, {.ticket = t.id}}));
  };
  for (int i = 0; i < 5; ++i) serve(one, "1"), serve(two, "2");
  const auto wait = [&] {
    const auto t = good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "JHT"}));
    REQUIRE(t.wait_high_min);
    good(w.branch().ask(w.kiosk(), verbs::ActOnTicket{TicketAct::Leave, {.ticket = t.ticket.id}}));
    return *t.wait_high_min;
  };
  const int both = wait();
  good(w.branch().ask(two, verbs::RestCounter{"2", true, "rest"}));
  const int alone = wait();
  CHECK(alone >= both + 5);
  good(w.branch().ask(two, verbs::RestCounter{"2", false}));
  CHECK(wait() == both);
}

EVERY_WAY("breaks: the report has the minutes of each counter, lasting ones too; the day's end ends them") {
  const auto o = w.log_in("1003", "counter-1");
  auto head = w.log_in("1004", "counter-9");
  const auto day = *Date::of(2026, 11, 20);
  good(w.branch().ask(o, verbs::RestCounter{"1", true, "rest"}));
  w.clock().advance(minutes(12));
  good(w.branch().ask(o, verbs::RestCounter{"1", false}));
  good(w.branch().ask(o, verbs::RestCounter{"4", true, "trouble"}));
  w.clock().advance(minutes(7));
  auto r = good(w.branch().ask(head, verbs::ReportAsked{day, day})).report;
  REQUIRE(counter_of(r, "1"));
  REQUIRE(counter_of(r, "4"));
  CHECK(counter_of(r, "1")->breaks == minutes(12));
  CHECK(counter_of(r, "4")->breaks == minutes(7));
  CHECK(r.total.breaks == minutes(19));
  w.clock().advance(std::chrono::hours(24));
  head = w.log_in("1004", "counter-9");
  const auto next = w.log_in("1003", "counter-1");
  const auto until_midnight = from_ms(1'795'194'000'000) - from_ms(1'795'140'000'000) - minutes(12);
  CHECK(good(w.branch().ask(next, verbs::ListBreaks{})).empty());
  for (int written = 0; written < 2; ++written) {  // before anybody has acted that day, and after
    r = good(w.branch().ask(head, verbs::ReportAsked{day, day})).report;
    CHECK(counter_of(r, "4")->breaks == until_midnight);
    issued(w);
  }
  good(w.branch().ask(next, verbs::CallTicket{"4", ""}));
}
