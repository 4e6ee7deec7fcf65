// Tickets made again from their events.
#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "api/protocol/payload.h"
#include "node/branch/queue/ticket_moves.h"
#include "node/branch/recovery/replay_past.h"
#include "node/store/breaks.h"
#include "node/store/tickets.h"
#include "node/store/turns.h"

namespace kiosk::branch {
namespace {

using domain::TicketState;

constexpr std::string_view kCommand = "ctl";  // begins the names of commands, which are never heard of again

int number_of(const std::string& text) {
  const auto dash = text.rfind('-');
  int n = 0;
  if (dash != std::string::npos) std::from_chars(text.data() + dash + 1, text.data() + text.size(), n);
  return n;
}

}  // namespace

Result<Done> replay_of(const Past& p, events::TicketIssued) {
  TRY(const Uuid id, Uuid::parse(p.h.ticket, "ticket"));
  TRY(const auto there, store::ticket(p.tx.db(), id));
  if (there) return Done{};
  protocol::TicketPayload more;
  if (!p.payload.empty()) {
    TRY(more, protocol::decode_payload<protocol::TicketPayload>(p.payload));
  }
  store::TicketRow row;
  auto& t = row.ticket;
  t.id = id;
  t.number = p.h.subject;
  t.service = p.h.service;
  t.priority = domain::from_code<domain::Priority>(p.h.reason).value_or(domain::Priority::Normal);
  t.state = more.state == code(TicketState::Created) ? TicketState::Created : TicketState::Waiting;
  t.purpose = more.purpose;
  t.issued_at = p.h.at;
  if (t.state == TicketState::Waiting) t.queued_at = more.queue_ms ? from_ms(*more.queue_ms) : p.h.at;
  if (more.slot_from_ms && more.slot_to_ms) row.slot = {from_ms(*more.slot_from_ms), from_ms(*more.slot_to_ms)};
  if (more.forecast_low && more.forecast_high) row.forecast = {*more.forecast_low, *more.forecast_high};
  TRY(Date day, local_day(p.tx, p.h.at));
  if (!more.day.empty()) {
    TRY(day, Date::parse(more.day, "day"));
  }
  row.day = day.iso();
  if (const auto raw = from_hex(more.person_index); raw && raw->size() == 32) row.person = store::to_hash(*raw);
  TRY_DONE(store::number_given(p.tx, t.service, row.day, number_of(t.number)));
  if (row.person) {
    // One live ticket a person and service: one of later days stays, this one has ended.
    TRY(const auto live, store::live_ticket_of(p.tx.db(), *row.person, t.service));
    if (live) t.state = TicketState::Left;
    TRY_DONE(remember(p, *row.person));
  }
  return store::insert_ticket(p.tx, row);
}

Result<Done> replay_of(const Past& p, events::BreakStarted) {
  TRY(auto lasting, store::break_lasting(p.tx.db(), p.h.counter));
  if (lasting && lasting->started >= p.h.at) return Done{};
  if (lasting) {  // its end is missing
    lasting->ended = p.h.at;
    TRY_DONE(store::put_break(p.tx, *lasting));
  }
  TRY(const Date day, local_day(p.tx, p.h.at));
  TRY(const auto there, store::breaks_between(p.tx.db(), day.iso(), day.iso()));
  for (const auto& b : there)
    if (b.counter == p.h.counter && b.started == p.h.at) return Done{};
  return store::put_break(p.tx, {p.h.counter, p.h.officer, p.h.reason, day.iso(), p.h.at, std::nullopt});
}

Result<Done> replay_of(const Past& p, events::BreakEnded) {
  TRY(auto lasting, store::break_lasting(p.tx.db(), p.h.counter));
  if (!lasting || lasting->started > p.h.at) return Done{};
  lasting->ended = p.h.at;
  if (p.h.reason == kDayEnded) {
    TRY(lasting->ended, end_of_its_day(lasting->day, zone(p.tx, p.h.at).offset(p.h.at), p.h.at));
  }
  return store::put_break(p.tx, *lasting);
}

namespace {
// The ticket of an event that it has not moved on from, and what the event tells of it; none: nothing is to be done.
struct Moved {
  store::TicketRow row;
  protocol::TicketPayload more;
};
Result<std::optional<Moved>> moved(const Past& p) {
  TRY(const Uuid id, Uuid::parse(p.h.ticket, "ticket"));
  TRY(auto row, store::ticket(p.tx.db(), id));
  if (!row) return std::optional<Moved>();  // its beginning is missing
  const auto& t = row->ticket;
  const WallTime newest = std::max({t.issued_at, t.called_at.value_or(t.issued_at), t.started_at.value_or(t.issued_at),
                                    t.ended_at.value_or(t.issued_at)});
  if (row->person) TRY_DONE(remember(p, *row->person));
  if (p.h.at < newest) return std::optional<Moved>();  // it has moved on since
  Moved out{*std::move(row), {}};
  if (!p.payload.empty()) {
    TRY(out.more, protocol::decode_payload<protocol::TicketPayload>(p.payload));
  }
  return std::optional(std::move(out));
}
}  // namespace

Result<Done> replay_of(const Past& p, events::TicketRaised) {
  TRY(auto m, moved(p));
  if (!m || !domain::is_live(m->row.ticket.state)) return Done{};
  auto& t = m->row.ticket;
  t.priority = domain::from_code<domain::Priority>(p.h.reason).value_or(t.priority);
  if (!p.payload.empty()) t.purpose = m->more.purpose;
  return store::update_ticket(p.tx, m->row);
}

Result<Done> ticket_moved(const Past& p, domain::TicketAct act) {
  TRY(auto found, moved(p));
  if (!found) return Done{};
  auto* const row = &found->row;
  const auto& more = found->more;
  auto& t = row->ticket;
  if (!domain::next_state(t.state, act)) return Done{};
  domain::Move m;
  m.act = act;
  m.wall = p.h.at;
  m.queue = more.queue_ms ? from_ms(*more.queue_ms) : p.h.at;
  m.counter = p.h.counter;
  m.officer = p.h.officer;
  m.reason = more.reason;
  const bool overnight = p.h.reason == kDayEnded;
  if (overnight) {
    TRY(m.wall, end_of_its_day(row->day, zone(p.tx, p.h.at).offset(p.h.at), p.h.at));
    m.reason = kDayEnded;
  }
  if (m.act == domain::TicketAct::Park && m.reason.empty()) m.reason = "not_recorded";  // events of old versions
  if (m.act == domain::TicketAct::Transfer) {
    m.to_service = p.h.service;
    m.to_counter = more.to_counter;
    m.place = more.place == "first"  ? domain::Place::First
              : more.place == "last" ? domain::Place::Last
                                     : domain::Place::Fair;
  }
  if (m.act == domain::TicketAct::Enqueue)
    t.priority = domain::from_code<domain::Priority>(p.h.reason).value_or(t.priority);
  // It was allowed when it happened, whatever the settings say now.
  domain::QueueRules any;
  any.recycle = {0, std::numeric_limits<int>::max()};
  TRY_DONE(move_ticket(p.tx, *row, m, any, overnight));
  if (m.act == domain::TicketAct::Call || m.act == domain::TicketAct::Recall)
    TRY_DONE(store::put_call_from(p.tx, {t.id, p.h.terminal.starts_with(kCommand) ? "" : p.h.terminal}));
  if (more.request.empty()) return Done{};
  TRY(const Uuid request, Uuid::parse(more.request, "request"));
  TRY(const auto asked, store::asked_call(p.tx.db(), request));
  return asked ? Result<Done>(Done{}) : store::put_asked_call(p.tx, request, t.id, row->day);
}

}  // namespace kiosk::branch
