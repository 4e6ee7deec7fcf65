#include "domain/queue/issue.h"

#include <doctest/doctest.h>

#include <set>

#include "queue_kit.h"

using namespace queue_kit;

namespace {
Date day(int y, int m, int d) { return *Date::of(y, m, d); }
constexpr minutes k_wib{7 * 60}, k_wita{8 * 60}, k_wit{9 * 60};

WallTime local(Date d, int hour, int minute, minutes offset = k_wib) {
  return local_midnight(d, offset) + minutes{hour * 60 + minute};
}
const Date k_friday = day(2027, 1, 15);

OpeningHours hours() {
  OpeningHours h;
  for (std::size_t d = 0; d < 4; ++d) h.week[d] = {{8 * 60, 15 * 60}};
  h.week[4] = {{8 * 60, 11 * 60 + 30}, {13 * 60, 15 * 60}};  // Friday prayer
  h.special[day(2027, 1, 18)] = {};                          // a holiday on Monday
  return h;
}
IssueRules rules() {
  IssueRules r;
  r.hours = hours();
  return r;
}
IssueFacts facts(int hour = 9, int minute = 0) {
  IssueFacts f;
  f.now = local(k_friday, hour, minute);
  f.services = {{"JHT", "Jaminan Hari Tua", "A", true}, {"INFO", "Informasi", "B", false}};
  f.series = {k_friday, 11};
  return f;
}
IssueAsked asked() { return {"JHT", Priority::Normal, IssuedAt::Kiosk, {}}; }
Issue given(const IssueAsked& a, const IssueFacts& f, const IssueRules& r) {
  const auto d = decide_issue(a, f, r);
  REQUIRE(std::holds_alternative<Issue>(d));
  return std::get<Issue>(d);
}
Refused refusal(const IssueAsked& a, const IssueFacts& f, const IssueRules& r) {
  const auto d = decide_issue(a, f, r);
  REQUIRE(std::holds_alternative<Refused>(d));
  return std::get<Refused>(d);
}
}  // namespace

TEST_CASE("issue: a plain ticket waits under the next number") {
  const auto i = given(asked(), facts(), rules());
  CHECK(i.number == "A-012");
  CHECK(i.state == TicketState::Waiting);
  CHECK(i.series.last == 12);
  CHECK_FALSE(i.slot.has_value());
}

TEST_CASE("issue: sound rules pass, and the wrong one is named") {
  CHECK(check(IssueRules{}).ok());
  auto r = rules();
  r.quota["JHT"] = 0;
  r.slots["JHT"] = {20, 30, 2};
  CHECK(check(r).ok());
  const auto field_of = [](auto spoil) {
    auto spoilt = rules();
    spoil(spoilt);
    const auto c = check(spoilt);
    return c ? "" : c.fault().field;
  };
  CHECK(field_of([](auto& x) { x.hours.week[0] = {{480, 480}}; }) == "hours.1");
  CHECK(field_of([](auto& x) { x.hours.week[1] = {{480, 700}, {690, 900}}; }) == "hours.2");
  CHECK(field_of([](auto& x) { x.hours.week[6] = {{0, 1441}}; }) == "hours.7");
  CHECK(field_of([](auto& x) { x.hours.week[6] = {{-1, 60}}; }) == "hours.7");
  CHECK(field_of([](auto& x) { x.hours.special[k_friday] = {{60, 30}}; }) == "hours.2027-01-15");
  CHECK(field_of([](auto& x) { x.quota["JHT"] = -1; }) == "quota.JHT");
  CHECK(field_of([](auto& x) { x.slots["JHT"] = {1, 4, 1}; }) == "slots.JHT");
  CHECK(field_of([](auto& x) { x.slots["JHT"] = {1, 30, 0}; }) == "slots.JHT");
  CHECK(field_of([](auto& x) { x.check_in.late_min = -1; }) == "check_in");
}

TEST_CASE("issue: who comes back in time for a slot goes like one with an appointment") {
  const auto begin = local(k_friday, 13, 0);
  CHECK(class_at_check_in(check_in(begin, begin, {}), Priority::Normal) == Priority::Appointment);
  CHECK(class_at_check_in(check_in(begin, begin + minutes{16}, {}), Priority::Elderly) == Priority::Elderly);
  CHECK(class_at_check_in(check_in(begin, begin - minutes{16}, {}), Priority::Normal) == Priority::Normal);
  CHECK(class_at_check_in(CheckIn::InTime, Priority::Blocked) == Priority::Blocked);
}

TEST_CASE("issue: services that are unknown or closed, and a second live ticket, are refused") {
  auto a = asked();
  a.service = "XYZ";
  CHECK(refusal(a, facts(), rules()).why == IssueRefusal::UnknownService);
  a.service = "INFO";
  CHECK(refusal(a, facts(), rules()).why == IssueRefusal::ServiceClosed);
  auto f = facts();
  f.live_number = "A-003";
  const auto r = refusal(asked(), f, rules());
  CHECK(r.why == IssueRefusal::TicketExists);
  CHECK(r.number == "A-003");
}

TEST_CASE("issue: outside the opening hours the answer is when the branch opens") {
  CHECK(refusal(asked(), facts(7, 59), rules()).at == local(k_friday, 8, 0));
  CHECK(std::holds_alternative<Issue>(decide_issue(asked(), facts(8, 0), rules())));
  CHECK(refusal(asked(), facts(11, 30), rules()).at == local(k_friday, 13, 0));
  // Friday evening: the weekend and a holiday lie between.
  const auto r = refusal(asked(), facts(15, 0), rules());
  CHECK(r.why == IssueRefusal::BranchClosed);
  CHECK(r.at == local(day(2027, 1, 19), 8, 0));
  IssueRules never;
  CHECK_FALSE(refusal(asked(), facts(), never).at.has_value());
  auto reception = asked();
  reception.at = IssuedAt::Reception;
  CHECK(given(reception, facts(15, 0), rules()).state == TicketState::Waiting);
}

TEST_CASE("issue: the same instant is open in one zone and closed in another") {
  const auto t = local(k_friday, 8, 30, k_wit);
  CHECK(is_open(hours(), t, k_wit));
  CHECK_FALSE(is_open(hours(), t, k_wita));
  CHECK_FALSE(is_open(hours(), t, k_wib));
  CHECK(opens_at(hours(), t, k_wib) == local(k_friday, 8, 0, k_wib));
  CHECK(opens_at(hours(), t, k_wit) == t);
}

TEST_CASE("issue: a day's quota binds the kiosk, not the reception nor an appointment") {
  auto r = rules();
  r.quota["JHT"] = 40;
  auto f = facts();
  f.issued_today = 39;
  CHECK(given(asked(), f, r).number == "A-012");
  f.issued_today = 40;
  const auto no = refusal(asked(), f, r);
  CHECK(no.why == IssueRefusal::QuotaReached);
  CHECK(no.count == 40);
  CHECK(no.at == local(day(2027, 1, 19), 8, 0));
  auto a = asked();
  a.at = IssuedAt::Reception;
  CHECK(given(a, f, r).state == TicketState::Waiting);
  a = asked();
  a.appointment = f.now;
  CHECK(given(a, f, r).priority == Priority::Appointment);
}

TEST_CASE("issue: on a full day the ticket has a time slot and is not in the queue yet") {
  auto r = rules();
  r.slots["JHT"] = {20, 30, 2};
  auto f = facts(10, 40);
  f.waiting = 19;
  CHECK_FALSE(given(asked(), f, r).slot.has_value());
  f.waiting = 20;
  auto i = given(asked(), f, r);
  CHECK(i.state == TicketState::Created);
  REQUIRE(i.slot.has_value());
  CHECK(i.slot->from == local(k_friday, 11, 0));
  CHECK(i.slot->to == local(k_friday, 11, 30));
  f.slots_taken[local(k_friday, 11, 0)] = 2;
  f.slots_taken[local(k_friday, 13, 0)] = 1;
  CHECK(given(asked(), f, r).slot->from == local(k_friday, 13, 0));
  for (int m = 13 * 60; m < 15 * 60; m += 30) f.slots_taken[local(k_friday, 0, m)] = 2;
  const auto no = refusal(asked(), f, r);
  CHECK(no.why == IssueRefusal::DayFull);
  CHECK(no.at == local(day(2027, 1, 19), 8, 0));
}

TEST_CASE("issue: an appointment is early, in time or late; the late join the walk-ins") {
  auto a = asked();
  a.priority = Priority::Elderly;
  a.appointment = local(k_friday, 10, 0);
  const auto early = refusal(a, facts(9, 44), rules());
  CHECK(early.why == IssueRefusal::TooEarly);
  CHECK(early.at == local(k_friday, 9, 45));
  CHECK(given(a, facts(9, 45), rules()).priority == Priority::Appointment);
  CHECK(given(a, facts(10, 15), rules()).priority == Priority::Appointment);
  const auto late = given(a, facts(10, 16), rules());
  CHECK(late.late);
  CHECK(late.priority == Priority::Elderly);
  CHECK(late.state == TicketState::Waiting);
  a.priority = Priority::Blocked;
  CHECK(given(a, facts(10, 0), rules()).priority == Priority::Blocked);
  a.at = IssuedAt::Reception;
  a.priority = Priority::Normal;
  CHECK(given(a, facts(9, 0), rules()).priority == Priority::Normal);  // let in early, as a walk-in
  // Before the doors open the appointment's answer is the better one.
  a.at = IssuedAt::Kiosk;
  CHECK(refusal(a, facts(7, 0), rules()).why == IssueRefusal::TooEarly);
}

TEST_CASE("issue: somebody without a ticket at the counter is created and then begun") {
  auto a = asked();
  a.at = IssuedAt::Counter;
  const auto i = given(a, facts(20, 0), rules());
  CHECK(i.state == TicketState::Created);
  CHECK(next_state(i.state, TicketAct::Begin) == TicketState::Serving);
}

TEST_CASE("series: numbers wrap after 999 and skip those that are live") {
  CHECK(number_text("A", 7) == "A-007");
  CHECK(number_text("B", 999) == "B-999");
  CHECK(next_number({k_friday, 998}, k_friday, {})->number == 999);
  CHECK(next_number({k_friday, 999}, k_friday, {})->number == 1);
  CHECK(next_number({k_friday, 998}, k_friday, {999, 1, 2, 4})->number == 3);
  CHECK(next_number({k_friday, 5}, k_friday, {0, -3, 4000, 6})->number == 7);
  std::vector<int> all;
  for (int n = 1; n <= 999; ++n) all.push_back(n);
  CHECK_FALSE(next_number({k_friday, 10}, k_friday, all).has_value());
  auto f = facts();
  f.live_numbers = all;
  CHECK(refusal(asked(), f, rules()).why == IssueRefusal::NumbersExhausted);
  all.erase(all.begin() + 499);
  CHECK(next_number({k_friday, 500}, k_friday, all)->number == 500);
}

TEST_CASE("series: a new day begins at 1 in the branch's own zone; a clock set back repeats nothing") {
  const auto t = from_ms(1'799'941'800'000);  // Thursday 2027-01-14 15:50 UTC: Friday in WIT alone
  CHECK(Date::at(t, k_wib) == day(2027, 1, 14));
  CHECK(Date::at(t, k_wita) == day(2027, 1, 14));
  CHECK(Date::at(t, k_wit) == day(2027, 1, 15));
  const Series thursday{day(2027, 1, 14), 57};
  CHECK(next_number(thursday, Date::at(t, k_wib), {})->number == 58);
  const auto fresh = next_number(thursday, Date::at(t, k_wit), {});
  CHECK(fresh->number == 1);
  CHECK(fresh->series.day == day(2027, 1, 15));
  CHECK(next_number(thursday, day(2027, 1, 15), {1, 2})->number == 3);  // left over from yesterday
  const auto back = next_number({k_friday, 30}, day(2027, 1, 14), {});
  CHECK(back->number == 31);
  CHECK(back->series.day == k_friday);
}

TEST_CASE("issue: every refusal has a code of its own") {
  std::set<std::string> codes;
  for (int i = 0; i <= static_cast<int>(IssueRefusal::NumbersExhausted); ++i)
    codes.insert(std::string(code(static_cast<IssueRefusal>(i))));
  CHECK(codes.size() == 8);
  CHECK_FALSE(codes.contains("?"));
}
