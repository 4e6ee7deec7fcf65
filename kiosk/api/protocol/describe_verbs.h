// Descriptions of what verbs carry and what is no verb itself (see describe.h): codes of enums, values without an empty
// state, and values of the domain. What a verb asks and answers is described beside its struct (api/verbs). For this
// room's .cpp files only.
#pragma once
#include "api/protocol/branch_api.h"
#include "api/protocol/describe.h"
#include "api/verbs/branch.h"

namespace kiosk::protocol::describe {

template <class E, E Last>
struct DomainCodes {
  static constexpr int count = static_cast<int>(Last) + 1;
  static std::string_view code(E e) { return domain::code(e); }
};
template <>
struct Codes<domain::TicketAct> : DomainCodes<domain::TicketAct, domain::TicketAct::Recycle> {};
template <>
struct Codes<domain::Priority> : DomainCodes<domain::Priority, domain::Priority::Blocked> {};
template <>
struct Codes<domain::FaceVerdict> : DomainCodes<domain::FaceVerdict, domain::FaceVerdict::Officer> {};
template <>
struct Codes<domain::AccountState> : DomainCodes<domain::AccountState, domain::AccountState::Unknown> {};
template <>
struct Codes<domain::ClaimState> : DomainCodes<domain::ClaimState, domain::ClaimState::Rejected> {};
template <>
struct Codes<domain::SyncState> : DomainCodes<domain::SyncState, domain::SyncState::NeedsOfficer> {};
template <>
struct Codes<domain::Stage> : DomainCodes<domain::Stage, domain::Stage::Selesai> {};
template <>
struct Codes<verbs::Source> {
  static constexpr int count = 3;
  static std::string_view code(verbs::Source s) {
    switch (s) {
      case verbs::Source::Cache:
        return "cache";
      case verbs::Source::Centre:
        return "centre";
      case verbs::Source::None:
        return "none";
    }
    return "none";
  }
};

#define KIOSK_SHARED_CODEC(Type)               \
  template <>                                  \
  struct Shared<domain::Type> {                \
    static constexpr const char* name = #Type; \
  }
KIOSK_SHARED_CODEC(Participant);
KIOSK_SHARED_CODEC(Claimant);
KIOSK_SHARED_CODEC(BankAccount);
KIOSK_SHARED_CODEC(Account);
KIOSK_SHARED_CODEC(RuleBook);
KIOSK_SHARED_CODEC(Service);
KIOSK_SHARED_CODEC(Ticket);
KIOSK_SHARED_CODEC(Eligibility);
#undef KIOSK_SHARED_CODEC
template <>
struct Shared<verbs::OfficerView> {
  static constexpr const char* name = "OfficerView";
};

// Values that hold a person have no empty state of their own.
using verbs::no_person;
template <>
struct Blank<domain::Participant> {
  static domain::Participant make() { return {no_person(), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}; }
};
template <>
struct Blank<domain::Claimant> {
  static domain::Claimant make() { return {no_person(), {}, {}}; }
};
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
  a.must("key", v.key, verbs::k_code);
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
void fields(A& a, domain::Answer& v) {
  a.name("Answer");
  a.must("question", v.question, verbs::k_code);
  a.must("text", v.text, verbs::k_name);
}
template <class A>
void fields(A& a, domain::InterviewVerdict& v) {
  a.name("InterviewVerdict");
  a.must("asked", v.asked);
  a.must("right", v.right);
  a.must("passed", v.passed);
}

// -- the wire's own ---------------------------------------------------------------------------------------------------

template <class A>
void fields(A& a, BlobAnswered& v) {
  a.name("BlobAnswered");
  a.must("blob", v.blob, verbs::k_hash);
}
template <class A, class T>
void fields(A& a, ItemsOf<T>& v) {
  a.name("");
  a.must("items", v.items);
}
template <class A>
void fields(A& a, TerminalKept& v) {
  a.name("TerminalKept");
  a.must("url", v.url, verbs::k_name);
  a.must("branch", v.branch, verbs::k_code);
  a.must("name", v.name, verbs::k_code);
  a.must("role", v.role, verbs::k_code);
  a.must("key_pem", v.key_pem, verbs::k_pem);
  a.must("certificate_pem", v.certificate_pem, verbs::k_pem);
  a.must("ca_pem", v.ca_pem, verbs::k_pem);
}

}  // namespace kiosk::protocol::describe
