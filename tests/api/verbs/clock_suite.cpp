// A wall clock that is set wrong and set right again: ticket numbers of a true day are given once, and the true day
// after it begins at 001. The table plays the kind: how far, for how long, with a restart while it is wrong or not.
#include <map>
#include <set>

#include "tests/api/verbs/branch_suite.h"

using namespace kiosk;
using namespace kiosk::test;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr hours k_day{24};

std::string number(World& w) {
  return good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "JHT"})).ticket.number;
}
void set_by(World& w, Millis by) { w.clock().set_wall(w.clock().now() + by); }

struct Wrong {
  std::string what;
  Millis by;
  Millis from;   // after 09:00 of the first day
  Millis lasts;  // until it is set right
  bool restart = false;
};

std::vector<Wrong> wrongs() {
  std::vector<Wrong> out;
  const std::pair<const char*, Millis> sizes[] = {
      {"+10 years", 3'653 * k_day}, {"+2 days", 2 * k_day},  {"+1 day", k_day},
      {"+1 hour", hours(1)},        {"+5 hours", hours(5)},  {"-3 days", -3 * k_day},
      {"-1 day", -k_day},           {"-2 hours", hours(-2)}, {"-50 years", -50 * 365 * k_day}};
  const std::pair<const char*, Millis> spans[] = {
      {"seconds", Millis{5'000}}, {"an hour", hours(1)}, {"a night", hours(20)}, {"a whole day", hours(26)}};
  for (const auto& [size, by] : sizes)
    for (const auto& [span, lasts] : spans)
      for (const bool restart : {false, true})
        for (const auto from : {Millis{minutes(30)}, Millis{hours(14) + minutes(30)}})  // 09:30 and 23:30
          out.push_back(
              {std::string(size) + " for " + span + (restart ? ", restarted" : ""), by, from, lasts, restart});
  return out;
}

// Tickets at true moments of four days; the steady clock tells which day it truly is.
struct Days {
  World& w;
  WallTime truth = w.clock().now();
  std::map<std::string, std::vector<std::string>> given;  // by true day
  void until(WallTime t) {
    w.clock().advance(t - truth);
    truth = t;
  }
  void ticket() { given[Zone().day(truth).iso()].push_back(number(w)); }
};

}  // namespace

EVERY_WAY("clock: ten years ahead for seconds, two tickets, back: the next true day begins at 001") {
  CHECK(number(w) == "A-001");
  set_by(w, 3'653 * k_day);
  CHECK(number(w) == "A-002");
  CHECK(number(w) == "A-003");
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetSyncStatus{})).clock == "jumped");
  set_by(w, -3'653 * k_day);
  CHECK(number(w) == "A-004");
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetSyncStatus{})).clock.empty());
  for (int day = 0; day < 3; ++day) {
    w.clock().advance(k_day);
    CHECK(number(w) == "A-001");
    CHECK(number(w) == "A-002");
  }
}

EVERY_WAY("clock: two days ahead for one ticket, back: the next true day begins at 001, nothing doubled") {
  CHECK(number(w) == "A-001");
  set_by(w, 2 * k_day);
  w.reopen();
  CHECK(number(w) == "A-002");
  set_by(w, -2 * k_day);
  w.reopen();
  CHECK(number(w) == "A-003");
  w.clock().advance(k_day);
  CHECK(number(w) == "A-001");
  w.clock().advance(k_day);  // the false day comes truly
  CHECK(number(w) == "A-001");
}

TEST_CASE("clock: however it is set wrong and right, a true day's numbers are given once and the next begins at 001") {
  for (const auto& wrong : wrongs()) {
    CAPTURE(wrong.what);
    CAPTURE(wrong.from.count());
    World w;
    w.seed();
    Days days{w};
    const WallTime nine = days.truth;
    const WallTime set = nine + wrong.from, right = set + wrong.lasts;
    days.ticket();
    days.until(set);
    set_by(w, wrong.by);
    if (wrong.restart) w.reopen();
    for (Millis into{0}; into < wrong.lasts; into += std::max<Millis>(wrong.lasts / 4, Millis{1'000})) {
      days.until(set + into);
      days.ticket();
    }
    days.until(right);
    set_by(w, -wrong.by);
    if (wrong.restart) w.reopen();
    days.ticket();
    WallTime next = nine;
    while (Zone().day(next) <= Zone().day(right)) next += k_day;
    for (int day = 0; day < 4; ++day) {
      days.until(next + day * k_day);
      days.ticket();
      CHECK(days.given[Zone().day(days.truth).iso()] == std::vector<std::string>{"A-001"});
      days.ticket();
    }
    for (const auto& [day, numbers] : days.given) {
      CAPTURE(day);
      CHECK(std::set(numbers.begin(), numbers.end()).size() == numbers.size());
    }
  }
}

TEST_CASE("clock: switched on without the centre, numbers go on; heard, the next day begins at 001") {
  branch::Settings s;
  s.run = "first";
  World w(s);
  w.seed();
  CHECK(number(w) == "A-001");
  CHECK(number(w) == "A-002");

  // Another run of the computer, two days later by its clock: nobody knows whether that is so.
  branch::Settings again;
  again.run = "second";
  w.clock().advance(2 * k_day);
  w.stop();
  w.set_settings(again);
  w.start();
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetSyncStatus{})).clock == "unheard");
  CHECK(number(w) == "A-003");
  w.feed().heard_time(0);
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetSyncStatus{})).clock.empty());
  CHECK(number(w) == "A-004");  // its day has numbers already
  w.clock().advance(k_day);
  CHECK(number(w) == "A-001");
}

TEST_CASE("clock: switched on without the centre, an officer says that the date is right, and the day begins at 001") {
  branch::Settings s;
  s.run = "first";
  World w(s);
  w.seed();
  CHECK(number(w) == "A-001");
  CHECK(number(w) == "A-002");
  const auto asked = [&](const verbs::Actor& officer) {
    std::vector<verbs::Task> out;
    for (const auto& t : good(w.branch().ask(officer, verbs::ListTasks{})))
      if (t.kind == "confirm_day") out.push_back(t);
    return out;
  };
  CHECK(asked(w.log_in("1001", "counter-1")).empty());  // of a clock that nobody doubts

  branch::Settings again;
  again.run = "second";
  w.clock().advance(k_day);
  w.stop();
  w.set_settings(again);
  w.start();
  set_by(w, k_day);  // set wrong first
  const auto wrong = asked(w.log_in("1001", "counter-1"));
  REQUIRE(wrong.size() == 1);
  set_by(w, -k_day);
  const auto officer = w.log_in("1001", "counter-1");
  CHECK(code_of(w.branch().ask(officer, verbs::FinishTask{wrong[0].id, {}})) == "day_differs");
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetSyncStatus{})).clock == "unheard");
  const auto right = asked(officer);
  REQUIRE(right.size() == 1);
  CHECK(right[0].subject == Zone().day(w.clock().now()).iso());
  CHECK(code_of(w.branch().ask(w.kiosk(), verbs::FinishTask{right[0].id, {}})) == "not_logged_in");
  CHECK(good(w.branch().ask(officer, verbs::FinishTask{right[0].id, {}})).finished_by == "1001");
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetSyncStatus{})).clock.empty());
  CHECK(asked(officer).empty());
  CHECK(number(w) == "A-001");
  CHECK(number(w) == "A-002");
}

TEST_CASE("clock: the centre's word puts a false clock right before the first number of a day") {
  World w;
  w.seed();
  CHECK(number(w) == "A-001");
  set_by(w, 40 * k_day);
  w.feed().heard_time(-Millis{40 * k_day}.count());  // it is 40 days ahead
  CHECK(number(w) == "A-002");
  w.clock().advance(k_day);
  CHECK(number(w) == "A-001");
  CHECK(good(w.branch().ask(w.kiosk(), verbs::GetInfo{})).zone == "Asia/Jakarta");
}

EVERY_WAY("clock: who waited when it was ahead is called on the true day and ends with it") {
  set_by(w, 5 * k_day);
  const auto t = good(w.branch().ask(w.kiosk(), verbs::IssueTicket{.id = {}, .service = "JHT"})).ticket;
  set_by(w, -5 * k_day);
  const auto o = w.log_in("1003", "counter-1");
  CHECK(good(w.branch().ask(o, verbs::CallTicket{"1", ""})).id == t.id);
  w.clock().advance(k_day);
  CHECK(number(w) == "A-001");
  CHECK_FALSE(domain::is_live(good(w.branch().ask(w.kiosk(), verbs::GetTicket{t.id})).ticket.state));
}

TEST_CASE("clock: what was begun by a computer that started ahead does not outlast the true time") {
  World w;
  w.clock().set_wall(w.clock().now() + hours(40));  // a new home: nothing contradicts its clock
  w.reopen();
  w.seed();
  const auto session = w.log_in("1003", "counter-1");
  for (int i = 0; i < 5; ++i)
    CHECK_FALSE(w.branch().ask({"counter-2", ""}, verbs::LogIn{"1001", SecretString("0000")}).ok());
  CHECK(code_of(w.branch().ask({"counter-2", ""}, verbs::LogIn{"1001", SecretString("10011001")})) == "officer_locked");
  good(w.branch().ask(w.kiosk(), verbs::Draft{budi().id, "claim", {{"phone", "+6281234567890"}}, true}));

  set_by(w, hours(-40));
  w.feed().heard_time(0);  // the centre agrees with the clock as it is now
  CHECK(code_of(w.branch().ask(session, verbs::ListTickets{true})) == "session_ended");
  CHECK(code_of(w.branch().ask({"counter-2", ""}, verbs::LogIn{"1001", SecretString("10011001")})) == "ok");
  good(w.node().forget_drafts());
  auto read = good(w.store().read());
  int drafts = -1;
  good(read.db().prepared("SELECT count(*) FROM drafts").each([&](sqlite::Stmt& q) {
    drafts = static_cast<int>(q.integer(0));
  }));
  CHECK(drafts == 0);
}
