#include "terminal/paper/report_plot.h"

#include <cmath>

#include "base/i18n/i18n.h"
#include "base/xml.h"
#include "terminal/paper/bar_chart.h"

namespace kiosk::paper {
namespace {

using domain::ReportRow;
using domain::Spread;
using Rows = std::vector<ReportRow>;

constexpr double kWidth = 1120, kMargin = 40;
// Told apart also by eyes that do not see red or green.
constexpr const char *kBlue = "#0072b2", *kSky = "#56b4e9", *kOrange = "#e69f00", *kRed = "#d55e00",
                     *kGreen = "#009e73";
constexpr const char* kSheet =
    "<style>text{font-family:'Noto Sans',sans-serif;fill:#1f2933}.head{font-size:26px;font-weight:700}"
    ".title{font-size:17px;font-weight:700}.small{font-size:12px;fill:#52606d}.value{font-size:10.5px}"
    ".figure{font-size:26px;font-weight:700}.plate{fill:#f0f4f8}.grid{stroke:#d9e2ec}.axis{stroke:#52606d}</style>\n";

// Every hour from the first to the last, so that an hour in which nobody came is seen as one.
Rows every_hour(const Rows& hours) {
  Rows out;
  for (const auto& r : hours) {
    while (!out.empty()) {
      const int next = std::stoi(out.back().key) + 1;
      if (next >= std::stoi(r.key)) break;
      out.push_back({});
      out.back().key = {static_cast<char>('0' + next / 10), static_cast<char>('0' + next % 10)};
    }
    out.push_back(r);
  }
  return out;
}

class Plots {
 public:
  Plots(const domain::QueueReport& report, const PlotHead& head, const i18n::Language& words)
      : report_(report), head_(head), words_(words), hours_(every_hour(report.by_hour)) {}

  std::string all() {
    header();
    counts();
    spreads("report.wait_by_hour", hours_, hour_names(), &ReportRow::wait);
    spreads("report.wait_by_service", report_.by_service, service_names(), &ReportRow::wait);
    level("report.level_by_hour", hours_, hour_names());
    level("report.level_by_service", report_.by_service, service_names());
    spreads("report.service_by_service", report_.by_service, service_names(), &ReportRow::service);
    spreads("report.service_by_counter", report_.by_counter, counter_names(), &ReportRow::service);
    const auto size = "width=\"" + svg_number(kWidth) + "\" height=\"" + svg_number(y_) + "\"";
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" " + size +
           " viewBox=\"0 0 " + svg_number(kWidth) + ' ' + svg_number(y_) + "\" role=\"img\">\n" + kSheet + "<rect " +
           size + " fill=\"#ffffff\"/>\n" + body_ + "</svg>\n";
  }

 private:
  void header() {
    const bool one_day = head_.from == head_.to;
    const auto days =
        one_day ? words_.long_date(head_.from)
                : words_.text("report.days", {{"from", words_.date(head_.from)}, {"to", words_.date(head_.to)}});
    body_ += "<title>" + xml_text(words_("report.title") + ", " + days) + "</title>\n";
    body_ += svg_text(kMargin, y_ + 24, "head", "start", words_("report.title"));
    body_ += svg_text(kMargin, y_ + 50, "title", "start",
                      head_.branch_name.empty() ? days : head_.branch_name + " · " + days);
    y_ += 74;
    const auto& t = report_.total;
    const std::pair<const char*, std::string> figures[] = {{"report.arrived", words_.number(t.arrived)},
                                                           {"report.served", words_.number(t.served)},
                                                           {"report.no_show", words_.number(t.no_show)},
                                                           {"report.left", words_.number(t.left)},
                                                           {"report.level", percent(t.within_target, t.called)},
                                                           {"report.forecast", percent(t.forecast_hits, t.forecasts)}};
    const double plate = (kWidth - 2 * kMargin + 12) / static_cast<double>(std::size(figures));
    double x = kMargin;
    for (const auto& [key, value] : figures) {
      body_ += "<rect class=\"plate\" x=\"" + svg_number(x) + "\" y=\"" + svg_number(y_) + "\" width=\"" +
               svg_number(plate - 12) + "\" height=\"76\" rx=\"12\"/>\n";
      body_ += svg_text(x + 14, y_ + 36, "figure", "start", value);
      body_ += svg_text(x + 14, y_ + 60, "small", "start", words_(key));
      x += plate;
    }
    y_ += 110;
  }

  void counts() {
    BarChart c = chart("report.counts_by_hour", hour_names());
    c.say = [this](double v) { return words_.number(std::llround(v)); };
    const std::tuple<const char*, const char*, int ReportRow::*> what[] = {
        {"report.arrived", kBlue, &ReportRow::arrived},
        {"report.served", kGreen, &ReportRow::served},
        {"report.no_show", kOrange, &ReportRow::no_show},
        {"report.left", kRed, &ReportRow::left}};
    for (const auto& [key, colour, member] : what) {
      Series s{words_(key), colour, {}};
      for (const auto& r : hours_) s.values.emplace_back(r.*member);
      c.series.push_back(std::move(s));
    }
    add(c);
  }

  void spreads(const char* title, const Rows& rows, std::vector<std::string> names, Spread ReportRow::*of) {
    BarChart c = chart(title, std::move(names));
    c.finest = 0.2;
    c.say = [this](double v) {
      const bool whole = std::abs(v - std::round(v)) < 0.05 || v >= 100;
      return words_.decimal(v, whole ? 0 : 1);
    };
    const std::tuple<const char*, const char*, Seconds Spread::*> what[] = {{"report.mean", kBlue, &Spread::mean},
                                                                            {"report.p50", kSky, &Spread::p50},
                                                                            {"report.p90", kOrange, &Spread::p90},
                                                                            {"report.max", kRed, &Spread::max}};
    for (const auto& [key, colour, member] : what) {
      Series s{words_(key), colour, {}};
      for (const auto& r : rows) {
        const Spread& spread = r.*of;
        s.values.push_back(spread.n == 0 ? std::nullopt
                                         : std::optional(static_cast<double>((spread.*member).count()) / 60));
      }
      c.series.push_back(std::move(s));
    }
    add(c);
  }

  void level(const char* title, const Rows& rows, std::vector<std::string> names) {
    BarChart c = chart(title, std::move(names));
    c.most = 100;
    c.say = [this](double v) { return words_.percent(v); };
    Series s{words_("report.within"), kGreen, {}};
    for (const auto& r : rows)
      s.values.push_back(r.called == 0 ? std::nullopt : std::optional(100.0 * r.within_target / r.called));
    c.series = {std::move(s)};
    add(c);
  }

  BarChart chart(const char* title, std::vector<std::string> names) const {
    BarChart c;
    c.title = words_(title);
    c.groups = std::move(names);
    c.nothing = words_("report.nothing");
    return c;
  }
  void add(const BarChart& c) {
    auto drawn = draw(c, kMargin, y_, kWidth - 2 * kMargin);
    body_ += drawn.svg;
    y_ += drawn.height;
  }
  std::string percent(int part, int whole) const { return whole == 0 ? "–" : words_.percent(100.0 * part / whole); }

  std::vector<std::string> hour_names() const {
    std::vector<std::string> out;
    for (const auto& r : hours_) out.push_back(words_.time(WallTime{std::chrono::hours(std::stoi(r.key))}, {}));
    return out;
  }
  std::vector<std::string> service_names() const {
    std::vector<std::string> out;
    for (const auto& r : report_.by_service) {
      const auto name = head_.services.find(r.key);
      out.push_back(name == head_.services.end() ? r.key : name->second);
    }
    return out;
  }
  std::vector<std::string> counter_names() const {
    std::vector<std::string> out;
    for (const auto& r : report_.by_counter) out.push_back(words_.text("report.counter", {{"counter", r.key}}));
    return out;
  }

  const domain::QueueReport& report_;
  const PlotHead& head_;
  const i18n::Language& words_;
  const Rows hours_;
  std::string body_;
  double y_ = kMargin;
};

}  // namespace

std::string report_svg(const domain::QueueReport& report, const PlotHead& head, const i18n::Language& words) {
  return Plots(report, head, words).all();
}

}  // namespace kiosk::paper
