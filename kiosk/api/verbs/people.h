// Values of people: two facts, what was begun, consent, intakes for an officer, a call for help. Plain, any thread;
// times are UTC.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/verbs/verb.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"
#include "domain/claims/claim.h"
#include "domain/people/person.h"

namespace kiosk::verbs {

struct ConsentView;
struct IntakeView;
struct ParticipantFound;
struct Task;

// What a person began at a kiosk and did not confirm: kept sealed, so that a crash or a walk to the counter loses
// nothing. One a person; a later one replaces it.
struct Draft {
  static constexpr Verb verb{"keep_draft", "Keeps what was entered so far, sealed; without answers: forgets it",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = Done;
  domain::PersonId person;
  std::string purpose;                         // claim, correction, ...
  std::map<std::string, std::string> answers;  // by field; at most 40 of 500 bytes
  bool for_officer = false;                    // taken to a counter: until the day ends, and shown in the case
  static Draft blank() { return {no_person(), {}, {}, {}}; }
};
constexpr Seconds k_draft_kept{15 * 60};  // one that is not for an officer
struct DraftView {
  std::string purpose;
  std::map<std::string, std::string> answers;
  bool for_officer = false;
  WallTime kept_at{};
};
// Withdrawn "camera": no face attempt is made until it is given again (attempt_face: refused consent_withdrawn).
// Withdrawn "data": the draft is forgotten. Either asks the centre for erasure and gives an officer a task "erasure",
// one a person and purpose; both end when it is given again. What is withdrawn already is answered with that word.
// UU 27/2022 (personal data protection), articles 20 to 22 and 9: consent is recorded and may be withdrawn.
struct Consent {
  static constexpr Verb verb{"record_consent", "Consent to the camera or to keeping data, given or withdrawn",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = ConsentView;
  Uuid id;
  domain::PersonId person;
  std::string purpose;   // camera, data; companion: somebody helps the person at the kiosk
  std::string text;      // version of the text that was shown, "2026-11"
  std::string language;  // in which it was shown: id, en
  bool given = true;     // false: withdrawn
  static Consent blank() { return {{}, no_person(), {}, {}, {}, {}}; }
};
struct ConsentView {
  std::string purpose, text, language;
  bool given = true;
  WallTime at{};
};
// What an officer is to do for a person who has told the kiosk the facts: no decision is made from it.
struct Intake {
  static constexpr Verb verb{"submit_intake", "What an officer is to do for a person",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = IntakeView;
  Uuid id;
  domain::PersonId person;
  std::string kind;  // correction, bpu_register, bpu_payment, accident, complaint, account_help, heir, foreigner
  std::map<std::string, std::string> answers;  // by field; at most 40 of 500 bytes
  static Intake blank() { return {{}, no_person(), {}, {}}; }
};
struct IntakeView {
  Uuid id;
  std::string kind;
  std::map<std::string, std::string> answers;
  WallTime at{};
  bool done = false;
  domain::SyncState sync = domain::SyncState::Saved;
};
// "Bantuan petugas": somebody comes to this terminal. A task "help" whose subject is the terminal; asked again while it
// is open: the same task. Not wanted any more: the open one ends, nothing happens without one (refused unknown_task).
struct HelpAsked {
  static constexpr Verb verb{"ask_help", "Calls an officer to the terminal that asks",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = Task;
  Uuid id;
  std::string page;    // where the person is, "EnterNik"
  bool wanted = true;  // false: whoever called has left, nobody needs to come
};
struct FindParticipant {
  static constexpr Verb verb{"find_participant", "A person by number and facts; source and date are said",
                             Access{terminals::person, Right::None, Purpose::Open}};
  using Reply = ParticipantFound;
  std::optional<domain::PersonId> person;  // none: by `kpj`, of whom this branch has a record
  Date birth;
  std::string mother;  // empty: only one fact besides the number
  std::string reason;  // an officer without live ticket or task must give one
  std::string kpj = {};
};
struct Appointment {  // made at the centre, for this branch
  std::string id, service;
  WallTime at{};
};
enum class Source { Cache, Centre, None };
struct ParticipantFound {
  Source source = Source::None;
  std::optional<WallTime> as_of;
  bool facts_agree = false;                   // birth (and mother, when asked) agree: the record below is whole
  std::optional<domain::Participant> record;  // none unless facts_agree
  std::string masked_name;                    // "B*** S***" when known
  bool asking = false;                        // the centre was asked too: the change "person" says that it has answered
  std::vector<Appointment> appointments;      // here; none unless facts_agree
  std::optional<DraftView> draft = {};        // none unless facts_agree, the mother's name among them
  std::vector<ConsentView> consents = {};     // the last word for each purpose; none unless facts_agree
};

// -- verbs of plain arguments -----------------------------------------------------------------------------------------

// Answers the hash; durable then. `bytes` must live until the answer.
struct PutBlob {
  static constexpr Verb verb{"put_blob", "Keeps a photo or document, sealed; its kind stands in X-Kiosk-Kind",
                             Access{terminals::person, Right::None, Purpose::Open}, Carriage::BytesThere};
  using Reply = std::string;
  std::string kind;
  ByteView bytes;
};

// -- what travels (api/protocol/describe.h) ---------------------------------------------------------------------------

template <class A>
void fields(A& a, Draft& v) {
  a.name("Draft");
  a.must("person", v.person, k_code);
  a.must("purpose", v.purpose, k_code);
  a.must("answers", v.answers, k_answers);
  a.may("for_officer", v.for_officer);
}
template <class A>
void fields(A& a, DraftView& v) {
  a.name("DraftView");
  a.must("purpose", v.purpose, k_code);
  a.must("answers", v.answers, k_answers);
  a.must("for_officer", v.for_officer);
  a.must("kept_at", v.kept_at);
}
template <class A>
void fields(A& a, Consent& v) {
  a.name("Consent");
  a.may("id", v.id);
  a.must("person", v.person, k_code);
  a.must("purpose", v.purpose, k_code);
  a.must("text", v.text, k_code);
  a.must("language", v.language, k_code);
  a.must("given", v.given);
}
template <class A>
void fields(A& a, ConsentView& v) {
  a.name("ConsentView");
  a.must("purpose", v.purpose, k_code);
  a.must("text", v.text, k_code);
  a.must("language", v.language, k_code);
  a.must("given", v.given);
  a.must("at", v.at);
}
template <class A>
void fields(A& a, Intake& v) {
  a.name("Intake");
  a.may("id", v.id);
  a.must("person", v.person, k_code);
  a.must("kind", v.kind, k_code);
  a.must("answers", v.answers, k_answers);
}
template <class A>
void fields(A& a, IntakeView& v) {
  a.name("IntakeView");
  a.must("id", v.id);
  a.must("kind", v.kind, k_code);
  a.must("answers", v.answers, k_answers);
  a.must("at", v.at);
  a.must("done", v.done);
  a.must("sync", v.sync);
}
template <class A>
void fields(A& a, HelpAsked& v) {
  a.name("HelpAsked");
  a.may("id", v.id);
  a.may("page", v.page, k_code);
  a.may("wanted", v.wanted);
}
template <class A>
void fields(A& a, FindParticipant& v) {
  a.name("FindParticipant");
  a.may("person", v.person, k_code);
  a.may("kpj", v.kpj, k_code);
  a.must("birth", v.birth);
  a.may("mother", v.mother, k_name);
  a.may("reason", v.reason, k_reason);
}
template <class A>
void fields(A& a, Appointment& v) {
  a.name("BranchAppointment");
  a.must("id", v.id, k_code);
  a.must("service", v.service, k_code);
  a.must("at", v.at);
}
template <class A>
void fields(A& a, ParticipantFound& v) {
  a.name("ParticipantFound");
  a.must("source", v.source);
  a.may("as_of", v.as_of);
  a.must("facts_agree", v.facts_agree);
  a.may("record", v.record);
  a.may("masked_name", v.masked_name, k_name);
  a.may("asking", v.asking);
  a.may("appointments", v.appointments, 50);
  a.may("draft", v.draft);
  a.may("consents", v.consents, 8);
}

using PeopleVerbs = VerbList<FindParticipant, Draft, Consent, Intake, HelpAsked, PutBlob>;

}  // namespace kiosk::verbs
