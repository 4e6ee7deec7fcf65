// kioskctl report against a live node: the day's figures as rows, CSV and a drawing, and a night in between.
#include "base/date.h"
#include "base/sqlite/sqlite.h"
#include "ctl_world.h"
#include "programs/kiosk-branch/node_host.h"

using namespace ctl_test;
using kiosk::Millis;

namespace {

const Json& row_of(const Answer& a, const std::string& group, const std::string& key = {}) {
  for (const auto& r : a.rows)
    if (r["group"] == group && r["key"] == key) return r;
  FAIL("no row " << group << " " << key << " in " << a.out << a.err);
  return a.rows.front();
}

std::string issue(World& w, const std::string& service, std::size_t person) {
  const auto got = w.ask({"ticket", "issue", "--service", service, "--nik", w.people[person]["nik"]});
  REQUIRE_MESSAGE(got.status == 0, got.err);
  return got.json()["number"];
}

std::int64_t count(const Json& row, const char* key) { return row[key].get<std::int64_t>(); }

// Headers are plain: kinds of events with the reason that the node gave.
int count_of(const std::string& home, const std::string& kind, const std::string& reason) {
  auto db = kiosk::sqlite::Db::open(home + "/branch.db", {.create = false, .read_only = true});
  REQUIRE(db.ok());
  auto& s = db->prepared("SELECT count(*) FROM event WHERE kind = ?1 AND json_extract(header, '$.reason') = ?2")
                .bind_all(kind, reason);
  REQUIRE(s.step().ok());
  const auto n = static_cast<int>(s.integer(0));
  s.reset();
  return n;
}

}  // namespace

TEST_CASE("report: a day at the counters, as rows, CSV and a drawing, and whoever was left at night") {
  World w;
  const auto services = w.ask({"ticket", "services"}).rows;
  const std::string service = services[0]["code"];
  const auto served = issue(w, service, 0);
  const auto absent = issue(w, service, 1);
  issue(w, service, 2);
  issue(w, service, 3);
  const auto call = [&] {
    const auto called = w.ask({"ticket", "call", "--counter", "2"}, "1001");
    REQUIRE_MESSAGE(called.status == 0, called.err);
    return called.json();
  };
  CHECK(call()["number"] == served);
  REQUIRE(w.ask({"ticket", "finish", served}, "1001").status == 0);
  const auto second = call();
  CHECK(second["number"] == absent);
  REQUIRE(w.ask({"ticket", "no-show", absent}, "1001").status == 0);
  call();  // the third person stands at the counter when the node stops; the fourth still waits

  // -- while the day goes on: of turns that have ended
  const auto live = w.ask({"report", "day"}, "1004");
  REQUIRE_MESSAGE(live.status == 0, live.err);
  const auto& total = row_of(live, "total");
  CHECK(count(total, "arrived") == 2);
  CHECK(count(total, "served") == 1);
  CHECK(count(total, "no_show") == 1);
  CHECK(count(total, "called") == 2);
  CHECK(count(total, "within_target") == 2);
  CHECK(total["wait"]["n"] == 2);
  CHECK(count(row_of(live, "service", service), "served") == 1);
  CHECK(count(row_of(live, "counter", "2"), "arrived") == 2);
  CHECK(w.ask({"report", "day"}).code() == "officer_missing");
  CHECK(w.ask({"report", "day"}, "1003").code() == "right_missing");
  CHECK(w.ask({"report", "day", "2027-13-01"}, "1004").status == 2);

  // -- CSV, and the drawing beside it
  const auto drawing = w.dir().path() + "/day.svg";
  const auto csv = w.ask({"report", "day", "--csv", "--svg", drawing}, "1004");
  REQUIRE_MESSAGE(csv.status == 0, csv.err);
  CHECK(csv.out.starts_with("group,key,arrived,taken_over,served,no_show,left,transferred,wait_n,wait_mean_s,"));
  CHECK(csv.out.find("\r\ntotal,,2,0,1,1,0,0,2,") != std::string::npos);
  CHECK(csv.out.find("\r\nservice," + service + ",2,0,1,1,0,0,2,") != std::string::npos);
  const auto svg = read_file(drawing);
  CHECK(svg.find("Laporan antrean") != std::string::npos);
  CHECK(svg.find(": Datang 2</title>") != std::string::npos);
  CHECK(svg.find(": Selesai dilayani 1</title>") != std::string::npos);
  CHECK(svg.find(services[0]["name"].get<std::string>() + ": Dipanggil dalam batas waktu 100 %</title>") !=
        std::string::npos);
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(w.ask({"report", "day", "--svg", w.dir().path() + "/no-folder/day.svg"}, "1004").code() == "file_unwritable");
  CHECK(w.ask({"report", "day", "--svg", drawing, "--language", "en"}, "1004").status == 0);
  CHECK(read_file(drawing).find("Queue report") != std::string::npos);

  // -- the night: the node again, on a clock that stands at noon of the next day; the centre's word would set it right
  w.stop_branch();
  w.stop_centre();
  kiosk::OffsetClock clock;
  const auto day = kiosk::Date::at(clock.now(), std::chrono::minutes{420});
  clock.advance(kiosk::domain::local_midnight(day.plus_days(1), std::chrono::minutes{420}) + Millis{12 * 3'600'000} -
                clock.now());
  auto settings = kiosk::programs::load_settings("", w.home());
  REQUIRE(settings.ok());
  settings->models_dir = w.dir().path() + "/no-models";
  kiosk::programs::NodeHost::Options options{
      .home = w.home(), .listen = "127.0.0.1:0", .version = "test", .settings = *settings, .clock = &clock};
  {
    auto host = kiosk::programs::NodeHost::start(options);
    REQUIRE_MESSAGE(host.ok(), host.fault().detail);
    const auto yesterday = [&] {
      const auto got = w.ask({"report", "day", day.iso()}, "1004");
      REQUIRE_MESSAGE(got.status == 0, got.err);
      const auto& t = row_of(got, "total");
      CHECK(count(t, "arrived") == 4);
      CHECK(count(t, "served") == 1);
      CHECK(count(t, "no_show") == 1);
      CHECK(count(t, "left") == 2);
      CHECK(count(t, "called") == 3);
      CHECK(count(t, "clock_odd") == 0);
      return got.out;
    };
    const auto before = yesterday();  // told although nobody has acted yet
    CHECK(count_of(w.home(), "ticket.left", "day_ended") == 0);
    CHECK(w.ask({"report", "day"}, "1004").rows.size() == 1);  // the new day: a total of nothing
    issue(w, service, 3);  // the same person and service: yesterday's ticket is in nobody's way
    CHECK(count_of(w.home(), "ticket.left", "day_ended") == 2);
    CHECK(w.ask({"ticket", "list"}).rows.size() == 1);
    CHECK(yesterday() == before);  // closing them changed nothing of what was told
    const auto both = w.ask({"report", "day", day.iso(), "--to", day.plus_days(1).iso()}, "1004");
    CHECK(count(row_of(both, "total"), "arrived") == 4);
    CHECK(w.ask({"audit", "verify"}).json()["first_bad"].is_null());
  }
}
