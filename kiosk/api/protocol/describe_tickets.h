// The descriptions of tickets and of the report on them (see describe.h). For this room's .cpp files only.
#pragma once
#include "api/protocol/describe_bounds.h"
#include "api/verbs/branch.h"

namespace kiosk::protocol::describe {

template <>
struct Codes<domain::Place> {
  static constexpr int count = 3;
  static std::string_view code(domain::Place p) {
    switch (p) {
      case domain::Place::Fair:
        return "fair";
      case domain::Place::First:
        return "first";
      case domain::Place::Last:
        return "last";
    }
    return "fair";
  }
};
template <class A>
void fields(A& a, verbs::IssueTicket& v) {
  a.name("IssueTicket");
  a.may("id", v.id);
  a.must("service", v.service, kCode);
  a.may("person", v.person, kCode);
  a.may("priority", v.priority);
  a.may("purpose", v.purpose, kName);
  a.may("appointment", v.appointment, kCode);
  a.may("counter", v.counter, kCode);
}
template <class A>
void fields(A& a, verbs::TicketIssued& v) {
  a.name("TicketIssued");
  a.must("ticket", v.ticket);
  a.must("people_ahead", v.people_ahead);
  a.may("wait_low_min", v.wait_low_min);
  a.may("wait_high_min", v.wait_high_min);
  a.may("slot_from", v.slot_from);
  a.may("slot_to", v.slot_to);
}
template <class A>
void fields(A& a, verbs::RestCounter& v) {
  a.name("RestCounter");
  a.must("counter", v.counter, kCode);
  a.must("rest", v.rest);
  a.may("reason", v.reason, kCode);
}
template <class A>
void fields(A& a, verbs::CounterBreak& v) {
  a.name("CounterBreak");
  a.must("counter", v.counter, kCode);
  a.must("officer", v.officer, kCode);
  a.may("reason", v.reason, kCode);
  a.must("since", v.since);
}
template <class A>
void fields(A& a, verbs::BoardState::Call& v) {
  a.name("BoardCall");
  a.must("number", v.number, kCode);
  a.must("counter", v.counter, kCode);
  a.must("at", v.at);
}
template <class A>
void fields(A& a, verbs::BoardState::Waiting& v) {
  a.name("BoardWaiting");
  a.must("service", v.service, kCode);
  a.must("name", v.name, kName);
  a.must("people", v.people);
}
template <class A>
void fields(A& a, verbs::PostNotice& v) {
  a.name("PostNotice");
  a.may("id", v.id);
  a.must("text", v.text, kNotice);
  a.may("text_en", v.text_en, kNotice);
  a.may("from", v.from);
  a.must("until", v.until);
}
template <class A>
void fields(A& a, verbs::Notice& v) {
  a.name("Notice");
  a.must("id", v.id);
  a.must("text", v.text, kNotice);
  a.may("text_en", v.text_en, kNotice);
  a.must("from", v.from);
  a.must("until", v.until);
  a.must("by", v.by, kCode);
}
template <class A>
void fields(A& a, verbs::BoardState& v) {
  a.name("BoardState");
  a.must("calls", v.calls);
  a.must("waiting", v.waiting);
  a.may("notices", v.notices, 3);
}

// Times of the report are whole seconds; nothing measured: n = 0.
template <class A>
void fields(A& a, domain::Spread& v) {
  a.name("Spread");
  a.must("n", v.n);
  a.must("mean_s", v.mean);
  a.must("p50_s", v.p50);
  a.must("p90_s", v.p90);
  a.must("max_s", v.max);
}
template <class A>
void fields(A& a, domain::ReportRow& v) {
  a.name("ReportRow");
  a.must("key", v.key, kCode);
  a.must("arrived", v.arrived);
  a.must("taken_over", v.taken_over);
  a.must("served", v.served);
  a.must("no_show", v.no_show);
  a.must("left", v.left);
  a.must("transferred", v.transferred);
  a.must("wait", v.wait);
  a.must("service", v.service);
  a.must("wrap_up", v.wrap_up);
  a.must("called", v.called);
  a.must("within_target", v.within_target);
  a.must("forecasts", v.forecasts);
  a.must("forecast_hits", v.forecast_hits);
  a.must("clock_odd", v.clock_odd);
  a.must("break_s", v.breaks);
}
template <class A>
void fields(A& a, domain::QueueReport& v) {
  a.name("QueueReport");
  a.must("total", v.total);
  a.must("by_service", v.by_service, 100);
  a.must("by_counter", v.by_counter, 1'000);
  a.must("by_hour", v.by_hour, 24);
}
template <class A>
void fields(A& a, verbs::ReportAsked& v) {
  a.name("ReportAsked");
  a.must("from", v.from);
  a.must("to", v.to);
}
template <class A>
void fields(A& a, verbs::ReportView& v) {
  a.name("ReportView");
  a.must("from", v.from);
  a.must("to", v.to);
  a.must("report", v.report);
}

}  // namespace kiosk::protocol::describe
