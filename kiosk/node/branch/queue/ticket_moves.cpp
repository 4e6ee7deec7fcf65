#include "node/branch/queue/ticket_moves.h"

#include <algorithm>

#include "api/protocol/payload.h"
#include "domain/queue/places.h"
#include "node/branch/core.h"
#include "node/store/breaks.h"
#include "node/store/intakes.h"
#include "node/store/turns.h"

namespace kiosk::branch {
namespace {

using domain::TicketAct;
using domain::TicketState;
using domain::TurnEnd;

events::Draft event_of(TicketAct act) {
  switch (act) {
    case TicketAct::Enqueue:
      return make_event(events::TicketEnqueued{});
    case TicketAct::Call:
      return make_event(events::TicketCalled{});
    case TicketAct::Recall:
      return make_event(events::TicketRecalled{});
    case TicketAct::Begin:
      return make_event(events::TicketBegun{});
    case TicketAct::Park:
      return make_event(events::TicketParked{});
    case TicketAct::NoShow:
      return make_event(events::TicketNoShow{});
    case TicketAct::Finish:
      return make_event(events::TicketFinished{});
    case TicketAct::Leave:
      return make_event(events::TicketLeft{});
    case TicketAct::Transfer:
      return make_event(events::TicketTransferred{});
    case TicketAct::Requeue:
      return make_event(events::TicketRequeued{});
    case TicketAct::WrapUp:
      return make_event(events::TicketWrappedUp{});
    case TicketAct::Recycle:
      return make_event(events::TicketRecycled{});
  }
  return {};
}

std::optional<TurnEnd> ends_turn(TicketAct op) {
  switch (op) {
    case TicketAct::NoShow:
      return TurnEnd::NoShow;
    case TicketAct::Finish:
      return TurnEnd::Served;
    case TicketAct::Leave:
      return TurnEnd::Left;
    case TicketAct::Transfer:
      return TurnEnd::Transferred;
    case TicketAct::Enqueue:
    case TicketAct::Call:
    case TicketAct::Recall:
    case TicketAct::Begin:
    case TicketAct::Park:
    case TicketAct::Requeue:
    case TicketAct::WrapUp:
    case TicketAct::Recycle:
      return std::nullopt;
  }
  return std::nullopt;
}

store::TurnRow turn_of(const store::TicketRow& row, TurnEnd end, WallTime at, bool overnight) {
  const auto& t = row.ticket;
  store::TurnRow turn{t.id, row.turn, row.day, {}};
  auto& w = turn.what;
  w.service = t.service;
  w.counter = t.counter;
  w.end = end;
  w.joined = row.joined_at.value_or(t.issued_at);
  w.called = t.first_called_at;
  w.started = t.started_at;
  w.wrap_up = t.wrap_up_at;
  w.ended = at;
  if (overnight && w.wrap_up)
    w.ended = *w.wrap_up;
  else if (overnight)
    w.started.reset();
  w.forecast = row.forecast;
  return turn;
}

}  // namespace

Result<Done> move_ticket(store::Tx& tx, store::TicketRow& row, const domain::Move& move,
                         const domain::QueueRules& rules, bool overnight) {
  TRY(auto after, domain::moved(row.ticket, move, rules));
  if (const auto end = ends_turn(move.act)) TRY_DONE(store::put_turn(tx, turn_of(row, *end, move.wall, overnight)));
  if (move.act == TicketAct::Transfer || move.act == TicketAct::Recycle) {
    ++row.turn;
    row.joined_at = move.wall;
    row.forecast.reset();
  }
  if (move.act == TicketAct::Enqueue && row.ticket.state == TicketState::Created) row.joined_at = move.wall;
  row.ticket = std::move(after);
  return store::update_ticket(tx, row);
}

Result<Done> may_take_counter(WriteOperation& op, const Today& today, const domain::Ticket& ticket,
                              const domain::Move& move) {
  if (!domain::takes_counter(ticket, move)) return Done{};
  TRY(const auto rests, store::break_lasting(op.tx().db(), move.counter));
  if (rests && rests->day >= today.day) return refused("counter_resting", rests->reason, "counter");
  TRY(const auto held, store::held_tickets(op.tx().db(), today.day));
  return domain::may_take_counter(ticket, move, held);
}

Result<Done> move_and_say(Core& core, WriteOperation& op, const Today& today, store::TicketRow& row, domain::Move move,
                          std::string reason_code, const Uuid& request) {
  const domain::Ticket before = row.ticket;
  move.wall = op.now();
  move.officer = op.officer_number();
  TRY_DONE(may_take_counter(op, today, before, move));
  TRY(move.queue, core.queue_clock.now(op.tx(), today, today.at));
  if (ends_turn(move.act)) core.queue_book.turn_ended(before.service);
  TRY_DONE(move_ticket(op.tx(), row, move, core.settings.queue.rules));
  core.queue_clock.acted(move.queue);
  if (domain::is_waiting(row.ticket.state)) core.queue_clock.joined(move.queue, row.ticket.id);
  const auto& t = row.ticket;
  const bool call = move.act == TicketAct::Call;
  auto d = event_of(move.act);
  d.header.at = op.now();
  d.header.service = t.service;
  d.header.counter = t.counter.empty() ? before.counter : t.counter;
  d.header.ticket = t.id.str();
  d.header.subject = t.number;
  d.header.reason = std::move(reason_code);
  const WallTime since = call ? t.issued_at : before.started_at.value_or(before.called_at.value_or(before.issued_at));
  d.header.duration_ms = std::max<std::int64_t>(0, (op.now() - since).count());  // the clock may have been set back
  protocol::TicketPayload more;
  more.reason = move.reason;
  more.to_counter = move.to_counter;
  if (move.place == domain::Place::First) more.place = "first";
  if (move.place == domain::Place::Last) more.place = "last";
  if (move.queue != move.wall) more.queue_ms = to_ms(move.queue);
  if (!request.is_nil()) more.request = request.str();
  d.payload = protocol::encode(more);
  op.append_event(std::move(d), row.person);
  return Done{};
}

Result<Done> check_counter(const std::string& counter) {
  if (counter.empty() || counter.size() > 16) return bad_input("counter_invalid", "counter", "1 to 16 characters");
  return Done{};
}

Result<WallTime> end_of_its_day(const std::string& day, std::chrono::minutes offset, WallTime now) {
  TRY(const Date date, Date::parse(day, "day"));
  return std::min(now, domain::local_midnight(date.plus_days(1), offset));
}

Result<std::vector<domain::Turn>> turns_left_over(sqlite::Db& db, const Today& today, WallTime now,
                                                  const std::string& from, const std::string& to) {
  std::vector<domain::Turn> out;
  TRY(const auto rows, store::live_tickets_before(db, today.day));
  for (const auto& row : rows) {
    if (row.day < from || row.day > to) continue;
    TRY(const WallTime end, end_of_its_day(row.day, today.offset, now));
    const bool served = domain::end_of_day(row.ticket.state) == TicketState::Served;
    out.push_back(turn_of(row, served ? TurnEnd::Served : TurnEnd::Left, end, true).what);
  }
  return out;
}

Result<Done> end_earlier_days(Core& core, WriteOperation& op, const Today& today) {
  TRY(const auto* page, core.queue_book.page(op.tx(), today.day));
  if (!page->earlier) return Done{};
  TRY_DONE(end_earlier_breaks(op, today));
  TRY_DONE(store::forget_expired_drafts(op.tx(), op.now()));
  TRY(auto rows, store::live_tickets_before(op.tx().db(), today.day));
  for (auto& row : rows) {
    const bool served = domain::end_of_day(row.ticket.state) == TicketState::Served;
    domain::Move m;
    m.act = served ? TicketAct::Finish : TicketAct::Leave;
    TRY(m.wall, end_of_its_day(row.day, today.offset, op.now()));
    m.reason = kDayEnded;
    core.queue_book.turn_ended(row.ticket.service);
    TRY_DONE(move_ticket(op.tx(), row, m, core.settings.queue.rules, true));
    const auto& t = row.ticket;
    auto d = served ? make_event(events::TicketFinished{}) : make_event(events::TicketLeft{});
    d.header.at = op.now();
    d.header.service = t.service;
    d.header.counter = t.counter;
    d.header.ticket = t.id.str();
    d.header.subject = t.number;
    d.header.reason = kDayEnded;
    op.append_event(std::move(d), row.person);
  }
  if (rows.empty()) return Done{};
  return store::forget_calls_before(op.tx(), today.day);
}

}  // namespace kiosk::branch
