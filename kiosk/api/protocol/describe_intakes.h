// The descriptions of what people tell the kiosk: drafts, consents, intakes, calls for help (see describe.h). For this
// room's .cpp files only; the codes and blanks that they need stand in describe_verbs.h, which includes it.
#pragma once
#include "api/protocol/describe_bounds.h"
#include "api/verbs/branch.h"

namespace kiosk::protocol::describe {

template <>
struct Blank<verbs::Draft> {
  static verbs::Draft make() { return {Blank<domain::PersonId>::make(), {}, {}, {}}; }
};
template <>
struct Blank<verbs::Consent> {
  static verbs::Consent make() { return {{}, Blank<domain::PersonId>::make(), {}, {}, {}, {}}; }
};
template <>
struct Blank<verbs::Intake> {
  static verbs::Intake make() { return {{}, Blank<domain::PersonId>::make(), {}, {}}; }
};

template <class A>
void fields(A& a, verbs::Draft& v) {
  a.name("Draft");
  a.must("person", v.person, kCode);
  a.must("purpose", v.purpose, kCode);
  a.must("answers", v.answers, kAnswers);
  a.may("for_officer", v.for_officer);
}
template <class A>
void fields(A& a, verbs::DraftView& v) {
  a.name("DraftView");
  a.must("purpose", v.purpose, kCode);
  a.must("answers", v.answers, kAnswers);
  a.must("for_officer", v.for_officer);
  a.must("kept_at", v.kept_at);
}
template <class A>
void fields(A& a, verbs::Consent& v) {
  a.name("Consent");
  a.may("id", v.id);
  a.must("person", v.person, kCode);
  a.must("purpose", v.purpose, kCode);
  a.must("text", v.text, kCode);
  a.must("language", v.language, kCode);
  a.must("given", v.given);
}
template <class A>
void fields(A& a, verbs::ConsentView& v) {
  a.name("ConsentView");
  a.must("purpose", v.purpose, kCode);
  a.must("text", v.text, kCode);
  a.must("language", v.language, kCode);
  a.must("given", v.given);
  a.must("at", v.at);
}
template <class A>
void fields(A& a, verbs::Intake& v) {
  a.name("Intake");
  a.may("id", v.id);
  a.must("person", v.person, kCode);
  a.must("kind", v.kind, kCode);
  a.must("answers", v.answers, kAnswers);
}
template <class A>
void fields(A& a, verbs::IntakeView& v) {
  a.name("IntakeView");
  a.must("id", v.id);
  a.must("kind", v.kind, kCode);
  a.must("answers", v.answers, kAnswers);
  a.must("at", v.at);
  a.must("done", v.done);
  a.must("sync", v.sync);
}
template <class A>
void fields(A& a, verbs::HelpAsked& v) {
  a.name("HelpAsked");
  a.may("id", v.id);
  a.may("page", v.page, kCode);
  a.may("wanted", v.wanted);
}

}  // namespace kiosk::protocol::describe
