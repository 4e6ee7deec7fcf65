// kioskctl ticket, participant: the queue and finding a person.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "domain/claims/claim.h"
#include "programs/kioskctl/ctl.h"
#include "terminal/runner/find_person.h"

namespace kiosk::programs {
namespace {
using domain::TicketAct;

struct Asked {
  std::string service, nik, priority = "normal", purpose, request_id;
  std::string counter, number, id, reason, to_service, to_counter, place = "fair", appointment;
  bool all = false;
  std::string birth, mother;
};

Json ticket_json(const domain::Ticket& t) {
  return {{"id", t.id.str()},
          {"number", t.number},
          {"service", t.service},
          {"state", std::string(code(t.state))},
          {"priority", std::string(code(t.priority))},
          {"counter", t.counter.empty() ? Json(nullptr) : Json(t.counter)},
          {"officer", t.officer.empty() ? Json(nullptr) : Json(t.officer)},
          {"calls", t.calls},
          {"reason", t.reason},
          {"purpose", t.purpose},
          {"issued_at", to_rfc3339(t.issued_at)},
          {"called_at", when(t.called_at)},
          {"started_at", when(t.started_at)},
          {"ended_at", when(t.ended_at)}};
}

Result<Done> services(Ctl& ctl, const Asked&) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto list, node->ask(actor, verbs::ListServices{}));
  for (const auto& s : list) ctl.row({{"code", s.code}, {"name", s.name}, {"letter", s.letter}, {"open", s.open}});
  return Done{};
}

Result<Done> issue(Ctl& ctl, const Asked& asked) {
  verbs::IssueTicket request;
  request.service = asked.service;
  request.purpose = asked.purpose;
  request.appointment = asked.appointment;
  request.counter = asked.counter;
  if (!asked.request_id.empty()) {
    TRY(request.id, Uuid::parse(asked.request_id, "id"));
  }
  if (!asked.nik.empty()) {
    TRY(request.person, parse_person(asked.nik, "nik"));
  }
  const auto priority = domain::from_code<domain::Priority>(asked.priority);
  if (!priority)
    return bad_input("priority_unknown", "priority",
                     "expected normal, elderly, disabled, pregnant, with_infant, appointment or blocked");
  request.priority = *priority;
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, asked.counter.empty() ? ctl.actor() : ctl.officer_actor());
  TRY(const auto issued, node->ask(actor, request));
  const auto minutes = [](const std::optional<int>& m) { return m ? Json(*m) : Json(nullptr); };
  Json out = ticket_json(issued.ticket);
  out["people_ahead"] = issued.people_ahead;
  out["wait_low_min"] = minutes(issued.wait_low_min);
  out["wait_high_min"] = minutes(issued.wait_high_min);
  if (issued.slot_from) {
    out["slot_from"] = when(issued.slot_from);
    out["slot_to"] = when(issued.slot_to);
  }
  ctl.print(std::move(out));
  return Done{};
}

Result<Done> list(Ctl& ctl, const Asked& asked) {
  TRY(auto* node, ctl.branch());
  TRY(const auto actor, ctl.actor());
  TRY(const auto tickets, node->ask(actor, verbs::ListTickets{!asked.all}));
  for (const auto& t : tickets) ctl.row(ticket_json(t));
  return Done{};
}

Result<Done> call(Ctl& ctl, const Asked& asked) {
  TRY(const auto actor, ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  Uuid request;
  if (!asked.request_id.empty()) {
    TRY(request, Uuid::parse(asked.request_id, "id"));
  }
  TRY(const auto t, node->ask(actor, verbs::CallTicket{asked.counter, asked.number, request}));
  ctl.print(ticket_json(t));
  return Done{};
}

// An id, or today's number as it stands on the paper.
Result<Uuid> ticket_id(verbs::Branch& node, const verbs::Actor& actor, const std::string& text) {
  if (auto id = Uuid::parse(text, "id"); id) return id;
  TRY(const auto tickets, node.ask(actor, verbs::ListTickets{false}));
  for (const auto& t : tickets)
    if (t.number == text) return t.id;
  return bad_input("id_invalid", "id", "expected a ticket's id or a number of today, like A-012");
}

Result<Done> act_on(Ctl& ctl, const Asked& asked, TicketAct what) {
  const bool own = what == TicketAct::Leave || what == TicketAct::Enqueue;
  TRY(const auto actor, own ? ctl.actor() : ctl.officer_actor());
  TRY(auto* node, ctl.branch());
  verbs::TicketRef ref{.ticket = {}, .counter = asked.counter, .reason = asked.reason, .to_service = asked.to_service};
  ref.to_counter = asked.to_counter;
  if (asked.place == "first") ref.place = domain::Place::First;
  if (asked.place == "last") ref.place = domain::Place::Last;
  TRY(ref.ticket, ticket_id(*node, actor, asked.id));
  TRY(const auto t, node->ask(actor, verbs::ActOnTicket{what, ref}));
  ctl.print(ticket_json(t));
  return Done{};
}

Result<Done> find(Ctl& ctl, const Asked& asked) {
  TRY(auto person, parse_person(asked.nik, "nik"));
  TRY(const auto birth, Date::parse(asked.birth, "birth"));
  TRY(const auto actor, ctl.actor());
  TRY(auto* node, ctl.branch());
  const SystemClock clock;
  TRY(const auto found,
      runner::find_person(*node, actor,
                          {.person = person, .birth = birth, .mother = asked.mother, .reason = asked.reason}, clock));
  Json kpj = Json::array();
  std::string status;
  if (found.record)
    for (const auto& m : found.record->memberships) kpj.push_back(m.kpj.digits());
  const char* source = "none";
  switch (found.source) {
    case verbs::Source::Cache:
      source = "cache";
      break;
    case verbs::Source::Centre:
      source = "centre";
      break;
    case verbs::Source::None:
      break;
  }
  Json out = {{"source", source}, {"as_of", when(found.as_of)}, {"facts_agree", found.facts_agree},
              {"kpj", kpj},       {"nik", person.masked()},     {"name", found.masked_name}};
  if (found.record) out["data_current"] = found.record->data_current;
  out["appointments"] = Json::array();
  for (const auto& a : found.appointments)
    out["appointments"].push_back({{"id", a.id}, {"service", a.service}, {"at", when(a.at)}});
  ctl.print(std::move(out));
  return Done{};
}
}  // namespace

void add_ticket_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  using Command = Result<Done> (*)(Ctl&, const Asked&);
  const auto add = [&](CLI::App* parent, const char* name, const char* help, auto command) {
    auto* sub = parent->add_subcommand(name, help);
    sub->callback([&ctl, asked, command] { ctl.act = [asked, command](Ctl& c) { return command(c, *asked); }; });
    return sub;
  };
  auto* ticket = app.add_subcommand("ticket", "The queue: issue, list, call, and what follows");
  ticket->require_subcommand(1);
  ticket->footer(
      "Examples:\n  kioskctl ticket issue --service JHT --nik 3578011708650001 --priority elderly\n"
      "  KIOSK_PIN=... kioskctl ticket call --counter 2 --officer 1003\n"
      "  KIOSK_PIN=... kioskctl ticket finish A-012 --officer 1003");
  add(ticket, "services", "Which services the branch offers", Command(services));
  auto* i = add(ticket, "issue", "Draw a ticket", Command(issue));
  i->add_option("--service", asked->service, "Code of the service")->required();
  i->add_option("--nik", asked->nik, "Whose ticket: 16 digits, or passport:IND:K1234567");
  i->add_option("--priority", asked->priority,
                "normal, elderly, disabled, pregnant, with_infant, appointment, blocked");
  i->add_option("--purpose", asked->purpose, "What it is for");
  i->add_option("--appointment", asked->appointment, "Id of the person's appointment, to check in");
  i->add_option("--counter", asked->counter, "Served at this counter at once, without waiting (an officer)");
  i->add_option("--id", asked->request_id, "UUID of this request: the same again issues nothing new");
  add(ticket, "list", "Today's tickets", Command(list))->add_flag("--all", asked->all, "Ended ones too");
  auto* c = add(ticket, "call", "Call the next, or a number", Command(call));
  c->add_option("--counter", asked->counter, "Where the person shall come")->required();
  c->add_option("--number", asked->number, "This number instead of the next by rule");
  c->add_option("--id", asked->request_id, "UUID of this request: the same again calls nobody else");

  struct Row {
    const char *name, *help;
    TicketAct act;
  };
  for (const auto& r :
       {Row{"recall", "Call again", TicketAct::Recall}, Row{"begin", "The person has come", TicketAct::Begin},
        Row{"no-show", "Nobody came", TicketAct::NoShow}, Row{"park", "Set aside", TicketAct::Park},
        Row{"requeue", "Back into the queue", TicketAct::Requeue},
        Row{"transfer", "To another service or counter", TicketAct::Transfer},
        Row{"recycle", "Who did not come has come back", TicketAct::Recycle},
        Row{"enqueue", "Back for the own time of a full day", TicketAct::Enqueue},
        Row{"wrap-up", "The person has gone, the officer still writes; finish ends it", TicketAct::WrapUp},
        Row{"leave", "The person gives it up", TicketAct::Leave}, Row{"finish", "Done", TicketAct::Finish}}) {
    auto* sub = add(ticket, r.name, r.help, [act = r.act](Ctl& x, const Asked& a) { return act_on(x, a, act); });
    sub->add_option("id", asked->id, "Ticket's id, or its number of today")->required();
    sub->add_option("--reason", asked->reason, "Why");
    sub->add_option("--counter", asked->counter, "Counter");
    if (r.act == TicketAct::Transfer) {
      sub->add_option("--to,--service", asked->to_service, "Code of the other service");
      sub->add_option("--to-counter", asked->to_counter, "Only this counter calls it");
      sub->add_option("--place", asked->place, "fair (where its waiting puts it), first or last")
          ->check(CLI::IsMember({"fair", "first", "last"}));
    }
  }

  auto* participant = app.add_subcommand("participant", "People");
  participant->require_subcommand(1);
  auto* f = add(participant, "find", "Which KPJ a person has; names stay masked", Command(find));
  f->footer("Example:\n  kioskctl participant find --nik 3578011708650001 --birth 1965-08-17 --json");
  f->add_option("--nik", asked->nik, "16 digits, or passport:IND:K1234567")->required();
  f->add_option("--birth", asked->birth, "YYYY-MM-DD")->required();
  f->add_option("--mother", asked->mother, "Mother's name, as one fact more");
  f->add_option("--reason", asked->reason, "Why an officer looks without ticket or task");
}

}  // namespace kiosk::programs
