#include <algorithm>

#include "base/log.h"
#include "node/sync/diagnosis.h"
#include "node/sync/engine_impl.h"

namespace kiosk::sync {
namespace {

constexpr Millis kProbeGapCap{60'000};
constexpr Millis kWatchTurn{60'000};

}  // namespace

net::Client::Options Engine::Impl::line_options(const Enrolment& e) const {
  net::Client::Options o;
  o.base = e.url;
  o.tls = &e.tls;
  return o;
}

bool Engine::Impl::waits_offline(const Lane& l) const {
  return l.trouble && is_offline(*l.trouble) && l.due > clock.steady();
}

void Engine::Impl::note_change() {
  if (!may_run()) return;
  const SteadyTime now = clock.steady();
  if (std::none_of(lanes.begin(), lanes.end(), [&](const Lane& l) { return waits_offline(l); })) return;
  // An interface that flaps is probed no faster than the gap, and its last change is not forgotten.
  if (!probe_due) probe_due = std::max(now, last_probe ? *last_probe + probe_gap : now);
}

void Engine::Impl::probe(std::unique_lock<std::mutex>& lock) {
  probe_due.reset();
  last_probe = clock.steady();
  const auto enrolled = enrolment;
  net::Client::Options o = line_options(*enrolled);
  o.connect_timeout = kProbeTimeout / 2;
  const std::shared_ptr<Wire> wire = options.wires(std::move(o));
  probe_wire = wire;
  lock.unlock();
  const auto reply = wire->send(health_call(kProbeTimeout));
  lock.lock();
  probe_wire.reset();
  if (!reply || reply->status != 200) {
    probe_gap = std::min(probe_gap * 2, kProbeGapCap);
    return;
  }
  log::info("the network is back");
  for (auto& l : lanes)
    if (waits_offline(l)) l.due = clock.steady();
  changed.notify_all();
}

void Engine::Impl::watch_loop() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    const SteadyTime now = clock.steady();
    if (!may_run()) probe_due.reset();
    if (probe_is_due()) {
      probe(lock);
      continue;
    }
    const Millis wait = probe_due ? std::chrono::ceil<Millis>(*probe_due - now) : kWatchTurn;
    lock.unlock();
    const bool came = watch->wait(std::clamp(wait, Millis{1}, kWatchTurn));
    lock.lock();
    if (came) note_change();
  }
}

}  // namespace kiosk::sync
