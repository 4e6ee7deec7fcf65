#include "central/metrics.h"

#include <cstdio>

namespace kiosk::central {
namespace {

std::string number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", v);
  return text;
}

void head(std::string& out, const char* name, const char* type, const char* help) {
  out += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

void line(std::string& out, const char* name, const std::string& labels, const std::string& value) {
  out += name;
  if (!labels.empty()) out += "{" + labels + "}";
  out += " " + value + "\n";
}

}  // namespace

void Tally::taken(std::int64_t events, const std::vector<protocol::Verdict>& verdicts) {
  const std::lock_guard lock(mutex_);
  ++figures_.batches;
  figures_.events += events;
  for (const auto& v : verdicts) ++figures_.verdicts[v.verdict];
}

void Tally::refused(const std::string& code) {
  const std::lock_guard lock(mutex_);
  ++figures_.refusals[code];
}

Tally::Figures Tally::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

std::string metrics_text(const std::vector<net::LaneCounts>& lanes, const Tally& tally, int parked, bool draining) {
  std::string out;
  head(out, "kiosk_central_requests_total", "counter", "Requests by lane and outcome");
  for (const auto& l : lanes) {
    const auto one = [&](const char* outcome, std::uint64_t n) {
      line(out, "kiosk_central_requests_total", "lane=\"" + l.name + "\",outcome=\"" + outcome + "\"",
           std::to_string(n));
    };
    one("admitted", l.admitted);
    one("busy", l.refused_busy);
    one("rate", l.refused_rate);
    one("draining", l.refused_draining);
  }
  head(out, "kiosk_central_request_seconds", "histogram", "From the head of an admitted request to its answer");
  for (const auto& l : lanes) {
    const std::string lane = "lane=\"" + l.name + "\"";
    for (std::size_t i = 0; i < l.within.size(); ++i)
      line(out, "kiosk_central_request_seconds_bucket", lane + ",le=\"" + number(net::LaneCounts::bounds_s[i]) + "\"",
           std::to_string(l.within[i]));
    line(out, "kiosk_central_request_seconds_bucket", lane + ",le=\"+Inf\"", std::to_string(l.done));
    line(out, "kiosk_central_request_seconds_sum", lane, number(l.seconds));
    line(out, "kiosk_central_request_seconds_count", lane, std::to_string(l.done));
  }
  head(out, "kiosk_central_requests_now", "gauge", "Requests at work and waiting for a place");
  for (const auto& l : lanes) {
    line(out, "kiosk_central_requests_now", "lane=\"" + l.name + "\",state=\"at_work\"", std::to_string(l.at_work));
    line(out, "kiosk_central_requests_now", "lane=\"" + l.name + "\",state=\"waiting\"", std::to_string(l.waiting));
  }
  const auto figures = tally.figures();
  head(out, "kiosk_central_batches_total", "counter", "Batches of events taken");
  line(out, "kiosk_central_batches_total", "", std::to_string(figures.batches));
  head(out, "kiosk_central_events_total", "counter", "Events acknowledged, repeated ones included");
  line(out, "kiosk_central_events_total", "", std::to_string(figures.events));
  head(out, "kiosk_central_verdicts_total", "counter", "Verdicts that say more than plainly accepted");
  for (const auto& [verdict, n] : figures.verdicts)
    line(out, "kiosk_central_verdicts_total", "verdict=\"" + verdict + "\"", std::to_string(n));
  head(out, "kiosk_central_batches_refused_total", "counter", "Batches that do not continue their chain");
  for (const auto& [code, n] : figures.refusals)
    line(out, "kiosk_central_batches_refused_total", "code=\"" + code + "\"", std::to_string(n));
  head(out, "kiosk_central_feed_waiting", "gauge", "Long polls of the feed that wait for news");
  line(out, "kiosk_central_feed_waiting", "", std::to_string(parked));
  head(out, "kiosk_central_draining", "gauge", "1 while it ends");
  line(out, "kiosk_central_draining", "", draining ? "1" : "0");
  return out;
}

}  // namespace kiosk::central
