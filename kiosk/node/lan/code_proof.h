// How node and terminal show each other that they know the one-time code, which itself never crosses the network. Both
// proofs cover the CA, so that somebody in between, who has another one, can neither use nor forge them. Pure.
#pragma once
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace kiosk::lan {

std::string code_id(std::string_view secret);  // which code it is: its first group tells nothing of the others
Bytes prove_request(std::string_view code, std::string_view csr_pem, std::string_view ca_pem);
Bytes prove_answer(std::string_view code, std::string_view certificate_pem, std::string_view ca_pem);

}  // namespace kiosk::lan
