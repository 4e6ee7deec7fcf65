#include "domain/queue/report.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "queue_kit.h"

using namespace queue_kit;

namespace {
Turn served(std::string service, std::string counter, int joined, int wait, int service_min, int wrap_min) {
  Turn t;
  t.service = std::move(service);
  t.counter = std::move(counter);
  t.joined = at(joined);
  t.called = at(joined + wait);
  t.started = at(joined + wait);
  if (wrap_min > 0) t.wrap_up = at(joined + wait + service_min);
  t.ended = at(joined + wait + service_min + wrap_min);
  return t;
}

// A reader of RFC 4180 that knows nothing of the writer.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    auto& cell = rows.back().back();
    if (inside) {
      if (c != '"')
        cell += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        cell += text[++i];
      else
        inside = false;
    } else if (c == '"') {
      inside = true;
    } else if (c == ',') {
      rows.back().emplace_back();
    } else if (c == '\r') {
      REQUIRE(text.at(i + 1) == '\n');
      rows.push_back({""});
      ++i;
    } else {
      cell += c;
    }
  }
  REQUIRE_FALSE(inside);
  REQUIRE(rows.back() == std::vector<std::string>{""});  // the last line ends like every other
  rows.pop_back();
  return rows;
}
}  // namespace

TEST_CASE("report: percentiles are nearest ranks") {
  CHECK(spread({}) == Spread{});
  CHECK(spread({Seconds{7}}) == Spread{1, Seconds{7}, Seconds{7}, Seconds{7}, Seconds{7}});
  std::vector<Seconds> ten;
  for (int i = 10; i >= 1; --i) ten.push_back(Seconds{i * 10});
  CHECK(spread(ten) == Spread{10, Seconds{55}, Seconds{50}, Seconds{90}, Seconds{100}});
  CHECK(spread({Seconds{1}, Seconds{2}, Seconds{3}}) == Spread{3, Seconds{2}, Seconds{2}, Seconds{3}, Seconds{3}});
}

TEST_CASE("report: counts, times, service level and forecasts of a small day") {
  std::vector<Turn> turns = {served("JHT", "1", 0, 10, 12, 3), served("JHT", "2", 5, 20, 8, 0),
                             served("ISO", "1", 70, 15, 30, 5)};
  turns[0].forecast = WaitRange{5, 15};
  turns[1].forecast = WaitRange{5, 15};
  turns[2].end = TurnEnd::Transferred;
  turns[1].continues = true;
  Turn gone;
  gone.service = "JHT";
  gone.end = TurnEnd::Left;
  gone.joined = at(10);
  gone.ended = at(40);
  gone.forecast = WaitRange{0, 5};  // never called: nothing to compare with
  turns.push_back(gone);
  Turn nobody = served("JHT", "2", 20, 30, 0, 0);
  nobody.started.reset();
  nobody.end = TurnEnd::NoShow;
  turns.push_back(nobody);

  const auto r = queue_report(turns, {});
  CHECK(r.total.arrived == 4);
  CHECK(r.total.taken_over == 1);
  CHECK(r.total.served == 2);
  CHECK(r.total.no_show == 1);
  CHECK(r.total.left == 1);
  CHECK(r.total.transferred == 1);
  CHECK(r.total.wait == Spread{4, Seconds{1125}, Seconds{900}, Seconds{1800}, Seconds{1800}});
  CHECK(r.total.service == Spread{3, Seconds{1000}, Seconds{720}, Seconds{1800}, Seconds{1800}});
  CHECK(r.total.wrap_up == Spread{2, Seconds{240}, Seconds{180}, Seconds{300}, Seconds{300}});
  CHECK(r.total.called == 4);
  CHECK(r.total.within_target == 2);  // 10 and exactly 15 minutes
  CHECK(r.total.forecasts == 2);
  CHECK(r.total.forecast_hits == 1);
  CHECK(r.total.clock_odd == 0);

  REQUIRE(r.by_service.size() == 2);
  CHECK(r.by_service[0].key == "ISO");
  CHECK(r.by_service[1].key == "JHT");
  CHECK(r.by_service[1].left == 1);
  REQUIRE(r.by_counter.size() == 2);  // who was never called belongs to none
  CHECK(r.by_counter[1].no_show == 1);
  REQUIRE(r.by_hour.size() == 2);
  CHECK(r.by_hour[0].key == "08");
  CHECK(r.by_hour[1].key == "09");
  ReportRule east;
  east.zone = *Zone::named("Asia/Jayapura");
  CHECK(queue_report(turns, east).by_hour[0].key == "10");
}

TEST_CASE("report: what goes in comes out, in every grouping") {
  SeededRandom random(3);
  std::vector<Turn> turns;
  for (int i = 0; i < 500; ++i) {
    auto t = served(random.below(2) ? "A" : "B", std::to_string(random.below(4)), static_cast<int>(random.below(400)),
                    static_cast<int>(random.below(60)), static_cast<int>(random.below(30)),
                    static_cast<int>(random.below(5)));
    t.end = static_cast<TurnEnd>(random.below(4));
    t.continues = random.below(5) == 0;
    turns.push_back(t);
  }
  const auto r = queue_report(turns, {});
  for (const auto* rows : {&r.by_service, &r.by_counter, &r.by_hour}) {
    int all = 0, served_all = 0;
    for (const auto& row : *rows) {
      CHECK(row.arrived + row.taken_over == row.served + row.no_show + row.left + row.transferred);
      all += row.arrived + row.taken_over;
      served_all += row.served;
    }
    CHECK(all == 500);
    CHECK(served_all == r.total.served);
  }
}

TEST_CASE("report: a clock set back gives no negative time and is told") {
  auto t = served("JHT", "1", 60, 10, 12, 3);
  t.called = at(0);  // lost an hour while waiting
  t.started = at(1);
  t.wrap_up = at(9);
  t.ended = at(11);
  t.forecast = WaitRange{0, 5};
  auto r = queue_report({t}, {});
  CHECK(r.total.clock_odd == 1);
  CHECK(r.total.served == 1);
  CHECK(r.total.wait.n == 0);
  CHECK(r.total.called == 0);
  CHECK(r.total.forecasts == 0);
  CHECK(r.total.service == Spread{1, Seconds{480}, Seconds{480}, Seconds{480}, Seconds{480}});
  // In the middle of the service: the wait is known, the service is not.
  auto u = served("JHT", "1", 60, 10, 12, 0);
  u.ended = at(65);
  r = queue_report({u}, {});
  CHECK(r.total.clock_odd == 1);
  CHECK(r.total.wait.n == 1);
  CHECK(r.total.service.n == 0);
}

TEST_CASE("report: breaks are counted at their counter and in the total, and not where a clock ran back") {
  const auto r = queue_report({served("JHT", "1", 0, 10, 12, 0)}, {},
                              {{"1", at(20), at(32)}, {"1", at(40), at(43)}, {"7", at(5), at(6)}, {"7", at(9), at(8)}});
  CHECK(r.total.breaks == Seconds{16 * 60});
  REQUIRE(r.by_counter.size() == 2);
  CHECK(r.by_counter[0].breaks == Seconds{15 * 60});
  CHECK(r.by_counter[0].served == 1);
  CHECK(r.by_counter[1].key == "7");
  CHECK(r.by_counter[1].breaks == Seconds{60});
  CHECK(r.by_counter[1].clock_odd == 1);
  CHECK(r.by_service[0].breaks == Seconds{0});
  CHECK(r.by_hour[0].breaks == Seconds{0});
}

TEST_CASE("report: the CSV is RFC 4180 and says the same") {
  const auto r = queue_report({served("JHT", "a \"b\", c\r\nd", 0, 10, 12, 0)}, {});
  const auto rows = read_csv(to_csv(r));
  REQUIRE(rows.size() == 5);
  for (const auto& row : rows) CHECK(row.size() == 29);
  CHECK(rows[0][0] == "group");
  CHECK(rows[0][8] == "wait_n");
  CHECK(rows[0][27] == "clock_odd");
  CHECK(rows[0][28] == "break_s");
  CHECK(rows[1][0] == "total");
  CHECK(rows[3][1] == "a \"b\", c\r\nd");
  CHECK(rows[1][9] == "600");
  CHECK(rows[1][18] == "0");
  CHECK(rows[1][19].empty());  // no wrap-up was measured
  CHECK(rows[4][1] == "08");
}
