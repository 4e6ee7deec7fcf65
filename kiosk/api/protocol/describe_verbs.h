// The descriptions of requests and results of verbs/branch.h (see describe.h) about people, claims, accounts and
// officers, with those of tickets and of operation. For this room's .cpp files only.
#pragma once
#include "api/protocol/branch_api.h"
#include "api/protocol/describe_intakes.h"
#include "api/protocol/describe_operation.h"
#include "api/protocol/describe_terminals.h"
#include "api/protocol/describe_tickets.h"

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
inline domain::PersonId no_person() { return Blank<domain::PersonId>::make(); }
template <>
struct Blank<domain::Participant> {
  static domain::Participant make() { return {no_person(), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}; }
};
template <>
struct Blank<domain::Claimant> {
  static domain::Claimant make() { return {no_person(), {}, {}}; }
};
template <>
struct Blank<PersonAsked> {
  static PersonAsked make() { return {no_person()}; }
};
template <>
struct Blank<verbs::FindParticipant> {
  static verbs::FindParticipant make() { return {{}, {}, {}, {}, {}}; }
};
template <>
struct Blank<verbs::CheckClaim> {
  static verbs::CheckClaim make() { return {no_person(), {}, {}}; }
};
template <>
struct Blank<verbs::SubmitClaim> {
  static verbs::SubmitClaim make() {
    return {{}, no_person(), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, domain::FaceVerdict::Officer, {}, {}};
  }
};
template <>
struct Blank<verbs::AttemptFace> {
  static verbs::AttemptFace make() { return {{}, no_person(), {}}; }
};
template <>
struct Blank<verbs::Interview> {
  static verbs::Interview make() { return {{}, no_person(), {}}; }
};
template <>
struct Blank<verbs::ResetAccount> {
  static verbs::ResetAccount make() { return {{}, no_person(), {}, {}, {}}; }
};

// -- arguments --------------------------------------------------------------------------------------------------------

template <class A>
void fields(A& a, Nothing&) {
  a.name("Nothing");
}
template <class A>
void fields(A& a, TicketsAsked& v) {
  a.name("TicketsAsked");
  a.may("live_only", v.live_only);
}
template <class A>
void fields(A& a, IdAsked& v) {
  a.name("IdAsked");
  a.must("id", v.id);
}
template <class A>
void fields(A& a, TicketCalled& v) {
  a.name("TicketCalled");
  a.must("counter", v.counter, kCode);
  a.may("number", v.number, kCode);
  a.may("request", v.request);
}
template <class A>
void fields(A& a, verbs::TicketRef& v) {
  a.name("TicketRef");
  a.must("ticket", v.ticket);
  a.may("counter", v.counter, kCode);
  a.may("reason", v.reason, kReason);
  a.may("to_service", v.to_service, kCode);
  a.may("to_counter", v.to_counter, kCode);
  a.may("place", v.place);
}
template <class A>
void fields(A& a, TicketActed& v) {
  a.name("TicketActed");
  a.must("act", v.act);
  a.must("ref", v.ref);
}
template <class A>
void fields(A& a, PersonAsked& v) {
  a.name("PersonAsked");
  a.must("person", v.person, kCode);
}
template <class A>
void fields(A& a, ResetsAsked& v) {
  a.name("ResetsAsked");
  a.may("pending_only", v.pending_only);
}
template <class A>
void fields(A& a, LogInAsked& v) {
  a.name("LogInAsked");
  a.must("number", v.number, kCode);
  a.must("pin", v.pin, kCode);
}
template <class A>
void fields(A& a, BlobAsked& v) {
  a.name("BlobAsked");
  a.must("blob", v.blob, kHash);
}
template <class A, class T>
void fields(A& a, ItemsOf<T>& v) {
  a.name("");
  a.must("items", v.items);
}

// -- people and claims ------------------------------------------------------------------------------------------------

template <class A>
void fields(A& a, verbs::FindParticipant& v) {
  a.name("FindParticipant");
  a.may("person", v.person, kCode);
  a.may("kpj", v.kpj, kCode);
  a.must("birth", v.birth);
  a.may("mother", v.mother, kName);
  a.may("reason", v.reason, kReason);
}
template <class A>
void fields(A& a, verbs::Appointment& v) {
  a.name("BranchAppointment");
  a.must("id", v.id, kCode);
  a.must("service", v.service, kCode);
  a.must("at", v.at);
}
template <class A>
void fields(A& a, verbs::ParticipantFound& v) {
  a.name("ParticipantFound");
  a.must("source", v.source);
  a.may("as_of", v.as_of);
  a.must("facts_agree", v.facts_agree);
  a.may("record", v.record);
  a.may("masked_name", v.masked_name, kName);
  a.may("asking", v.asking);
  a.may("appointments", v.appointments, 50);
  a.may("draft", v.draft);
  a.may("consents", v.consents, 8);
}
template <class A>
void fields(A& a, verbs::CheckClaim& v) {
  a.name("CheckClaim");
  a.must("person", v.person, kCode);
  a.must("cause", v.cause, kCode);
  a.may("on", v.on);
}
template <class A>
void fields(A& a, verbs::DocumentRef& v) {
  a.name("DocumentRef");
  a.must("kind", v.kind, kCode);
  a.must("blob", v.blob, kHash);
}
template <class A>
void fields(A& a, verbs::SubmitClaim& v) {
  a.name("SubmitClaim");
  a.may("id", v.id);
  a.must("person", v.person, kCode);
  a.must("kpj", v.kpj, kCode);
  a.must("name", v.name, kName);
  a.may("mother", v.mother, kName);
  a.must("birth", v.birth);
  a.may("claimant", v.claimant);
  a.must("cause", v.cause, kCode);
  a.may("npwp", v.npwp, kCode);
  a.may("phone", v.phone, kCode);
  a.must("account", v.account);
  a.may("photo_blob", v.photo_blob, kHash);
  a.may("face", v.face);
  a.may("attempt", v.attempt);
  a.may("documents", v.documents, kDocuments);
}
template <class A>
void fields(A& a, verbs::ClaimView::StageAt& v) {
  a.name("StageAt");
  a.must("stage", v.stage);
  a.may("at", v.at);
}
template <class A>
void fields(A& a, verbs::ClaimView& v) {
  a.name("ClaimView");
  a.must("id", v.id);
  a.must("receipt", v.receipt, kCode);
  a.may("receipt_qr", v.receipt_qr, kName);
  a.must("cause", v.cause, kCode);
  a.must("kpj", v.kpj, kCode);
  a.must("state", v.state);
  a.must("sync", v.sync);
  a.may("sync_why", v.sync_why, kCode);
  a.may("reason", v.reason, kReason);
  a.may("detail", v.detail, kName);
  a.must("gross", v.gross);
  a.must("tax", v.tax);
  a.must("net", v.net);
  a.must("stages", v.stages);
  a.must("saved_at", v.saved_at);
  a.may("deadline", v.deadline);
  a.may("person_masked", v.person_masked, kName);
}

// -- accounts and faces -----------------------------------------------------------------------------------------------

template <class A>
void fields(A& a, verbs::AttemptFace& v) {
  a.name("AttemptFace");
  a.may("id", v.id);
  a.must("person", v.person, kCode);
  a.must("photo", v.photo, kPhoto);
}
template <class A>
void fields(A& a, verbs::AccountView::Attempt& v) {
  a.name("Attempt");
  a.must("id", v.id);
  a.must("at", v.at);
  a.must("verdict", v.verdict);
  a.must("counted", v.counted);
  a.may("reason", v.reason, kName);
  a.may("photo_blob", v.photo_blob, kHash);
}
template <class A>
void fields(A& a, verbs::AccountView& v) {
  a.name("AccountView");
  a.must("account", v.account);
  a.must("attempts_left", v.attempts_left);
  a.may("purpose", v.purpose, kName);
  a.must("attempts", v.attempts);
  a.must("sync", v.sync);
  a.may("as_of", v.as_of);
}
template <class A>
void fields(A& a, verbs::AttemptResult& v) {
  a.name("AttemptResult");
  a.must("attempt", v.attempt);
  a.must("verdict", v.verdict);
  a.may("score", v.score);
  a.must("counted", v.counted);
  a.may("reason", v.reason, kName);
  a.must("account", v.account);
  a.may("photo_blob", v.photo_blob, kHash);
  a.may("ticket", v.ticket);
}
template <class A>
void fields(A& a, verbs::CompareFace& v) {
  a.name("CompareFace");
  a.may("id", v.id);
  a.must("attempt", v.attempt);
  a.must("verdict", v.verdict);
}
template <class A>
void fields(A& a, domain::Answer& v) {
  a.name("Answer");
  a.must("question", v.question, kCode);
  a.must("text", v.text, kName);
}
template <class A>
void fields(A& a, domain::InterviewVerdict& v) {
  a.name("InterviewVerdict");
  a.must("asked", v.asked);
  a.must("right", v.right);
  a.must("passed", v.passed);
}
template <class A>
void fields(A& a, verbs::Interview& v) {
  a.name("Interview");
  a.may("id", v.id);
  a.must("person", v.person, kCode);
  a.must("answers", v.answers, 50);
}
template <class A>
void fields(A& a, verbs::InterviewResult& v) {
  a.name("InterviewResult");
  a.must("id", v.id);
  a.must("verdict", v.verdict);
}
template <class A>
void fields(A& a, verbs::ResetAccount& v) {
  a.name("ResetAccount");
  a.may("id", v.id);
  a.must("person", v.person, kCode);
  a.must("interview", v.interview);
  a.must("photo", v.photo, kPhoto);
  a.must("reason", v.reason, kReason);
}
template <class A>
void fields(A& a, verbs::ResetView& v) {
  a.name("ResetView");
  a.must("id", v.id);
  a.may("person_masked", v.person_masked, kName);
  a.must("officer", v.officer, kCode);
  a.may("second_officer", v.second_officer, kCode);
  a.may("reason", v.reason, kReason);
  a.must("state", v.state);
  a.must("interview_passed", v.interview_passed);
  a.must("same_terminal", v.same_terminal);
  a.may("photo_blob", v.photo_blob, kHash);
  a.may("usable_from", v.usable_from);
  a.must("sync", v.sync);
  a.must("at", v.at);
}

// -- officers ---------------------------------------------------------------------------------------------------------

template <class A>
void fields(A& a, verbs::SessionView& v) {
  a.name("SessionView");
  a.may("session", v.session, kName);
  a.must("officer", v.officer);
  a.must("terminal", v.terminal, kCode);
  a.must("until", v.until);
}
template <class A>
void fields(A& a, verbs::Task& v) {
  a.name("Task");
  a.must("id", v.id);
  a.must("kind", v.kind, kCode);
  a.may("subject", v.subject, kName);
  a.may("person_masked", v.person_masked, kName);
  a.may("person_key_hint", v.person_key_hint, kName);
  a.may("reason", v.reason, kReason);
  a.must("at", v.at);
  a.must("done", v.done);
  a.may("finished_reason", v.finished_reason, kReason);
  a.may("finished_by", v.finished_by, kCode);
}
template <class A>
void fields(A& a, verbs::FinishTask& v) {
  a.name("FinishTask");
  a.must("id", v.id);
  a.may("reason", v.reason, kReason);
}
template <class A>
void fields(A& a, verbs::OpenCase& v) {
  a.name("OpenCase");
  a.may("ticket", v.ticket);
  a.may("task", v.task);
  a.may("reason", v.reason, kReason);
  a.may("person", v.person, kCode);
}
template <class A>
void fields(A& a, verbs::CaseView::Entry& v) {
  a.name("CaseEntry");
  a.must("at", v.at);
  a.must("kind", v.kind, kCode);
  a.may("officer", v.officer, kCode);
  a.must("sync", v.sync);
}
template <class A>
void fields(A& a, verbs::CaseView& v) {
  a.name("CaseView");
  a.may("ticket", v.ticket);
  a.may("person", v.person, kCode);
  a.may("masked_name", v.masked_name, kName);
  a.may("record", v.record);
  a.may("as_of", v.as_of);
  a.may("account", v.account);
  a.must("claims", v.claims);
  a.must("resets", v.resets);
  a.may("intakes", v.intakes, 10);
  a.may("draft", v.draft);
  a.must("timeline", v.timeline);
}

}  // namespace kiosk::protocol::describe
