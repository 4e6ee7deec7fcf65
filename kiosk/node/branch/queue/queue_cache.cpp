#include "node/branch/queue/queue_cache.h"

#include <algorithm>

#include "node/store/breaks.h"
#include "node/store/tickets.h"

namespace kiosk::branch {

void QueueCache::drop_if_undone(const store::Tx& tx) {
  const auto undone = tx.queue_version().undone;
  if (undone == undone_) return;
  undone_ = undone;
  page_.reset();
  times_.clear();
}

Result<const QueueCache::Page*> QueueCache::page(store::Tx& tx, const std::string& day) {
  drop_if_undone(tx);
  if (page_ && day_ == day && version_ == tx.queue_version()) return &*page_;
  page_.reset();
  Page p;
  TRY(p.services, store::services(tx.db()));
  TRY(p.waiting, store::waiting_by_service(tx.db(), day));
  TRY(p.directed, store::any_directed(tx.db()));
  TRY(p.counters, store::counters(tx.db(), day));
  TRY(const auto tickets, store::live_tickets_before(tx.db(), day));
  TRY(const auto breaks, store::breaks_lasting(tx.db()));
  p.earlier = !tickets.empty() || std::any_of(breaks.begin(), breaks.end(), [&](const auto& b) { return b.day < day; });
  page_ = std::move(p);
  day_ = day;
  version_ = tx.queue_version();
  return &*page_;
}

Result<const std::vector<domain::ServiceSample>*> QueueCache::times(store::Tx& tx, const store::PaceAsked& asked) {
  drop_if_undone(tx);
  auto& t = times_[asked.service];
  if (!t.samples || t.asked != asked) {
    t.samples.reset();
    TRY(t.samples, store::service_times(tx.db(), asked));
    t.asked = asked;
  }
  return &*t.samples;
}

void QueueCache::joined(const store::Tx& tx, const std::string& service) {
  const auto now = tx.queue_version();
  if (!page_ || version_.undone != now.undone || version_.changes + 1 != now.changes) return;
  ++page_->waiting[service];
  version_ = now;
}

void QueueCache::turn_ended(const std::string& service) {
  if (const auto it = times_.find(service); it != times_.end()) it->second.samples.reset();
}

Result<Done> QueueCache::refresh(store::Tx& tx, const std::string& day) {
  TRY_DONE(page(tx, day));
  for (auto& [service, t] : times_)
    if (!t.samples) {
      TRY(t.samples, store::service_times(tx.db(), t.asked));
    }
  return Done{};
}

}  // namespace kiosk::branch
