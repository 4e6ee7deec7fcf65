// Tickets: issue, call, act, board. Two counters never get one ticket, because choosing and taking it are one
// transaction.
#include "store/tickets.h"

#include <algorithm>
#include <cstdio>

#include "branch/core.h"
#include "protocol/payload.h"

namespace kiosk::branch {
namespace {

using domain::Ticket;
using domain::TicketAct;
using domain::TicketState;

constexpr std::size_t kCodeBound = 64;
constexpr std::size_t kReasonBound = 200;
constexpr int kBoardCalls = 5;
constexpr Seconds kBoardReach{24 * 3600};
// The wait is told from the pace of the last calls of the service; fewer are no pace.
constexpr int kWaitSamples = 20, kWaitSamplesNeeded = 8;
constexpr Seconds kWaitWindow{3 * 3600};

event::Draft about(std::string kind, const Ticket& t) {
  auto d = happened(std::move(kind));
  d.header.service = t.service;
  d.header.counter = t.counter;
  d.header.ticket = t.id.str();
  d.header.subject = t.number;
  return d;
}

// What only the row knows and a restore needs again.
std::string for_replay(const store::TicketRow& row) {
  return protocol::encode(
      protocol::TicketPayload{row.person ? to_hex(*row.person) : std::string(), row.ticket.purpose});
}

std::string number_text(const std::string& letter, int n) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%03d", n);
  return letter + "-" + digits;
}

Result<const domain::Service*> open_service(Core& core, const std::vector<domain::Service>& services,
                                            const std::string& code) {
  if (services.empty() && !core.enrolled())
    return refused("not_enrolled", "the branch has no services until it is enrolled", "service");
  const auto it = std::find_if(services.begin(), services.end(), [&](const auto& s) { return s.code == code; });
  if (it == services.end()) return bad_input("unknown_service", "service", "no service has this code");
  if (!it->open) return refused("service_closed", "the service is closed today", "service");
  return &*it;
}

// The first ticket of a day ends those that were left over from earlier days, each with its event.
Result<Done> end_earlier_days(Act& act, const Today& today) {
  TRY(auto rows, store::live_tickets_before(act.tx().db(), today.day));
  for (auto& row : rows) {
    Ticket& t = row.ticket;
    t.state = TicketState::Left;
    t.reason = "day_ended";
    t.ended_at = act.now();
    TRY_DONE(store::update_ticket(act.tx(), t));
    auto d = about("ticket.left", t);
    d.header.reason = t.reason;
    act.say(std::move(d), row.person);
  }
  return Done{};
}

Result<int> people_ahead(sqlite::Db& db, const Ticket& mine, WallTime now) {
  if (!domain::is_waiting(mine.state)) return 0;
  // Calling order is a total order of pairs: ahead are those that would be called before mine.
  TRY(const auto waiting, store::waiting_tickets(db));
  std::vector<Ticket> pair{mine, mine};
  const std::vector<std::string> service{mine.service};
  int ahead = 0;
  for (const auto& t : waiting) {
    if (t.service != mine.service || t.id == mine.id) continue;
    pair[1] = t;
    if (domain::next_ticket(pair, service, now) == std::size_t{1}) ++ahead;
  }
  return ahead;
}

// A range from the quartiles of the pace; none when there are too few calls to speak of a pace.
Result<Done> estimate_wait(sqlite::Db& db, verbs::TicketIssued& v, WallTime now) {
  if (!domain::is_waiting(v.ticket.state)) return Done{};
  TRY(const auto calls, store::recent_calls(db, v.ticket.service, now - kWaitWindow, kWaitSamples));
  if (static_cast<int>(calls.size()) < kWaitSamplesNeeded) return Done{};
  std::vector<std::int64_t> gaps_ms;
  for (std::size_t i = 1; i < calls.size(); ++i) gaps_ms.push_back((calls[i - 1] - calls[i]).count());
  std::sort(gaps_ms.begin(), gaps_ms.end());
  const auto low = gaps_ms[gaps_ms.size() / 4], high = gaps_ms[gaps_ms.size() * 3 / 4];
  constexpr std::int64_t kMinute = 60'000;
  v.wait_low_min = static_cast<int>(v.people_ahead * low / kMinute);
  v.wait_high_min = static_cast<int>(((v.people_ahead + 1) * high + kMinute - 1) / kMinute);
  return Done{};
}

Result<Ticket> take(Act& act, const Session& session, store::TicketRow row, const std::string& counter) {
  Ticket& t = row.ticket;
  const auto next = domain::next_state(t.state, TicketAct::Call);
  if (!next) return refused("ticket_not_waiting", "its state is " + std::string(code(t.state)));
  t.state = *next;
  t.counter = counter;
  t.officer = session.officer.number;
  t.calls += 1;
  t.called_at = act.now();
  TRY_DONE(store::update_ticket(act.tx(), t));
  auto d = about("ticket.called", t);
  d.header.duration_ms = (act.now() - t.issued_at).count();
  act.say(std::move(d), row.person);
  act.changed("ticket", t.id.str());
  TRY_DONE(act.commit());
  return t;
}

Result<Done> check_counter(const std::string& counter) {
  if (counter.empty() || counter.size() > 16) return bad_input("counter_invalid", "counter", "1 to 16 characters");
  return Done{};
}

}  // namespace

Result<Ticket> issue(Core& core, Act& act, const Today& today, const NewTicket& request) {
  TRY(const auto services, store::services(act.tx().db()));
  TRY(const domain::Service* service, open_service(core, services, request.service));
  TRY_DONE(end_earlier_days(act, today));
  if (request.person) {
    TRY(const auto live, store::live_ticket_of(act.tx().db(), *request.person, request.service));
    if (live) return refused("ticket_exists", live->ticket.number, "nik");
  }
  TRY(const int n, store::next_number(act.tx(), service->code, today.day));
  store::TicketRow row;
  Ticket& t = row.ticket;
  t.id = request.id.is_nil() ? core.store.ids().next() : request.id;
  t.number = number_text(service->letter, n);
  t.service = service->code;
  t.priority = request.priority;
  t.state = TicketState::Waiting;
  t.purpose = request.purpose;
  t.issued_at = act.now();
  row.day = today.day;
  row.person = request.person;
  TRY_DONE(store::insert_ticket(act.tx(), row));
  auto d = about("ticket.issued", t);
  d.header.reason = std::string(code(t.priority));
  d.payload = for_replay(row);
  act.say(std::move(d), row.person);
  act.changed("ticket", t.id.str());
  return t;
}

Result<verbs::TicketIssued> issued_view(Core& core, sqlite::Db& db, const Ticket& ticket) {
  verbs::TicketIssued v;
  v.ticket = ticket;
  const WallTime now = core.clock.now();
  // Whoever comes last without priority stands behind everybody; counting rows is enough.
  if (ticket.priority == domain::Priority::Normal && ticket.issued_at == now && domain::is_waiting(ticket.state)) {
    TRY(const Today today, core.today());
    TRY(const int waiting, store::count_waiting(db, today.day, ticket.service));
    v.people_ahead = std::max(0, waiting - 1);
  } else {
    TRY(v.people_ahead, people_ahead(db, ticket, now));
  }
  TRY_DONE(estimate_wait(db, v, now));
  return v;
}

Result<std::optional<Ticket>> hand_over(Core& core, Act& act, const Today& today, const crypto::Hash& person,
                                        const std::string& purpose, domain::Priority priority) {
  TRY(const auto services, store::services(act.tx().db()));
  std::string service;
  for (const auto& s : services)
    if (s.open && (service.empty() || s.code == core.settings.blocked_service)) service = s.code;
  TRY(auto live, store::live_tickets_of(act.tx().db(), person));
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
    TRY_DONE(store::update_ticket(act.tx(), t));
    auto d = about("ticket.raised", t);
    d.header.reason = std::string(code(t.priority));
    d.payload = for_replay(row);
    act.say(std::move(d), person);
    act.changed("ticket", t.id.str());
    return std::optional(t);
  }
  if (service.empty()) return std::optional<Ticket>();
  TRY(auto t, issue(core, act, today, {Uuid{}, service, person, priority, purpose}));
  return std::optional(std::move(t));
}

Result<verbs::TicketIssued> Node::issue_ticket(const verbs::Actor& actor, const verbs::IssueTicket& request) {
  if (request.service.empty() || request.service.size() > kCodeBound)
    return bad_input("unknown_service", "service", "the code of a service");
  if (request.purpose.size() > kCodeBound * 2)
    return bad_input("purpose_too_long", "purpose", "at most 128 characters");
  TRY(const Today today, core_->today());
  TRY(Act act, Act::begin(*core_, actor));
  if (!request.id.is_nil()) {
    TRY(const auto first, store::ticket(act.tx().db(), request.id));
    if (first) return issued_view(*core_, act.tx().db(), first->ticket);
  }
  NewTicket n{request.id, request.service, std::nullopt, request.priority, request.purpose};
  if (request.person) n.person = core_->index_of(*request.person);
  if (request.priority == domain::Priority::Blocked) {
    // The class of blocked accounts is proved by the account, not claimed.
    std::optional<store::AccountRow> account;
    if (n.person) {
      TRY(account, store::account(act.tx(), *n.person));
    }
    const bool blocked = account && account->account.state == domain::AccountState::Blocked;
    if (!blocked) {
      if (actor.session.empty()) return refused("priority_not_granted", "the account is not blocked", "priority");
      TRY_DONE(act.officer("call"));
    } else if (n.purpose.empty() && !account->case_id.is_nil()) {
      n.purpose = "blocked:" + account->case_id.str();
    }
  }
  TRY(const Ticket t, issue(*core_, act, today, n));
  TRY(auto view, issued_view(*core_, act.tx().db(), t));
  TRY_DONE(act.commit());
  return view;
}

Result<std::vector<Ticket>> Node::tickets(const verbs::Actor&, bool live_only) {
  TRY(const Today today, core_->today());
  TRY(auto read, core_->store.read());
  return store::tickets_of_day(read.db(), today.day, live_only);
}

Result<verbs::TicketIssued> Node::ticket(const verbs::Actor&, Uuid id) {
  TRY(auto read, core_->store.read());
  TRY(const auto row, store::ticket(read.db(), id));
  if (!row) return refused("unknown_ticket", "no ticket has this id", "id");
  return issued_view(*core_, read.db(), row->ticket);
}

Result<Ticket> Node::call_ticket(const verbs::Actor& actor, const std::string& counter, const std::string& number) {
  TRY_DONE(check_counter(counter));
  TRY(const Today today, core_->today());
  TRY(Act act, Act::begin(*core_, actor));
  TRY(const Session session, act.officer("call"));
  if (!number.empty()) {
    TRY(auto row, store::ticket_by_number(act.tx().db(), number, today.day));
    if (!row) return refused("unknown_ticket", "no ticket of today has this number", "number");
    return take(act, session, std::move(*row), counter);
  }
  TRY(auto waiting, store::waiting_tickets(act.tx().db()));
  std::vector<std::string> services;
  if (const auto it = core_->settings.counter_services.find(counter); it != core_->settings.counter_services.end()) {
    services = it->second;
  } else {
    TRY(const auto all, store::services(act.tx().db()));
    for (const auto& s : all) services.push_back(s.code);
  }
  TRY_DONE(end_earlier_days(act, today));
  std::erase_if(waiting, [&](const Ticket& t) {
    return Date::at(t.issued_at, std::chrono::minutes(today.rules->utc_offset_min)) < today.date;
  });
  const auto next = domain::next_ticket(waiting, services, act.now());
  if (!next) return refused("queue_empty", "nobody is waiting");
  TRY(auto row, store::ticket(act.tx().db(), waiting[*next].id));
  if (!row) return damaged("store_corrupt", "tickets: the next one is gone");
  return take(act, session, std::move(*row), counter);
}

Result<Ticket> Node::act_on_ticket(const verbs::Actor& actor, TicketAct what, const verbs::TicketRef& ref) {
  if (ref.reason.size() > kReasonBound) return bad_input("reason_too_long", "reason", "at most 200 characters");
  TRY(Act act, Act::begin(*core_, actor));
  // A participant may give up the own ticket at the kiosk; everything else is an officer's act.
  Session session;
  if (what != TicketAct::Leave || !actor.session.empty()) {
    TRY(session, act.officer("call"));
  }
  TRY(auto row, store::ticket(act.tx().db(), ref.ticket));
  if (!row) return refused("unknown_ticket", "no ticket has this id", "id");
  if (what == TicketAct::Call) {
    TRY_DONE(check_counter(ref.counter));
    return take(act, session, std::move(*row), ref.counter);
  }
  Ticket& t = row->ticket;
  const auto next = domain::next_state(t.state, what);
  if (!next) {
    // The same act again (its answer was lost) is no second act.
    const bool again =
        t.officer == session.officer.number && ((what == TicketAct::Begin && t.state == TicketState::Serving) ||
                                                (what == TicketAct::Finish && t.state == TicketState::Served) ||
                                                (what == TicketAct::NoShow && t.state == TicketState::NoShow) ||
                                                (what == TicketAct::Park && t.state == TicketState::Parked));
    if (again || (what == TicketAct::Leave && t.state == TicketState::Left)) return t;
    return refused("act_not_allowed", "its state is " + std::string(code(t.state)));
  }
  auto d = happened("ticket." + std::string(code(what)));
  const WallTime since = t.started_at.value_or(t.called_at.value_or(t.issued_at));
  switch (what) {
    case TicketAct::Recall:
      t.calls += 1;
      t.called_at = act.now();
      if (!ref.counter.empty()) t.counter = ref.counter;
      break;
    case TicketAct::Begin:
      t.started_at = act.now();
      break;
    case TicketAct::NoShow:
    case TicketAct::Finish:
    case TicketAct::Leave:
      t.ended_at = act.now();
      break;
    case TicketAct::Transfer: {
      TRY(const auto services, store::services(act.tx().db()));
      TRY(const domain::Service* to, open_service(*core_, services, ref.to_service));
      if (row->person && to->code != t.service) {
        TRY(const auto live, store::live_ticket_of(act.tx().db(), *row->person, to->code));
        if (live) return refused("ticket_exists", live->ticket.number, "to_service");
      }
      t.service = to->code;
      t.counter.clear();
      t.officer.clear();
      break;
    }
    case TicketAct::Requeue:
    case TicketAct::Enqueue:
      t.counter.clear();
      t.officer.clear();
      break;
    case TicketAct::Park:
    case TicketAct::Call:
    case TicketAct::WrapUp:
    case TicketAct::Recycle:
      break;
  }
  t.state = *next;
  if (!ref.reason.empty()) t.reason = ref.reason;
  TRY_DONE(store::update_ticket(act.tx(), t));
  d.header.service = t.service;
  d.header.counter = t.counter;
  d.header.ticket = t.id.str();
  d.header.subject = t.number;
  d.header.duration_ms = (act.now() - since).count();
  act.say(std::move(d), row->person);
  act.changed("ticket", t.id.str());
  TRY_DONE(act.commit());
  return t;
}

Result<verbs::BoardState> Node::board(const verbs::Actor&) {
  TRY(const Today today, core_->today());
  TRY(auto read, core_->store.read());
  verbs::BoardState b;
  TRY(const auto calls, store::last_called(read.db(), today.day, core_->clock.now() - kBoardReach, kBoardCalls));
  for (const auto& t : calls) b.calls.push_back({t.number, t.counter, t.called_at.value_or(t.issued_at)});
  TRY(const auto services, store::services(read.db()));
  for (const auto& s : services) {
    TRY(const int waiting, store::count_waiting(read.db(), today.day, s.code));
    if (s.open || waiting > 0) b.waiting.push_back({s.code, s.name, waiting});
  }
  return b;
}

}  // namespace kiosk::branch
