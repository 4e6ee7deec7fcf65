// The participant's screens: state in, intent out; one .cpp a journey's part, one function a page. Nothing here
// decides. Thread: UI. Texts: keys of areas home, identify, ticket, claim, face, blocked, intake, privacy,
// account_help, common_kiosk by i18n.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/zone.h"
#include "flow/kiosk_flow.h"
#include "ui/ui.h"

namespace kiosk::screen {

struct KioskView {
  const flow::self::State& state;
  const domain::Rules& rules;
  Date today;
  std::chrono::minutes utc_offset;
  SharedImage preview;                       // the camera's newest frame; empty when it is off
  SharedImage ticket_code = {};              // QR of the ticket in the visit, to be photographed
  std::string zone = Zone().abbreviation();  // of the branch: WIB, WITA, WIT; beside hours somebody has to come at

  const flow::self::Visit& visit() const { return *state.visit; }
};

using KioskIntent = std::optional<flow::self::Intent>;

// Draws the page of the state, and "Masih di sana?" over it when that is asked.
KioskIntent draw_kiosk(const KioskView& view, ui::Ui& ui);

KioskIntent draw(const flow::self::page::Home&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::OtherServices&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::ChooseService&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::OfferIdentify&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::AskPriority&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::TicketShown&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::CheckIn&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::CheckInCode&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::ChooseAppointment&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::EnterNik&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::ScanCard&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::ScanConfirm&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::EnterBirth&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::BirthDiffers&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::EnterMother&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::FactsDiffer&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::NotKnown&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::EnterName&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::EnterKpj&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::ThreeChecks&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::ChooseCause&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::OfficerCause&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::NotEligible&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Membership&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::CameraConsent&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Photo&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::FaceKept&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::EnterNpwp&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::ChooseBank&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::EnterAccount&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::EnterPhone&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Amounts&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::CheckAnswers&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Saved&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::BlockedIntro&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::BlockedConsent&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::BlockedDocuments&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::BlockedNow&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::ChooseKpj&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Balance&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::KpjList&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::SimWage&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::SimYears&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::SimOpening&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::SimResult&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Track&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Guide&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::GuideStep&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::GuideCauses&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::GuidePapers&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::CardShown&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Record&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Correct&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::BpuChoice&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Question&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::IntakeCheck&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::IntakeSaved&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::AccountHelp&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::AccountAdvice&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::DataConsent&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Companion&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::HandOver&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::NoNik&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::ResumeOffer&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Consents&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::WithdrawAsk&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Withdrawn&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::HelpOffer&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::HelpCalled&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::OfficerNumber&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::OfficerPin&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Leaving&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Waiting&, const KioskView&, ui::Ui&);
KioskIntent draw(const flow::self::page::Problem&, const KioskView&, ui::Ui&);

}  // namespace kiosk::screen
