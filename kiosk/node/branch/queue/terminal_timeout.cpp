// Counters that vanish while somebody is called.
#include "base/log.h"
#include "node/branch/core.h"
#include "node/branch/queue/ticket_moves.h"
#include "node/store/turns.h"

namespace kiosk::branch {
namespace {

constexpr const char* kGone = "terminal_gone";

}  // namespace

Result<int> Node::free_called_tickets() {
  TRY(const Today today, core_->today());
  const auto left_alone = [&](sqlite::Db& db) -> Result<std::vector<Uuid>> {
    TRY(const auto calls, store::calls_from(db, today.day));
    std::vector<Uuid> out;
    for (const auto& c : calls)
      if (core_->presence.gone(c.terminal, core_->clock.steady(), core_->settings.gone_after)) out.push_back(c.ticket);
    return out;
  };
  {
    TRY(auto read, core_->store.read());  // mostly nobody, and the writer is not asked
    TRY(const auto nobody, left_alone(read.db()));
    if (nobody.empty()) return 0;
  }
  TRY(WriteOperation op, WriteOperation::begin(*core_, {"node", ""}));
  TRY(const auto ids, left_alone(op.tx().db()));
  int freed = 0;
  for (const auto& id : ids) {
    TRY(auto row, store::ticket(op.tx().db(), id));
    if (!row) return damaged("store_corrupt", "calls_from: its ticket is gone");
    domain::Move m;
    m.act = domain::TicketAct::Requeue;
    m.place = domain::Place::First;
    TRY_DONE(move_and_say(*core_, op, today, *row, std::move(m), kGone));
    ++freed;
  }
  if (freed == 0) return 0;
  TRY_DONE(core_->queue_book.refresh(op.tx(), today.day));
  TRY_DONE(op.commit());
  log::warn("a counter has vanished; whom it had called waits again, first in line", {{"tickets", freed}});
  return freed;
}

}  // namespace kiosk::branch
