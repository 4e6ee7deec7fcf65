#include "domain/queue/report.h"

#include <algorithm>
#include <map>

namespace kiosk::domain {
namespace {

struct Gathered {
  ReportRow row;
  std::vector<Seconds> waits, services, wrap_ups;
};

// Between two moments of one turn; nullopt and `odd` when the clock ran back between them.
std::optional<Millis> between(WallTime from, WallTime to, bool& odd) {
  if (to >= from) return to - from;
  odd = true;
  return std::nullopt;
}

void keep(std::vector<Seconds>& list, std::optional<Millis> t) {
  if (t) list.push_back(std::chrono::duration_cast<Seconds>(*t));
}

void count(ReportRow& r, TurnEnd end) {
  switch (end) {
    case TurnEnd::Served:
      ++r.served;
      return;
    case TurnEnd::NoShow:
      ++r.no_show;
      return;
    case TurnEnd::Left:
      ++r.left;
      return;
    case TurnEnd::Transferred:
      ++r.transferred;
      return;
  }
}

void add(Gathered& g, const Turn& t, const ReportRule& rule) {
  auto& r = g.row;
  ++(t.continues ? r.taken_over : r.arrived);
  count(r, t.end);
  bool odd = false;
  if (t.called) {
    const auto waited = between(t.joined, *t.called, odd);
    keep(g.waits, waited);
    if (waited) {
      ++r.called;
      const auto own = rule.targets.find(t.service);
      if (*waited <= (own == rule.targets.end() ? rule.target : own->second)) ++r.within_target;
      if (t.forecast) {
        ++r.forecasts;
        if (forecast_hit(*t.forecast, *waited)) ++r.forecast_hits;
      }
    }
  }
  const bool whole = t.end == TurnEnd::Served || t.end == TurnEnd::Transferred;
  if (t.started && whole) keep(g.services, between(*t.started, t.wrap_up.value_or(t.ended), odd));
  if (t.wrap_up && whole) keep(g.wrap_ups, between(*t.wrap_up, t.ended, odd));
  // What is not measured of a turn may still show that the clock ran back within it.
  (void)between(t.joined, t.ended, odd);
  if (t.called && t.started) (void)between(*t.called, *t.started, odd);
  r.clock_odd += odd ? 1 : 0;
}

ReportRow finished(Gathered g) {
  g.row.wait = spread(std::move(g.waits));
  g.row.service = spread(std::move(g.services));
  g.row.wrap_up = spread(std::move(g.wrap_ups));
  return std::move(g.row);
}

std::vector<ReportRow> finished(std::map<std::string, Gathered>&& groups) {
  std::vector<ReportRow> out;
  for (auto& [key, g] : groups) {
    g.row.key = key;
    out.push_back(finished(std::move(g)));
  }
  return out;
}

std::string hour_of(WallTime t, std::chrono::minutes offset) {
  const auto local = t + offset;
  const auto hour =
      std::chrono::floor<std::chrono::hours>(local - std::chrono::floor<std::chrono::days>(local)).count();
  return {static_cast<char>('0' + hour / 10), static_cast<char>('0' + hour % 10)};
}

std::string quoted(const std::string& s) {
  if (s.find_first_of(",\"\r\n") == std::string::npos) return s;
  std::string out = "\"";
  for (const char c : s) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

void line(std::string& out, const std::string& group, const ReportRow& r) {
  out += group + ',' + quoted(r.key);
  for (const int n : {r.arrived, r.taken_over, r.served, r.no_show, r.left, r.transferred})
    out += ',' + std::to_string(n);
  for (const auto& s : {r.wait, r.service, r.wrap_up}) {
    out += ',' + std::to_string(s.n);
    // Nothing measured is empty, not zero seconds.
    for (const auto t : {s.mean, s.p50, s.p90, s.max}) out += s.n == 0 ? "," : ',' + std::to_string(t.count());
  }
  for (const int n : {r.called, r.within_target, r.forecasts, r.forecast_hits, r.clock_odd})
    out += ',' + std::to_string(n);
  out += ',' + std::to_string(r.breaks.count()) + "\r\n";
}

}  // namespace

Spread spread(std::vector<Seconds> times) {
  if (times.empty()) return {};
  std::sort(times.begin(), times.end());
  const auto n = times.size();
  const auto rank = [&](std::size_t percent) { return times[(n * percent + 99) / 100 - 1]; };
  Seconds sum{0};
  for (const auto t : times) sum += t;
  return {static_cast<int>(n), sum / static_cast<std::int64_t>(n), rank(50), rank(90), times.back()};
}

QueueReport queue_report(const std::vector<Turn>& turns, const ReportRule& rule,
                         const std::vector<BreakTaken>& breaks) {
  Gathered total;
  std::map<std::string, Gathered> services, counters, hours;
  for (const auto& t : turns) {
    add(total, t, rule);
    add(services[t.service], t, rule);
    if (!t.counter.empty()) add(counters[t.counter], t, rule);
    add(hours[hour_of(t.joined, rule.zone.offset(t.joined))], t, rule);
  }
  for (const auto& b : breaks)
    for (auto* row : {&total.row, &counters[b.counter].row}) {
      bool odd = false;
      row->breaks += std::chrono::duration_cast<Seconds>(between(b.from, b.to, odd).value_or(Millis{0}));
      row->clock_odd += odd ? 1 : 0;
    }
  return {finished(std::move(total)), finished(std::move(services)), finished(std::move(counters)),
          finished(std::move(hours))};
}

std::string to_csv(const QueueReport& report) {
  std::string out = "group,key,arrived,taken_over,served,no_show,left,transferred";
  for (const char* what : {"wait", "service", "wrap_up"})
    for (const char* part : {"_n", "_mean_s", "_p50_s", "_p90_s", "_max_s"}) out += std::string(",") + what + part;
  out += ",called,within_target,forecasts,forecast_hits,clock_odd,break_s\r\n";
  line(out, "total", report.total);
  for (const auto& r : report.by_service) line(out, "service", r);
  for (const auto& r : report.by_counter) line(out, "counter", r);
  for (const auto& r : report.by_hour) line(out, "hour", r);
  return out;
}

}  // namespace kiosk::domain
