// Where a participant is: one struct a page of the kiosk. Pages hold no personal data, so the way back may remember
// them. `error` is the code of a sentence ("fault.nik_length"), empty when there is nothing to say.
#pragma once
#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "base/compiled_once.h"

namespace kiosk::flow::kiosk {

// What the person came for; decides where identification leads.
enum class Purpose {
  None,
  Ticket,
  Claim,
  Blocked,
  Balance,
  FindKpj,
  Track,
  Simulate,
  Guide,
  CheckIn,
  Card,
  Update,   // pengkinian data
  Intake,   // facts for an officer, by visit.topic
  Account,  // help with the JMO account
  Privacy   // what was consented to, and taking it back
};
// Unsure: the page was sent to a printer that says nothing of itself; the person is asked whether paper came out.
enum class PrintState { None, Printing, Printed, Unsure, Failed };

// A question that is out at the branch node.
// Held: the live ticket that keeps the person from a second one; Shown: the ticket of a code that was read; ComeBack:
// its holder is here for its time slot.
enum class Ask {
  None,
  Find,
  Account,
  Check,
  Attempt,
  Submit,
  Ticket,
  Claims,
  Held,
  Shown,
  ComeBack,
  Intake,
  Withdraw,
  Help,
  LogIn
};

namespace page {

struct Home {};
struct OtherServices {};
struct ChooseService {};
struct OfferIdentify {};
struct AskPriority {};
struct TicketShown {};

struct CheckIn {
  std::string error;         // of the code read last
  bool camera_away = false;  // then the code is typed, or the person identified
};
struct CheckInCode {
  std::string error;
};
struct ChooseAppointment {};

struct DataConsent {};  // before anything of a person is typed that will be kept
struct Companion {};    // somebody of the family helps: who does what
// What only the person does: look into the camera, say that it is right.
struct HandOver {
  enum class To { Camera, Answers, Intake, Record } to = To::Camera;
};
struct NoNik {};  // a passport, or the heir of a participant
struct EnterNik {
  std::string error;
};
struct ScanCard {  // the KTP, the KPJ card or a code before the camera, or under the hand scanner
  std::string error;
  bool camera_away = false;
};
struct ScanConfirm {};  // what was read, to be said right by the person
struct EnterBirth {
  std::string error;
};
struct BirthDiffers {};  // the NIK says another day: a question
struct EnterMother {
  std::string error;
};
struct FactsDiffer {                  // known, but the facts do not agree
  std::optional<SteadyTime> open_at;  // guessing costs time: the next try from then on
  int seconds_left = 0;
};
struct NotKnown {};  // nobody here knows this number: unverified, or the centre is away
struct EnterName {
  std::string error;
};
struct EnterKpj {
  std::string error;
};

struct ThreeChecks {};
struct ChooseCause {};
struct OfficerCause {};  // a cause that needs papers in an officer's hand
struct NotEligible {};
struct Membership {};
struct CameraConsent {};
struct Photo {
  std::string advice;     // coaching sentence now shown: "coach.move_closer"; empty while nothing was seen yet
  std::string candidate;  // another one that must hold for some frames first
  int candidate_frames = 0;
  bool ready = false;  // usable and still: the shutter may be used
  bool camera_away = false;
  std::string last;  // what the last attempt was: "no_match", "poor", empty
  // Held this long the photograph takes itself; nullopt: not good yet, or the next one costs an attempt and wants a
  // touch.
  std::optional<SteadyTime> takes_at;
  float held = 0;  // 0..1 of that time
  bool operator==(const Photo&) const = default;
};
struct FaceKept {
  bool photo_kept = true;  // false: the disk is nearly full
};                         // grey zone or no recogniser: an officer compares, the form goes on
struct EnterNpwp {
  std::string error;
};
struct ChooseBank {};
struct EnterAccount {
  std::string error;
};
struct EnterPhone {
  std::string error;
};
struct Amounts {};
struct CheckAnswers {};
struct Saved {};

struct BlockedIntro {};
struct BlockedConsent {};
struct BlockedDocuments {};
struct BlockedNow {};  // blocked; the priority ticket stands on the page

struct ChooseKpj {};
struct Balance {};
struct KpjList {};
struct SimWage {
  std::string error;
};
struct SimYears {
  std::string error;
};
struct SimOpening {};
struct SimResult {};
struct Track {};
struct Guide {};    // the whole claim as a drawn flow
struct GuideStep {  // one of it as a moving picture
  int step = 0;     // 0 to kGuideSteps - 1
  int shown = 0;    // pictures shown so far, round after round; the last one stays
  std::optional<SteadyTime> next_at;
};
struct GuideCauses {};  // which papers a cause needs: choose it
struct GuidePapers {
  std::string cause;
};

struct CardShown {};
struct Record {};  // pengkinian: what the centre has, and what the person says of it
struct Correct {
  std::string field, error;
};
struct BpuChoice {};  // to register or to pay
struct Question {     // of an intake, by its place in the topic
  int index = 0;
  std::string error;
};
struct IntakeCheck {};
struct IntakeSaved {};
struct AccountHelp {};
struct AccountAdvice {
  std::string topic;
};
struct ResumeOffer {};  // something was begun and not finished a while ago
struct Consents {};
struct WithdrawAsk {
  std::string purpose;  // camera, data
};
struct Withdrawn {};

struct HelpOffer {};
struct HelpCalled {};
struct OfficerNumber {
  std::string error;
};
struct OfficerPin {};
struct Leaving {};  // "Selesai" with answers that are not saved yet
struct Waiting {
  Ask ask = Ask::None;
  int no = 0;
  SteadyTime since{};
  bool progress = false;  // over 300 ms
  bool cancel = false;    // over 10 s
  bool away = false;      // the node does not answer; the form is kept and asked again
  std::optional<SteadyTime> retry_at;
};
struct Problem {
  std::string code, detail;
  std::optional<WallTime> at;  // when it will be possible
};                             // a refusal of the node, in words by code

}  // namespace page

using Page = CompiledOnce<std::variant<
    page::Home, page::OtherServices, page::ChooseService, page::OfferIdentify, page::AskPriority, page::TicketShown,
    page::CheckIn, page::CheckInCode, page::ChooseAppointment, page::DataConsent, page::Companion, page::HandOver,
    page::NoNik, page::EnterNik, page::ScanCard, page::ScanConfirm, page::EnterBirth, page::BirthDiffers,
    page::EnterMother, page::FactsDiffer, page::NotKnown, page::EnterName, page::EnterKpj, page::ThreeChecks,
    page::ChooseCause, page::OfficerCause, page::NotEligible, page::Membership, page::CameraConsent, page::Photo,
    page::FaceKept, page::EnterNpwp, page::ChooseBank, page::EnterAccount, page::EnterPhone, page::Amounts,
    page::CheckAnswers, page::Saved, page::BlockedIntro, page::BlockedConsent, page::BlockedDocuments, page::BlockedNow,
    page::ChooseKpj, page::Balance, page::KpjList, page::SimWage, page::SimYears, page::SimOpening, page::SimResult,
    page::Track, page::Guide, page::GuideStep, page::GuideCauses, page::GuidePapers, page::CardShown, page::Record,
    page::Correct, page::BpuChoice, page::Question, page::IntakeCheck, page::IntakeSaved, page::AccountHelp,
    page::AccountAdvice, page::ResumeOffer, page::Consents, page::WithdrawAsk, page::Withdrawn, page::HelpOffer,
    page::HelpCalled, page::OfficerNumber, page::OfficerPin, page::Leaving, page::Waiting, page::Problem>>;

std::string_view name(const Page& page);  // "EnterNik", for diagrams, logs and tests
std::string place(const Page& page);      // the same, and which of several: "Question.2"; the voice reads a place once

}  // namespace kiosk::flow::kiosk

extern template struct kiosk::CompiledOnce<kiosk::flow::kiosk::Page::Variant>;
