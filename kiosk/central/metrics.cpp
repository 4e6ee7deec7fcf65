#include "central/metrics.h"

#include "base/net/metrics_text.h"

namespace kiosk::central {
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

namespace {
using Text = net::MetricsText;

void say_lanes(Text& t, const std::vector<net::LaneCounts>& lanes) {
  t.head("kiosk_central_requests_total", "counter", "Requests by lane and outcome");
  for (const auto& l : lanes) {
    const auto one = [&](const char* outcome, std::uint64_t n) {
      t.value("kiosk_central_requests_total", static_cast<std::int64_t>(n),
              Text::label("lane", l.name) + "," + Text::label("outcome", outcome));
    };
    one("admitted", l.admitted);
    one("busy", l.refused_busy);
    one("rate", l.refused_rate);
    one("draining", l.refused_draining);
  }
  t.head("kiosk_central_request_seconds", "histogram", "From the head of an admitted request to its answer");
  for (const auto& l : lanes) {
    const auto lane = Text::label("lane", l.name);
    const auto bucket = [&](const std::string& bound, std::uint64_t n) {
      t.value("kiosk_central_request_seconds_bucket", static_cast<std::int64_t>(n),
              lane + "," + Text::label("le", bound));
    };
    for (std::size_t i = 0; i < l.within.size(); ++i) bucket(Text::text(net::LaneCounts::bounds_s[i]), l.within[i]);
    bucket("+Inf", l.done);
    t.number("kiosk_central_request_seconds_sum", l.seconds, lane);
    t.value("kiosk_central_request_seconds_count", static_cast<std::int64_t>(l.done), lane);
  }
  t.head("kiosk_central_requests_now", "gauge", "Requests at work and waiting for a place");
  for (const auto& l : lanes) {
    const auto lane = Text::label("lane", l.name) + ",";
    t.value("kiosk_central_requests_now", static_cast<std::int64_t>(l.at_work), lane + Text::label("state", "at_work"));
    t.value("kiosk_central_requests_now", static_cast<std::int64_t>(l.waiting), lane + Text::label("state", "waiting"));
  }
}

void say_ledger(Text& t, const Tally::Figures& figures) {
  t.one("kiosk_central_batches_total", "counter", "Batches of events taken", figures.batches);
  t.one("kiosk_central_events_total", "counter", "Events acknowledged, repeated ones included", figures.events);
  t.head("kiosk_central_verdicts_total", "counter", "Verdicts that say more than plainly accepted");
  for (const auto& [verdict, n] : figures.verdicts)
    t.value("kiosk_central_verdicts_total", n, Text::label("verdict", verdict));
  t.head("kiosk_central_batches_refused_total", "counter", "Batches that do not continue their chain");
  for (const auto& [code, n] : figures.refusals)
    t.value("kiosk_central_batches_refused_total", n, Text::label("code", code));
}

}  // namespace

std::string metrics_text(const std::vector<net::LaneCounts>& lanes, const Tally& tally, int parked, bool draining) {
  Text t;
  say_lanes(t, lanes);
  say_ledger(t, tally.figures());
  t.one("kiosk_central_feed_waiting", "gauge", "Long polls of the feed that wait for news", parked);
  t.one("kiosk_central_draining", "gauge", "1 while it ends", draining ? 1 : 0);
  return t.take();
}

}  // namespace kiosk::central
