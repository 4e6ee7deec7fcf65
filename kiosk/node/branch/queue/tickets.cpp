// Tickets: call, act, board, report. Two counters never get one ticket, because choosing and taking it are one
// transaction.
#include "node/store/tickets.h"

#include <algorithm>
#include <iterator>

#include "node/branch/core.h"
#include "node/branch/queue/ticket_moves.h"
#include "node/store/turns.h"

namespace kiosk::branch {
namespace {

using domain::Ticket;
using domain::TicketAct;
using domain::TicketState;

constexpr std::size_t kReasonBound = 200;
constexpr int kBoardCalls = 5;
constexpr Seconds kBoardReach{24 * 3600};
constexpr int kReportDays = 366;
constexpr const char* kOutOfOrder = "out_of_order";

Result<Done> take(Core& core, WriteOperation& op, const Today& today, store::TicketRow& row, const std::string& counter,
                  const char* reason_code, const Uuid& request = {}) {
  if (!domain::next_state(row.ticket.state, TicketAct::Call))
    return refused("ticket_not_waiting", "its state is " + std::string(code(row.ticket.state)));
  domain::Move m;
  m.act = TicketAct::Call;
  m.counter = counter;
  return move_and_say(core, op, today, row, std::move(m), reason_code, request);
}

// A named ticket is called as the officer wants; that the rules would have chosen another stands in the record.
Result<std::string> is_out_of_order(Core& core, WriteOperation& op, const Today& today, const Ticket& t,
                                    const std::string& counter) {
  if (!domain::is_waiting(t.state)) return std::string();
  TRY(const auto waiting, store::waiting_tickets(op.tx().db(), today.day));
  TRY(const WallTime queue, core.queue_clock.read(op.tx().db(), today, op.now()));
  const auto& settings = core.settings.queue;
  const bool jumps = domain::out_of_order(t.id, waiting, settings.profile(counter), settings.rules, queue);
  return std::string(jumps ? kOutOfOrder : "");
}

Result<store::TicketRow> next_for(Core& core, WriteOperation& op, const Today& today, const std::string& counter) {
  TRY(const auto waiting, store::waiting_tickets(op.tx().db(), today.day));
  TRY(const WallTime queue, core.queue_clock.read(op.tx().db(), today, op.now()));
  const auto& settings = core.settings.queue;
  const auto next = domain::next_ticket(waiting, settings.profile(counter), settings.rules, queue);
  if (!next) return refused("queue_empty", "nobody is waiting");
  TRY(auto row, store::ticket(op.tx().db(), waiting[*next].id));
  if (!row) return damaged("store_corrupt", "tickets: the next one is gone");
  return *std::move(row);
}

// The same act again (its answer was lost) is no second act.
bool is_again(const Ticket& t, TicketAct what, const verbs::TicketRef& ref, const std::string& officer) {
  switch (what) {
    case TicketAct::Begin:
      return t.state == TicketState::Serving && t.officer == officer;
    case TicketAct::Finish:
      return t.state == TicketState::Served && t.officer == officer;
    case TicketAct::NoShow:
      return t.state == TicketState::NoShow && t.officer == officer;
    case TicketAct::Park:
      return t.state == TicketState::Parked && t.officer == officer;
    case TicketAct::WrapUp:
      return t.state == TicketState::WrapUp && t.officer == officer;
    case TicketAct::Leave:
      return t.state == TicketState::Left;
    case TicketAct::Recycle:
      return t.state == TicketState::Waiting && t.returns > 0;
    case TicketAct::Enqueue:
      return t.state == TicketState::Waiting;
    case TicketAct::Transfer:
      return t.state == TicketState::Transferred && (ref.to_service.empty() || t.service == ref.to_service) &&
             t.to_counter == ref.to_counter && ref.place == domain::Place::Fair && !t.first;
    case TicketAct::Call:
    case TicketAct::Recall:
    case TicketAct::Requeue:
      return false;
  }
  return false;
}

// One live ticket a person and service, also for those that come back or go over.
Result<Done> no_second(WriteOperation& op, const store::TicketRow& row, const std::string& service, const char* field) {
  if (!row.person) return Done{};
  TRY(const auto live, store::live_ticket_of(op.tx().db(), *row.person, service));
  if (live && live->ticket.id != row.ticket.id) return refused("ticket_exists", live->ticket.number, field);
  return Done{};
}

Result<Done> check_target(WriteOperation& op, const store::TicketRow& row, const verbs::TicketRef& ref) {
  if (!ref.to_counter.empty()) TRY_DONE(check_counter(ref.to_counter));
  if (ref.to_service.empty()) return Done{};
  TRY(const auto services, store::services(op.tx().db()));
  const auto to =
      std::find_if(services.begin(), services.end(), [&](const auto& s) { return s.code == ref.to_service; });
  if (to == services.end()) return bad_input("unknown_service", "service", "no service has this code");
  if (!to->open) return refused("service_closed", "the service is closed today", "service");
  return no_second(op, row, ref.to_service, "to_service");
}

// Back for the own slot: in time it goes like an appointment, late it waits with the walk-ins.
Result<std::string> check_in(Core& core, WriteOperation& op, store::TicketRow& row) {
  if (row.ticket.state != TicketState::Created || !row.slot) return std::string();
  const auto& rule = core.settings.queue.issue.check_in;
  const auto when = domain::check_in(row.slot->from, op.now(), rule);
  if (when == domain::CheckIn::Early && op.officer_number().empty())
    return refused("too_early", to_rfc3339(row.slot->from - std::chrono::minutes(rule.early_min)), "id");
  row.ticket.priority = domain::class_at_check_in(when, row.ticket.priority);
  return std::string(code(row.ticket.priority));
}

}  // namespace

Result<std::vector<Ticket>> Node::on(const verbs::Actor& actor, const verbs::ListTickets& asked) {
  TRY(const Today today, core_->today());
  TRY(auto read, core_->store.read());
  // A counter reads by itself whenever something changes: that keeps no session alive.
  if (!actor.session.empty()) TRY_DONE(core_->session(read, actor, "", false));
  return store::tickets_of_day(read.db(), today.day, asked.live_only);
}

Result<verbs::TicketIssued> Node::on(const verbs::Actor&, const verbs::GetTicket& asked) {
  TRY(auto read, core_->store.read());
  TRY(const auto row, store::ticket(read.db(), asked.id));
  if (!row) return refused("unknown_ticket", "no ticket has this id", "id");
  return issued_view(*core_, read.db(), row->ticket);
}

Result<Ticket> Node::on(const verbs::Actor& actor, const verbs::CallTicket& asked) {
  TRY_DONE(check_counter(asked.counter));
  TRY(const Today today, core_->today());
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  TRY_DONE(op.officer("call"));
  if (!asked.request.is_nil()) {
    TRY(const auto got, store::asked_call(op.tx().db(), asked.request));
    if (got) {
      TRY(const auto row, store::ticket(op.tx().db(), *got));
      if (!row) return damaged("store_corrupt", "calls_asked: its ticket is gone");
      return row->ticket;
    }
  }
  TRY_DONE(end_earlier_days(*core_, op, today));
  store::TicketRow row;
  std::string reason;
  if (asked.number.empty()) {
    TRY(row, next_for(*core_, op, today, asked.counter));
  } else {
    TRY(auto named, store::ticket_by_number(op.tx().db(), asked.number, today.day));
    if (!named) return refused("unknown_ticket", "no ticket of today has this number", "number");
    row = *std::move(named);
    TRY(reason, is_out_of_order(*core_, op, today, row.ticket, asked.counter));
  }
  TRY_DONE(take(*core_, op, today, row, asked.counter, reason.c_str(), asked.request));
  if (!asked.request.is_nil()) TRY_DONE(store::put_asked_call(op.tx(), asked.request, row.ticket.id, today.day));
  TRY_DONE(core_->queue_book.refresh(op.tx(), today.day));
  TRY_DONE(op.commit());
  return row.ticket;
}

Result<Ticket> Node::on(const verbs::Actor& actor, const verbs::ActOnTicket& asked) {
  if (asked.ref.reason.size() > kReasonBound) return bad_input("reason_too_long", "reason", "at most 200 characters");
  TRY(const Today today, core_->today());
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  // A participant may give up the own ticket at the kiosk, and come back for its slot; the rest is an officer's act.
  const bool own = asked.act == TicketAct::Leave || asked.act == TicketAct::Enqueue;
  if (!own || !actor.session.empty()) TRY_DONE(op.officer("call"));
  TRY_DONE(end_earlier_days(*core_, op, today));
  TRY(auto row, store::ticket(op.tx().db(), asked.ref.ticket));
  if (!row) return refused("unknown_ticket", "no ticket has this id", "id");
  if (asked.act == TicketAct::Call) {
    TRY_DONE(check_counter(asked.ref.counter));
    TRY(const std::string reason, is_out_of_order(*core_, op, today, row->ticket, asked.ref.counter));
    TRY_DONE(take(*core_, op, today, *row, asked.ref.counter, reason.c_str()));
    TRY_DONE(core_->queue_book.refresh(op.tx(), today.day));
    TRY_DONE(op.commit());
    return row->ticket;
  }
  if (is_again(row->ticket, asked.act, asked.ref, op.officer_number())) return row->ticket;
  if (!domain::next_state(row->ticket.state, asked.act))
    return refused("act_not_allowed", "its state is " + std::string(code(row->ticket.state)));
  if (asked.act == TicketAct::Transfer) TRY_DONE(check_target(op, *row, asked.ref));
  if (asked.act == TicketAct::Recycle) {
    if (row->day != today.day) return refused("act_not_allowed", "a no-show comes back on the same day");
    TRY_DONE(no_second(op, *row, row->ticket.service, "id"));
  }
  std::string reason_code;
  if (asked.act == TicketAct::Enqueue) {
    TRY(reason_code, check_in(*core_, op, *row));
  }
  domain::Move m;
  m.act = asked.act;
  m.counter = asked.ref.counter;
  m.reason = asked.ref.reason;
  if (asked.act == TicketAct::Transfer) {
    m.to_service = asked.ref.to_service;
    m.to_counter = asked.ref.to_counter;
    m.place = asked.ref.place;
  }
  TRY_DONE(move_and_say(*core_, op, today, *row, std::move(m), std::move(reason_code)));
  TRY_DONE(core_->queue_book.refresh(op.tx(), today.day));
  TRY_DONE(op.commit());
  return row->ticket;
}

Result<verbs::BoardState> Node::on(const verbs::Actor&, const verbs::GetBoard&) {
  TRY(const Today today, core_->today());
  TRY(auto read, core_->store.read());
  verbs::BoardState b;
  TRY(const auto calls, store::last_called(read.db(), today.day, core_->now() - kBoardReach, kBoardCalls));
  for (const auto& t : calls) b.calls.push_back({t.number, t.counter, t.called_at.value_or(t.issued_at)});
  TRY(const auto services, store::services(read.db()));
  for (const auto& s : services) {
    TRY(const int waiting, store::count_waiting(read.db(), today.day, s.code));
    if (s.open || waiting > 0) b.waiting.push_back({s.code, s.name, waiting});
  }
  TRY(b.notices, notices_now(read.db(), core_->now()));
  return b;
}

Result<verbs::ReportView> Node::on(const verbs::Actor& actor, const verbs::ReportAsked& asked) {
  if (asked.to < asked.from || asked.from.plus_days(kReportDays) < asked.to)
    return bad_input("days_invalid", "to", "not before `from`, at most 366 days");
  TRY(const Today today, core_->today());
  TRY(auto read, core_->store.read());
  TRY_DONE(core_->session(read, actor, "report"));
  TRY(auto turns, store::turns_between(read.db(), asked.from.iso(), asked.to.iso()));
  TRY(auto left_over, turns_left_over(read.db(), today, core_->now(), asked.from.iso(), asked.to.iso()));
  std::move(left_over.begin(), left_over.end(), std::back_inserter(turns));
  domain::ReportRule rule;
  rule.zone = today.place->zone;
  rule.target = core_->settings.queue.target;
  rule.targets = core_->settings.queue.targets;
  TRY(const auto breaks, breaks_taken(read.db(), today, core_->now(), asked.from.iso(), asked.to.iso()));
  return verbs::ReportView{asked.from, asked.to, domain::queue_report(turns, rule, breaks)};
}

}  // namespace kiosk::branch
