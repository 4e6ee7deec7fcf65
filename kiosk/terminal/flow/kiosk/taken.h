// Whether a card has a claim on its way already, by the claims that were listed for the person. Inside of flow's kiosk.
#pragma once
#include <string_view>

#include "api/verbs/claim_said.h"
#include "terminal/flow/kiosk/visit.h"

namespace kiosk::flow::kiosk {

bool is_of_card(const verbs::ClaimView& claim, std::string_view kpj);  // whose KPJ may be masked to its last digits
bool claim_in_the_way(const KioskSession& v, std::string_view kpj);

}  // namespace kiosk::flow::kiosk
