// What screens ask for (intents), what comes back (answers and device news), and what is to be done (effects). Plain
// values. An effect that expects an answer carries `no`; its answer brings the same number back.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/verbs/branch.h"
#include "base/secret.h"
#include "domain/people/face.h"
#include "terminal/flow/kiosk/page.h"

namespace kiosk::flow::kiosk {

// ---- intents ----
struct Choose {
  std::string id;
};  // a tile, a service, a cause, a bank, a priority, an answer to the question about the paper
inline constexpr std::string_view kPaperCame = "paper-came", kPaperMissing = "paper-missing";
struct Enter {
  std::string text;
};  // the field of the page now holds this; wiped once taken over
struct EnterDate {
  std::string day, month, year;
};
struct Next {};   // the primary button of the page
struct Other {};  // its alternative, when there is one
struct Third {};  // a further one
struct Edit {
  std::string row;
};  // "Ubah" beside an answer
struct TakePhoto {};
struct Back {};
struct AskHelp {};
struct Finish {};
struct StayHere {};  // "Ya, saya masih di sini"

using Intent =
    std::variant<Choose, Enter, EnterDate, Next, Other, Third, Edit, TakePhoto, Back, AskHelp, Finish, StayHere>;

// ---- answers and news ----
template <class T>
struct Answered {
  int no = 0;
  Result<T> result;
};
struct PagePrinted {
  int no = 0;
  std::string trouble;     // code of the printer's reason; empty when the page was written
  bool confirmed = false;  // by the printer's word; otherwise the person is asked whether paper came out
};
struct FaceSeen {
  domain::FaceReport report;
  bool still = false;
};
struct CodeSeen {
  std::string text;
};                 // a QR or bar code before the camera
struct CardSeen {  // read from a card before the camera, whole numbers or none
  std::string nik, kpj;
  std::optional<Date> birth;
};
struct CameraLost {};
struct ShotFailed {
  int no = 0;
};  // no photograph came for the attempt with this number
struct ServicesKnown {
  std::vector<domain::Service> services;
};
struct SyncKnown {
  verbs::SyncStatus status;
};
struct NodeKnown {
  bool reachable = true;
};
struct HelpAnswered {};   // an officer is on the way to this terminal
struct ClaimChanged {};   // some claim moved at the node; re-read the one on the page
struct PersonChanged {};  // the centre spoke of some person; re-read the one on the page
struct Touched {};        // somebody is there (scrolling, a setting), nothing for the journey
struct TimePassed {};

using Event = CompiledOnce<std::variant<
    Intent, Answered<verbs::ParticipantFound>, Answered<verbs::AccountView>, Answered<domain::Eligibility>,
    Answered<verbs::AttemptResult>, Answered<verbs::ClaimView>, Answered<verbs::TicketIssued>,
    Answered<std::vector<verbs::ClaimView>>, Answered<verbs::IntakeView>, Answered<verbs::ConsentView>,
    Answered<verbs::Task>, Answered<verbs::SessionView>, HelpAnswered, PagePrinted, FaceSeen, CodeSeen, CardSeen,
    CameraLost, ShotFailed, ServicesKnown, SyncKnown, NodeKnown, ClaimChanged, PersonChanged, Touched, TimePassed>>;

// ---- effects ----
struct FindPerson {
  int no;
  verbs::FindParticipant request;
};
struct ReadAccount {
  int no;
  domain::PersonId person;
};
struct CheckEligibility {
  int no;
  verbs::CheckClaim request;
};
struct AttemptMatch {
  int no;
  Uuid id;
  domain::PersonId person;
};  // the runner adds the photograph, kept under this id
struct SendClaim {
  int no;
  verbs::SubmitClaim request;
};
struct TakeTicket {
  int no;
  verbs::IssueTicket request;
};
struct FindTicket {
  int no;
  std::string number;
};  // of today, live
struct ReadTicket {
  int no;
  Uuid id;
};
struct JoinQueue {
  int no;
  Uuid id;
};  // back for its slot
struct ListClaims {
  int no;
};
struct ReadClaim {
  int no;
  Uuid id;
};
struct PrintTicket {
  int no;
  verbs::TicketIssued ticket;
  std::string service_name;
};
struct PrintReceipt {
  int no;
  verbs::ClaimView claim;
  std::string number = {};  // of the queue, where an officer must see the claim; empty: none is known
};
struct SendIntake {
  int no;
  verbs::Intake request;
};
// The runner adds the language in which the person read.
struct RecordConsent {  // nobody waits for it
  verbs::Consent consent;
};
struct Withdraw {
  int no;
  verbs::Consent consent;
};
struct KeepDraft {  // nobody waits for it; no answers: it is forgotten
  verbs::Draft draft;
};
struct CallHelp {
  int no;
  verbs::HelpAsked request;
};
struct EndHelp {  // nobody waits for it: whoever called has left
  verbs::HelpAsked request;
};
struct LogIn {  // an officer beside the person; the runner keeps the session until Forget
  int no;
  std::string number;
  SecretString pin;
};
struct EndAssist {};  // the officer beside the person has left: his session ends, the form stays
enum class Slip { Kpj, Card, Correction };
struct PrintSlip {
  int no;
  Slip slip;
  domain::Participant person;
  std::vector<std::string> fields;  // of a correction: which ones
  std::optional<WallTime> as_of;    // of the record; none: unknown
};
enum class LookFor { Faces, Codes, Cards };
struct StartCamera {  // or look for something else from now on
  LookFor what = LookFor::Faces;
};
struct StopCamera {};
struct Forget {};  // the visit is over: drop photographs, frames, settings of this person

using Effect = CompiledOnce<
    std::variant<FindPerson, ReadAccount, CheckEligibility, AttemptMatch, SendClaim, TakeTicket, FindTicket, ReadTicket,
                 JoinQueue, ListClaims, ReadClaim, PrintTicket, PrintReceipt, SendIntake, RecordConsent, Withdraw,
                 KeepDraft, CallHelp, EndHelp, LogIn, EndAssist, PrintSlip, StartCamera, StopCamera, Forget>>;

void wipe(Effect& effect);  // after it was carried out

}  // namespace kiosk::flow::kiosk

extern template struct kiosk::CompiledOnce<kiosk::flow::kiosk::Event::Variant>;
extern template struct kiosk::CompiledOnce<kiosk::flow::kiosk::Effect::Variant>;
