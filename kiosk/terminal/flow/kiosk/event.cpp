#include "terminal/flow/kiosk/event.h"

#include "terminal/flow/kiosk/visit.h"

namespace kiosk::flow::kiosk {

void wipe(Effect& effect) {
  if (auto* f = std::get_if<FindPerson>(&effect)) wipe(f->request);
  if (auto* f = std::get_if<ReadAccount>(&effect)) wipe(f->person);
  if (auto* f = std::get_if<CheckEligibility>(&effect)) wipe(f->request.person);
  if (auto* f = std::get_if<AttemptMatch>(&effect)) wipe(f->person);
  if (auto* f = std::get_if<SendClaim>(&effect)) wipe(f->request);
  if (auto* f = std::get_if<TakeTicket>(&effect); f && f->request.person) wipe(*f->request.person);
  if (auto* f = std::get_if<PrintReceipt>(&effect)) wipe(f->claim);
  if (auto* f = std::get_if<SendIntake>(&effect)) wipe(f->request);
  if (auto* f = std::get_if<RecordConsent>(&effect)) wipe(f->consent.person);
  if (auto* f = std::get_if<Withdraw>(&effect)) wipe(f->consent.person);
  if (auto* f = std::get_if<KeepDraft>(&effect)) wipe(f->draft);
  if (auto* f = std::get_if<PrintSlip>(&effect)) wipe(f->person);
}

}  // namespace kiosk::flow::kiosk

template struct kiosk::CompiledOnce<kiosk::flow::kiosk::Event::Variant>;
template struct kiosk::CompiledOnce<kiosk::flow::kiosk::Effect::Variant>;
