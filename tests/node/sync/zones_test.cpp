// One centre and three branches, each in its own zone, at the moments around each midnight and each opening: numbers,
// hours, the report's day, appointments and the deadline of a claim go by the branch's own clock.
#include <algorithm>
#include <map>

#include "domain/claims/claim.h"
#include "tests/node/sync/institution.h"

using namespace kiosk;
using namespace kiosk::test;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

struct Office {
  Zone zone;
  std::unique_ptr<Site> site;
  std::map<std::string, int> given;  // by its own day
};

Office office(Institution& all, const std::string& code, const char* name, bool by_feed) {
  const Zone zone = *Zone::named(name);
  if (!by_feed) good(all.centre->make_code(code, zone));  // the branch is new: its enrolment brings the zone
  Office o{zone, std::make_unique<Site>(all, code), {}};
  central::Centre::PlaceChange change;
  if (by_feed) change.zone = zone;
  change.week = *domain::parse_hours("Mon-Sun 08:00-15:00");
  good(all.centre->set_place(code, change));
  o.site->sync();
  return o;
}

std::vector<Office> offices(Institution& all) {
  std::vector<Office> out;
  out.push_back(office(all, "JKT01", "Asia/Jakarta", false));
  out.push_back(office(all, "MKS01", "Asia/Makassar", true));
  out.push_back(office(all, "JYP01", "Asia/Jayapura", false));
  return out;
}

// A minute before, at, and a minute after each midnight, opening and closing of two days, wherever that is.
std::vector<WallTime> moments(const std::vector<Office>& all, Date first) {
  std::vector<WallTime> out;
  for (const auto& o : all)
    for (const Date day : {first, first.plus_days(1), first.plus_days(2)})
      for (const auto into : {minutes(0), minutes(8 * 60), minutes(15 * 60)})
        for (const auto by : {minutes(-1), minutes(0), minutes(1)}) out.push_back(o.zone.at(day, into) + by);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void look(Institution& all, Office& o) {
  const WallTime now = all.clock.now();
  const Date day = o.zone.day(now);
  CAPTURE(o.zone.name());
  CAPTURE(to_rfc3339(now));
  const auto info = good(o.site->node->ask(o.site->kiosk(), verbs::GetInfo{}));
  CHECK(info.zone == o.zone.name());
  CHECK(info.utc_offset_min == o.zone.offset(now).count());
  const auto into = now - o.zone.midnight(day);
  const bool open = into >= hours(8) && into < hours(15);
  const auto got =
      o.site->node->ask(o.site->kiosk(), verbs::IssueTicket{.id = {}, .service = o.site->seeded.services.front().code});
  CHECK(code_of(got) == (open ? "ok" : "branch_closed"));
  if (got) {
    const int count = ++o.given[day.iso()];
    CHECK(got->ticket.number.ends_with("-00" + std::to_string(count)));
  } else {
    const WallTime opens = into < hours(8) ? o.zone.at(day, hours(8)) : o.zone.at(day.plus_days(1), hours(8));
    CHECK(got.fault().detail == to_rfc3339(opens));
  }
}

std::vector<domain::Participant> claimants(Institution& all, const central::Seeded& seeded, std::size_t count) {
  const Date day = Zone().day(all.clock.now());
  const auto rules = good(domain::RuleBook::defaults().at(day));
  std::vector<domain::Participant> out;
  for (const auto& p : seeded.participants) {
    const auto e = domain::check_claim(&p, "USIA56", day, rules);
    if (e.eligible && e.channel == domain::Channel::Self && !e.npwp_needed && p.memberships.size() == 1)
      out.push_back(p);
  }
  REQUIRE(out.size() >= count);
  return out;
}

Date working_days_after(Date day, int count) {
  while (count > 0) {
    day = day.plus_days(1);
    const int weekday = (Date().days_until(day) + 4) % 7;
    if (weekday != 0 && weekday != 6) --count;
  }
  return day;
}

}  // namespace

TEST_CASE("zones: three branches under one centre, around each midnight, opening and closing") {
  Institution all;
  auto list = offices(all);
  const Date first = list.back().zone.day(all.clock.now()).plus_days(1);
  for (const WallTime at : moments(list, first)) {
    if (at <= all.clock.now()) continue;
    all.clock.advance(at - all.clock.now());
    for (auto& o : list) look(all, o);
  }
  all.clock.advance(hours(24));  // a report counts visits that have ended
  for (auto& o : list) {
    CHECK(o.given.size() == 3);
    for (const auto& [day, count] : o.given) {
      const auto date = *Date::parse(day);
      const auto r = good(o.site->node->ask(o.site->log_in("1004"), verbs::ReportAsked{date, date}));
      CAPTURE(o.zone.name());
      CAPTURE(day);
      CHECK(r.report.total.arrived == count);
      REQUIRE_FALSE(r.report.by_hour.empty());
      CHECK(r.report.by_hour.front().key == "08");
    }
  }
}

TEST_CASE("zones: an appointment is at the hour of the branch, and a claim's deadline runs from its day") {
  Institution all;
  auto list = offices(all);
  // Half an hour after midnight at Jayapura: the day before at the other two.
  const Zone& east = list.back().zone;
  const Date day = east.day(all.clock.now()).plus_days(1);
  all.clock.advance(east.at(day, minutes(30)) - all.clock.now());
  const auto people = claimants(all, list.front().site->seeded, 3);
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto& o = list[i];
    CAPTURE(o.zone.name());
    const auto made = good(all.centre->appoint_local(
        people[i].id, o.site->branch, o.site->seeded.services.front().code,
        [&](const Zone& zone) -> Result<WallTime> { return zone.at(day.plus_days(3), hours(9)); }));
    CHECK(from_ms(made.at_ms) == o.zone.at(day.plus_days(3), hours(9)));

    auto asked = o.site->claim_of(people[i]);
    const auto photo = o.site->attempt(people[i], domain::FaceVerdict::Accept);
    asked.attempt = photo.attempt;
    asked.photo_blob = photo.photo_blob;
    const auto claim = good(o.site->node->ask(o.site->kiosk(), asked));
    o.site->sync();
    // Above the ceiling an officer sees the person first: no deadline runs before that.
    REQUIRE(claim.state == domain::ClaimState::NeedsOfficer);
    CHECK_FALSE(good(o.site->node->ask(o.site->kiosk(), verbs::GetClaim{claim.id})).deadline);
    const auto officer = o.site->log_in("1003");
    good(o.site->node->ask(
        officer,
        verbs::CompareFace{.id = o.site->id(), .attempt = photo.attempt, .verdict = domain::FaceVerdict::Accept}));
    o.site->sync();
    const auto shown = good(o.site->node->ask(officer, verbs::GetClaim{claim.id}));
    REQUIRE(shown.deadline);
    const Date here = o.zone.day(all.clock.now());
    CHECK(here == (i == 2 ? day : day.plus_days(-1)));
    CHECK(*shown.deadline == working_days_after(here, 5));
  }
}

TEST_CASE("zones: the former rule is refused with the way to go, and moves nobody") {
  Institution all;
  auto o = office(all, "MKS01", "Asia/Makassar", true);
  const auto no = all.centre->set_rule("utc_offset_min", "540", Zone().day(all.clock.now()));
  CHECK(code_of(no) == "rule_of_branch");
  CHECK(no.fault().detail.find("branch set") != std::string::npos);
  o.site->sync();
  CHECK(good(o.site->node->ask(o.site->kiosk(), verbs::GetInfo{})).zone == "Asia/Makassar");
  CHECK(code_of(all.centre->set_place("NONE1", {})) == "branch_unknown");
}

TEST_CASE("zones: a holiday and new hours reach the branch by the feed, over a restart of the node too") {
  Institution all;
  auto o = office(all, "JYP01", "Asia/Jayapura", true);
  const Date tomorrow = o.zone.day(all.clock.now()).plus_days(1);
  central::Centre::PlaceChange change;
  change.holidays = {tomorrow};
  good(all.centre->set_place("JYP01", change));
  o.site->sync();
  all.clock.advance(o.zone.at(tomorrow, hours(9)) - all.clock.now());
  const verbs::IssueTicket ask{.id = {}, .service = o.site->seeded.services.front().code};
  const auto closed = o.site->node->ask(o.site->kiosk(), ask);
  CHECK(code_of(closed) == "branch_closed");
  CHECK(closed.fault().detail == to_rfc3339(o.zone.at(tomorrow.plus_days(1), hours(8))));
  branch::Node again(*o.site->store, o.site->judge, all.clock);
  CHECK(good(again.ask(o.site->kiosk(), verbs::GetInfo{})).zone == "Asia/Jayapura");
  CHECK(code_of(again.ask(o.site->kiosk(), ask)) == "branch_closed");
  change.holidays.clear();
  change.no_holidays = {tomorrow};
  good(all.centre->set_place("JYP01", change));
  o.site->sync();
  CHECK(code_of(o.site->node->ask(o.site->kiosk(), ask)) == "ok");
}

TEST_CASE("zones: a home and a feed of the time when the offset was a rule keep their offset") {
  Institution all;
  Site site(all, "BPN01");
  auto book = domain::RuleBook::defaults();
  book.settings["utc_offset_min"].since = {{*Date::of(1900, 1, 1), "480"}};
  protocol::FeedItem rules{1'000'000, "rules", protocol::encode(book), false};
  // As an older enrolment left it: no place, the rules say the minutes.
  branch::Outgoing out(*site.store);
  REQUIRE(out.set_notes({{std::string(branch::kPlaceNote), ""}}).ok());
  REQUIRE(site.node->feed().apply(rules).ok());
  CHECK(good(site.node->ask(site.kiosk(), verbs::GetInfo{})).zone == "Asia/Makassar");
  branch::Node again(*site.store, site.judge, all.clock);
  CHECK(good(again.ask(site.kiosk(), verbs::GetInfo{})).utc_offset_min == 480);
}
