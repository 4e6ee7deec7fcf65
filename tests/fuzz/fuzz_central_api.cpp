#include "api/protocol/central_api.h"

// Every body the centre or the node reads from the wire; the first byte chooses which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiosk::protocol;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {
    case 0:
      if (auto v = decode<PushRequest>(text); v && !decode<PushRequest>(encode(*v))) __builtin_trap();
      break;
    case 1:
      if (auto v = decode<PushReply>(text); v && !decode<PushReply>(encode(*v))) __builtin_trap();
      break;
    case 2:
      if (auto v = decode<EnrolRequest>(text); v && !decode<EnrolRequest>(encode(*v))) __builtin_trap();
      break;
    case 3:
      if (auto v = decode<EnrolReply>(text); v && !decode<EnrolReply>(encode(*v))) __builtin_trap();
      break;
    case 4:
      if (auto v = decode<FeedReply>(text); v && !decode<FeedReply>(encode(*v))) __builtin_trap();
      break;
    case 5:
      if (auto v = decode<FeedPerson>(text); v && !decode<FeedPerson>(encode(*v))) __builtin_trap();
      break;
    case 6:
      if (auto v = decode<PushRefusal>(text); v && !decode<PushRefusal>(encode(*v))) __builtin_trap();
      break;
    default:
      if (auto v = decode<kiosk::domain::RuleBook>(text); v && !decode<kiosk::domain::RuleBook>(encode(*v)))
        __builtin_trap();
      break;
  }
  return 0;
}
