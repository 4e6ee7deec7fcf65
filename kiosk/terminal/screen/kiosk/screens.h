// The participant's screens: state in, intent out; one .cpp a journey's part, one function a page. Nothing here
// decides. Thread: UI. Texts: keys of areas home, identify, ticket, claim, face, blocked, intake, privacy,
// account_help, common_kiosk by i18n.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/zone.h"
#include "terminal/flow/kiosk/flow.h"
#include "terminal/ui/ui.h"

namespace kiosk::screen {

struct KioskView {
  const flow::kiosk::State& state;
  const domain::Rules& rules;
  Date today;
  std::chrono::minutes utc_offset;
  SharedImage preview;                       // the camera's newest frame; empty when it is off
  SharedImage ticket_code = {};              // QR of the ticket in the visit, to be photographed
  std::string zone = Zone().abbreviation();  // of the branch: WIB, WITA, WIT; beside hours somebody has to come at

  const flow::kiosk::KioskSession& visit() const { return *state.visit; }
};

using KioskIntent = std::optional<flow::kiosk::Intent>;

// Draws the page of the state, and "Masih di sana?" over it when that is asked.
KioskIntent draw_kiosk(const KioskView& view, ui::Ui& ui);

KioskIntent draw(const flow::kiosk::page::Home&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::OtherServices&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::ChooseService&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::OfferIdentify&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::AskPriority&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::TicketShown&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::CheckIn&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::CheckInCode&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::ChooseAppointment&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::EnterNik&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::ScanCard&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::ScanConfirm&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::EnterBirth&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::BirthDiffers&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::EnterMother&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::FactsDiffer&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::NotKnown&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::EnterName&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::EnterKpj&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::ThreeChecks&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::ChooseCause&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::OfficerCause&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::NotEligible&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Membership&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::CameraConsent&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Photo&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::FaceKept&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::EnterNpwp&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::ChooseBank&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::EnterAccount&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::EnterPhone&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Amounts&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::CheckAnswers&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Saved&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::BlockedIntro&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::BlockedConsent&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::BlockedDocuments&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::BlockedNow&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::ChooseKpj&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Balance&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::KpjList&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::SimWage&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::SimYears&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::SimOpening&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::SimResult&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Track&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Guide&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::GuideStep&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::GuideCauses&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::GuidePapers&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::CardShown&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Record&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Correct&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::BpuChoice&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Question&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::IntakeCheck&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::IntakeSaved&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::AccountHelp&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::AccountAdvice&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::DataConsent&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Companion&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::HandOver&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::NoNik&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::ResumeOffer&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Consents&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::WithdrawAsk&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Withdrawn&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::HelpOffer&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::HelpCalled&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::OfficerNumber&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::OfficerPin&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Leaving&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Waiting&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::kiosk::page::Problem&, const KioskView&, ui::Ui&);

}  // namespace kiosk::screen
