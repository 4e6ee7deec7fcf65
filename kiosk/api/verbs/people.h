// Values of people: two facts, what was begun, consent, intakes for an officer, a call for help. Plain, any thread;
// times are UTC.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "domain/claims/claim.h"
#include "domain/people/person.h"

namespace kiosk::verbs {

// What a person began at a kiosk and did not confirm: kept sealed, so that a crash or a walk to the counter loses
// nothing. One a person; a later one replaces it.
struct Draft {
  domain::PersonId person;
  std::string purpose;                         // claim, correction, ...
  std::map<std::string, std::string> answers;  // by field; at most 40 of 500 bytes
  bool for_officer = false;                    // taken to a counter: until the day ends, and shown in the case
};
constexpr Seconds k_draft_kept{15 * 60};  // one that is not for an officer
struct DraftView {
  std::string purpose;
  std::map<std::string, std::string> answers;
  bool for_officer = false;
  WallTime kept_at{};
};
// UU 27/2022 (personal data protection), articles 20 to 22 and 9: consent is recorded and may be withdrawn.
struct Consent {
  Uuid id;
  domain::PersonId person;
  std::string purpose;   // camera, data; companion: somebody helps the person at the kiosk
  std::string text;      // version of the text that was shown, "2026-11"
  std::string language;  // in which it was shown: id, en
  bool given = true;     // false: withdrawn
};
struct ConsentView {
  std::string purpose, text, language;
  bool given = true;
  WallTime at{};
};
// What an officer is to do for a person who has told the kiosk the facts: no decision is made from it.
struct Intake {
  Uuid id;
  domain::PersonId person;
  std::string kind;  // correction, bpu_register, bpu_payment, accident, complaint, account_help, heir, foreigner
  std::map<std::string, std::string> answers;  // by field; at most 40 of 500 bytes
};
struct IntakeView {
  Uuid id;
  std::string kind;
  std::map<std::string, std::string> answers;
  WallTime at{};
  bool done = false;
  domain::SyncState sync = domain::SyncState::Saved;
};
struct HelpAsked {  // "Bantuan petugas": somebody comes to this terminal
  Uuid id;
  std::string page;    // where the person is, "EnterNik"
  bool wanted = true;  // false: whoever called has left, nobody needs to come
};
struct FindParticipant {
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

}  // namespace kiosk::verbs
