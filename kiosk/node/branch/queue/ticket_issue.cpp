// Issuing tickets: at the kiosk, at the reception, by check-in, at the counter without one. The rules are
// domain::decide_issue; here the facts are gathered and the answer is kept, in one transaction.
#include <algorithm>

#include "api/protocol/payload.h"
#include "node/branch/core.h"
#include "node/branch/queue/ticket_moves.h"
#include "node/branch/queue/wait_estimate.h"
#include "node/store/tickets.h"

namespace kiosk::branch {
namespace {

using domain::IssuedAt;
using domain::IssueRefusal;
using domain::Ticket;
using domain::TicketAct;
using domain::TicketState;

constexpr std::size_t kCodeBound = 64;

// What only the row knows and a restore needs again.
protocol::TicketPayload for_replay(const store::TicketRow& row) {
  protocol::TicketPayload p;
  if (row.person) p.person_index = to_hex(*row.person);
  p.purpose = row.ticket.purpose;
  return p;
}

Fault said(const domain::Refused& no) {
  const std::string code(domain::code(no.why));
  switch (no.why) {
    case IssueRefusal::UnknownService:
      return bad_input(code, "service", "no service has this code");
    case IssueRefusal::ServiceClosed:
      return refused(code, "the service is closed today", "service");
    case IssueRefusal::TicketExists:
      return refused(code, no.number, "nik");
    case IssueRefusal::TooEarly:
    case IssueRefusal::BranchClosed:
    case IssueRefusal::QuotaReached:
    case IssueRefusal::DayFull:
    case IssueRefusal::NumbersExhausted:
      return refused(code, no.at ? to_rfc3339(*no.at) : std::string(), "service");
  }
  return refused(code);
}

Result<domain::IssueFacts> facts(Core& core, WriteOperation& op, const Today& today, const NewTicket& request,
                                 const domain::QueueSettings& settings) {
  auto& db = op.tx().db();
  domain::IssueFacts f;
  f.now = today.at;
  TRY(const auto* page, core.queue_book.page(op.tx(), today.day));
  f.services = page->services;
  const auto service =
      std::find_if(f.services.begin(), f.services.end(), [&](const auto& s) { return s.code == request.service; });
  if (service == f.services.end()) return f;
  if (request.person) {
    TRY(const auto live, store::live_ticket_of(db, *request.person, request.service));
    if (live) f.live_number = live->ticket.number;
  }
  if (settings.issue.quota.contains(request.service)) {
    TRY(f.issued_today, store::count_issued(db, today.day, request.service));
  }
  if (settings.issue.slots.contains(request.service)) {
    TRY(f.waiting, store::count_waiting(db, today.day, request.service));
    TRY(f.slots_taken, store::slots_taken(db, request.service, today.at));
  }
  TRY(f.number_day, core.number_day(op.tx(), today));
  TRY(f.series, store::series(db, request.service, *f.number_day));
  for (const auto& s : f.services)
    if (s.letter == service->letter && s.code != service->code) f.series.round = true;
  TRY(f.live_numbers, store::numbers_in_use(db, request.service, service->letter, f.series, *f.number_day,
                                            settings.rules.recycle.returns));
  return f;
}

// The class of blocked accounts is proved by the account, not claimed.
Result<Done> prove_class(WriteOperation& op, NewTicket& n) {
  if (n.priority != domain::Priority::Blocked) return Done{};
  std::optional<store::AccountRow> account;
  if (n.person) {
    TRY(account, store::account(op.tx(), *n.person));
  }
  const bool blocked = account && account->account.state == domain::AccountState::Blocked;
  if (!blocked && n.at == IssuedAt::Kiosk)
    return refused("priority_not_granted", "the account is not blocked", "priority");
  if (blocked && n.purpose.empty() && !account->case_id.is_nil()) n.purpose = "blocked:" + account->case_id.str();
  return Done{};
}

Result<WallTime> appointment_of(Core& core, WriteOperation& op, const NewTicket& n, const std::string& id) {
  if (n.person) {
    TRY(const auto known, known_person(core, op.tx(), *n.person));
    if (known)
      for (const auto& a : known->person.appointments)
        if (a.id == id && a.service == n.service) return from_ms(a.at_ms);
  }
  return refused("unknown_appointment", "the person has no such appointment here", "appointment");
}

struct Given {
  store::TicketRow row;
  WaitEstimate view;
};

verbs::TicketIssued shown(const store::TicketRow& row, const WaitEstimate& view) {
  verbs::TicketIssued v;
  v.ticket = row.ticket;
  if (row.ticket.state == TicketState::Created && row.slot) {
    v.slot_from = row.slot->from;
    v.slot_to = row.slot->to;
  }
  v.people_ahead = view.people_ahead;
  if (view.wait) {
    v.wait_low_min = view.wait->low_min;
    v.wait_high_min = view.wait->high_min;
  }
  return v;
}

Result<Given> give(Core& core, WriteOperation& op, const Today& today, const NewTicket& request) {
  const auto& settings = core.settings.queue;
  // First the numbers: what a clock that was ahead called today is of an earlier day then, and ends with it.
  TRY([[maybe_unused]] const Date number_day, core.number_day(op.tx(), today));
  TRY_DONE(end_earlier_days(core, op, today));
  TRY(const auto known, facts(core, op, today, request, settings));
  if (known.services.empty() && !core.enrolled())
    return refused("not_enrolled", "the branch has no services until it is enrolled", "service");
  auto rules = settings.issue;
  rules.zone = today.place->zone;
  rules.hours = today.place->over(std::move(rules.hours));
  const auto decision =
      domain::decide_issue({request.service, request.priority, request.at, request.appointment}, known, rules);
  if (const auto* no = std::get_if<domain::Refused>(&decision)) return said(*no);
  const auto& yes = std::get<domain::Issue>(decision);
  TRY_DONE(store::put_series(op.tx(), request.service, yes.series));
  TRY_DONE(core.number_given(op.tx(), yes.series.day));
  TRY(const WallTime queue, core.queue_clock.now(op.tx(), today, today.at));

  Given given;
  auto& row = given.row;
  Ticket& t = row.ticket;
  t.id = request.id.is_nil() ? core.store.ids().next() : request.id;
  t.number = yes.number;
  t.service = request.service;
  t.priority = yes.priority;
  t.state = yes.state;
  t.purpose = request.purpose;
  t.issued_at = op.now();
  row.day = today.day;
  row.person = request.person;
  row.slot = yes.slot;
  if (domain::is_waiting(t.state)) {
    t.queued_at = queue;
    if (core.queue_clock.after_all(queue, t.id)) {
      TRY(given.view, outlook_of_new(core, op.tx(), today, t, queue));
    } else {
      TRY(given.view, outlook(core, op.tx().db(), today, t, queue));
    }
    core.queue_clock.joined(queue, t.id);
    row.forecast = given.view.wait;
  }
  TRY_DONE(store::insert_ticket(op.tx(), row));
  core.queue_clock.acted(queue);
  if (domain::is_waiting(t.state)) core.queue_book.joined(op.tx(), t.service);
  auto d = make_event(events::TicketIssued{});
  d.header.at = op.now();
  d.header.service = t.service;
  d.header.ticket = t.id.str();
  d.header.subject = t.number;
  d.header.reason = std::string(code(t.priority));
  auto more = for_replay(row);
  if (t.state == TicketState::Created) more.state = code(t.state);
  if (queue != op.now()) more.queue_ms = to_ms(queue);
  if (row.day != today.place->zone.day(op.now()).iso()) more.day = row.day;
  if (row.slot) {
    more.slot_from_ms = to_ms(row.slot->from);
    more.slot_to_ms = to_ms(row.slot->to);
  }
  if (row.forecast) {
    more.forecast_low = row.forecast->low_min;
    more.forecast_high = row.forecast->high_min;
  }
  d.payload = protocol::encode(more);
  op.append_event(std::move(d), row.person);
  return given;
}

}  // namespace

Result<Ticket> issue(Core& core, WriteOperation& op, const Today& today, const NewTicket& request) {
  TRY(auto given, give(core, op, today, request));
  return std::move(given.row.ticket);
}

Result<verbs::TicketIssued> issued_view(Core& core, sqlite::Db& db, const Ticket& ticket) {
  TRY(const Today today, core.today());
  store::TicketRow row;
  row.ticket = ticket;
  if (ticket.state == TicketState::Created) {
    TRY(const auto kept, store::ticket(db, ticket.id));
    if (kept) row.slot = kept->slot;
  }
  TRY(const WallTime queue, core.queue_clock.read(db, today, today.at));
  TRY(const auto view, outlook(core, db, today, ticket, queue));
  return shown(row, view);
}

Result<std::optional<Ticket>> hand_over(Core& core, WriteOperation& op, const Today& today, const crypto::Hash& person,
                                        const std::string& purpose, domain::Priority priority) {
  TRY(const auto services, store::services(op.tx().db()));
  std::string service;
  for (const auto& s : services)
    if (s.open && (service.empty() || s.code == core.settings.blocked_service)) service = s.code;
  TRY(auto live, store::live_tickets_of(op.tx().db(), person));
  for (auto& row : live) {
    if (row.day != today.day) continue;
    Ticket& t = row.ticket;
    const bool with_officer = !domain::is_waiting(t.state) && t.state != TicketState::Parked;
    if (!with_officer && t.service != service) continue;
    const bool raise = priority == domain::Priority::Blocked && t.priority != priority;
    const bool blocked = purpose.starts_with("blocked:");  // says more than whatever it was for before
    if (!raise && (t.purpose == purpose || (!t.purpose.empty() && !blocked))) return std::optional(t);
    if (raise) t.priority = priority;
    if (t.purpose.empty() || blocked) t.purpose = purpose;
    TRY_DONE(store::update_ticket(op.tx(), row));
    auto d = make_event(events::TicketRaised{});
    d.header.service = t.service;
    d.header.counter = t.counter;
    d.header.ticket = t.id.str();
    d.header.subject = t.number;
    d.header.reason = std::string(code(t.priority));
    d.payload = protocol::encode(for_replay(row));
    op.append_event(std::move(d), person);
    return std::optional(t);
  }
  if (service.empty()) return std::optional<Ticket>();
  TRY(auto t, issue(core, op, today, {Uuid{}, service, person, priority, purpose}));
  return std::optional(std::move(t));
}

Result<verbs::TicketIssued> Node::on(const verbs::Actor& actor, const verbs::IssueTicket& request) {
  if (request.service.empty() || request.service.size() > kCodeBound)
    return bad_input("unknown_service", "service", "the code of a service");
  if (request.purpose.size() > kCodeBound * 2)
    return bad_input("purpose_too_long", "purpose", "at most 128 characters");
  if (!request.counter.empty()) TRY_DONE(check_counter(request.counter));
  TRY(const Today today, core_->today());
  TRY(WriteOperation op, WriteOperation::begin(*core_, actor));
  if (!request.id.is_nil()) {
    TRY(const auto first, store::ticket(op.tx().db(), request.id));
    if (first) return issued_view(*core_, op.tx().db(), first->ticket);
  }
  NewTicket n{request.id, request.service, std::nullopt, request.priority, request.purpose};
  n.at = IssuedAt::Kiosk;
  if (!actor.session.empty() || !request.counter.empty()) {
    TRY_DONE(op.officer("call"));
    n.at = request.counter.empty() ? IssuedAt::Reception : IssuedAt::Counter;
  }
  if (request.person) n.person = core_->index_of(*request.person);
  TRY_DONE(prove_class(op, n));
  if (!request.appointment.empty()) {
    TRY(n.appointment, appointment_of(*core_, op, n, request.appointment));
  }
  domain::Move m;
  m.act = TicketAct::Begin;
  m.counter = request.counter;
  m.officer = op.officer_number();
  if (n.at == IssuedAt::Counter) {
    Ticket walk_in;
    walk_in.state = TicketState::Created;
    TRY_DONE(may_take_counter(op, today, walk_in, m));
  }
  TRY(auto given, give(*core_, op, today, n));
  if (n.at == IssuedAt::Counter) {
    TRY_DONE(move_and_say(*core_, op, today, given.row, std::move(m)));
  }
  TRY_DONE(op.commit());
  return shown(given.row, given.view);
}

}  // namespace kiosk::branch
