// kioskctl report: what the days at the counters were like.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>

#include "programs/kioskctl/ctl.h"
#include "terminal/paper/report_plot.h"

namespace kiosk::programs {
namespace {

struct Asked {
  std::string from, to, svg;
  bool csv = false;
};

Json spread_json(const domain::Spread& s) {
  if (s.n == 0) return nullptr;
  return {{"n", s.n},
          {"mean_s", s.mean.count()},
          {"p50_s", s.p50.count()},
          {"p90_s", s.p90.count()},
          {"max_s", s.max.count()}};
}

Json row_json(const char* group, const domain::ReportRow& r) {
  return {{"group", group},
          {"key", r.key},
          {"arrived", r.arrived},
          {"taken_over", r.taken_over},
          {"served", r.served},
          {"no_show", r.no_show},
          {"left", r.left},
          {"transferred", r.transferred},
          {"wait", spread_json(r.wait)},
          {"service", spread_json(r.service)},
          {"wrap_up", spread_json(r.wrap_up)},
          {"called", r.called},
          {"within_target", r.within_target},
          {"forecasts", r.forecasts},
          {"forecast_hits", r.forecast_hits},
          {"clock_odd", r.clock_odd},
          {"break_s", r.breaks.count()}};
}

Result<Done> draw(Ctl& ctl, const Asked& asked, verbs::Branch& node, const verbs::Actor& actor,
                  const verbs::ReportView& view) {
  const auto* words = ctl.paper_words();
  if (words == nullptr) return bad_input("texts_missing", "", "the texts of the programs are not beside them");
  TRY(const auto info, node.ask(actor, verbs::GetInfo{}));
  TRY(const auto services, node.ask(actor, verbs::ListServices{}));
  paper::PlotHead head{info.branch_name, view.from, view.to, {}};
  for (const auto& s : services) head.services[s.code] = s.name;
  std::ofstream out(asked.svg, std::ios::binary);
  out << paper::report_svg(view.report, head, *words);
  if (!out.flush()) return bad_input("file_unwritable", "svg", asked.svg + " cannot be written");
  return Done{};
}

Result<Done> day(Ctl& ctl, const Asked& asked) {
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  verbs::ReportAsked days;
  if (asked.from.empty()) {
    TRY(const auto info, node->ask(actor, verbs::GetInfo{}));
    days.from = Zone::told(info.zone, info.utc_offset_min).day(info.now);
  } else {
    TRY(days.from, Date::parse(asked.from, "day"));
  }
  days.to = days.from;
  if (!asked.to.empty()) {
    TRY(days.to, Date::parse(asked.to, "to"));
  }
  TRY(const auto view, node->ask(actor, days));
  if (!asked.svg.empty()) TRY_DONE(draw(ctl, asked, *node, actor, view));
  if (asked.csv) {
    std::cout << domain::to_csv(view.report) << std::flush;
    return Done{};
  }
  ctl.row(row_json("total", view.report.total));
  for (const auto& r : view.report.by_service) ctl.row(row_json("service", r));
  for (const auto& r : view.report.by_counter) ctl.row(row_json("counter", r));
  for (const auto& r : view.report.by_hour) ctl.row(row_json("hour", r));
  return Done{};
}

}  // namespace

void add_report_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  auto* report = app.add_subcommand("report", "What the days at the counters were like");
  report->require_subcommand(1);
  report->footer(
      "Examples:\n  KIOSK_PIN=... kioskctl report day --officer 1004\n"
      "  KIOSK_PIN=... kioskctl report day 2027-01-04 --to 2027-01-08 --csv --officer 1004\n"
      "  KIOSK_PIN=... kioskctl report day --svg today.svg --officer 1004");
  auto* d = report->add_subcommand("day", "One day or several: waits, services, service level, forecasts");
  d->add_option("day", asked->from, "YYYY-MM-DD; today when absent");
  d->add_option("--to", asked->to, "Last day, included");
  d->add_flag("--csv", asked->csv, "As CSV (RFC 4180), for a spreadsheet");
  d->add_option("--svg", asked->svg, "Draw it into this file too, in the branch's language");
  d->callback([&ctl, asked] { ctl.act = [asked](Ctl& c) { return day(c, *asked); }; });
}

}  // namespace kiosk::programs
