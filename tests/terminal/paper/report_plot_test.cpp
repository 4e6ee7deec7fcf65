#include "terminal/paper/report_plot.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <vector>

#include "terminal/paper/bar_chart.h"
#include "tests/terminal/paper/shipped_words.h"

using namespace kiosk;
using namespace kiosk::paper;

namespace {

// Strict where it matters: one root, every tag closed in order, attributes quoted and once, no bare & or <.
std::string wrong_xml(const std::string& s) {
  std::vector<std::string> open;
  bool root_seen = false;
  std::size_t at = s.starts_with("<?xml") ? s.find("?>") + 2 : 0;
  while (at < s.size()) {
    if (s[at] == '&') {
      const auto name = s.substr(at, s.find(';', at) - at + 1);
      if (name != "&lt;" && name != "&gt;" && name != "&amp;" && name != "&quot;") return "entity " + name;
    }
    if (s[at] != '<') {
      if (open.empty() && s[at] != '\n') return "text outside the root";
      if (s[at] == '>' || (static_cast<unsigned char>(s[at]) < 0x20 && s[at] != '\n')) return "a bare mark";
      ++at;
      continue;
    }
    const auto end = s.find('>', at);
    if (end == std::string::npos) return "a tag without end";
    std::string tag = s.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != tag.substr(1)) return "closes " + tag;
      open.pop_back();
      continue;
    }
    const bool closed = tag.ends_with("/");
    if (closed) tag.pop_back();
    const auto name = tag.substr(0, tag.find(' '));
    std::map<std::string, std::string> attributes;
    for (std::size_t a = name.size(); a < tag.size();) {
      const auto equals = tag.find("=\"", a);
      if (tag[a] != ' ' || equals == std::string::npos) return "attributes of " + tag;
      const auto quote = tag.find('"', equals + 2);
      if (quote == std::string::npos) return "a quote of " + tag;
      if (!attributes.emplace(tag.substr(a + 1, equals - a - 1), tag.substr(equals + 2, quote - equals - 2)).second)
        return "twice in " + tag;
      a = quote + 1;
    }
    if (open.empty() && std::exchange(root_seen, true)) return "a second root";
    if (!closed) open.push_back(name);
  }
  return open.empty() ? "" : "open: " + open.back();
}

// The bars by their words, with their heights.
std::map<std::string, double> bars(const std::string& svg) {
  std::map<std::string, double> out;
  const std::string opens = "\"><title>";
  for (auto at = svg.find(opens); at != std::string::npos; at = svg.find(opens, at + 1)) {
    const auto height = svg.rfind("height=\"", at) + 8;
    const auto words = at + opens.size();
    out[svg.substr(words, svg.find('<', words) - words)] = std::strtod(svg.c_str() + height, nullptr);
  }
  return out;
}

domain::ReportRow row(std::string key, int arrived, int served, Seconds mean, Seconds p50, Seconds p90, Seconds max) {
  domain::ReportRow r;
  r.key = std::move(key);
  r.arrived = arrived;
  r.served = r.called = served;
  r.within_target = served / 2;
  r.left = arrived - served;
  r.wait = r.service = {served, mean, p50, p90, max};
  return r;
}

domain::QueueReport busy_day() {
  domain::QueueReport out;
  const int arrivals[] = {31, 44, 38, 27, 0, 24, 29, 12};
  for (int i = 0; i < 8; ++i) {
    if (arrivals[i] == 0) continue;
    const std::string hour = {static_cast<char>('0' + (8 + i) / 10), static_cast<char>('0' + (8 + i) % 10)};
    const int n = arrivals[i];
    out.by_hour.push_back(row(hour, n, n - i, Seconds{n * 20}, Seconds{n * 17}, Seconds{n * 45}, Seconds{n * 66}));
    out.by_hour.back().no_show = i % 3;
    out.by_hour.back().left -= i % 3;
  }
  const std::pair<const char*, int> services[] = {{"INFO", 60}, {"ISO", 22}, {"JHT", 90}, {"JKK", 8}, {"JP", 25}};
  for (const auto& [key, n] : services)
    out.by_service.push_back(
        row(key, n, n - 2, Seconds{300 + n * 6}, Seconds{280 + n * 5}, Seconds{n * 19}, Seconds{n * 28}));
  for (const char* counter : {"1", "2", "3", "4"})
    out.by_counter.push_back(row(counter, 50, 48, Seconds{500}, Seconds{460}, Seconds{900}, Seconds{1500}));
  out.total = row("", 205, 190, Seconds{700}, Seconds{620}, Seconds{1500}, Seconds{2900});
  out.total.forecasts = 180;
  out.total.forecast_hits = 137;
  return out;
}

PlotHead head() {
  PlotHead h;
  h.branch_name = "Kantor Cabang Surabaya Tanjung Perak";
  h.from = h.to = *Date::parse("2027-01-04", "day");
  h.services = {{"INFO", "Informasi"},
                {"ISO", "Akun terblokir"},
                {"JHT", "Klaim Jaminan Hari Tua"},
                {"JKK", "Jaminan Kecelakaan Kerja dan Jaminan Kematian ahli waris"}};
  return h;
}

}  // namespace

TEST_CASE("report plot: the drawing is well-formed, in both languages, of every size of day") {
  for (const char* language : {"id", "en"}) {
    const auto& words = paper_test::texts().language(language);
    const auto full = report_svg(busy_day(), head(), words);
    CHECK(wrong_xml(full) == "");
    CHECK(full.find("report.") == std::string::npos);  // a key without words
    CHECK(wrong_xml(report_svg({}, head(), words)) == "");
    if (const char* folder = std::getenv("KIOSK_PLOTS"))  // to look at
      std::ofstream(std::string(folder) + "/report-" + language + ".svg") << full;
  }
  CHECK(wrong_xml("<a><b></a></b>") != "");
  CHECK(wrong_xml("<a b=\"1\" b=\"2\"/>") != "");
  CHECK(wrong_xml("<a>x & y</a>") != "");
}

TEST_CASE("report plot: a bar is as high as its value, and says it") {
  const auto all = bars(report_svg(busy_day(), head(), paper_test::texts().language("id")));
  const auto height = [&](const std::string& words) {
    CAPTURE(words);
    REQUIRE(all.contains(words));
    return all.at(words);
  };
  // 44 came at nine, so the scale ends at 50.
  const double person = height("09.00: Datang 44") / 44;
  CHECK(std::abs(person - 190.0 / 50) < 0.01);
  CHECK(std::abs(height("09.00: Selesai dilayani 43") / 43 - person) < 0.01);
  CHECK(std::abs(height("15.00: Datang 12") / 12 - person) < 0.01);
  CHECK(height("12.00: Datang 0") == 0);  // an hour in which nobody came
  // Nine o'clock waited 44 x 20, 17, 45 and 66 seconds.
  const double minute = height("09.00: Terlama 48,4") / 48.4;
  CHECK(std::abs(height("09.00: Rata-rata 14,7") / (44 * 20 / 60.0) - minute) < 0.02);
  CHECK(std::abs(height("09.00: Median 12,5") / (44 * 17 / 60.0) - minute) < 0.02);
  CHECK(std::abs(height("09.00: 9 dari 10 orang (p90) 33") / 33 - minute) < 0.02);
  CHECK(!all.contains("12.00: Terlama 0"));  // not measured is no bar
  CHECK(height("Klaim Jaminan Hari Tua: Terlama 42") > height("Informasi: Terlama 28"));
  CHECK(all.contains("JP: Rata-rata 7,5"));  // without a name its code
  CHECK(all.contains("Loket 3: Terlama 25"));
  CHECK(std::abs(height("Informasi: Dipanggil dalam batas waktu 50 %") - 190.0 / 2) < 0.1);
}

TEST_CASE("report plot: the head's figures, and a day of which nothing is known") {
  const auto& words = paper_test::texts().language("id");
  const auto svg = report_svg(busy_day(), head(), words);
  for (const char* said : {">Laporan antrean<", ">Kantor Cabang Surabaya Tanjung Perak · Senin, 4 Januari 2027<",
                           ">205<", ">190<", ">50 %<", ">76 %<"})
    CHECK_MESSAGE(svg.find(said) != std::string::npos, said);
  auto several = head();
  several.to = *Date::parse("2027-01-08", "day");
  CHECK(report_svg(busy_day(), several, words).find("4 Januari 2027 sampai 8 Januari 2027") != std::string::npos);
  const auto empty = report_svg({}, head(), words);
  CHECK(bars(empty).empty());
  CHECK(empty.find("Belum ada yang terukur.") != std::string::npos);
  CHECK(empty.find(">0 %<") == std::string::npos);  // nobody called is no service level of zero
}

TEST_CASE("report plot: names from outside are text, whatever stands in them") {
  auto named = head();
  named.branch_name = "A & B <script>\x01\xff\xc3 \"ujung\xed\xa0\x80\"";
  named.services["JHT"] = "</text><image href=\"x\"/>";
  const auto svg = report_svg(busy_day(), named, paper_test::texts().language("id"));
  CHECK(wrong_xml(svg) == "");
  CHECK(svg.find("A &amp; B &lt;script&gt; &quot;ujung&quot;") != std::string::npos);
  CHECK(svg.find("<image") == std::string::npos);
}

TEST_CASE("report plot: the scale never needs a step that its words cannot tell apart") {
  BarChart c;
  c.groups = {"09"};
  c.say = [](double v) { return std::to_string(std::llround(v)); };
  for (const double highest : {0.0, 1.0, 3.0, 7.0, 99.0, 100.0, 101.0, 12345.0}) {
    c.series = {{"n", "#000000", {highest}}};
    const auto svg = draw(c, 0, 0, 400).svg;
    std::vector<std::string> marks;
    const std::string end = "text-anchor=\"end\">";
    for (auto at = svg.find(end); at != std::string::npos; at = svg.find(end, at + 1))
      marks.push_back(svg.substr(at + end.size(), svg.find('<', at) - at - end.size()));
    CAPTURE(highest);
    REQUIRE(marks.size() >= 2);
    CHECK(marks.size() <= 6);
    CHECK(std::stod(marks.back()) >= highest);
    for (std::size_t i = 1; i < marks.size(); ++i) CHECK(std::stod(marks[i]) > std::stod(marks[i - 1]));
  }
}
