#include "terminal/flow/kiosk/page.h"

#include <iterator>

namespace kiosk::flow::kiosk {

std::string_view name(const Page& p) {
  static constexpr std::string_view names[] = {"Home",
                                               "OtherServices",
                                               "ChooseService",
                                               "OfferIdentify",
                                               "AskPriority",
                                               "TicketShown",
                                               "CheckIn",
                                               "CheckInCode",
                                               "ChooseAppointment",
                                               "DataConsent",
                                               "Companion",
                                               "HandOver",
                                               "NoNik",
                                               "EnterNik",
                                               "ScanCard",
                                               "ScanConfirm",
                                               "EnterBirth",
                                               "BirthDiffers",
                                               "EnterMother",
                                               "FactsDiffer",
                                               "NotKnown",
                                               "EnterName",
                                               "EnterKpj",
                                               "ThreeChecks",
                                               "ChooseCause",
                                               "OfficerCause",
                                               "NotEligible",
                                               "Membership",
                                               "CameraConsent",
                                               "Photo",
                                               "FaceKept",
                                               "EnterNpwp",
                                               "ChooseBank",
                                               "EnterAccount",
                                               "EnterPhone",
                                               "Amounts",
                                               "CheckAnswers",
                                               "Saved",
                                               "BlockedIntro",
                                               "BlockedConsent",
                                               "BlockedDocuments",
                                               "BlockedNow",
                                               "ChooseKpj",
                                               "Balance",
                                               "KpjList",
                                               "SimWage",
                                               "SimYears",
                                               "SimOpening",
                                               "SimResult",
                                               "Track",
                                               "Guide",
                                               "GuideStep",
                                               "GuideCauses",
                                               "GuidePapers",
                                               "CardShown",
                                               "Record",
                                               "Correct",
                                               "BpuChoice",
                                               "Question",
                                               "IntakeCheck",
                                               "IntakeSaved",
                                               "AccountHelp",
                                               "AccountAdvice",
                                               "ResumeOffer",
                                               "Consents",
                                               "WithdrawAsk",
                                               "Withdrawn",
                                               "HelpOffer",
                                               "HelpCalled",
                                               "OfficerNumber",
                                               "OfficerPin",
                                               "Leaving",
                                               "Waiting",
                                               "Problem"};
  static_assert(std::size(names) == std::variant_size_v<Page::Variant>);
  return names[p.index()];
}

std::string place(const Page& p) {
  std::string at(name(p));
  if (const auto* q = std::get_if<page::Question>(&p)) at += "." + std::to_string(q->index);
  if (const auto* g = std::get_if<page::GuideStep>(&p)) at += "." + std::to_string(g->step);
  if (const auto* g = std::get_if<page::GuidePapers>(&p)) at += "." + g->cause;
  if (const auto* a = std::get_if<page::AccountAdvice>(&p)) at += "." + a->topic;
  if (const auto* c = std::get_if<page::Correct>(&p)) at += "." + c->field;
  return at;
}

}  // namespace kiosk::flow::kiosk

template struct kiosk::CompiledOnce<kiosk::flow::kiosk::Page::Variant>;
