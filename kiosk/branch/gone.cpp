// Counters that vanish while somebody is called.
#include "base/log.h"
#include "branch/core.h"
#include "branch/ticket_moves.h"

namespace kiosk::branch {
namespace {

constexpr const char* kGone = "terminal_gone";

}  // namespace

Result<int> Node::free_called_tickets() {
  const auto ids = core_->presence.left_alone(core_->clock.steady(), core_->settings.gone_after);
  if (ids.empty()) return 0;
  TRY(const Today today, core_->today());
  TRY(Act act, Act::begin(*core_, {"node", ""}));
  int freed = 0;
  for (const auto& text : ids) {
    TRY(const Uuid id, Uuid::parse(text));
    TRY(auto row, store::ticket(act.tx().db(), id));
    if (!row || row->day != today.day || row->ticket.state != domain::TicketState::Called) continue;
    domain::Move m;
    m.act = domain::TicketAct::Requeue;
    m.place = domain::Place::First;
    TRY_DONE(move_and_say(*core_, act, today, *row, std::move(m), kGone));
    ++freed;
  }
  if (freed == 0) return 0;
  TRY_DONE(core_->queue_book.refresh(act.tx(), today.day));
  TRY_DONE(act.commit());
  log::warn("a counter has vanished; whom it had called waits again, first in line", {{"tickets", freed}});
  return freed;
}

}  // namespace kiosk::branch
